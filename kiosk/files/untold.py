"""The minutes that a killed recorder could not tell any more, measured in the files that it left. Reads only.

A recorder tells a minute when it has passed; what it recorded since then stands in its files alone. Only that part is
read and its sound decoded, for another recorder may be waiting to go on: a tenth of a second for a minute. What cannot
be known from a file (lost and broken pictures, drift) is null.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

import av

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.files.report import MINUTE
from kiosk.files.salvage import Piece, whole_pieces
from kiosk.media.boxes import scan
from kiosk.media.minutes import Lost, Minutes
from kiosk.media.quality import Minute, minute_of

_ROUNDED_NS: Final = NS // 1000
"""Minutes are told in milliseconds."""
_UNKNOWN: Final = Lost(0, 0, None)


def told_until_ns(lines: Sequence[dict[str, Any]]) -> int:
    """Media time up to which the minutes of a journal reach; 0 without any."""
    minutes = [minute_of(line) for line in lines if line["kind"] == MINUTE]
    ends_s = [minute.start_s + minute.seconds for minute in minutes if minute is not None]
    return round(max(ends_s, default=0.0) * 1000) * _ROUNDED_NS


def untold_minutes(files: Sequence[tuple[Path, int]], from_ns: int) -> list[Minute]:
    """Of segments and the media time at which each begins: what stands in them from `from_ns` on, in order.

    Every picture counts as one of the camera. Damage ends a file's part of it. Raises OSError.
    """
    passed: list[Minute] = []
    minutes = Minutes(passed.append)
    for path, start_ns in files:
        since_ns = from_ns - start_ns
        _read(path, start_ns, 0 if since_ns < _ROUNDED_NS else since_ns, minutes)
    minutes.end(_UNKNOWN)
    return [replace(minute, dropped=None, damaged=None) for minute in passed]


def _read(path: Path, start_ns: int, since_ns: int, minutes: Minutes) -> None:
    """What is in a segment `since_ns` after its beginning, to its end."""
    pieces = whole_pieces(path)
    if not pieces or max(pieces[-1].ends.values(), default=0) <= since_ns:
        return
    pictures: list[int] = []
    with path.open("rb") as file:
        try:
            for at_ns, sound in _decoded(_Excerpt(file, path, _first(pieces, since_ns), pieces[-1].end)):
                if at_ns < since_ns:
                    continue
                if sound is None:
                    pictures.append(at_ns)
                else:
                    minutes.sound(start_ns + at_ns, sound)
        except av.FFmpegError:
            pass  # recovery tells it; no figure is worth a recording
    for at_ns in sorted(pictures):
        minutes.picture(start_ns + at_ns)


def _first(pieces: Sequence[Piece], since_ns: int) -> int:
    """Where to begin to read: some sound before it is decoded too, for AAC needs it."""
    begin = 0
    for number, piece in enumerate(pieces):
        if piece.keyframe and number and min(pieces[number - 1].ends.values(), default=0) < since_ns:
            begin = number
    return pieces[begin].offset


def _decoded(file: Any) -> Iterator[tuple[int, Any]]:
    """Each picture's instant, and each piece of sound with its own: ns since the segment's beginning."""
    with av.open(file, format="mp4") as container:
        streams = [*container.streams.video[:1], *container.streams.audio[:1]]
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
        for packet in container.demux(streams):
            if packet.stream.type == "video":
                if packet.pts is not None:  # the last, empty packet has none
                    yield round(packet.pts * packet.time_base * NS), None
                continue
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    for mono in resampler.resample(frame):
                        yield max(0, round(float(mono.time or 0) * NS)), mono.to_ndarray()[0]


class _Excerpt(io.RawIOBase):
    """A file's head and then its bytes from `begin` to `end`, as one file: any run of whole fragments is an MP4."""

    def __init__(self, file: BinaryIO, path: Path, begin: int, end: int) -> None:
        self._file = file
        self._head = next(box.offset for box in scan(path).boxes if box.kind == "moof")
        self._left_out = begin - self._head
        self._size = end - self._left_out
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        behind = self._at >= self._head
        until = self._size if behind else self._head
        count = max(0, until - self._at)
        self._file.seek(self._at + self._left_out if behind else self._at)
        data = self._file.read(count if size < 0 else min(size, count))
        self._at += len(data)
        return data
