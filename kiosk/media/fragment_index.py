"""A film seen as fragments: a browser shows its first picture after some kilobytes, however long the film is.

An ordinary MP4 has one index of every sample in front, 1.2 MB for an hour, and a player shows nothing before it has
all of it. A fragmented MP4 of the same samples has a table of contents of some 40 KB, and a small index before each
second. Not every player can seek in one, though (Firefox reads all that lies in between), and nothing else should have
to. So the samples exist once, in the ordinary film, and beside it lies an index file with the boxes of the fragmented
one, which says from where in the film the samples between them come:

    film           ftyp  moov                     mdat ( picture  sound  picture  sound … )
    index file     (pieces)  ftyp moov sidx       moof           moof           moof …
    as fragments   ftyp moov sidx   moof mdat ( sound picture )   moof mdat ( sound picture ) …

`index_of` makes the index file, `fragmented.Fragmented` reads film and index as that one file. Nothing here decodes,
and a film is never written to. Subtitles and chapters are in the film alone: a page has its own.

ISO/IEC 14496-12 (8.8, 8.16.3), as DASH's on-demand profile has it: one `sidx` by the picture's track reaches to the
end of the file, and each fragment begins with a keyframe. Then FFmpeg, and so Chromium, looks for nothing else. It
seeks the sound to the keyframe's time: so each fragment's sound begins at that instant or just before it, and no edit
list shifts it, else it would look in the fragment before.
"""

import itertools
import struct
from pathlib import Path
from typing import Final

import numpy as np

from kiosk.domain.errors import BadRequest
from kiosk.media.fragmented import MAGIC, OWN, START
from kiosk.media.sample_table import Numbers, SampleTable, box_in, moov_of, sample_tables

_MOST_REFERENCES: Final = 0xFFFF
_MOVIE_SCALE: Final = 1000
_BRANDS: Final = b"iso6" + struct.pack(">I", 512) + b"iso6iso5mp41dash"
_DEPENDS, _ALONE = 0x0101_0000, 0x0200_0000
"""Flags of a sample: one that others are needed for, and one that nothing is needed for."""
_BEGINS_WITH_KEYFRAME: Final = 0x9000_0000
_DURATION_AT: Final = {"mvhd": (24, 32), "tkhd": (28, 36), "mdhd": (24, 32)}
"""Where a box of version 0 and of version 1 tells a duration."""


def index_of(film: Path) -> bytes:
    """The index file's bytes for this film.

    Raises OSError; BadRequest when it cannot be had, since this is no film as `rendition` makes it. It is played as it
    is then.
    """
    moov = moov_of(film)
    size = film.stat().st_size
    tables = sorted(sample_tables(moov), key=lambda table: table.handler != "vide")
    if not tables or tables[0].handler != "vide" or not len(tables[0].keys) or tables[0].keys[0] != 0:
        raise BadRequest(f"{film.name} has no picture to begin with.")
    if any(len(table.sizes) and int((table.offsets + table.sizes).max()) > size for table in tables):
        raise BadRequest(f"{film.name} is not whole.")
    try:
        return _packed(moov, tables, size)
    except (struct.error, IndexError, KeyError, ValueError, OverflowError) as error:
        raise BadRequest(f"The index of {film.name} is damaged.") from error


class _Pieces:
    """Own bytes and pieces of the film, in the order in which they are read."""

    def __init__(self) -> None:
        self.own = bytearray()
        self.starts: list[int] = []
        self.sources: list[int] = []
        self.size = 0

    def add_own(self, data: bytes) -> None:
        self._add(OWN | len(self.own), len(data))
        self.own += data

    def add_samples(self, table: SampleTable, first: int, last: int) -> None:
        """Samples `first` to before `last`; those that lie one after another are one piece."""
        offsets, sizes = table.offsets[first:last], table.sizes[first:last]
        breaks = [0, *(np.flatnonzero(offsets[1:] != offsets[:-1] + sizes[:-1]) + 1).tolist(), last - first]
        for begin, end in itertools.pairwise(breaks):
            if end > begin:
                self._add(int(offsets[begin]), int(sizes[begin:end].sum()))

    def _add(self, source: int, size: int) -> None:
        if size:
            self.starts.append(self.size)
            self.sources.append(source)
            self.size += size


def _packed(moov: bytes, tables: list[SampleTable], film_size: int) -> bytes:
    """The index file: its start, where each piece is from, and its own bytes."""
    cuts = _cuts(tables)
    pieces, begins = _Pieces(), []
    for number in range(len(cuts[0]) - 1):
        spans = [(table, int(cut[number]), int(cut[number + 1])) for table, cut in zip(tables, cuts, strict=True)]
        begins.append(pieces.size)
        pieces.add_own(_moof(number + 1, spans))
        for table, first, last in reversed(spans):  # sound is small: it is there when its pictures come
            pieces.add_samples(table, first, last)
    front = _front(moov, tables) + _contents(tables[0], cuts[0], np.diff([*begins, pieces.size]))
    count = len(pieces.starts) + 1
    own_at = START.size + 16 * count
    shift = own_at + len(front)
    starts = [0, *(len(front) + start for start in pieces.starts)]
    sources = [OWN | own_at, *(source + shift if source & OWN else source for source in pieces.sources)]
    rows = np.array([starts, sources], np.uint64).T.astype(">u8").tobytes()
    return START.pack(MAGIC, film_size, len(front) + pieces.size, count) + rows + front + bytes(pieces.own)


