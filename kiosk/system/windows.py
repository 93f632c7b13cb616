"""Windows: what `system.host` promises. Type-checked with the rest; not run on a Windows machine yet."""

import sys

if sys.platform == "win32":
    import ctypes
    import getpass
    import msvcrt
    import os
    import subprocess
    import tempfile
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    STILL_ACTIVE = 259
    QUERY_LIMITED_INFORMATION = 0x1000

    def sync_data(fd: int) -> None:
        os.fsync(fd)

    def sync_folder(folder: Path) -> None:  # NTFS journals names; there is no call for a folder
        del folder

    def private_folder(folder: Path) -> Path:
        # Below a profile, Windows gives the account, administrators and the system access, and nobody else.
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def open_private(path: Path, *, append: bool = False, exclusive: bool = False) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_BINARY | os.O_NOINHERIT | (os.O_APPEND if append else 0)
        flags |= os.O_EXCL if exclusive else 0
        return os.open(path, flags, 0o600)

    def try_lock(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def runtime_folder() -> Path:
        base = Path(os.environ.get("LOCALAPPDATA") or tempfile.gettempdir())
        return private_folder(base / "Interview Kiosk" / "run")

    def address(name: str) -> str:
        return rf"\\.\pipe\interview-kiosk-{getpass.getuser()}-{name}"

    def forget_address(where: str) -> None:  # a pipe vanishes with its process
        del where

    def spawn_detached(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        with os.fdopen(open_private(log, append=True), "ab") as out:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                creationflags=subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW,
                close_fds=True,
                env=dict(environment),
            )

    def kill_tree(process: "subprocess.Popen[bytes]") -> None:
        process.kill()

    def alive(pid: int) -> bool:
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(QUERY_LIMITED_INFORMATION, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == STILL_ACTIVE

    def boot_id() -> str:
        return ""  # the session clock tells: it begins anew, or lies behind

    def since_start_ns() -> int:
        return 0  # the session clock goes on while the machine sleeps

    def clock_synchronised() -> bool:
        return True

    def has_avx512() -> bool:
        avx2, avx512f = 40, 41  # winnt.h: PF_AVX2_INSTRUCTIONS_AVAILABLE, PF_AVX512F_INSTRUCTIONS_AVAILABLE
        present = ctypes.windll.kernel32.IsProcessorFeaturePresent
        return bool(present(avx2)) and bool(present(avx512f))
