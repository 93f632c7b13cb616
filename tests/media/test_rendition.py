import io
import json
import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kiosk.contract.manifest import Caption, Manifest, MissingTime, Segment, Span
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.wire import plain
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.media.boxes import scan
from kiosk.media.inspect import inspect
from kiosk.media.rendition import RenditionFacts, make_rendition, poster
from tests.encode.material import SMALL, Collected, flat, record


def flash_and_click(seconds: float, at_s: float, settings: EncoderSettings = SMALL) -> bytes:
    """A dark, silent recording with one white picture and one click, both at `at_s`."""
    sink = Collected()
    encoder = Encoder(sink, settings)
    sound = np.zeros(round(seconds * RATE), np.float32)
    sound[round(at_s * RATE) : round(at_s * RATE) + 48] = 0.8
    for number in range(round(seconds * 30)):
        white = number == round(at_s * 30)
        encoder.picture(flat(255 if white else 16, settings.width, settings.height), number * NS // 30)
        encoder.sound(sound[number * RATE // 30 : (number + 1) * RATE // 30], number * RATE // 30)
    encoder.sound(sound[round(seconds * 30) * RATE // 30 :], round(seconds * 30) * RATE // 30)
    encoder.close()
    return sink.data


def packets(path: Path) -> list[tuple[str, int, int, bytes]]:
    with av.open(str(path)) as container:
        streams = [container.streams.video[0], container.streams.audio[0]]
        found = [
            (packet.stream.type, packet.pts, packet.dts or 0, bytes(packet))
            for packet in container.demux(streams)
            if packet.pts is not None
        ]
    return sorted(found, key=lambda packet: packet[:2])


def sound(path: Path) -> Samples:
    """All sound on its own presentation times, from 0 on."""
    out = np.zeros(RATE * 20, np.float32)
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            assert frame.pts is not None
            samples = frame.to_ndarray()[0]
            first = max(0, -frame.pts)
            out[frame.pts + first : frame.pts + len(samples)] = samples[first:]
    return out


def white_at(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.time or 0) for frame in container.decode(video=0) if frame.to_ndarray()[90, 160] > 200]


def probe(path: Path) -> Any:
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_chapters", "-show_format", str(path)],
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    return json.loads(done.stdout)


def end_s(path: Path) -> float:
    return inspect(path).duration_s


def manifest_of(*paths: Path, **values: Any) -> Manifest:
    segments, at = [], 0.0
    for path in paths:
        length = end_s(path)
        segments.append(Segment(path.name, round(at, 6), length, path.stat().st_size, "00"))
        at += length
    base = Manifest("s", {"title": "General"}, "c", "2026-11-22T15:03:07+01:00", "completed", at, tuple(segments))
    return replace(base, **values)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("one") / "interview_01.mp4"
    path.write_bytes(flash_and_click(4.01, 2.0))
    return path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "interview_02.mp4"
    path.write_bytes(flash_and_click(3, 1.0))
    return path


def test_every_packet_of_one_segment_is_copied_with_its_times(one: Path, tmp_path: Path) -> None:
    target = tmp_path / "made.mp4"
    facts = make_rendition([one], manifest_of(one), target)

    assert packets(target) == packets(one)
    assert np.array_equal(sound(target), sound(one))
    assert white_at(target) == white_at(one) == [pytest.approx(2.0, abs=0.0001)]
    assert facts == RenditionFacts(
        duration_s=4.01,
        bytes=target.stat().st_size,
        starts_s=(0.0,),
        pictures=120,
        sound_packets=189,
        chapters=0,
        captions=0,
        torn_bytes=0,
    )


def test_it_is_an_ordinary_mp4_with_its_index_in_front(one: Path, tmp_path: Path) -> None:
    target = tmp_path / "made.mp4"
    make_rendition([one], plain(manifest_of(one)), target)

    kinds = [box.kind for box in scan(target).boxes]
    assert kinds.index("moov") < kinds.index("mdat")
    assert "moof" not in kinds
    found = probe(target)
    assert [stream["codec_tag_string"] for stream in found["streams"]] == ["avc1", "mp4a"]
    assert datetime.fromisoformat(found["format"]["tags"]["creation_time"]) == datetime(
        2026, 11, 22, 14, 3, 7, tzinfo=UTC
    )
    assert list(tmp_path.iterdir()) == [target]
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600


def test_chapters_and_captions_are_in_the_file(one: Path, tmp_path: Path) -> None:
    target = tmp_path / "made.mp4"
    manifest = manifest_of(
        one,
        chapters=(Span("proud", 0.0, 2.0), Span("why", 2.0, None)),
        captions=(Caption(0.5, 1.5, "What are you proud of, señor?", "proud"),),
    )
    make_rendition([one], manifest, target)

    found = probe(target)
    chapters = [(chapter["tags"]["title"], float(chapter["start_time"])) for chapter in found["chapters"]]
    assert chapters == [("What are you proud of, señor?", 0.0), ("why", 2.0)]
    assert [stream["codec_tag_string"] for stream in found["streams"]][:3] == ["avc1", "mp4a", "tx3g"]
    shown = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(target), "-map", "0:s", "-f", "srt", "-"], capture_output=True, check=True
    ).stdout.decode()
    assert "00:00:00,500 --> 00:00:01,500" in shown
    assert "What are you proud of, señor?" in shown


def test_two_segments_follow_each_other_and_flash_and_click_stay_together(one: Path, two: Path, tmp_path: Path) -> None:
    target = tmp_path / "made.mp4"
    manifest = manifest_of(
        one, two, chapters=(Span("q", 0.0, None),), gaps=(MissingTime(4.01, 12.0, "killed", "recorder"),)
    )
    facts = make_rendition([one, two], manifest, target)

    start = manifest.segments[1].start_s
    assert facts.starts_s == (0.0, start)
    assert facts.pictures == 210
    first, second = round(start * 90_000), round(start * RATE)
    expected = [each for each in packets(one) if each[0] == "video"]
    expected += [(kind, pts + first, dts + first, data) for kind, pts, dts, data in packets(two) if kind == "video"]
    assert [each for each in packets(target) if each[0] == "video"] == expected
    assert white_at(target) == pytest.approx([2.0, start + 1.0], abs=0.0001)
    joined = sound(target)
    assert np.array_equal(joined[: second - 3 * 1024], sound(one)[: second - 3 * 1024])
    assert np.array_equal(joined[second : second + 3 * RATE], sound(two)[: 3 * RATE])
    titles = [chapter["tags"]["title"] for chapter in probe(target)["chapters"]]
    assert titles == ["q", "Gap: 12 s not recorded"]


def test_missing_sound_at_a_crash_is_silence_so_that_counting_players_stay_in_time(
    two: Path, one: Path, tmp_path: Path
) -> None:
    fragments = [box for box in scan(one).boxes if box.kind == "mdat"]
    cut = tmp_path / "interview_01.mp4"
    cut.write_bytes(one.read_bytes()[: fragments[-2].offset + fragments[-2].size])
    manifest = manifest_of(cut, two)
    late = replace(manifest, segments=(manifest.segments[0], replace(manifest.segments[1], start_s=4.5)))
    target = tmp_path / "made.mp4"

    make_rendition([cut, two], late, target)

    times = [pts for kind, pts, _, _ in packets(target) if kind == "audio"]
    steps = np.diff(times)
    assert set(steps[steps != 1024]).issubset(range(512, 1537))
    assert (steps != 1024).sum() <= 1
    second = round(4.5 * RATE)
    assert second - 1024 in times
    assert abs(times.index(second - 1024) * 1024 - second) <= 512
    assert np.array_equal(sound(target)[second : second + 3 * RATE], sound(two)[: 3 * RATE])


def test_a_segment_with_other_parameter_sets_carries_its_own(one: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(
        flash_and_click(2, 1.0, EncoderSettings(width=320, height=180, bit_rate=300_000, preset="medium"))
    )
    with av.open(str(one)) as first, av.open(str(other)) as second:
        assert first.streams.video[0].codec_context.extradata != second.streams.video[0].codec_context.extradata
    target = tmp_path / "made.mp4"

    make_rendition([one, other], manifest_of(one, other), target)

    assert probe(target)["streams"][0]["codec_tag_string"] == "avc3"
    with av.open(str(target)) as container:
        container.streams.video[0].codec_context.options = {"err_detect": "explode"}
        pictures = [frame.to_ndarray()[:180, :320] for frame in container.decode(video=0)]
    with av.open(str(other)) as container:
        own = [frame.to_ndarray()[:180, :320] for frame in container.decode(video=0)]
    assert len(pictures) == 180
    assert np.array_equal(pictures[120:], own)


def test_a_segment_of_another_size_is_refused(one: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(flash_and_click(1, 0.5, EncoderSettings(width=640, height=360)))
    with pytest.raises(BadRequest, match="other settings"):
        make_rendition([one, other], manifest_of(one, other), tmp_path / "made.mp4")
    assert list(tmp_path.iterdir()) == [other]


def test_a_torn_tail_is_left_out_and_told(one: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(one.read_bytes()[:-30_000] if one.stat().st_size > 60_000 else one.read_bytes()[:-3000])
    facts = make_rendition([torn], None, tmp_path / "made.mp4")
    assert facts.torn_bytes > 0
    assert facts.pictures == inspect(torn).video.frames  # type: ignore[union-attr]  # it has a picture


def test_progress_ends_at_one(one: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    make_rendition([one], None, tmp_path / "made.mp4", progress=shares.append)
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


def test_what_is_no_recording_is_refused_and_leaves_nothing(one: Path, tmp_path: Path) -> None:
    whole = one.read_bytes()
    moov = next(box for box in scan(one).boxes if box.kind == "moov")
    moof = next(box for box in scan(one).boxes if box.kind == "moof")
    inside = bytearray(whole)
    inside[moov.offset + 8 : moov.offset + 12] = b"\x7f\xff\xff\xff"
    counts = bytearray(whole)
    at = whole.index(b"trun", moof.offset)
    counts[at + 8 : at + 12] = b"\x00\x01\x00\x00"
    cases = {
        "empty": b"",
        "text": b"Dear reader, this is not a film.",
        "head": whole[: moov.offset],
        "no-fragment": whole[: moof.offset],
        "huge-inner-box": bytes(inside),
        "huge-count": bytes(counts),
        "huge-box": whole[: moov.offset] + b"\0\0\0\1moov" + b"\x00\x00\x00\xff" + b"\xff" * 4 + whole[moov.offset :],
    }
    for name, data in cases.items():
        folder = tmp_path / name
        folder.mkdir()
        path = folder / "in.mp4"
        path.write_bytes(data)
        with pytest.raises(BadRequest):
            make_rendition([path], None, folder / "out.mp4")
        assert list(folder.iterdir()) == [path], name


def test_samples_that_cannot_be_read_are_never_left_out_silently(one: Path, tmp_path: Path) -> None:
    """A fragment whose data offset points elsewhere: FFmpeg would go on without a word."""
    whole = bytearray(one.read_bytes())
    moof = [box for box in scan(one).boxes if box.kind == "moof"][3]
    at = whole.index(b"trun", moof.offset)
    whole[at + 12 : at + 16] = b"\x7f\x00\x00\x00"
    path = tmp_path / "in.mp4"
    path.write_bytes(whole)
    with pytest.raises(BadRequest, match="damaged"):
        make_rendition([path], None, tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == [path]


def test_a_manifest_of_other_files_is_refused(one: Path, two: Path, tmp_path: Path) -> None:
    manifest = manifest_of(one, two)
    far = replace(manifest, segments=(manifest.segments[0], replace(manifest.segments[1], start_s=400.0)))
    with pytest.raises(BadRequest, match="does not begin where"):
        make_rendition([one, two], far, tmp_path / "out.mp4")


def test_a_folder_that_is_missing_is_told(one: Path, tmp_path: Path) -> None:
    with pytest.raises(WorldFailed, match="No such file"):
        make_rendition([one], None, tmp_path / "nowhere" / "out.mp4")
    with pytest.raises(BadRequest, match="There is no file"):
        make_rendition([tmp_path / "gone.mp4"], None, tmp_path / "out.mp4")


def test_a_new_rendition_replaces_the_old_one(one: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    target.write_bytes(b"old")
    target.with_name("out.mp4.part").write_bytes(b"left behind by a kill")
    make_rendition([one], None, target)
    assert packets(target) == packets(one)
    assert list(tmp_path.iterdir()) == [target]


def test_a_poster_is_the_picture_of_its_time(one: Path) -> None:
    for at_s, bright in ((1.0, False), (2.01, True), (3.9, False), (99.0, False)):
        with av.open(io.BytesIO(poster(one, at_s)), "r") as container:
            (picture,) = container.decode(video=0)
        assert (picture.width, picture.height) == (1280, 720)
        assert bool(picture.to_ndarray(format="gray").mean() > 200) is bright


def test_a_file_without_a_picture_has_no_poster(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_bytes(b"Dear reader, this is not a film.")
    with pytest.raises(BadRequest, match="no picture"):
        poster(path, 0.0)


def test_a_moving_picture_and_a_tone_come_through(tmp_path: Path) -> None:
    sink = Collected()
    record(sink, 5)
    path = tmp_path / "in.mp4"
    path.write_bytes(sink.data)
    make_rendition([path], manifest_of(path), tmp_path / "out.mp4")
    assert packets(tmp_path / "out.mp4") == packets(path)
