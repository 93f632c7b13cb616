"""Where a recording is cut into chunks: a pure function of its bytes, so that recovery finds the same cuts again.

A chunk is a run of whole fragments that begins with a keyframe; the first also has the file's head, the last its
tail. Together they are the file, without holes.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kiosk.media.boxes import Fragment, parse_moof, parse_moov, scan


@dataclass(frozen=True, slots=True)
class ChunkDurable:
    """A chunk is whole and on disk. `number` counts from 0 in its segment; `offset` and `size` are bytes."""

    number: int
    offset: int
    size: int
    sha256: str


class ChunkCutter:
    """Decides and hashes. Feed every fragment in order, then the tail, then `end`.

    A cut falls before the first keyframe of each span of `chunk_ns` of media time.
    """

    def __init__(self, chunk_ns: int) -> None:
        self._chunk_ns = chunk_ns
        self._span: int | None = None
        self._number = 0
        self._offset = 0
        self._size = 0
        self._hash = hashlib.sha256()

    def feed(self, fragment: Fragment, data: bytes) -> ChunkDurable | None:
        """Adds a fragment with all its bytes. Returns the chunk before it when this one begins a new chunk."""
        done = None
        if fragment.keyframe and fragment.video is not None:
            span = fragment.video.start_ns // self._chunk_ns
            if self._span is not None and span > self._span:
                done = self.end()
            self._span = span
        elif self._span is None:
            self._span = 0
        self.feed_tail(data)
        return done

    def feed_tail(self, data: bytes) -> None:
        """Adds bytes that are no fragment to the chunk in work."""
        self._size += len(data)
        self._hash.update(data)

    def end(self) -> ChunkDurable | None:
        """Ends the chunk in work and returns it; None when it is empty."""
        if not self._size:
            return None
        done = ChunkDurable(self._number, self._offset, self._size, self._hash.hexdigest())
        self._number += 1
        self._offset += self._size
        self._size = 0
        self._hash = hashlib.sha256()
        return done


def chunks_of(path: Path, chunk_ns: int) -> list[ChunkDurable]:
    """The chunks of a file that is whole, as its writer told them.

    Raises OSError, and BadRequest when a box of it is damaged. A torn tail must be cut off before.
    """
    cutter = ChunkCutter(chunk_ns)
    found: list[ChunkDurable | None] = []
    tracks = {}
    pending = b""
    fragment: Fragment | None = None
    with path.open("rb") as file:
        for box in scan(path).boxes:
            data = file.read(box.size)
            pending += data
            if box.kind == "moov":
                tracks = parse_moov(data)
            elif box.kind == "moof":
                fragment = parse_moof(data, tracks)
            elif box.kind == "mdat" and fragment is not None:
                found.append(cutter.feed(fragment, pending))
                fragment, pending = None, b""
        cutter.feed_tail(pending)
    found.append(cutter.end())
    return [chunk for chunk in found if chunk is not None]
