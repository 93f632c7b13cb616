"""`kiosk-server demo`: a server, a kiosk enrolled with it, one interview, and the recording on the candidate's page.

The kiosk is the program itself, as a process of its own: nothing of it is imported here. Everything is real but the
devices and the candidate. What it shows is checked while it happens (`checklist`).
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kiosk.domain.errors import WorldFailed
from kiosk.server.browser import look
from kiosk.system import host, places

CANDIDATE: Final = "demo-1"
INTERVIEW: Final = "demonstration"
PASSWORD_BYTES: Final = 9
START_LIMIT_S: Final = 60.0
SEND_LIMIT_S: Final = 120.0
END_LIMIT_S: Final = 20.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, metavar="DIR", help="where the kiosk records")
    parser.add_argument("--port", type=int, default=0, metavar="P", help="of the server; a free one by default")
    parser.add_argument("--real", action="store_true", help="with this machine's camera, microphone and loudspeaker")
    parser.add_argument("--no-wait", action="store_true", help="end at once, also in a terminal")


def run(options: argparse.Namespace) -> int:
    """The whole way from the first question to the candidate's page; 0 when all of it was seen to work."""
    checkout = places.checkout()
    home = (checkout / "build" if checkout else places.cache_folder()) / "demonstration"
    output = (options.output or places.default_output() / "demonstration").absolute()
    data = Path(options.data or home / "server").absolute()
    host.private_folder(output)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    server = Beside(data, options.port, password)
    try:
        kiosk = Kiosk(output, home / "kiosk")
        server.set_password(password)
        server.offer(places.asset(f"interviews/{INTERVIEW}.toml"), CANDIDATE, INTERVIEW)
        kiosk.enrol(server.url, server.enrol_code())
        print(f"A server runs at {server.url}, and this kiosk is enrolled with it.", file=sys.stderr)
        before = kiosk.sessions()
        watch = server.watch()
        code = kiosk.demo(real=options.real)
        if code:
            return code
        session = next(each for each in kiosk.sessions() if each not in before)
        kiosk.send(session)
        return _tell(server, kiosk, session, password, watch, wait=sys.stdout.isatty() and not options.no_wait)
    finally:
        server.stop()


