"""Whether a file is still what was recorded: each byte against the manifest, every packet decoded. Only reads."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kiosk.contract import names
from kiosk.contract.manifest import Manifest
from kiosk.domain.errors import BadRequest, KioskError, WorldFailed
from kiosk.files.manifest import read_manifest
from kiosk.files.recovery import Progress, all_decodes, sha256_of
from kiosk.files.salvage import salvage


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
