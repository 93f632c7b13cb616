"""The few ways in which recovery changes a folder, each of them one step, behind a protocol.

Tests let the power fail at every step. Nothing here decides anything, and nothing overwrites a recording.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from kiosk.system import host


class Changes(Protocol):
    """Each call is done in the system when it returns, and survives a power cut once `sync` or `sync_folder` has
    returned. Each raises OSError.
    """

    def create(self, path: Path, pieces: Iterable[bytes]) -> None:
        """Makes a file of these bytes, mode 0600, in place of one that is there."""
        ...

    def append(self, path: Path, data: bytes) -> None:
        """Writes all of it at the end; makes the file when there is none."""
        ...

    def cut(self, path: Path, size: int) -> None:
        """Takes away what stands beyond `size`."""
        ...

    def rename(self, path: Path, to: Path) -> None:
        """In place of what has that name."""
        ...

    def remove(self, path: Path) -> None: ...

    def sync(self, path: Path) -> None:
        """The file's bytes are on the medium."""
        ...

    def sync_folder(self, folder: Path) -> None:
        """The names in it are on the medium."""
        ...


class HostChanges:
    """On the disk of this machine."""

    def create(self, path: Path, pieces: Iterable[bytes]) -> None:
        path.unlink(missing_ok=True)
        with os.fdopen(host.open_private(path, exclusive=True), "wb") as file:
            for piece in pieces:
                file.write(piece)

    def append(self, path: Path, data: bytes) -> None:
        with os.fdopen(host.open_private(path, append=True), "ab") as file:
            file.write(data)

    def cut(self, path: Path, size: int) -> None:
        os.truncate(path, size)

    def rename(self, path: Path, to: Path) -> None:
        path.replace(to)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def sync(self, path: Path) -> None:
        with path.open("rb+") as file:
            host.sync_data(file.fileno())

    def sync_folder(self, folder: Path) -> None:
        host.sync_folder(folder)
