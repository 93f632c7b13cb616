"""The boxes of a fragmented MP4, as far as needed to cut its bytes at their boundaries and to tell their times.

ISO/IEC 14496-12: a file is a row of boxes (size, kind, body); a fragment is a `moof`, which says what its samples
are, and the `mdat` after it, which holds them. Pure functions on bytes; nothing here decodes a picture or writes.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest

_HEADER: Final = struct.Struct(">I4s")
_LARGE: Final = struct.Struct(">Q")
_CONTAINERS: Final = frozenset({"moov", "trak", "mdia", "edts", "mvex", "moof", "traf", "minf", "stbl"})
_NOT_KEYFRAME: Final = 0x0001_0000
"""sample_is_non_sync_sample, in a sample's flags."""
_SMALLEST: Final = 8
LONGEST: Final = 1 << 40
"""A box that says it is longer is damage, not a box."""
MOST_SAMPLES: Final = 100_000
"""A fragment of a quarter of a second that says it has more is damaged."""


@dataclass(frozen=True, slots=True)
class Box:
    """A whole box: `offset` and `size` count bytes, the header (8 or 16 of them) included."""

    kind: str
    offset: int
    size: int
    header: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track as the `moov` declares it.

    `shift_ns` is what its edit list adds to a sample's time: the delay of its start, less what is to be skipped
    (AAC's first 1024 samples). `duration`, `flags`: the defaults of its samples, in units of `timescale`.
    """

    id: int
    handler: str
    """`vide` or `soun`."""
    timescale: int
    shift_ns: int
    duration: int
    flags: int


@dataclass(frozen=True, slots=True)
class Run:
    """The samples of one track in one fragment: presentation times since the segment's first instant."""

    track: Track
    start_ns: int
    end_ns: int
    samples: int
    keyframe: bool
    """Whether the first sample is one."""
    frame_times_ns: tuple[int, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a `moof` says."""

    runs: tuple[Run, ...]

    @property
    def video(self) -> Run | None:
        return next((run for run in self.runs if run.track.handler == "vide"), None)

    @property
    def keyframe(self) -> bool:
        """Whether its video begins with a keyframe."""
        return self.video is not None and self.video.keyframe


class BoxCutter:
    """Cuts a stream of bytes into whole top-level boxes, whatever the pieces that it comes in."""

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """What has not become a whole box yet."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yields kind and bytes of each box that `data` completes. Raises BadRequest when it is no MP4."""
        self._rest += data
        while (box := head(self._rest, 0)) is not None and box.size <= len(self._rest):
            whole = bytes(self._rest[: box.size])
            del self._rest[: box.size]
            yield box.kind, whole


def head(data: bytes | bytearray, at: int) -> Box | None:
    """The box that begins at `at`; its end may lie beyond `data`. None when too little of it is there to tell.

    Raises BadRequest when there is no box: the size is impossible or the kind is not four printable letters.
    """
    if len(data) < at + _SMALLEST:
        return None
    size, letters = _HEADER.unpack_from(data, at)
    header = _SMALLEST
    if size == 1:
        if len(data) < at + 16:
            return None
        (size,) = _LARGE.unpack_from(data, at + _SMALLEST)
        header = 16
    if not header <= size <= LONGEST or not all(0x20 <= letter < 0x7F for letter in letters):
        raise BadRequest(f"This is not an MP4 file: at byte {at} there is no box.")
    return Box(letters.decode("ascii"), at, size, header)


def inner(data: bytes, box: Box) -> Iterator[Box]:
    """The boxes inside a box. Raises BadRequest when they do not fill it exactly."""
    at, end = box.offset + box.header, box.offset + box.size
    while at < end:
        found = head(data, at)
        if found is None or found.offset + found.size > end:
            raise BadRequest(f"The MP4's {box.kind!r} box is damaged.")
        yield found
        at += found.size


def parse_moov(data: bytes) -> dict[int, Track]:
    """Track id → track, from a whole `moov` box. Raises BadRequest when it is damaged."""
    try:
        return _tracks(data, _first(data))
    except (struct.error, IndexError, KeyError, ZeroDivisionError) as error:
        raise BadRequest("The MP4's 'moov' box is damaged.") from error


def parse_moof(data: bytes, tracks: Mapping[int, Track]) -> Fragment:
    """What a whole `moof` box says. Raises BadRequest when it is damaged or names a track that `moov` does not."""
    try:
        box = _first(data)
        runs = (_run(data, traf, tracks) for traf in inner(data, box) if traf.kind == "traf")
        return Fragment(tuple(run for run in runs if run is not None))
    except (struct.error, IndexError, KeyError, ZeroDivisionError) as error:
        raise BadRequest("The MP4's 'moof' box is damaged.") from error


@dataclass(frozen=True, slots=True)
class Scan:
    """The top-level boxes of a file. `torn_at` is where the last whole one ends when something follows it."""

    boxes: tuple[Box, ...]
    size: int
    torn_at: int | None

    @property
    def whole_to(self) -> int:
        """End of the last whole fragment, or of the last whole box when there is no fragment: cut here and it opens."""
        at = 0
        for box in self.boxes:
            if box.kind != "moof":
                at = box.offset + box.size
        return at


def scan(path: Path) -> Scan:
    """Walks over a file's top-level boxes without reading their bodies.

    Raises OSError; BadRequest when the file does not begin with a box. Damage further on ends the walk: torn.
    """
    size = path.stat().st_size
    boxes: list[Box] = []
    at = 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            try:
                found = head(file.read(16), 0)
            except BadRequest:
                if not boxes:
                    raise
                break
            if found is None or at + found.size > size:
                break
            boxes.append(Box(found.kind, at, found.size, found.header))
            at += found.size
    return Scan(tuple(boxes), size, at if at < size else None)


def fragments(path: Path) -> Iterator[tuple[Box, Fragment]]:
    """Each whole fragment of a file: its `moof` box and what it says. Raises OSError, BadRequest."""
    tracks: dict[int, Track] = {}
    found = scan(path)
    with path.open("rb") as file:
        for box, following in zip_longest(found.boxes, found.boxes[1:]):
            if box.kind not in {"moov", "moof"}:
                continue
            file.seek(box.offset)
            data = file.read(box.size)
            if box.kind == "moov":
                tracks = parse_moov(data)
            elif following is not None and following.kind == "mdat":
                yield box, parse_moof(data, tracks)


def _first(data: bytes) -> Box:
    box = head(data, 0)
    if box is None or box.size != len(data):
        raise BadRequest("A box of the MP4 is not whole.")
    return box


def _leaves(data: bytes, box: Box) -> dict[str, Box]:
    """Every box at any depth below, by kind; of several, the first."""
    found: dict[str, Box] = {}
    for child in inner(data, box):
        found.setdefault(child.kind, child)
        if child.kind in _CONTAINERS:
            for kind, leaf in _leaves(data, child).items():
                found.setdefault(kind, leaf)
    return found


def _full(data: bytes, box: Box) -> tuple[int, int, int]:
    """Version, flags and the place where the body goes on, of a "full" box."""
    (word,) = struct.unpack_from(">I", data, box.offset + box.header)
    return word >> 24, word & 0xFF_FFFF, box.offset + box.header + 4


def _tracks(data: bytes, moov: Box) -> dict[int, Track]:
    movie_scale = 1000
    defaults: dict[int, tuple[int, int]] = {}
    for box in inner(data, moov):
        if box.kind == "mvhd":
            version, _, at = _full(data, box)
            (movie_scale,) = struct.unpack_from(">I", data, at + (16 if version else 8))
        if box.kind == "mvex":
            for trex in inner(data, box):
                if trex.kind == "trex":
                    _, _, at = _full(data, trex)
                    track_id, _, duration, _, flags = struct.unpack_from(">5I", data, at)
                    defaults[track_id] = (duration, flags)
    tracks = {}
    for trak in inner(data, moov):
        if trak.kind != "trak":
            continue
        leaves = _leaves(data, trak)
        version, _, at = _full(data, leaves["tkhd"])
        (track_id,) = struct.unpack_from(">I", data, at + (16 if version else 8))
        version, _, at = _full(data, leaves["mdhd"])
        (timescale,) = struct.unpack_from(">I", data, at + (16 if version else 8))
        _, _, at = _full(data, leaves["hdlr"])
        handler = data[at + 4 : at + 8].decode("ascii", "replace")
        shift = _edit_shift_ns(data, leaves.get("elst"), movie_scale, timescale)
        tracks[track_id] = Track(track_id, handler, timescale, shift, *defaults.get(track_id, (0, 0)))
    return tracks


def _edit_shift_ns(data: bytes, elst: Box | None, movie_scale: int, timescale: int) -> int:
    if elst is None:
        return 0
    version, _, at = _full(data, elst)
    (count,) = struct.unpack_from(">I", data, at)
    entry = struct.Struct(">QqI" if version else ">IiI")
    shift: int = 0
    for number in range(count):
        duration, media_time, _ = entry.unpack_from(data, at + 4 + number * entry.size)
        if media_time >= 0:
            return shift - int(media_time) * NS // timescale
        shift += int(duration) * NS // movie_scale
    return shift


def _run(data: bytes, traf: Box, tracks: Mapping[int, Track]) -> Run | None:
    leaves = {box.kind: box for box in inner(data, traf)}
    _, has, at = _full(data, leaves["tfhd"])
    (track_id,) = struct.unpack_from(">I", data, at)
    track = tracks[track_id]
    at += 4 + (8 if has & 0x1 else 0) + (4 if has & 0x2 else 0)
    duration, flags = track.duration, track.flags
    if has & 0x8:
        (duration,) = struct.unpack_from(">I", data, at)
        at += 4
    at += 4 if has & 0x10 else 0
    if has & 0x20:
        (flags,) = struct.unpack_from(">I", data, at)
    version, _, at = _full(data, leaves["tfdt"])
    decode_time: int = struct.unpack_from(">Q" if version else ">I", data, at)[0]
    times: list[int] = []
    first_flags: int | None = None
    clock = decode_time
    for trun in inner(data, traf):
        if trun.kind == "trun":
            clock, found = _samples(data, trun, clock, duration, flags, times)
            first_flags = found if first_flags is None else first_flags
    if first_flags is None or not times:
        return None

    timescale = track.timescale

    def instant(ticks: int) -> int:
        return ticks * NS // timescale + track.shift_ns

    frame_times = tuple(instant(ticks) for ticks in times) if track.handler == "vide" else ()
    keyframe = not first_flags & _NOT_KEYFRAME
    return Run(track, instant(times[0]), instant(clock), len(times), keyframe, frame_times)


def _samples(data: bytes, trun: Box, clock: int, duration: int, flags: int, times: list[int]) -> tuple[int, int]:
    """Adds each sample's time to `times`; returns the time after the last one and the first one's flags."""
    _, has, at = _full(data, trun)
    (count,) = struct.unpack_from(">I", data, at)
    at += 4 + (4 if has & 0x1 else 0)
    first_flags = flags
    if has & 0x4:
        (first_flags,) = struct.unpack_from(">I", data, at)
        at += 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if has & bit]
    if count > MOST_SAMPLES:
        raise IndexError
    for number in range(count):
        length, offset = duration, 0
        for bit in fields:
            (value,) = struct.unpack_from(">i" if bit == 0x800 else ">I", data, at)
            at += 4
            if bit == 0x100:
                length = value
            elif bit == 0x400 and number == 0 and not has & 0x4:
                first_flags = value
            elif bit == 0x800:
                offset = value
        times.append(clock + offset)
        clock += length
    return clock, first_flags
