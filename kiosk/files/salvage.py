"""How far a file that its recorder left behind is a recording: whole fragments, not zeros, decodable. Reads only.

A file that our writer made is `ftyp moov (moof mdat)… mfra`; each fragment was made durable before the next was
written, so a crash can have torn the last one only. What follows the last whole fragment is its torn tail.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import av

from kiosk.domain.errors import BadRequest
from kiosk.media.boxes import Fragment, Track, head, parse_moof, parse_moov, scan

ZEROS: Final = 16
"""More zeros than this at a file's end were never written: neither H.264 nor AAC ends a sample so."""
BLOCK: Final = 1 << 20
TAIL_MOOF: Final = 1 << 16
"""A fragment's `moof` is shorter than this."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A whole fragment: its bytes, its keyframe, and each track's end so far (ns since the segment's start)."""

    offset: int
    end: int
    keyframe: bool
    frames: int
    ends: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Salvage:
    """What stands in a file. `whole_to`: cut here and every byte before it belongs to the recording."""

    size: int
    whole_to: int
    head: int
    """Bytes before the first fragment."""
    pieces: tuple[Piece, ...]
    closed: bool
    """Its index stands at the end: the writer had finished."""
    decodes: bool
    """Whether the last fragments do."""

    @property
    def torn(self) -> int:
        return self.size - self.whole_to

    @property
    def duration_ns(self) -> int:
        """End of the longest track."""
        return max(self.pieces[-1].ends.values(), default=0) if self.pieces else 0


def salvage(path: Path, durable: int = 0) -> Salvage:
    """How far the file is a recording. Nothing that ends within its first `durable` bytes is given up for not
    decoding: it was made durable once, so that damage there is told and left as it is.

    Raises OSError.
    """
    size = path.stat().st_size
    first, pieces, closed = _walk(path)
    written = size - _zeros_at_end(path, size)
    if size - written <= ZEROS:
        written = size
    while pieces and pieces[-1].end > written:
        pieces.pop()
        closed = False
    closed = closed and written == size
    decodes = True
    if pieces and not _decodes(path, first, pieces):
        decodes = False
        if pieces[-1].end > durable and (len(pieces) == 1 or _decodes(path, first, pieces[:-1])):
            pieces.pop()
            closed, decodes = False, True
    whole_to = 0
    if pieces:
        whole_to = size if closed else pieces[-1].end
    return Salvage(size, whole_to, first, tuple(pieces), closed, decodes)


def whole_pieces(path: Path) -> list[Piece]:
    """The whole fragments at a file's beginning. Raises OSError."""
    return _walk(path)[1]


def bytes_from(path: Path, offset: int) -> Iterator[bytes]:
    """Everything from there on, in blocks."""
    with path.open("rb") as file:
        file.seek(offset)
        while block := file.read(BLOCK):
            yield block


def end_of_torn(file: Path, tail: bytes) -> int:
    """Up to when the torn fragment would have reached, if its `moof` is whole: ns since the segment's start."""
    try:
        box = head(tail, 0)
        if box is None or box.kind != "moof" or box.size > len(tail):
            return 0
        fragment = parse_moof(tail[: box.size], _tracks(file))
    except (BadRequest, OSError):
        return 0
    return max((run.end_ns for run in fragment.runs), default=0)


def _walk(path: Path) -> tuple[int, list[Piece], bool]:
    """Bytes before the first fragment, the whole fragments in order, and whether the index follows at the end."""
    pieces: list[Piece] = []
    try:
        found = scan(path)
    except BadRequest:
        return 0, pieces, False
    tracks: dict[int, Track] = {}
    ends: dict[int, int] = {}
    fragment: Fragment | None = None
    offset = first = 0
    with path.open("rb") as file:
        for box in found.boxes:
            try:
                match box.kind:
                    case "ftyp" if box.offset == 0:
                        pass
                    case "moov" if not tracks and not pieces:
                        tracks = parse_moov(_read(file, box.offset, box.size))
                        first = box.offset + box.size
                    case "moof" if tracks and fragment is None:
                        fragment = parse_moof(_read(file, box.offset, box.size), tracks)
                        offset = box.offset
                    case "mdat" if fragment is not None:
                        ends = {**ends, **{run.track.id: run.end_ns for run in fragment.runs}}
                        frames = fragment.video.samples if fragment.video else 0
                        pieces.append(Piece(offset, box.offset + box.size, fragment.keyframe, frames, ends))
                        fragment = None
                    case "mfra" if pieces and fragment is None:
                        return first, pieces, box.offset + box.size == found.size
                    case _:
                        break
            except BadRequest:  # what looks like a box is none of ours: torn from here on
                break
    return first, pieces, False


def _tracks(path: Path) -> dict[int, Track]:
    with path.open("rb") as file:
        for box in scan(path).boxes:
            if box.kind == "moov":
                return parse_moov(_read(file, box.offset, box.size))
    return {}


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


def _zeros_at_end(path: Path, size: int) -> int:
    count = 0
    with path.open("rb") as file:
        while count < size:
            length = min(BLOCK, size - count)
            block = _read(file, size - count - length, length)
            left = len(block.rstrip(b"\0"))
            count += length - left
            if left:
                break
    return count


def _decodes(path: Path, first: int, pieces: Sequence[Piece]) -> bool:
    """Whether everything from the last keyframe on decodes: read as a small file of its own."""
    begin = next((number for number in range(len(pieces) - 1, -1, -1) if pieces[number].keyframe), 0)
    with path.open("rb") as file:
        small = _read(file, 0, first) + _read(file, pieces[begin].offset, pieces[-1].end - pieces[begin].offset)
    return decodes(io.BytesIO(small))


def decodes(file: Any) -> bool:
    """Whether every packet of an MP4 decodes. Takes a path or an open file."""
    try:
        with av.open(file, format="mp4") as container:
            streams = [*container.streams.video[:1], *container.streams.audio[:1]]
            for stream in streams:
                stream.codec_context.options = {"err_detect": "explode"}  # else damage is painted over
            for packet in container.demux(streams):
                if any(frame.is_corrupt for frame in packet.decode()):
                    return False
    except av.FFmpegError:
        return False
    return True