def _cuts(tables: list[SampleTable]) -> list[Numbers]:
    """Of each track, the numbers of the samples that fragments begin with, and how many it has."""
    picture = tables[0]
    firsts = picture.keys[:: -(-len(picture.keys) // _MOST_REFERENCES)]
    cuts = [np.append(firsts, len(picture.sizes))]
    for table in tables[1:]:
        at = picture.times[firsts[1:]] * table.timescale // picture.timescale
        before = np.maximum(np.searchsorted(table.times[:-1], at, side="right") - 1, 0)
        cuts.append(np.concatenate([[0], before, [len(table.sizes)]]).astype(np.int64))
    return cuts


# ── Boxes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _moof(number: int, spans: list[tuple[SampleTable, int, int]]) -> bytes:
    """A fragment's index and the head of its `mdat`, in which the last track's samples come first."""
    spans = [span for span in spans if span[2] > span[1]]
    sizes = [int(table.sizes[first:last].sum()) for table, first, last in spans]
    before = [sum(sizes[place + 1 :]) for place in range(len(spans))]
    length = len(_moof_box(number, spans, before))
    made = _moof_box(number, spans, [length + 8 + each for each in before])
    return made + struct.pack(">I4s", 8 + sum(sizes), b"mdat")


def _moof_box(number: int, spans: list[tuple[SampleTable, int, int]], offsets: list[int]) -> bytes:
    trafs = (_traf(*span, offset) for span, offset in zip(spans, offsets, strict=True))
    return _box("moof", _full("mfhd", 0, 0, struct.pack(">I", number)), *trafs)


def _traf(table: SampleTable, first: int, last: int, offset: int) -> bytes:
    """Sizes of samples `first` to before `last`, which lie `offset` bytes behind the moof's start; and how long each
    one lasts, when they differ.
    """
    sizes, lengths = table.sizes[first:last], np.diff(table.times[first : last + 1])
    even, picture = bool((lengths == lengths[0]).all()), table.handler == "vide"
    has = 0x201 | (0 if even else 0x100) | (0x4 if picture else 0)
    run = struct.pack(">Ii", last - first, offset) + (struct.pack(">I", _ALONE) if picture else b"")
    rows = sizes if even else np.stack([lengths, sizes], axis=1)
    usual = struct.pack(">III", table.id, int(lengths[0]), _DEPENDS if picture else _ALONE)
    return _box(
        "traf",
        _full("tfhd", 0, 0x2_0028, usual),
        _full("tfdt", 1, 0, struct.pack(">Q", int(table.times[first]))),
        _full("trun", 0, has, run + rows.astype(">u4").tobytes()),
    )


def _contents(picture: SampleTable, firsts: Numbers, sizes: Numbers) -> bytes:
    """Where each fragment begins, and when: the table of contents."""
    lengths = np.diff(picture.times[firsts])
    rows = np.stack([sizes, lengths, np.full(len(sizes), _BEGINS_WITH_KEYFRAME)], axis=1)
    body = struct.pack(">IIQQHH", picture.id, picture.timescale, int(picture.times[0]), 0, 0, len(sizes))
    return _full("sidx", 1, 0, body + rows.astype(">u4").tobytes())


def _front(moov: bytes, tables: list[SampleTable]) -> bytes:
    """`ftyp`, and a `moov` without samples."""
    ends = [int(table.times[-1]) * _MOVIE_SCALE // table.timescale for table in tables]
    extends = (
        _full("trex", 0, 0, struct.pack(">5I", table.id, 1, 0, 0, _DEPENDS if table.handler == "vide" else _ALONE))
        for table in tables
    )
    film_s = struct.pack(">Q", max(ends))
    return _box("ftyp", _BRANDS) + _box(
        "moov",
        _scaled(_timeless("mvhd", box_in(moov, "mvhd"))),
        *(_trak(table) for table in tables),
        _box("mvex", _full("mehd", 1, 0, film_s), *extends),
    )


def _trak(table: SampleTable) -> bytes:
    boxes, nothing = table.boxes, struct.pack(">I", 0)
    empty = (_full(kind, 0, 0, nothing) for kind in ("stts", "stsc", "stco"))
    samples = _box("stbl", boxes["stsd"], *empty, _full("stsz", 0, 0, 2 * nothing))
    kind = boxes["vmhd" if table.handler == "vide" else "smhd"]
    media = _box("mdia", _timeless("mdhd", boxes["mdhd"]), boxes["hdlr"], _box("minf", kind, boxes["dinf"], samples))
    return _box("trak", _timeless("tkhd", boxes["tkhd"]), media)


def _timeless(kind: str, box: bytes) -> bytes:
    """The box with a duration of 0: that of the samples in a `moov` which has none."""
    at, width = (_DURATION_AT[kind][1], 8) if box[8] else (_DURATION_AT[kind][0], 4)
    return box[:at] + bytes(width) + box[at + width :]


def _scaled(mvhd: bytes) -> bytes:
    """The box with the time scale that this file's length is told in."""
    at = 28 if mvhd[8] else 20
    return mvhd[:at] + struct.pack(">I", _MOVIE_SCALE) + mvhd[at + 4 :]


def _box(kind: str, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), kind.encode()) + body


def _full(kind: str, version: int, flags: int, body: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags) + body)
