"""A film as fragments: the same packets at the same times, opened and sought in with little reading."""

import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, cast

import av
import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.domain.errors import BadRequest
from kiosk.encode.encoder import Encoder
from kiosk.media.boxes import BoxCutter, scan
from kiosk.media.fragment_index import index_of
from kiosk.media.fragmented import Fragmented
from kiosk.media.rendition import make_rendition
from tests.encode.material import SMALL, Collected, moving

SECONDS = 9


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two segments of a moving picture and noise, joined; the second begins after a hole."""
    folder = tmp_path_factory.mktemp("film")
    segments = []
    for number, seconds in enumerate((6.02, 3.0), 1):
        sink = Collected()
        encoder = Encoder(sink, SMALL)
        noise = (0.1 * np.random.default_rng(number).standard_normal(round(seconds * RATE))).astype(np.float32)
        for picture in range(round(seconds * 30)):
            encoder.picture(moving(picture), picture * NS // 30 + picture % 2 * NS // 300, keyframe=picture == 47)
            encoder.sound(noise[picture * RATE // 30 : (picture + 1) * RATE // 30], picture * RATE // 30)
        encoder.close()
        segments.append(folder / f"interview_{number:02}.mp4")
        segments[-1].write_bytes(sink.data)
    make_rendition(segments, None, folder / "film.mp4")
    return folder / "film.mp4"


@pytest.fixture
def fragmented(film: Path, tmp_path: Path) -> Iterator[Fragmented]:
    index = tmp_path / "film.index"
    index.write_bytes(index_of(film))
    found = Fragmented(film.open("rb"), index.open("rb"))
    yield found
    found.close()


class Counted:
    """How much of it was read."""

    def __init__(self, file: Fragmented) -> None:
        self.file, self.bytes = file, 0

    def read(self, count: int = -1) -> bytes:
        data = self.file.read(count)
        self.bytes += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()


def packets(file: Any) -> dict[str, list[tuple[int, bytes, bool]]]:
    found: dict[str, list[tuple[int, bytes, bool]]] = {"video": [], "audio": []}
    with av.open(file, "r", format="mp4") as container:
        for packet in container.demux(container.streams.video[0], container.streams.audio[0]):
            if packet.pts is not None:
                found[packet.stream.type].append((packet.pts, bytes(packet), packet.is_keyframe))
    return found


def test_it_has_the_films_packets_at_the_films_times(film: Path, fragmented: Fragmented) -> None:
    whole, seen = packets(str(film)), packets(fragmented)
    assert seen["video"] == whole["video"]
    assert len(seen["video"]) > 260
    assert whole["audio"][0][0] < 0  # the encoder's own silence, which nobody hears
    assert seen["audio"] == [packet for packet in whole["audio"] if packet[0] >= 0]


def test_it_is_a_table_of_contents_and_whole_fragments_of_a_second(fragmented: Fragmented) -> None:
    boxes = list(BoxCutter().feed(fragmented.read()))
    kinds = [kind for kind, _ in boxes]
    count = kinds.count("moof")
    assert kinds == ["ftyp", "moov", "sidx", *["moof", "mdat"] * count]
    assert count == 7 + 3 + 2  # of each segment the seconds, and one that was asked for
    sidx = boxes[2][1]
    (told,) = struct.unpack_from(">H", sidx, 38)
    sizes = [struct.unpack_from(">I", sidx, 40 + 12 * number)[0] for number in range(told)]
    assert sizes == [len(boxes[3 + 2 * n][1]) + len(boxes[4 + 2 * n][1]) for n in range(count)]


def test_wherever_it_is_sought_to_the_keyframe_before_comes_first_and_little_is_read(
    film: Path, fragmented: Fragmented
) -> None:
    pictures = packets(str(film))["video"]
    keys = [pts for pts, _, key in pictures if key]
    for number in (200, 3, 120, 46, 47, 48, 179, 180, 181, len(pictures) - 1, 0):
        at = pictures[number][0]
        fragmented.seek(0)
        counted = Counted(fragmented)
        with av.open(cast("BinaryIO", counted), "r", format="mp4", buffer_size=4096) as container:
            video, audio = container.streams.video[0], container.streams.audio[0]
            assert container.duration == pytest.approx(SECONDS * 1e6, abs=1e5)
            container.seek(at, stream=video)
            first: dict[str, Any] = {}
            for packet in container.demux(video, audio):
                first.setdefault(packet.stream.type, packet)
                if len(first) == 2:
                    break
        key = max(pts for pts in keys if pts <= at)
        assert first["video"].pts == key
        sound_s = first["audio"].pts / RATE
        assert key / 90_000 - 0.022 <= sound_s <= key / 90_000 + 1e-6
        assert counted.bytes < fragmented.size / 3


def test_any_part_is_the_same_bytes_as_in_the_whole(fragmented: Fragmented) -> None:
    whole = fragmented.read()
    assert len(whole) == fragmented.size == fragmented.seek(0, io.SEEK_END)
    for at in range(0, len(whole), 3001):
        assert fragmented.seek(at) == at
        assert fragmented.read(977) == whole[at : at + 977]
    assert fragmented.seek(len(whole) + 5) == len(whole) + 5
    assert fragmented.read(10) == b""


def test_an_index_of_another_film_is_refused_and_a_film_that_is_cut_off_is_told(film: Path, tmp_path: Path) -> None:
    made = index_of(film)
    with pytest.raises(BadRequest, match="not of this film"):
        Fragmented(io.BytesIO(b"another film"), io.BytesIO(made))
    with pytest.raises(BadRequest, match="no index"):
        Fragmented(io.BytesIO(film.read_bytes()), io.BytesIO(b"something else"))
    short = tmp_path / "short.mp4"
    short.write_bytes(film.read_bytes()[:-9000])
    with pytest.raises(BadRequest, match="not whole"):
        index_of(short)


def test_what_is_not_made_by_us_has_no_index(film: Path, tmp_path: Path) -> None:
    """It is played as it is."""
    data = film.read_bytes()
    moov = next(box for box in scan(film).boxes if box.kind == "moov")
    shown_later = tmp_path / "later.mp4"
    with av.open(str(shown_later), "w", options={"movflags": "faststart"}) as container:
        stream: Any = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.codec_context.max_b_frames = 320, 180, 2
        for number in range(30):
            frame = moving(number).reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    damaged = tmp_path / "damaged.mp4"
    at = data.index(b"stsc", moov.offset)
    damaged.write_bytes(data[: at + 8] + b"\x00\x00\x7f\xff" + data[at + 12 :])
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    for path in (shown_later, damaged, empty):
        with pytest.raises(BadRequest):
            index_of(path)
