"""The outbox against one plain streamed PUT of the same bytes to the same server, on loopback."""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import urllib3

from kiosk.contract import names
from kiosk.ledger.uploads import Uploads
from kiosk.outbox import enrolment
from kiosk.outbox.progress import of
from kiosk.server.storage import INCOMING
from tests.outbox.material import Recording, an_id

CHUNK = 3 * 1024 * 1024
CHUNKS = 110
"""Of one recording: an interview of eighteen minutes."""
ROUNDS = 3
LIMIT_S = 600.0


def run(folder: Path, megabytes: int) -> str:
    """Uploads a backlog of so many megabytes, each way, in turns; the table."""
    output, data = folder / "output", folder / "server"
    output.mkdir()
    count = max(1, round(megabytes * 1e6 / (CHUNK * CHUNKS)))
    print(f"Making {count} recordings, {count * CHUNK * CHUNKS / 1e6:.0f} MB ...", file=sys.stderr)
    for index in range(count):
        Recording(output, an_id(index), (CHUNK,) * CHUNKS).all()
    whole = folder / "whole"
    with whole.open("wb") as joined:
        for path in sorted(output.glob("*/*.mp4")):
            joined.write(path.read_bytes())
    size = whole.stat().st_size
    rates: dict[str, list[float]] = {"outbox": [], "plain": []}
    for turn in range(ROUNDS):
        print(f"Round {turn + 1} of {ROUNDS} ...", file=sys.stderr)
        rates["plain"].append(size / _plain(folder / f"state-{turn}", data / f"{turn}-plain", whole))
        rates["outbox"].append(size / _outbox(folder / f"state-{turn}", data / f"{turn}-outbox", output))
        for database in output.glob("ledger.sqlite3*"):
            database.unlink()
    outbox, plain = (statistics.median(rates[name]) / 1e6 for name in ("outbox", "plain"))
    spans = {name: f"{min(each) / 1e6:.0f} to {max(each) / 1e6:.0f}" for name, each in rates.items()}
    return (
        f"{'what':<42} {'we':>14}   {'peer':<32} {'ratio':>6}\n"
        f"{f'upload of {size / 1e6:.0f} MB, MB/s, median of {ROUNDS}':<42} {outbox:>14.0f}   "
        f"{f'one plain PUT: {plain:.0f}':<32} {outbox / plain:>6.2f}\n"
        f"{'  lowest to highest':<42} {spans['outbox']:>14}   {spans['plain']:<32}"
    )


class _Server:
    """The server with the plain address, without a finaliser: what was uploaded is no recording."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.plain_put",
            "PYTHONPATH": str(Path.cwd()),
        }
        self._command = [sys.executable, "-m", "kiosk.server"]
        self._environment = environment
        self.data = data
        self.process = subprocess.Popen(
            [*self._command, "run", "--port", "0", "--data", str(data), "--no-worker"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = next(line for line in self.process.stdout if line.startswith("Listening on "))
        self.url = line.split()[-1]

    def code(self) -> str:
        command = [*self._command, "enrol-code", "--data", str(self.data)]
        return subprocess.check_output(command, env=self._environment, text=True).split()[-1]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def _enrolled(state: Path, data: Path) -> tuple[_Server, dict[str, str]]:
    server = _Server(data)
    environment = {**os.environ, "KIOSK_STATE": str(state)}
    command = [sys.executable, "-m", "kiosk", "enrol", server.url, server.code(), "--replace"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return server, environment


def _plain(state: Path, data: Path, whole: Path) -> float:
    """Seconds of one PUT of everything."""
    server, environment = _enrolled(state, data)
    try:
        os.environ["KIOSK_STATE"] = environment["KIOSK_STATE"]
        enrolled = enrolment.load()
        assert enrolled is not None
        headers = {**enrolled.headers(), "Content-Length": str(whole.stat().st_size)}
        pool = urllib3.PoolManager(retries=False)
        with whole.open("rb") as body:
            began = time.monotonic()
            answer = pool.request("PUT", f"{server.url}/bench/plain", body=body, headers=headers, timeout=LIMIT_S)
            took = time.monotonic() - began
        assert answer.status == 201, answer.data
        return took
    finally:
        server.stop()


def _outbox(state: Path, data: Path, output: Path) -> float:
    """Seconds until the last chunk is on the server, from the moment on when the first one arrives there.

    The plain PUT comes from a program that runs already, so starting ours does not count either.
    """
    server, environment = _enrolled(state, data)
    try:
        started = time.monotonic()
        command = [sys.executable, "-m", "kiosk", "sync", "--output", str(output)]
        outbox = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not (data / "media" / INCOMING).exists() and time.monotonic() - started < LIMIT_S:
                time.sleep(0.005)
            began = time.monotonic()
            print(f"The outbox takes {began - started:.1f} s to start.", file=sys.stderr)
            sessions = len(list(output.glob("*/")))
            # Opened once: to open and examine the database anew for each look would take from both of them.
            with contextlib.closing(Uploads.open(output / names.LEDGER)) as uploads:
                while time.monotonic() - began < LIMIT_S:
                    now = of(uploads)
                    if now.chunks_total and now.chunks_sent == now.chunks_total and now.sessions == sessions:
                        return time.monotonic() - began
                    time.sleep(0.05)
        finally:
            outbox.terminate()
            outbox.wait(60)
        raise SystemExit("The upload did not end in time.")
    finally:
        server.stop()
