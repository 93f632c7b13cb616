import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kiosk.contract.manifest import Happening, Manifest, MissingTime, Segment, Span, encode
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.domain.errors import BadRequest
from kiosk.encode.encoder import Encoder
from kiosk.media.boxes import scan
from kiosk.media.inspect import describe, inspect
from tests.encode.material import SMALL, Collected, moving, record, tone


@pytest.fixture(scope="module")
def recording() -> bytes:
    """Four seconds, a tone of -20 dBFS."""
    sink = Collected()
    record(sink, 4)
    return sink.data


@pytest.fixture
def path(tmp_path: Path, recording: bytes) -> Path:
    path = tmp_path / "interview.mp4"
    path.write_bytes(recording)
    return path


def manifest_of(path: Path) -> Manifest:
    data = path.read_bytes()
    return Manifest(
        session="s",
        interview={},
        candidate="c",
        started_at="",
        ended="completed",
        duration_s=14.0,
        segments=(
            Segment("first.mp4", 0.0, 10.0, 1, "00"),
            Segment(path.name, 10.0, 4.0, len(data), hashlib.sha256(data).hexdigest()),
        ),
        chapters=(Span("before", 1.0, 9.0), Span("proud", 10.5, 12.0), Span("list", 12.0, None)),
    )


def test_a_recording_is_measured(path: Path) -> None:
    found = inspect(path)

    assert found.duration_s == pytest.approx(4.0, abs=0.03)
    video, audio = found.video, found.audio
    assert video is not None
    assert audio is not None
    assert (video.codec, video.width, video.height, video.pixel_format) == ("h264", 320, 180, "yuvj420p")
    assert (video.frames, video.keyframes) == (120, 4)
    assert video.average_fps == pytest.approx(30, abs=0.01)
    assert video.intervals is not None
    assert video.intervals.median_ms == pytest.approx(33.33, abs=0.02)
    assert (video.intervals.late, video.gaps) == (0, ())
    assert (audio.codec, audio.rate, audio.channels) == ("aac", 48_000, 1)
    assert audio.integrated_lufs == pytest.approx(-23.7, abs=0.3)  # 440 Hz weigh 0.7 LU less
    assert audio.true_peak_dbtp == pytest.approx(-19, abs=2)  # AAC overshoots at the edges
    assert audio.gaps == ()
    integrity = found.integrity
    assert (integrity.whole, integrity.closed, integrity.torn_bytes, integrity.undecodable) == (True, True, 0, 0)
    assert integrity.fragments == sum(box.kind == "moof" for box in scan(path).boxes)
    assert (integrity.manifest, found.chapters) == ("none", ())
    assert json.loads(json.dumps(found.to_json()))["video"]["intervals"]["late"] == 0


def test_late_pictures_and_a_hole_are_found(tmp_path: Path) -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    times = [0.0, 0.033, 0.066, 0.166, 0.2, 1.4, 1.433]
    for number, at_s in enumerate(times):
        encoder.picture(moving(number), round(at_s * NS))
    encoder.sound(tone(1.5), 0)
    encoder.close()
    path = tmp_path / "late.mp4"
    path.write_bytes(sink.data)

    video = inspect(path).video
    assert video is not None
    assert video.intervals is not None
    assert video.intervals.late == 2
    assert video.intervals.maximum_ms == pytest.approx(1200, abs=1)
    (hole,) = video.gaps
    assert hole.at_s == pytest.approx(0.2, abs=0.001)
    assert hole.lost_s == pytest.approx(1.2, abs=0.001)


def test_the_manifest_beside_it_gives_chapters_and_the_hash(path: Path) -> None:
    (path.parent / "manifest.json").write_bytes(encode(manifest_of(path)))

    found = inspect(path)

    assert found.integrity.manifest == "matches"
    assert [(each.question, each.start_s, each.end_s) for each in found.chapters] == [
        ("proud", 0.5, 2.0),
        ("list", 2.0, None),
    ]
    assert "proud" in describe(found)


