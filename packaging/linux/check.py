"""Tries everything that is promised of the package, for real, and prints a table. Run by ./dev package check, as root.

In an empty system without Python: install, examine, a whole demonstration, upgrade, downgrade, an upgrade under a
recording, remove, purge, the kiosk's session in a compositor without a screen. Then the Windows installer under wine.
Pictures and logs lie in build/linux/check/. The exit code is 1 when something is not as promised.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import IO, Any, Final

import deb
import windows
from freeze import OUT, ROOT, epoch, faults_of, seconds_to_answer
from roots import Root, codename, possible

TRIED: Final = OUT / "tried"
CHECK: Final = OUT / "check"
USER: Final = "interview-kiosk"
KEPT: Final = ("var/lib/interview-kiosk", "etc/interview-kiosk")
SESSION: Final = ("cage", "seatd", "xwayland", "systemd", "fonts-dejavu-core")
NAMED: Final = ("x264", "x265", "FFmpeg", "PortAudio", "espeak-ng", "Qt")
PLAIN_BYTES: Final = 8000
"""A picture of an empty screen is smaller."""
CONFIGURATION: Final = '# Written by IT.\nkiosk_name = "Room 7"\nlanguage = "en"\n'


class Table:
    """What was tried, and what came of it."""

    def __init__(self) -> None:
        self.failed = 0

    def row(self, what: str, good: bool, found: str = "") -> None:
        self.failed += not good
        print(f"{'ok  ' if good else 'BAD '} {what:<58} {found}", flush=True)

    def tried(self, what: str, step: Callable[[], str]) -> None:
        """A step returns what it found, or raises AssertionError with what is wrong."""
        try:
            self.row(what, True, step())
        except (AssertionError, OSError, subprocess.SubprocessError, StopIteration, KeyError, ValueError) as error:
            self.row(what, False, " ".join(str(error).split())[:400] or type(error).__name__)


class Tried:
    """The package in its empty system."""

    def __init__(self, made: deb.Made) -> None:
        self.made = made
        self.root = Root(TRIED)
        self.newer = OUT / "newer"

    def begin(self) -> None:
        """A system without anything of ours, with two packages beside it: the same program under two numbers."""
        self.root.remove()
        self.root.make()
        shutil.rmtree(self.newer, ignore_errors=True)
        self.newer.mkdir()
        later = deb.pack(self.made.program, self.made.inventory, f"{deb.version()}+later", self.newer)
        for file in (self.made.package, later):
            shutil.copy(file, self.root.place / "var/tmp" / ("later.deb" if file is later else "first.deb"))

    def install(self) -> str:
        before = self._installed()
        self.root.install("/var/tmp/first.deb")
        added = sorted(self._installed() - before - {"interview-kiosk"})
        for name in ("python", "python3"):
            where = f"{TRIED}/usr/bin:{TRIED}/usr/local/bin:{TRIED}/bin"
            assert not shutil.which(name, path=where), f"there is a {name} in it"
        return f"with {len(added)} packages of the system, and no Python"

    def complete(self) -> str:
        """No library is missing but what the system's own packages bring."""
        files = [path for path in (TRIED / deb.HOME.lstrip("/")).rglob("*.so*") if path.is_file()]
        inside = [f"/{path.relative_to(TRIED)}" for path in [*files, TRIED / deb.HOME.lstrip("/") / "kiosk"]]
        answer = self.root.run(
            "sh", "-c", 'for f in "$@"; do echo "$f:"; ldd "$f" 2>/dev/null; done', "sh", *inside,
            environment=[f"LD_LIBRARY_PATH={deb.HOME}/_internal:{deb.HOME}/_internal/PySide6/Qt/lib"],
        )  # fmt: skip
        missing = sorted(set(re.findall(r"^\s+(\S+) => not found", answer.stdout, re.MULTILINE)))
        assert not missing, f"not found: {', '.join(missing)}"
        return f"{len(inside)} files looked at"

    def faultless(self) -> str:
        faults = faults_of(TRIED / deb.HOME.lstrip("/"))
        assert not faults, "; ".join(faults)
        return "no dangling link, no GTK, one Qt, one OpenCV"

    def configured(self) -> str:
        """IT writes one file; nothing of it comes from the package."""
        assert not list((TRIED / "etc/interview-kiosk").iterdir()), "the package brings configuration"
        (TRIED / "etc/interview-kiosk/kiosk.toml").write_text(CONFIGURATION)
        shown = self.kiosk("config", "show", "--json")
        values, sources = shown["values"], shown["sources"]
        assert values["kiosk_name"] == "Room 7", values
        assert values["output"] == "/var/lib/interview-kiosk/recordings", values["output"]
        return f"from {sources['kiosk_name']}; recordings in {values['output']}"

    def unprivileged(self) -> str:
        answer = self.root.run("id", user=USER)
        assert "uid=0" not in answer.stdout, answer.stdout
        return answer.stdout.strip()

    def doctor(self) -> str:
        answer = self.root.run(f"{deb.HOME}/kiosk", "doctor", "--json", user=USER)
        found = json.loads(answer.stdout)
        (CHECK / "doctor.json").write_text(answer.stdout)
        count = len(found.get("findings", found))
        return f"exit code {answer.returncode}, {count} findings (build/linux/check/doctor.json)"

    def demonstration(self) -> str:
        answer = self.root.run(
            f"{deb.HOME}/kiosk", "demo", "--output", "/var/lib/interview-kiosk/recordings", user=USER, limit_s=400
        )
        (CHECK / "demo.txt").write_text(answer.stdout + answer.stderr)
        assert answer.returncode == 0, (answer.stdout + answer.stderr)[-400:]
        film = next((TRIED / KEPT[0] / "recordings").rglob("*.mp4"))
        frozen = self.kiosk("inspect", "--json", f"/{film.relative_to(TRIED)}")
        command = [sys.executable, "-P", "-m", "kiosk", "inspect", "--json", str(film)]
        plain = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
        for each in (frozen, plain):
            each.pop("file", None)
            each.pop("path", None)
        assert frozen == plain, "the frozen program sees something else in its recording than the unfrozen one"
        return f"{film.name}; the unfrozen program sees the same in it"

    def upgrade(self) -> str:
        before = self.kept()
        done = self.root.run("dpkg", "-i", "/var/tmp/later.deb")
        assert done.returncode == 0, done.stderr
        assert self.kept() == before, "something changed"
        return f"{len(before)} files as before, byte for byte"

    def downgrade(self) -> str:
        done = self.root.run("dpkg", "-i", "/var/tmp/first.deb")
        assert done.returncode != 0, "it went back"
        assert "going back" in done.stderr, done.stderr
        assert "+later" in self._version(), self._version()
        return next(line for line in done.stderr.splitlines() if "going back" in line)[:90]

    def under_a_recording(self) -> str:
        """A recorder is at work: neither upgrade nor removal touches anything, and the recording ends whole."""
        interview = f"{deb.HOME}/_internal/assets/interviews/demonstration.toml"
        output = "/var/lib/interview-kiosk/recordings"
        devices = [word for kind in ("camera", "microphone", "speaker") for word in (f"--{kind}", "simulated")]
        who = ["--candidate", "c-1", "--consent", "paper 17"]
        words = ["record", interview, *who, *devices, "--output", output, "--json"]
        with subprocess.Popen(
            self.root.command(f"{deb.HOME}/kiosk", *words, user=USER),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as recording:  # fmt: skip
            until = time.monotonic() + 60
            while time.monotonic() < until and not self.kiosk("status", "--json", strict=False).get("durable_s"):
                assert recording.poll() is None, recording.communicate()[1]
                time.sleep(0.5)
            tries = [("dpkg", "-i", "/var/tmp/later.deb"), ("dpkg", "--remove", USER), ("dpkg", "--purge", USER)]
            refused = [self.root.run(*words) for words in tries]
            self.root.run(f"{deb.HOME}/kiosk", "stop", "--output", output, user=USER)
            said, errors = recording.communicate(timeout=120)
        assert all(each.returncode != 0 for each in refused), "it was not refused"
        assert all("is recording" in each.stderr for each in refused), refused[0].stderr
        assert recording.returncode == 0, errors
        return f"refused three times; the recording of {json.loads(said.splitlines()[-1])['duration_s']:.0f} s is whole"

    def gone(self, how: str) -> str:
        before = self.kept()
        done = self.root.run("dpkg", f"--{how}", USER)
        assert done.returncode == 0, done.stderr
        assert not (TRIED / "opt/interview-kiosk/kiosk").exists(), "the program is still there"
        assert self.kept() == before, "something of the recordings or the configuration changed"
        return f"{len(before)} files stay, byte for byte"

    def session(self) -> str:
        """The compositor of the unit with the kiosk in it, without a screen, and what it shows."""
        self.root.install("/var/tmp/later.deb", *SESSION)
        run = "/tmp/session"
        self.root.run("install", "-d", "-m", "0700", "-o", USER, run)
        with tempfile.TemporaryFile("w+") as number:  # Xvfb chooses its own and tells it
            x = subprocess.Popen(
                ["Xvfb", "-displayfd", "1", "-screen", "0", "1024x768x24", "-ac"],
                stdout=number,
                stderr=subprocess.DEVNULL,
            )
            try:
                until = time.monotonic() + 30
                while not (told := _words(number)) and time.monotonic() < until:
                    time.sleep(0.1)
                self._shown(f":{told}", run)
            finally:
                x.terminate()
                x.wait(30)
        return "build/linux/check/session.png, to be looked at"

    def _shown(self, display: str, run: str) -> None:
        """The compositor in a window of that display, for as long as a picture of it takes."""
        environment = [
            "WLR_BACKENDS=x11", "WLR_RENDERER=pixman", f"DISPLAY={display}", f"XDG_RUNTIME_DIR={run}",
            "QT_QPA_PLATFORM=wayland", "QT_WAYLAND_DISABLE_WINDOWDECORATION=1",
        ]  # fmt: skip
        command = self.root.command(
            "cage", "--", f"{deb.HOME}/kiosk", "run", "--simulated", user=USER, environment=environment
        )
        picture = CHECK / "session.png"
        shoot = ["ffmpeg", "-v", "error", "-y", "-f", "x11grab", "-video_size", "1024x768", "-i", display]
        with (CHECK / "session.log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as cage:
            try:
                until = time.monotonic() + 90
                while time.monotonic() < until and not (picture.exists() and picture.stat().st_size > PLAIN_BYTES):
                    assert cage.poll() is None, (CHECK / "session.log").read_text()[-300:]
                    time.sleep(3)
                    subprocess.run([*shoot, "-frames:v", "1", str(picture)], check=True, stdin=subprocess.DEVNULL)
                assert picture.stat().st_size > PLAIN_BYTES, "nothing is shown"
            finally:
                cage.terminate()
                cage.wait(30)

    def units(self) -> str:
        """What systemd says of them; its exit code is 0 also where it complains, so silence is the test."""
        folder = TRIED / "usr/lib/systemd/system"
        names = sorted(path.name for path in folder.glob("interview-kiosk*"))
        done = self.root.run("systemd-analyze", "verify", *(f"/usr/lib/systemd/system/{name}" for name in names))
        ours = [line for line in done.stderr.splitlines() if "interview-kiosk" in line]
        assert not ours, "; ".join(ours)
        return ", ".join(names)

    def kept(self) -> dict[str, str]:
        """Every file of recordings, state and configuration, with what is in it; logs go on meanwhile."""
        found = {}
        for folder in KEPT:
            for path in sorted((TRIED / folder).rglob("*")):
                if path.is_file() and "logs" not in path.parts:
                    found[str(path.relative_to(TRIED))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def kiosk(self, *words: str, strict: bool = True) -> dict[str, Any]:
        answer = self.root.run(f"{deb.HOME}/kiosk", *words, user=USER)
        assert answer.returncode == 0 or not strict, answer.stderr
        try:
            found: dict[str, Any] = json.loads(answer.stdout)
        except ValueError:
            return {}
        return found

    def _installed(self) -> set[str]:
        return set(self.root.run("dpkg-query", "-W", "-f", "${Package}\n").stdout.split())

    def _version(self) -> str:
        return self.root.run("dpkg-query", "-W", "-f", "${Version}", USER).stdout


def _words(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip()


def inventory(made: deb.Made) -> str:
    names = {part["name"] for part in json.loads(made.inventory.read_text())["components"]}
    missing = [name for name in NAMED if name not in names]
    assert not missing, f"not in it: {missing}"
    return f"{len(names)} parts, with {', '.join(NAMED)}"


def twice(made: deb.Made) -> str:
    """The same commit frozen and packed again."""
    first = hashlib.sha256(made.package.read_bytes()).hexdigest()
    aside = made.package.with_suffix(".first")
    shutil.move(made.package, aside)
    again = deb.make()
    second = hashlib.sha256(again.package.read_bytes()).hexdigest()
    assert first == second, f"{first[:12]} and {second[:12]}; compare {aside.name} with {again.package.name}"
    aside.unlink()
    return f"both {first[:16]}…"


def sizes(made: deb.Made) -> str:
    files = [path for path in made.program.rglob("*") if path.is_file() and not path.is_symlink()]
    inside = [str(deb.CLEAN / "src/build/linux/kiosk/kiosk"), "--version"]
    frozen, unfrozen = seconds_to_answer(inside, [sys.executable, "-P", "-m", "kiosk", "--version"])
    size = sum(path.stat().st_size for path in files) / 1e6
    packed = made.package.stat().st_size / 1e6
    return f"{packed:.0f} MB, installed {size:.0f} MB; start {frozen:.2f} s, unfrozen {unfrozen:.2f} s"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev package check", description=__doc__)
    parser.add_argument("--again", action="store_true", help="with the program that was frozen last, and only once")
    options = parser.parse_args()
    if not possible():
        raise SystemExit("This makes empty systems, which needs root and debootstrap.")
    shutil.rmtree(CHECK, ignore_errors=True)
    CHECK.mkdir(parents=True)
    made = deb.make(anew=not options.again)
    table, tried = Table(), Tried(made)
    tried.begin()
    print(f"\nCommit of {time.strftime('%Y-%m-%d %H:%M', time.gmtime(epoch()))}, in an empty {codename()}:")
    with tried.root.mounted(devices=True):
        table.tried("installs with nothing but what it declares", tried.install)
        table.tried("size and start", lambda: sizes(made))
        table.tried("no library is missing", tried.complete)
        table.tried("nothing in it that must not be", tried.faultless)
        table.tried("one file configures it", tried.configured)
        table.tried("runs as an account without rights", tried.unprivileged)
        table.tried("kiosk doctor", tried.doctor)
        table.tried("kiosk demo, a whole interview", tried.demonstration)
        table.tried("an upgrade keeps recordings and configuration", tried.upgrade)
        table.tried("a downgrade is refused with a reason", tried.downgrade)
        table.tried("nothing is installed or removed under a recording", tried.under_a_recording)
        table.tried("removing it keeps them", lambda: tried.gone("remove"))
        table.tried("purging it keeps them", lambda: tried.gone("purge"))
        table.tried("the kiosk's session in a compositor", tried.session)
        table.tried("systemd finds no fault in the units", tried.units)
    table.tried("the inventory names the native parts", lambda: inventory(made))
    table.tried("the Windows installer compiles", windows.compiled)
    table.tried("it installs and uninstalls silently under wine", windows.installed)
    if not options.again:
        table.tried("two builds of one commit are the same", lambda: twice(made))
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
