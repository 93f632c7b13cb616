"""Bytes in the storage, by their storage names. Every fault of a store becomes a `WorldFailed` in plain words; a file
that is not there is told apart, since only that is damage. Knows no tables.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.core.files.storage import default_storage

from kiosk.contract import names
from kiosk.domain.errors import NoSpace, WorldFailed
from kiosk.server import storage
from kiosk.system import host

PIECE: Final = 1024 * 1024
RECORDINGS: Final = "interview_recordings"
CHUNKS: Final = "video_chunks"


class Gone(Exception):
    """There is no file of that name."""


def original_name(session: str, file: str) -> str:
    """Storage name of a verified segment."""
    return f"{RECORDINGS}/originals/{session}/{file}"


def index_name(film: str) -> str:
    """Storage name of what lets a browser begin a film at once (`media.fragment_index`); there may be none."""
    return f"{film.removesuffix('.mp4')}.index"


def put_film(film: Path, index: Path | None, name: str) -> None:
    """Stores a film under `name` and its index beside it, never one beside another's. Raises WorldFailed."""
    remove(index_name(name))
    put(film, name)
    if index is not None:
        put(index, index_name(name))


def belongs(session: str, file: str) -> bool:
    """Whether that is the name of a segment of this session, and so no way out of its folder."""
    found = names.SEGMENT.fullmatch(file)
    return found is not None and found["session"] == session


def pieces(name: str) -> Iterator[bytes]:
    """The bytes of a file. Raises Gone, WorldFailed."""
    with _told(f"{name} cannot be read"), default_storage.open(name, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def measure(name: str) -> tuple[int, str]:
    """Size and SHA-256 of a file, read to its end. Raises Gone, WorldFailed."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces(name):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def holds(name: str, size: int, sha256: str) -> bool:
    """Whether the file is there with exactly these bytes. Raises WorldFailed when that cannot be known now."""
    try:
        return measure(name) == (size, sha256)
    except Gone:
        return False


def put(path: Path, name: str) -> None:
    """Stores a local file, which is gone afterwards, under `name`, replacing what had it. Raises WorldFailed."""
    with _told(f"{name} cannot be written"):
        size = path.stat().st_size
        if not _moved(path, name):
            with path.open("rb") as file, storage.incoming() as arriving:
                while piece := file.read(PIECE):
                    arriving.write(piece)
                arriving.finish()
                arriving.keep(name)
            path.unlink()
    with _told(f"{name} cannot be read back"):
        if default_storage.size(name) != size:
            raise OSError("its size is another one than was written")


def _moved(path: Path, name: str) -> bool:
    """Where the store is a folder on the same disk, a file of hours need not be copied."""
    if not isinstance(default_storage, storage.DurableStorage):
        return False
    target = Path(default_storage.path(name))
    if not target.parent.is_dir() or target.parent.stat().st_dev != path.stat().st_dev:
        return False
    with path.open("rb+") as file:
        host.sync_data(file.fileno())
    path.chmod(0o600)
    path.replace(target)
    host.sync_folder(target.parent)
    return True


def exists(name: str) -> bool:
    """Raises WorldFailed when that cannot be known now."""
    with _told(f"{name} cannot be looked for"):
        return bool(default_storage.exists(name))


def remove(name: str) -> None:
    """Deletes a file; nothing happens when it is not there. Raises WorldFailed."""
    with contextlib.suppress(Gone), _told(f"{name} cannot be deleted"):
        default_storage.delete(name)


def names_in(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files right below, by their own names; none when there is no such folder. Raises WorldFailed."""
    try:
        with _told(f"{folder} cannot be listed"):
            folders, files = default_storage.listdir(folder)
    except Gone:
        return [], []
    return list(folders), list(files)


def remove_folder(folder: str) -> None:
    """Deletes all that lies below a folder, and the folder where there is one. Raises WorldFailed."""
    folders, files = names_in(folder)
    for name in files:
        remove(f"{folder}/{name}")
    for name in folders:
        remove_folder(f"{folder}/{name}")
    remove_if_empty(folder)


def remove_if_empty(folder: str) -> None:
    """Deletes a folder that nothing is in any more; an object store has none."""
    with contextlib.suppress(WorldFailed, Gone, NotImplementedError), _told(""):
        path = Path(default_storage.path(folder))
        path.rmdir()


@contextlib.contextmanager
def local(name: str, folder: Path) -> Iterator[Path]:
    """The file on this machine's disk under its own last name: where it lies, or a copy below `folder` until the end.

    It must not be written to. Raises Gone, WorldFailed.
    """
    path: Path | None = None
    with contextlib.suppress(NotImplementedError):
        path = Path(default_storage.path(name))
    if path is not None:
        if not path.is_file():
            raise Gone(name)
        yield path
        return
    copy = folder / name.rpartition("/")[2]
    try:
        with _told(f"{copy} cannot be written"), copy.open("wb") as file:
            for piece in pieces(name):
                file.write(piece)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Translates whatever a store raises; each kind of store has errors of its own."""
    try:
        yield
    except (Gone, WorldFailed, GeneratorExit, NotImplementedError):
        raise
    except FileNotFoundError as error:
        raise Gone(what) from error
    except OSError as error:
        if error.errno in {28, 122}:  # full, or the account's quota is
            raise NoSpace(f"The server's disk is full: {what}.", "Make room on it.") from error
        raise WorldFailed(f"{what[:1].upper()}{what[1:]}: {error.strerror or error}.") from error
    except Exception as error:  # an object store's client raises its own kinds, unknown to us
        raise WorldFailed(f"{what[:1].upper()}{what[1:]}: {type(error).__name__}: {error}.") from error