def test_every_minute_is_measured_and_lost_pictures_drift_and_echo_are_the_manifests(path: Path) -> None:
    (alone,) = inspect(path).quality.minutes
    assert (alone.frames, alone.dropped, alone.drift_ppm) == (120, None, None), "a file does not tell what is not in it"
    assert alone.fps == pytest.approx(30, abs=0.01)
    assert alone.level_dbfs == pytest.approx(-23, abs=0.3)

    told = {"start_s": 10.0, "seconds": 4, "frames": 1, "fps": 1, "longest_ms": 1, "level_dbfs": 0, "peak_dbfs": 0}
    other = {**told, "start_s": 0.0, "lufs": 0, "dropped": 99, "damaged": 0, "drift_ppm": 9}
    quality = {
        "encoder": "libx264",
        "preset": "superfast",
        "minutes": [other, {**told, "lufs": 0, "dropped": 7, "damaged": 0, "drift_ppm": 80}, "damaged"],
        "echo": [
            {"question": "before", "method": "gate"},
            {"question": "proud", "method": "aec3", "echo_down_db": 34, "second_peak_db": -8},
        ],
    }
    voice = (Span("before", 1.0, 2.0), Span("proud", 10.5, 11.5))
    lost = (MissingTime(4.0, 3.0, "no picture came", "camera"),)
    found = inspect(path, replace(manifest_of(path), quality=quality, voice=voice, gaps=lost))
    (minute,) = found.quality.minutes
    assert (minute.frames, minute.dropped, minute.drift_ppm) == (120, 7, 80.0)
    assert [echo.question for echo in found.quality.echo] == ["proud"], "of this segment, as of gaps"
    assert found.quality.sentence == "Usable, but 7 pictures were lost; also, a question is heard twice."
    words = describe(found)
    assert "encoder    libx264 superfast" in words
    assert "echo       proud: down 34 dB, second peak -8 dB, by aec3" in words
    assert "0:00:00       30.00          33     7       -23" in words
    assert found.quality.sentence in words


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ([(None, "microphone-problem", "It is muted.")], "Most of the time it was said: It is muted."),
        ([(4.0, "microphone-problem", "It is muted.")], "Most of the time it was said: It is muted."),
        ([(13.0, "microphone-problem", "It is muted.")], "Usable, but for a while it was said: It is muted."),
        ([(4.0, "microphone-problem", "It is muted."), (6.0, "microphone-recovered", "")], "Good: "),
        ([(15.0, "microphone-problem", "It is muted.")], "Good: "),
    ],
    ids=["before the recording", "since the segment before", "for its end", "only before it", "only after it"],
)
def test_what_stood_in_a_segment_is_said_of_it(
    events: list[tuple[float | None, str, str]], sentence: str, path: Path
) -> None:
    told = tuple(Happening(*event) for event in events)
    assert inspect(path, replace(manifest_of(path), events=told)).quality.sentence.startswith(sentence)


def test_another_hash_than_the_manifests_is_told(path: Path) -> None:
    known = manifest_of(path)
    wrong = replace(known, segments=(known.segments[0], replace(known.segments[1], sha256="00" * 32)))

    found = inspect(path, wrong)

    assert (found.integrity.manifest, found.integrity.whole) == ("differs", False)
    assert "another SHA-256" in describe(found)


@pytest.mark.parametrize(("content", "state"), [(b"{", "damaged"), (b"", "damaged")])
def test_a_damaged_manifest_does_not_hide_the_recording(path: Path, content: bytes, state: str) -> None:
    (path.parent / "manifest.json").write_bytes(content)
    found = inspect(path)
    assert (found.integrity.manifest, found.integrity.whole) == (state, True)


def test_a_manifest_of_other_files_is_told(path: Path) -> None:
    found = inspect(path, replace(manifest_of(path), segments=()))
    assert (found.integrity.manifest, found.chapters) == ("unlisted", ())


@pytest.mark.parametrize("missing", [1, 900, 20_000])
def test_a_torn_file_is_measured_as_far_as_it_is_whole(missing: int, path: Path, recording: bytes) -> None:
    path.write_bytes(recording[:-missing])

    found = inspect(path)

    assert not found.integrity.whole
    assert found.integrity.torn_bytes > 0
    assert found.integrity.undecodable == 0
    assert found.duration_s > 1
    assert "torn off" in describe(found)


def test_a_file_cut_between_two_fragments_is_whole_but_was_not_ended_in_order(path: Path, recording: bytes) -> None:
    ends = [box.offset + box.size for box in scan(path).boxes if box.kind == "mdat"]
    path.write_bytes(recording[: ends[3]])

    found = inspect(path)

    assert (found.integrity.whole, found.integrity.closed, found.integrity.fragments) == (True, False, 4)
    assert "not ended in order" in describe(found)


def test_damage_inside_a_fragment_is_found(path: Path, recording: bytes) -> None:
    damaged = bytearray(recording)
    mdat = [box for box in scan(path).boxes if box.kind == "mdat"][4]
    damaged[mdat.offset + 200 : mdat.offset + 900] = np.random.default_rng(1).bytes(700)
    path.write_bytes(damaged)

    found = inspect(path)

    assert not found.integrity.whole
    assert found.integrity.undecodable > 0
    assert "do not decode" in describe(found)


def test_a_person_can_read_it(path: Path) -> None:
    text = describe(inspect(path))
    for part in ("0:00:04.0", "320x180", "30.00 frames/s", "full range", "LUFS", "dBTP", "yes: "):
        assert part in text


def test_what_is_no_recording_is_refused_in_one_sentence(tmp_path: Path, recording: bytes) -> None:
    cases = {
        "missing.mp4": (None, "There is no file"),
        "empty.mp4": (b"", "is empty"),
        "text.mp4": (b"Dear reader, this is not a film.", "is not an MP4 file"),
        "short.mp4": (b"\0\0", "is not an MP4 file"),
        "head.mp4": (recording[:700], "cut off before its first fragment"),
        "first.mp4": (recording[:3000], "neither picture nor sound"),
        "film.mp4": (b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x10moov\0\0\0\x08trak", "damaged"),
    }
    for name, (content, sentence) in cases.items():
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(BadRequest, match=sentence) as caught:
            inspect(path)
        assert str(path) in caught.value.what
    with pytest.raises(BadRequest, match="is a folder"):
        inspect(tmp_path)


def test_sound_that_is_missing_is_silence_not_an_error(tmp_path: Path) -> None:
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    encoder.picture(moving(0), 0)
    encoder.sound(np.zeros(RATE, np.float32), 0)
    encoder.close()
    path = tmp_path / "silent.mp4"
    path.write_bytes(sink.data)

    audio = inspect(path).audio
    assert audio is not None
    assert audio.integrated_lufs == -70
