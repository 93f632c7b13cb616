"""Where media lies: Django's storage interface, durable on a local disk, or an object store by configuration.

Everybody saves, opens and deletes through `django.core.files.storage.default_storage`. What is special here:
`DurableStorage`, which returns from `save` only when the bytes and their name are on the medium and replaces a
file of that name; and `incoming()`, which takes a stream piece by piece and gives it a name at the end, or none.
"""

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from kiosk.system import host

INCOMING: Final = ".incoming"
"""Folder of what is still arriving. It is emptied when the server starts."""
SPOOLED: Final = 4 * 1024 * 1024
"""Bytes of an arriving body that are kept in memory where the store is not this disk."""


class Incoming(Protocol):
    """Bytes that arrive; they have no name until they are kept."""

    def write(self, piece: bytes) -> None: ...

    def finish(self) -> None:
        """All bytes are there; they are durable when this returns, where that is possible before they have a name."""
        ...

    def keep(self, name: str) -> None:
        """Gives them that storage name, replacing what had it; durable when it returns."""
        ...


class DurableStorage(FileSystemStorage):
    """A folder of this account. `save` replaces: temporary name, fsync, rename, fsync of the folder."""

    def __init__(self, location: str | None = None) -> None:
        super().__init__(
            location=location, allow_overwrite=True, file_permissions_mode=0o600, directory_permissions_mode=0o700
        )

    def path(self, name: str) -> str:
        """Path on the disk. Raises SuspiciousFileOperation for names that lead outside, also through links."""
        path: str = super().path(name)
        root = os.path.realpath(self.location)
        if os.path.commonpath((root, os.path.realpath(Path(path).parent))) != root:
            raise SuspiciousFileOperation(f"{name!r} lies outside the store.")
        return path

    def delete(self, name: str) -> None:
        """Removes it, durably; nothing happens when it is not there."""
        path = Path(self.path(name))
        super().delete(name)
        if path.parent.is_dir():
            host.sync_folder(path.parent)

    def _save(self, name: str, content: Any) -> str:
        with self.incoming() as arriving:
            for piece in content.chunks():
                arriving.write(piece if isinstance(piece, bytes) else piece.encode())
            arriving.finish()
            arriving.keep(name)
        return name.replace("\\", "/")

    @contextlib.contextmanager
    def incoming(self) -> "Iterator[_OnDisk]":
        """Bytes to come, in a file without a name of its own; it is gone at the end unless it was kept."""
        path = Path(self.location, INCOMING, f"{os.getpid()}-{secrets.token_hex(8)}.part")
        try:
            fd = host.open_private(path, exclusive=True)
        except FileNotFoundError:
            host.private_folder(path.parent)
            fd = host.open_private(path, exclusive=True)
        arriving = _OnDisk(self, path, fd)
        try:
            yield arriving
        finally:
            arriving.close()
            if not arriving.kept:
                path.unlink(missing_ok=True)

    def forget_incoming(self) -> int:
        """Removes what was arriving when the server ended; returns how many. Only while no server runs here."""
        found = list((Path(self.location) / INCOMING).glob("*.part"))
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def free(self) -> tuple[int, int]:
        """Bytes that are free, and all bytes, of the disk below."""
        place = Path(self.location)
        usage = shutil.disk_usage(place if place.is_dir() else place.parent)
        return usage.free, usage.total


class _OnDisk:
    def __init__(self, storage: DurableStorage, path: Path, fd: int) -> None:
        self._storage = storage
        self._path = path
        self._fd: int | None = fd
        self.kept = False

    def write(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._open(), rest) :]

    def finish(self) -> None:
        host.sync_data(self._open())
        self.close()

    def keep(self, name: str) -> None:
        target = Path(self._storage.path(name))
        _make_folders(target.parent, Path(self._storage.location))
        self._path.replace(target)
        self.kept = True
        host.sync_folder(target.parent)

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _open(self) -> int:
        if self._fd is None:
            raise ValueError("This was finished already.")
        return self._fd


class _Spooled:
    """For a store that is elsewhere: it can only be given the whole."""

    def __init__(self, storage: Any, file: Any) -> None:
        self._storage = storage
        self._file = file

    def write(self, piece: bytes) -> None:
        self._file.write(piece)

    def finish(self) -> None:
        self._file.seek(0)

    def keep(self, name: str) -> None:
        saved = self._storage.save(name, File(self._file))
        if saved != name:
            self._storage.delete(saved)
            raise OSError(f"The store gave {name} another name; it must be set to overwrite.")


@contextlib.contextmanager
def incoming() -> Iterator[Incoming]:
    """Bytes to come, for the default storage. What is not kept is gone at the end."""
    if hasattr(default_storage, "incoming"):
        with default_storage.incoming() as arriving:
            yield arriving
    else:
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED, dir=settings.SPOOL_FOLDER) as file:
            yield _Spooled(default_storage, file)


def free() -> tuple[int, int] | None:
    """Bytes that are free, and all bytes, of the store's disk; None for a store that does not tell."""
    if not hasattr(default_storage, "free"):
        return None
    found: tuple[int, int] = default_storage.free()
    return found


def _make_folders(folder: Path, root: Path) -> None:
    """The folder and those above it, each made durable in the one that holds it."""
    missing = []
    while not folder.is_dir() and folder != root.parent:
        missing.append(folder)
        folder = folder.parent
    for made in reversed(missing):
        host.private_folder(made)
        host.sync_folder(made.parent)
