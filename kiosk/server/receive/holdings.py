"""What the server really holds of a recording: chunks that wait, and those that are merged into verified segments.

Where the store is this disk the files are looked at, not only their rows: a row without its file is not held.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from kiosk.contract.wire import HeldChunk, SegmentTotal
from kiosk.server.catalogue.models import Chunk, Recording, Segment
from kiosk.server.storage import DurableStorage


def chunk_name(recording: str, segment: int, number: int, sha256: str) -> str:
    """Storage name of a chunk that waits to be merged.

    It ends in a part of the hash, so that two different chunks that come under one number at once never overwrite
    each other; which of them counts, the row decides.
    """
    return f"video_chunks/{recording}/{segment:02}/chunk_{number:04}.{sha256[:16]}"


def is_there(chunk: Chunk) -> bool:
    """Whether its file is, in its full size. A store that is elsewhere is believed until the bytes are read."""
    if not isinstance(default_storage, DurableStorage):
        return True
    try:
        return Path(default_storage.path(chunk.name)).stat().st_size == int(chunk.size)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Holdings:
    waiting: dict[tuple[int, int], HeldChunk]
    merged: dict[tuple[int, int], HeldChunk]
    """Of segments whose verified bytes are stored; as the manifest told them."""
    segments: dict[int, str]
    """Merged segments: number → SHA-256."""

    def find(self, segment: int, number: int) -> HeldChunk | None:
        return self.waiting.get((segment, number)) or self.merged.get((segment, number))

    def chunks(self) -> tuple[HeldChunk, ...]:
        both = {**self.merged, **self.waiting}
        return tuple(both[key] for key in sorted(both))

    def missing(self, total: SegmentTotal) -> list[tuple[int, int]]:
        """Chunks of this segment that are not held."""
        if self.segments.get(total.segment) == total.sha256:
            return []
        wanted = ((total.segment, number) for number in range(total.chunks))
        return [key for key in wanted if key not in self.waiting]

    def size(self, total: SegmentTotal) -> int | None:
        """Bytes of the segment's chunks; None when it is merged."""
        if self.segments.get(total.segment) == total.sha256:
            return None
        return sum(self.waiting[total.segment, number].size for number in range(total.chunks))


def of(recording: Recording) -> Holdings:
    waiting = {
        (chunk.segment, chunk.number): HeldChunk(chunk.segment, chunk.number, chunk.size, chunk.sha256)
        for chunk in Chunk.objects.filter(recording=recording)
        if is_there(chunk)
    }
    stored = dict(Segment.objects.filter(recording=recording).exclude(original="").values_list("number", "sha256"))
    return Holdings(waiting, _merged(recording.manifest, stored), stored)


def _merged(manifest: dict[str, Any], stored: dict[int, str]) -> dict[tuple[int, int], HeldChunk]:
    """The manifest was checked against the contract when it came."""
    return {
        (chunk["segment"], chunk["number"]): HeldChunk(
            chunk["segment"], chunk["number"], chunk["size"], chunk["sha256"]
        )
        for chunk in manifest.get("chunks", ())
        if chunk["segment"] in stored
    }
