"""Whether a file is still what was recorded: each byte against the manifest, every packet decoded. Only reads."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from kiosk.contract import names
from kiosk.contract.manifest import Manifest
from kiosk.domain.errors import BadRequest, KioskError, WorldFailed
from kiosk.files.manifest import read_manifest
from kiosk.files.salvage import bytes_from, decodes, salvage

Progress = Callable[[str, int, int], None]
"""Told again and again: which file, bytes of it done, bytes of it in all."""


class Depth(StrEnum):
    """How closely files that are sealed are looked at. What is not sealed is always looked at as closely as needed."""

    QUICK = "quick"
    """Their sizes."""
    HASHES = "hashes"
    """Every byte is compared, and the last fragments are decoded."""
    EVERYTHING = "everything"
    """Every packet of every file is decoded too."""


@dataclass(frozen=True, slots=True)
class Verified:
    path: Path
    sha256: str
    listed: bool
    """Whether a manifest says what it should be."""
    problems: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.problems


def verify_file(path: Path, manifest: Manifest | None, progress: Progress) -> Verified:
    """Compares a file with what the manifest says of it, its chunks too, and decodes it.

    Raises BadRequest when it is no file, WorldFailed when it cannot be read.
    """
    number, segment = (
        next(((n, each) for n, each in enumerate(manifest.segments, 1) if each.file == path.name), (0, None))
        if manifest
        else (0, None)
    )
    if not path.exists() and segment is not None:
        return Verified(path, "", True, ("It is missing.",))
    if not path.is_file():
        raise BadRequest(f"There is no file {path}.")
    problems = []
    try:
        size, sha256 = path.stat().st_size, sha256_of(path, progress)
        if segment is not None and manifest is not None:
            if size != segment.bytes:
                problems.append(f"It has {size} bytes; {segment.bytes} were recorded.")
            if sha256 != segment.sha256:
                problems.append("Its bytes are no longer those recorded.")
                problems += _chunks(path, manifest, number)
        found = salvage(path, size)
        if not found.whole_to:
            raise BadRequest(f"{path} is not a recording of this program.")
        if found.torn:
            problems.append(f"Its last {found.torn} bytes are torn off a fragment.")
        elif not all_decodes(path, progress):
            problems.append("Not all of it decodes.")
    except OSError as error:
        raise WorldFailed(f"{path} cannot be read: {error.strerror}.") from error
    return Verified(path, sha256, segment is not None, tuple(problems))


def manifest_beside(path: Path) -> Manifest | None:
    """None when there is none that can be read."""
    try:
        return read_manifest(path.parent / names.MANIFEST)
    except KioskError:
        return None


def _chunks(path: Path, manifest: Manifest, number: int) -> list[str]:
    """Which chunks have changed: says where the damage is."""
    wrong = []
    with path.open("rb") as file:
        for chunk in manifest.chunks:
            if chunk.segment == number:
                file.seek(chunk.offset)
                if hashlib.sha256(file.read(chunk.size)).hexdigest() != chunk.sha256:
                    wrong.append(f"Chunk {chunk.number} (byte {chunk.offset} on) has changed.")
    return wrong


def compare(path: Path, size: int, sha256: str, depth: Depth, progress: Progress) -> list[str]:
    """What is wrong with a file that is sealed. It is never changed."""
    try:
        if path.stat().st_size != size:
            return [f"{path.name} has {path.stat().st_size} bytes; {size} were recorded."]
        if depth is Depth.QUICK:
            return []
        if sha256_of(path, progress) != sha256:
            return [f"Bytes of {path.name} are no longer those recorded."]
        if depth is Depth.EVERYTHING and not all_decodes(path, progress):
            return [f"Not all of {path.name} decodes."]
        if depth is Depth.HASHES and not salvage(path, size).decodes:
            return [f"The end of {path.name} does not decode."]
    except OSError as error:
        return [f"{path.name} cannot be read: {error.strerror}."]
    return []


def sha256_of(path: Path, progress: Progress) -> str:
    """Of a whole file, in hexadecimal. Raises OSError."""
    size = path.stat().st_size

    def told() -> Iterator[bytes]:
        done = 0
        for block in bytes_from(path, 0):
            yield block
            done += len(block)
            progress(path.name, done, size)

    return digest_of(told())


def digest_of(pieces: Iterable[bytes]) -> str:
    """SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def all_decodes(path: Path, progress: Progress) -> bool:
    """Whether every packet of a file decodes. Raises OSError."""
    with path.open("rb") as file:
        return decodes(_Told(path.name, file, progress))


class _Told:
    """A file that tells how far it was read."""

    def __init__(self, name: str, file: BinaryIO, progress: Progress) -> None:
        self._name = name
        self._file = file
        self._progress = progress
        self._size = os.fstat(file.fileno()).st_size

    def read(self, count: int) -> bytes:
        data = self._file.read(count)
        self._progress(self._name, self._file.tell(), self._size)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def silent(name: str, done: int, size: int) -> None:
    """For whoever wants to hear nothing."""