def _tell(server: "Beside", kiosk: "Kiosk", session: str, password: str, watch: "Watch", *, wait: bool) -> int:
    """Prints receipt, checklist and where to look; stays for as long as somebody does."""
    from kiosk.server import checklist

    watch.stop()
    receipt = kiosk.sessions()[session]["receipt"]
    print("\nThe server has the recording.")
    print(f"  receipt    {receipt['signature'][:16]}…, signed {receipt['stored_at']} by {receipt['server']}")
    visit = checklist.Visit(server.url, "admin", password, CANDIDATE, session)
    points = checklist.walk(kiosk.output / session, watch.arrivals, visit)
    for point in points:
        print(f"  {'✓' if point.holds else '✗'} {point.what}: {point.seen}")
    shot = kiosk.output / "screenshots" / "candidate-page.png"
    sight = look(server.url, visit.page, "admin", password, shot)
    if sight.picture is not None:
        print(f"  a browser played it for {sight.played_s:.1f} s: {sight.picture}")
    else:
        print(f"  not looked at in a browser: {sight.why}")
    print(f"The candidate's page: {visit.page}\n  sign in as admin, with {password}", flush=True)
    if wait:
        print("Ctrl-C ends the server.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.process.wait()
    else:
        print(f"The server ends now. To start it again: {server.again()}")
    return 0 if all(point.holds for point in points) else 1


class Beside:
    """`kiosk-server run` on loopback, for as long as this lives."""

    def __init__(self, data: Path, port: int, password: str) -> None:
        self.data = host.private_folder(data)
        self.log = data / "server.log"
        environment = {**os.environ, "KIOSK_SERVER_ADMIN_PASSWORD": password, "PYTHONUNBUFFERED": "1"}
        self._environment = environment
        with self.log.open("wb") as words:
            self.process = subprocess.Popen(
                _server("run", "--port", str(port), "--data", str(data)),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                env=environment,
            )
        self.url = self._address()

    def _address(self) -> str:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            found = re.search(r"Listening on (http://\S+)", self.log.read_text(errors="replace"))
            if found:
                return found[1]
            try:
                self.process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        self.stop()
        raise WorldFailed("The server did not start.", f"Its words are in {self.log}.")

    def set_password(self, password: str) -> None:
        """The administrator may be there from an earlier demonstration, with another password."""
        _in_process(self.data)
        from django.contrib.auth import get_user_model

        account = get_user_model().objects.get(username="admin")
        account.set_password(password)
        account.save()

    def offer(self, file: Path, candidate: str, interview: str) -> None:
        """The interview, and that the candidate is to be asked it."""
        self._do("interview", "add", str(file))
        self._do("assign", candidate, interview)

    def enrol_code(self) -> str:
        return self._do("enrol-code").split()[-1]

    def watch(self) -> "Watch":
        return Watch()

    def again(self) -> str:
        program = "./dev kiosk-server" if places.checkout() else "kiosk-server"
        return f"{program} run --port {self.url.rpartition(':')[2]} --data {shlex.quote(str(self.data))}"

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(END_LIMIT_S)
            except subprocess.TimeoutExpired:
                host.kill_tree(self.process)

    def _do(self, *arguments: str) -> str:
        return _run(_server(*arguments, "--data", str(self.data)), self._environment)


class Kiosk:
    """The kiosk's program, with a state folder of its own so that a real enrolment is left alone."""

    def __init__(self, output: Path, state: Path) -> None:
        self.output = output
        self._environment = {**os.environ, "KIOSK_STATE": str(host.private_folder(state))}

    def enrol(self, url: str, code: str) -> None:
        _run(places.own_command("enrol", url, code, "--replace"), self._environment)

    def demo(self, *, real: bool) -> int:
        """`kiosk demo`, whose words pass through; its exit code."""
        command = places.own_command("demo", "--output", str(self.output), *(["--real"] if real else []))
        with _interrupts_are_the_childs():
            return subprocess.run(command, env=self._environment, check=False).returncode

    def record(self, interview: Path, candidate: str = "c-1") -> tuple[int, dict[str, Any], str]:
        """`kiosk record` with simulated devices: exit code, what it told at its end, what it said meanwhile."""
        command = places.own_command(
            "record", str(interview), "--candidate", candidate, "--consent", "paper-7", "--json"
        )
        for device in ("camera", "microphone", "speaker"):
            command += [f"--{device}", "simulated"]
        command += ["--output", str(self.output)]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}, done.stderr

    def sessions(self) -> dict[str, dict[str, Any]]:
        told = _run(places.own_command("sessions", "--json", "--output", str(self.output)), self._environment)
        return {each["session"]: each for each in json.loads(told.splitlines()[-1])["sessions"]}

    def send(self, session: str) -> None:
        """Waits until the session has its receipt. Raises WorldFailed when it gets none."""
        deadline = time.monotonic() + SEND_LIMIT_S
        print("Sending ...", file=sys.stderr)
        while time.monotonic() < deadline:
            command = places.own_command("sync", "--once", "--output", str(self.output))
            subprocess.run(command, env=self._environment, check=False, capture_output=True, timeout=SEND_LIMIT_S)
            found = self.sessions()[session]
            if found["receipt"]:
                return
            time.sleep(0.5)
        raise WorldFailed(f"The recording did not reach the server: {found['error'] or 'no answer'}.")


class Watch:
    """Notes when each chunk arrived, while they arrive: once the recording is merged they are gone."""

    def __init__(self) -> None:
        self.arrivals: dict[tuple[str, int, int], float] = {}
        """(session, segment, number) → seconds since the epoch."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch-chunks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(5)

    def _run(self) -> None:
        from django.db import connection

        from kiosk.server.catalogue.models import Chunk

        while not self._stopped.wait(0.25):
            for chunk in Chunk.objects.all():
                self.arrivals[str(chunk.recording_id), chunk.segment, chunk.number] = chunk.at.timestamp()
        connection.close()


def _in_process(data: Path) -> None:
    """Django in this process, on the demonstration's own data."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ["DJANGO_SETTINGS_MODULE"] = "kiosk.server.settings"
        os.environ["KIOSK_SERVER_DATA"] = str(data)
        django.setup()


def _server(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "kiosk.server", *arguments]


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    """What it printed. Raises WorldFailed with its own words when it failed."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=SEND_LIMIT_S)
    if done.returncode:
        raise WorldFailed(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "A step failed.")
    return done.stdout


@contextlib.contextmanager
def _interrupts_are_the_childs() -> Iterator[None]:
    """Ctrl-C reaches the kiosk, which ends its recording in order; this process waits for it."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)  # ignored would be inherited
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
