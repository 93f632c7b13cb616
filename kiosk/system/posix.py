"""POSIX: what `system.host` promises, on Linux."""

import sys

if sys.platform != "win32":
    import contextlib
    import ctypes
    import errno
    import fcntl
    import os
    import signal
    import stat
    import subprocess
    import tempfile
    import time
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    LONGEST_ADDRESS = 90
    """Bytes that a Unix socket's path may have: the system's limit of 107, less what an address may grow by."""

    TIMEX_BYTES = 512
    """More than `struct timex` has anywhere."""
    TIME_ERROR = 5

    def sync_data(fd: int) -> None:
        os.fdatasync(fd)

    def sync_folder(folder: Path) -> None:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def private_folder(folder: Path) -> Path:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def open_private(path: Path, *, append: bool = False, exclusive: bool = False) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | (os.O_APPEND if append else 0)
        flags |= os.O_EXCL if exclusive else 0
        return os.open(path, flags, 0o600)

    def try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):
                return False
            raise
        return True

    def runtime_folder() -> Path:
        # Cron, sudo and ssh do not say where it is, and must find the processes of the graphical session all the same.
        base = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        usable = Path(base).is_dir() and os.access(base, os.W_OK | os.X_OK)
        if usable and len(os.fsencode(base)) < LONGEST_ADDRESS - 40:
            return private_folder(Path(base) / "interview-kiosk")
        folder = Path(tempfile.gettempdir()) / f"interview-kiosk-{os.getuid()}"
        private_folder(folder)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise PermissionError(errno.EPERM, "belongs to another account, or others may enter it", str(folder))
        return folder

    def address(name: str) -> str:
        return str(runtime_folder() / f"{name}.sock")

    def forget_address(where: str) -> None:
        Path(where).unlink(missing_ok=True)

    def spawn_detached(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        with os.fdopen(open_private(log, append=True), "ab") as out:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                close_fds=True,
                env=dict(environment),
            )

    def kill_tree(process: "subprocess.Popen[bytes]") -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            process.kill()

    def alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def boot_id() -> str:
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:  # not Linux
            return ""

    def since_start_ns() -> int:
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return 0 if clock is None else time.clock_gettime_ns(clock)

    def clock_synchronised() -> bool:
        # adjtimex(2) with nothing to change answers TIME_ERROR while nobody keeps the clock right.
        try:
            ask = ctypes.CDLL(None, use_errno=True).adjtimex
        except (OSError, AttributeError):  # not Linux
            return True
        return bool(ask(ctypes.create_string_buffer(TIMEX_BYTES)) != TIME_ERROR)

    def has_avx512() -> bool:
        try:
            facts = Path("/proc/cpuinfo").read_text()
        except OSError:  # not Linux
            return False
        flags = next((line for line in facts.splitlines() if line.startswith("flags")), "")
        return {"avx2", "avx512f"} <= set(flags.split())
