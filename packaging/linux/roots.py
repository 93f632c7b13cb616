"""Empty Debian systems to build and to try in, each in a folder, made once with debootstrap. Needs root.

Nothing of the machine that makes them gets in but where its packages come from. Never deletes below a mount.
"""

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NOBODY: Final = 65534
PIP_FILES: Final = (Path("/etc/pip.conf"), Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf")


def codename() -> str:
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")


def possible() -> bool:
    """Whether this account and this system can make one."""
    return os.geteuid() == 0 and shutil.which("debootstrap") is not None


@dataclass(frozen=True, slots=True)
class Root:
    """One empty system. `packages` are Debian's names, installed without what they recommend."""

    place: Path
    packages: tuple[str, ...] = ()

    def make(self) -> None:
        """Makes it unless it is there with the same packages; its words go to a log beside it."""
        recipe = f"{codename()} {' '.join(self.packages)}\n"
        stamp = self.place / "recipe"
        if stamp.is_file() and stamp.read_text() == recipe:
            return
        print(f"Making an empty {codename()} in {self.place.name}/ ...", flush=True)
        self.remove()
        with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="kiosk-root-") as folder:
            self._log(["debootstrap", "--variant=minbase", codename(), f"{folder}/root", *_mirror()])
            # Made elsewhere, because debootstrap fails where a path has spaces.
            self._log(["mv", f"{folder}/root", str(self.place)])
        self._log(
            ["cp", "-a", "/etc/apt/apt.conf.d/.", str(self.place / "etc/apt/apt.conf.d")]
        )  # a proxy, for instance
        self.apt("update", "-q")
        self.install(*self.packages)
        stamp.write_text(recipe)

    def install(self, *packages: str) -> None:
        """Installs packages, or package files by their path inside, and what they depend on; nothing else."""
        if packages:
            self.apt("install", "-y", "-q", "--no-install-recommends", *packages)

    def apt(self, *arguments: str) -> None:
        quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get"]
        self._log(["chroot", str(self.place), *quiet, *arguments])

    def run(
        self,
        *command: str,
        user: str = "root",
        limit_s: float = 300,
        environment: Sequence[str] = (),
    ) -> "subprocess.CompletedProcess[str]":
        """Runs a command inside, with an almost empty environment. Never raises for its exit code."""
        return subprocess.run(
            self.command(*command, user=user, environment=environment),
            capture_output=True, text=True, timeout=limit_s, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def command(self, *command: str, user: str = "root", environment: Sequence[str] = ()) -> list[str]:
        home = self.home(user)
        plain = ["env", "-i", "LANG=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", f"HOME={home}", *environment]
        # An account of the system itself is named, so that its further groups count; a number needs no account.
        who = [f"--userspec={user}:{user}"] if user != "root" else []
        return ["chroot", *who, str(self.place), *plain, *command]

    def home(self, user: str) -> str:
        for line in (self.place / "etc/passwd").read_text().splitlines():
            fields = line.split(":")
            if user in (fields[0], fields[2]):
                return fields[5]
        return "/"

    @contextlib.contextmanager
    def mounted(self, *, devices: bool = False) -> Iterator[None]:
        """/proc is there meanwhile, where a container allows it; with `devices` also /dev and shared memory."""
        self._leave()
        mounts = [["-t", "proc", "proc", "proc"]]
        if devices:
            mounts += [["--bind", "/dev", "dev"], ["-t", "tmpfs", "tmpfs", "dev/shm"]]
        for mount in mounts:
            words = ["mount", *mount[:-1], str(self.place / mount[-1])]
            subprocess.run(words, check=False, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            self._leave()

    def remove(self) -> None:
        """Deletes it, with nothing mounted below."""
        self._leave()
        if self.place.exists():
            shutil.rmtree(self.place)

    def let_pip_work(self) -> list[str]:
        """Copies where this machine's pip finds its packages; returns what its environment adds to that."""
        for file in PIP_FILES:
            if file.is_file():
                inside = self.place / ("etc/pip.conf" if file == PIP_FILES[0] else "root/.config/pip/pip.conf")
                inside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, inside)
        certificates = Path("/etc/ssl/certs/ca-certificates.crt")
        if certificates.is_file():
            there = self.place / certificates.relative_to("/")
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(certificates, there)
        for name in ("resolv.conf", "hosts"):
            with contextlib.suppress(OSError):
                shutil.copy(Path("/etc") / name, self.place / "etc" / name)
        wanted = ("PIP_", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
        return [f"{name}={value}" for name, value in os.environ.items() if name.startswith(wanted)]

    def _end_what_runs(self) -> None:
        """Ends what was started inside and has stayed: a recorder outlives its screen, for instance."""
        for end in (signal.SIGTERM, signal.SIGKILL):
            running = list(self._inside())
            for process in running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, end)
            deadline = time.monotonic() + 10
            while running and any(self._inside()) and time.monotonic() < deadline:
                time.sleep(0.1)

    def _inside(self) -> Iterator[int]:
        here = self.place.resolve()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "root").readlink() == here:
                    yield int(process.name)

    def _leave(self) -> None:
        """Takes out what is mounted below, also by a run that was interrupted."""
        self._end_what_runs()
        for name in ("dev/shm", "dev", "proc"):
            mount = self.place / name
            if mount.is_mount():
                subprocess.run(["umount", str(mount)], check=True)

    def _log(self, command: list[str]) -> None:
        log = self.place.parent / f"{self.place.name}.log"
        with log.open("ab") as words:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} failed; its words are in {log}.")


def _mirror() -> list[str]:
    """Where this system gets its own packages from; empty lets debootstrap choose."""
    ask = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", f"Codename: {codename()}"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.split()[:1]
