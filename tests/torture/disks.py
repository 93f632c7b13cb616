"""A small file system of its own, whose power can be cut: shut down without flushing its log, then mounted again."""

import fcntl
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

SHUTDOWN = 0x8004_587D
"""_IOR('X', 125, __u32): EXT4_IOC_SHUTDOWN, XFS_IOC_GOINGDOWN."""
NO_LOG_FLUSH = 2
KINDS = {
    "ext4": (128, ["mkfs.ext4", "-q", "-F"]),
    "xfs": (320, ["mkfs.xfs", "-q", "-f"]),
}
"""Megabytes, and what makes it."""
PATIENCE_S = 30.0


class CannotCutError(Exception):
    """Why this machine cannot do it."""


class LoopDisk:
    """Mounted at `folder` from `start` to `stop`."""

    def __init__(self, kind: str, where: Path) -> None:
        self._image = where / f"{kind}.img"
        self._kind = kind
        self.folder = where / kind

    def start(self) -> None:
        """Raises CannotCutError."""
        megabytes, command = KINDS[self._kind]
        if sys.platform != "linux" or os.geteuid() != 0:
            raise CannotCutError("only root on Linux can mount a file system of its own")
        if shutil.which(command[0]) is None:
            raise CannotCutError(f"there is no {command[0]}")
        self.folder.mkdir()
        with self._image.open("wb") as file:
            file.truncate(megabytes << 20)
        self._run(*command, str(self._image))
        self._mount()

    def cut(self) -> None:
        """The power fails now: from here on nothing reaches the medium, and every call of the file system fails."""
        fd = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(fd)

    def power_on(self) -> None:
        """Mounts again what the medium has. Whoever had a file open there has ended."""
        self._unmount()
        self._mount()

    def stop(self) -> None:
        if self.folder.is_mount():
            self._unmount()

    def _mount(self) -> None:
        self._run("mount", "-o", "loop", "-t", self._kind, str(self._image), str(self.folder))

    def _unmount(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            done = subprocess.run(["umount", str(self.folder)], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return
            if time.monotonic() > deadline:
                raise AssertionError(done.stderr)
            threading.Event().wait(0.05)  # a process that was killed lets go of its files in its own time

    @staticmethod
    def _run(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotCutError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else " ".join(command))
