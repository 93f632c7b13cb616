import io
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import NoSpace, WorldFailed
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.media.boxes import BoxCutter, Fragment, Track, parse_moof, parse_moov
from kiosk.media.inspect import inspect
from tests.encode.material import COLOURS, SMALL, Collected, bars, camera_frame, flat, jpeg, moving, record, tone


def fragments_of(data: bytes) -> list[Fragment]:
    tracks: dict[int, Track] = {}
    found = []
    for kind, box in BoxCutter().feed(data):
        if kind == "moov":
            tracks = parse_moov(box)
        if kind == "moof":
            found.append(parse_moof(box, tracks))
    return found


def pictures_of(data: bytes) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(data), "r") as container:
        return list(container.decode(video=0))


def sound_of(data: bytes) -> Samples:
    with av.open(io.BytesIO(data), "r") as container:
        joined: Samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
        return joined


def test_a_recording_does_not_depend_on_the_processors_instructions() -> None:
    made = []
    for avx512 in (False, True):
        sink = Collected()
        record(sink, 1.0, settings=EncoderSettings(width=320, height=180, bit_rate=300_000, avx512=avx512))
        made.append(sink.data)
    assert made[0] == made[1]


@pytest.mark.parametrize("source", ["4:2:0", "4:2:2", "bgr"])
def test_colours_survive_and_are_tagged(source: str, tmp_path: Path) -> None:
    picture = bars()
    frame = PictureDecoder().decode(camera_frame(picture if source == "bgr" else jpeg(picture, source)))
    sink = Collected()
    encoder = Encoder(sink, EncoderSettings(bit_rate=8_000_000))
    for number in range(6):
        encoder.picture(frame, number * NS // 30)
    encoder.sound(tone(0.2), 0)
    encoder.close()

    shown = pictures_of(sink.data)[-1]
    # A player that believes the tags: matrix and range are the frame's own.
    rgb = shown.to_ndarray(format="rgb24", src_colorspace=shown.colorspace, src_color_range=shown.color_range)
    for number, (name, colour) in enumerate(COLOURS.items()):
        found = rgb[360, (2 * number + 1) * 80]
        assert [int(value) for value in found] == pytest.approx(colour, abs=6), name
    path = tmp_path / "colours.mp4"
    path.write_bytes(sink.data)
    video = inspect(path).video
    assert video is not None
    assert (video.pixel_format, video.range, video.matrix) == ("yuvj420p", "full", "smpte170m")
    assert (video.primaries, video.curve) == ("bt709", "srgb")


def test_presentation_times_are_the_times_given() -> None:
    times = [0, 33_300_000, 70_100_000, 99_000_000, 450_000_000, 500_000_000, 2_100_000_000]
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    for number, at_ns in enumerate(times):
        assert encoder.picture(moving(number), at_ns)
    encoder.sound(tone(2.2), 0)
    encoder.close()

    found = [round((frame.time or 0) * NS) for frame in pictures_of(sink.data)]
    assert found == pytest.approx(times, abs=12_000)  # 1/90000 s


def test_a_picture_that_is_not_later_is_refused_and_changes_nothing() -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    assert encoder.picture(moving(0), 100_000_000)
    assert not encoder.picture(moving(1), 100_000_000)
    assert not encoder.picture(moving(2), 100_000_000 + 5_000)
    assert not encoder.picture(moving(3), 0)
    assert encoder.picture(moving(4), 133_000_000)
    encoder.sound(tone(0.2), 0)
    encoder.close()

    assert len(pictures_of(sink.data)) == 2


def test_keyframes_come_every_second_of_media_time_and_on_request() -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    for number in range(75):
        encoder.picture(moving(number), number * NS // 15, keyframe=number == 20)
        encoder.sound(np.zeros(3200, np.float32), number * 3200)
    encoder.close()

    keys = [round((frame.time or 0) * 15) for frame in pictures_of(sink.data) if frame.key_frame]
    assert keys == [0, 15, 20, 30, 45, 60]
    starts = [fragment.video.start_ns for fragment in fragments_of(sink.data) if fragment.keyframe and fragment.video]
    assert [round(start * 15 / NS) for start in starts] == keys


def test_no_picture_waits_for_a_later_one() -> None:
    sink = Collected()
    record(sink, 2)

    with av.open(io.BytesIO(sink.data), "r") as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    assert all(packet.pts == packet.dts for packet in packets)


def test_every_fragment_is_short_and_holds_both_tracks() -> None:
    sink = Collected()
    record(sink, 5)

    found = fragments_of(sink.data)
    assert all(len(fragment.runs) == 2 for fragment in found[:-1])
    assert all(run.end_ns - run.start_ns < 0.35 * NS for fragment in found for run in fragment.runs)


def test_a_stalled_microphone_holds_the_picture_back_by_little() -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    encoder.sound(tone(1), 0)
    for number in range(150):
        encoder.picture(moving(number), number * NS // 30)

    videos = [fragment.video.end_ns for fragment in fragments_of(sink.data) if fragment.video]
    assert videos[-1] > (5 - 0.3 - 0.25 - 0.1) * NS
    encoder.abandon()


def test_a_stalled_camera_holds_the_sound_back_by_little() -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    encoder.picture(moving(0), 0)
    encoder.picture(moving(1), NS // 30)
    for second in range(5):
        encoder.sound(tone(1), second * RATE)

    sounds = [
        run.end_ns for fragment in fragments_of(sink.data) for run in fragment.runs if run.track.handler == "soun"
    ]
    assert sounds[-1] > (5 - 0.3 - 0.25 - 0.1) * NS
    encoder.abandon()


def test_a_flash_and_a_click_stay_together() -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    sound = np.zeros(2 * RATE, np.float32)
    click = RATE + 480
    sound[click : click + 40] = 0.9
    flash_ns = click * NS // RATE
    times = sorted({number * NS // 30 for number in range(60)} | {flash_ns})
    for at_ns in times:
        encoder.picture(flat(235 if flash_ns <= at_ns < flash_ns + NS // 10 else 16), at_ns)
    for first in range(0, len(sound), 777):  # blocks of no particular length
        encoder.sound(sound[first : first + 777], first)
    encoder.close()

    with av.open(io.BytesIO(sink.data), "r") as container:
        lit = [frame.time or 0 for frame in container.decode(video=0) if frame.to_ndarray()[:100].mean() > 150]
    heard = sound_of(sink.data)
    loud = int(np.argmax(np.abs(heard) > 0.3)) / RATE
    assert lit[0] == pytest.approx(flash_ns / NS, abs=0.0001)
    assert loud == pytest.approx(click / RATE, abs=0.001)


def test_all_sound_arrives_whatever_the_length_of_its_blocks() -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    encoder.picture(moving(0), 0)
    sound = tone(1.5)
    first = 0
    for length in [1, 0, 1023, 1024, 5000, 17, 20_000]:
        encoder.sound(sound[first : first + length], first)
        first += length
    encoder.sound(sound[first:], first)
    encoder.close()

    heard = sound_of(sink.data)
    assert len(heard) == pytest.approx(len(sound), abs=1024)
    inside = slice(4800, 60_000)
    assert np.corrcoef(heard[inside], sound[inside])[0, 1] > 0.995


@pytest.mark.parametrize("first", [100, 479, 481])
def test_sound_that_does_not_follow_is_refused(first: int) -> None:
    encoder = Encoder(Collected(), SMALL)
    encoder.sound(np.zeros(480, np.float32), 0)
    with pytest.raises(ValueError, match="do not follow 480"):
        encoder.sound(np.zeros(480, np.float32), first)
    encoder.abandon()


class FullSink:
    """Takes so many bytes and then no more."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.refused = 0

    def write(self, data: bytes) -> int:
        self.size -= len(data)
        if self.size < 0:
            self.refused += 1
            raise NoSpace("The disk is full.")
        return len(data)


def test_the_sinks_error_comes_out_as_it_is_and_nothing_more_goes_in() -> None:
    sink = FullSink(30_000)
    encoder = Encoder(sink, SMALL)
    sound = tone(10)

    def feed() -> None:
        for number in range(300):
            encoder.picture(moving(number), number * NS // 30)
            encoder.sound(sound[number * 1600 : (number + 1) * 1600], number * 1600)

    with pytest.raises(NoSpace):
        feed()
    with pytest.raises(NoSpace):
        encoder.picture(moving(1), 20 * NS)
    with pytest.raises(NoSpace):
        encoder.close()
    encoder.abandon()
    assert sink.refused == 1


def test_an_abandoned_encoder_writes_nothing_more() -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    encoder.picture(moving(0), 0)
    encoder.sound(tone(1), 0)
    before = len(sink.data)
    encoder.abandon()
    encoder.abandon()
    assert len(sink.data) == before


def test_settings_that_the_encoder_does_not_know_are_told() -> None:
    with pytest.raises(WorldFailed, match="cannot start"):
        Encoder(Collected(), EncoderSettings(preset="hurried"))


def test_the_sink_gets_a_fragment_in_one_piece() -> None:
    sink = Collected()
    record(sink, 3)

    ends = np.cumsum(sink.pieces).tolist()
    at = 0
    boundaries = set()
    for kind, box in BoxCutter().feed(sink.data):
        at += len(box)
        if kind == "mdat":
            boundaries.add(at)
    assert boundaries <= set(ends)
    assert all(later > earlier for earlier, later in pairwise(ends))
