"""One file that only grows, behind a protocol so that tests can let the disk fail; and errors of the disk in words."""

import errno
import os
from pathlib import Path
from typing import Final, Protocol

from kiosk.domain.errors import KioskError, NoSpace, WorldFailed
from kiosk.system import host

BYTES_A_SECOND: Final = 340_000
"""Of a recording: picture and sound at their nominal rates, with the container."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Medium(Protocol):
    """Where bytes are made durable. Each call may block and raises OSError."""

    def append(self, data: bytes) -> None:
        """Writes all of `data` at the end."""
        ...

    def sync(self) -> None:
        """What was appended survives a power cut when it returns."""
        ...

    def cut(self, size: int) -> None:
        """Takes back what was appended beyond `size` and never synced."""
        ...

    def close(self) -> None: ...


class PrivateFile:
    """A new file, for this account only (0600); its name is durable when the constructor returns.

    Raises OSError; FileExistsError when it is there already.
    """

    def __init__(self, path: Path) -> None:
        self._fd = host.open_private(path, append=True, exclusive=True)
        host.sync_folder(path.parent)

    def append(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]

    def sync(self) -> None:
        host.sync_data(self._fd)

    def cut(self, size: int) -> None:
        os.ftruncate(self._fd, size)

    def close(self) -> None:
        os.close(self._fd)


def in_words(error: OSError, path: Path) -> KioskError:
    """An error of the disk as one of ours."""
    if error.errno in _FULL:
        return NoSpace(f"The disk is full: {path.name} cannot grow.", f"Free space on the disk of {path.parent}.")
    why = error.strerror or type(error).__name__
    return WorldFailed(f"Writing {path.name} failed: {why}.", f"Check the disk of {path.parent}.")
