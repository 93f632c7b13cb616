"""Where an ordinary MP4 keeps the samples of a track: their times, sizes and places, from the index in its `moov`.

ISO/IEC 14496-12, 8.6 and 8.7. Pure functions on bytes; nothing here decodes or writes.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from kiosk.domain.errors import BadRequest
from kiosk.media.boxes import Box, head, inner

Numbers = npt.NDArray[np.int64]

LONGEST: Final = 1 << 28
"""Bytes of a `moov`: more than a hundred hours have."""
_INSIDE: Final = frozenset({"edts", "mdia", "minf", "stbl"})


@dataclass(frozen=True, slots=True)
class SampleTable:
    """A track's samples. The arrays have an entry for each, `times` one more: the end.

    `times` are presentation times in units of `timescale`, from the film's start on, the edit list's delay included;
    none is negative: sound before the start, which nobody hears, is left out. `keys`: numbers of the keyframes.
    """

    id: int
    handler: str
    """`vide` or `soun`."""
    timescale: int
    boxes: Mapping[str, bytes]
    """The track's own boxes, whole, by kind."""
    times: Numbers
    sizes: Numbers
    offsets: Numbers
    keys: Numbers


def moov_of(film: Path) -> bytes:
    """The whole `moov` box. Raises OSError; BadRequest when there is none."""
    size = film.stat().st_size
    with film.open("rb") as file:
        at = 0
        while at < size and (box := head(file.read(16), 0)) is not None:
            if box.kind == "moov" and box.size <= LONGEST:
                file.seek(at)
                return file.read(box.size)
            at += box.size
            file.seek(at)
    raise BadRequest(f"{film.name} has no index.")


def sample_tables(moov: bytes) -> list[SampleTable]:
    """Picture and sound, the first track of each. Raises BadRequest when they are damaged, or not as simple as a
    recording's: without pictures that are shown in another order than they are decoded in, without cuts by edit list.
    """
    try:
        return list(_tables(moov))
    except (struct.error, IndexError, KeyError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise BadRequest("The film's index is damaged.") from error


def box_in(data: bytes, kind: str) -> bytes:
    """The first box of a kind right inside the box that `data` is. Raises KeyError when there is none."""
    for box in _inside(data):
        if box.kind == kind:
            return _bytes(data, box)
    raise KeyError(kind)


def _tables(moov: bytes) -> Iterator[SampleTable]:
    movie = box_in(moov, "mvhd")
    (movie_scale,) = struct.unpack_from(">I", movie, 28 if movie[8] else 20)
    seen: set[str] = set()
    for trak in _inside(moov):
        if trak.kind != "trak":
            continue
        boxes = {kind: _bytes(moov, box) for kind, box in _below(moov, trak).items()}
        handler = boxes["hdlr"][16:20].decode("ascii", "replace")
        if handler in {"vide", "soun"} and handler not in seen:
            seen.add(handler)
            yield _table(handler, boxes, movie_scale)


def _table(handler: str, boxes: dict[str, bytes], movie_scale: int) -> SampleTable:
    if "ctts" in boxes:
        raise BadRequest("Its pictures are shown in another order than they are decoded in.")
    (timescale,) = struct.unpack_from(">I", boxes["mdhd"], 28 if boxes["mdhd"][8] else 20)
    (track_id,) = struct.unpack_from(">I", boxes["tkhd"], 28 if boxes["tkhd"][8] else 20)
    each, count = struct.unpack_from(">II", boxes["stsz"], 12)
    sizes = np.full(count, each, np.int64) if each else _numbers(boxes["stsz"], 20, count)
    runs = _rows(boxes["stts"], 2)
    if int(runs[:, 0].sum()) != count:
        raise BadRequest("Its times and its sizes do not fit.")
    lengths = np.repeat(runs[:, 1], runs[:, 0])
    times = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64) + _delay(boxes, timescale, movie_scale)
    keys = _rows(boxes["stss"], 1)[:, 0] - 1 if "stss" in boxes else np.arange(count, dtype=np.int64)
    offsets = _offsets(boxes, sizes)
    early = int((times[:-1] < 0).sum())
    if early and handler == "vide":
        raise BadRequest("Its picture begins before its time.")
    return SampleTable(track_id, handler, timescale, boxes, times[early:], sizes[early:], offsets[early:], keys)


def _delay(boxes: dict[str, bytes], timescale: int, movie_scale: int) -> int:
    """What the edit list adds to the time of each sample, in units of the track."""
    if "elst" not in boxes:
        return 0
    elst = boxes["elst"]
    (count,) = struct.unpack_from(">I", elst, 12)
    entry = struct.Struct(">QqI" if elst[8] else ">IiI")
    edits = [entry.unpack_from(elst, 16 + number * entry.size) for number in range(count)]
    if not edits or any(media_time >= 0 for _, media_time, _ in edits[:-1]) or edits[-1][1] < 0:
        raise BadRequest("It is cut together by its edit list.")
    waits = sum(duration for duration, _, _ in edits[:-1])
    return int(waits * timescale // movie_scale - edits[-1][1])


def _offsets(boxes: dict[str, bytes], sizes: Numbers) -> Numbers:
    """Where in the film each sample begins: those of a chunk lie one after another."""
    if "co64" in boxes:
        (count,) = struct.unpack_from(">I", boxes["co64"], 12)
        chunks = np.frombuffer(boxes["co64"], ">u8", count, 16).astype(np.int64)
    else:
        chunks = _rows(boxes["stco"], 1)[:, 0]
    runs = _rows(boxes["stsc"], 3)
    in_chunk = np.repeat(runs[:, 1], np.diff(np.append(runs[:, 0], len(chunks) + 1)))
    if len(in_chunk) != len(chunks) or int(in_chunk.sum()) != len(sizes):
        raise BadRequest("Its chunks and its samples do not fit.")
    before = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    firsts = np.cumsum(in_chunk) - in_chunk
    found: Numbers = before[:-1] + np.repeat(chunks - before[firsts], in_chunk)
    return found


def _rows(box: bytes, width: int) -> Numbers:
    """The table of a box that begins with how many rows it has."""
    (count,) = struct.unpack_from(">I", box, 12)
    return _numbers(box, 16, count * width).reshape(count, width)


def _numbers(box: bytes, at: int, count: int) -> Numbers:
    return np.frombuffer(box, ">u4", count, at).astype(np.int64)


def _inside(data: bytes) -> Iterator[Box]:
    box = head(data, 0)
    return inner(data, box) if box is not None else iter(())


def _bytes(data: bytes, box: Box) -> bytes:
    return data[box.offset : box.offset + box.size]


def _below(data: bytes, box: Box) -> dict[str, Box]:
    found: dict[str, Box] = {}
    for each in inner(data, box):
        found[each.kind] = each
        if each.kind in _INSIDE:
            found.update(_below(data, each))
    return found
