import io
import random
import struct
from itertools import pairwise
from pathlib import Path

import av
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest
from kiosk.media.boxes import BoxCutter, fragments, parse_moof, parse_moov, scan
from tests.encode.material import Collected, in_pieces, record


@pytest.fixture(scope="module")
def recording() -> bytes:
    """Three seconds."""
    sink = Collected()
    record(sink, 3)
    return sink.data


def boxes_of(data: bytes) -> dict[str, bytes]:
    """The first of each kind."""
    found: dict[str, bytes] = {}
    for kind, box in BoxCutter().feed(data):
        found.setdefault(kind, box)
    return found


@pytest.mark.parametrize("lengths", [[1], [3, 1000, 2], [1 << 30]])
def test_a_stream_is_cut_into_the_same_boxes_whatever_its_pieces(lengths: list[int], recording: bytes) -> None:
    cutter = BoxCutter()
    found = [each for piece in in_pieces(recording[:60_000], lengths) for each in cutter.feed(piece)]
    assert [kind for kind, _ in found[:4]] == ["ftyp", "moov", "moof", "mdat"]
    assert b"".join(box for _, box in found) + cutter.rest == recording[:60_000]


def test_a_box_of_64_bit_size_is_understood() -> None:
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 5) + b"12345"
    assert list(BoxCutter().feed(large)) == [("mdat", large)]


@pytest.mark.parametrize("data", [b"\0\0\0\0moov", b"\0\0\0\x07moov", b"\0\0\0\x10\x01\x02\x03\x04", b"GIF89a\0\0\0\0"])
def test_what_is_no_box_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest, match="not an MP4"):
        list(BoxCutter().feed(data))


def test_tracks_and_times_agree_with_what_a_player_finds(tmp_path: Path, recording: bytes) -> None:
    path = tmp_path / "one.mp4"
    path.write_bytes(recording)
    tracks = parse_moov(boxes_of(recording)["moov"])
    assert {track.handler: track.timescale for track in tracks.values()} == {"vide": 90_000, "soun": 48_000}

    runs = [run for _, fragment in fragments(path) for run in fragment.runs]
    with av.open(io.BytesIO(recording), "r") as container:
        packets = [
            (
                packet.stream.type,
                packet.pts * packet.time_base,
                (packet.pts + (packet.duration or 0)) * packet.time_base,
            )
            for packet in container.demux()
            if packet.pts is not None
        ]
    for handler, kind in (("vide", "video"), ("soun", "audio")):
        mine = [run for run in runs if run.track.handler == handler]
        theirs = [(start, end) for each, start, end in packets if each == kind]
        assert sum(run.samples for run in mine) == len(theirs)
        assert mine[0].start_ns / NS == pytest.approx(float(theirs[0][0]), abs=1e-6)
        assert mine[-1].end_ns / NS == pytest.approx(float(theirs[-1][1]), abs=0.001)
        assert all(earlier.end_ns <= later.start_ns + 1 for earlier, later in pairwise(mine))
    times = [time for run in runs for time in run.frame_times_ns]
    assert times == pytest.approx([number * NS / 30 for number in range(90)], abs=12_000)


def test_a_file_without_anything_in_it_has_no_fragments(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert list(fragments(path)) == []


def test_a_file_cut_at_any_byte_is_whole_up_to_its_last_fragment(tmp_path: Path, recording: bytes) -> None:
    path = tmp_path / "one.mp4"
    path.write_bytes(recording)
    boxes = [box for box in scan(path).boxes if box.kind in {"moof", "mdat"}]
    last, before = boxes[-2], boxes[-3]
    end = boxes[-1].offset + boxes[-1].size
    for size in {*range(last.offset + 1, last.offset + last.size + 20), *range(last.offset + 300, end, 997), end - 1}:
        path.write_bytes(recording[:size])
        found = scan(path)
        assert found.whole_to == before.offset + before.size
        assert found.torn_at is not None or found.boxes[-1].kind == "moof"
    path.write_bytes(recording[:end])
    assert scan(path).whole_to == end


def test_what_follows_damage_is_a_torn_tail(tmp_path: Path, recording: bytes) -> None:
    path = tmp_path / "one.mp4"
    path.write_bytes(recording + b"\0" * 4096)
    found = scan(path)
    assert (found.torn_at, found.whole_to) == (len(recording), len(recording))


def test_damaged_boxes_are_refused_and_never_crash(recording: bytes) -> None:
    boxes = boxes_of(recording)
    tracks = parse_moov(boxes["moov"])
    dice = random.Random(3)
    refused = 0
    for _ in range(1500):
        kind = dice.choice(["moov", "moof"])
        damaged = bytearray(boxes[kind])
        for _ in range(dice.randint(1, 4)):
            damaged[dice.randrange(8, len(damaged))] = dice.randrange(256)
        try:
            if kind == "moov":
                parse_moov(bytes(damaged))
            else:
                parse_moof(bytes(damaged), tracks)
        except BadRequest:
            refused += 1
    assert refused > 100
    with pytest.raises(BadRequest):
        parse_moof(boxes["moof"], {})
    with pytest.raises(BadRequest):
        parse_moov(boxes["moov"][:-1])
