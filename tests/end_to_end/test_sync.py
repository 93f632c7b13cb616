"""Flash and click in one recording of a network camera and a 44.1 kHz microphone behind a real sound server.

Nobody asks meanwhile. In its middle the microphone's callbacks stop for some seconds without an error.
"""

import contextlib
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kiosk.contract import names
from kiosk.domain.clock import NS
from kiosk.files.journal import read_journal
from kiosk.media.sync import SyncMark, sync_offsets
from tests.conformance.sound_server import sound_server
from tests.end_to_end import listening, program
from tests.end_to_end.lab import Lab, interview_file

FPS = 30
OFFSET_MS = 100
"""Said in the configuration to be this kiosk's own, so that it shows whether it is taken out."""
NEAR_MS = 10.0
LATE_MS = 5.0
"""A picture that was so much longer under way than the fastest one tells that this machine was busy, nothing else."""


@dataclass
class Part:
    """A segment. On a machine that is too slow the recorder begins another one with less effort."""

    file: Path
    t0_ns: int
    start_s: float

    @functools.cached_property
    def decoded(self) -> listening.Decoded:
        return listening.decode(self.file)

    @functools.cached_property
    def marks(self) -> list[SyncMark]:
        return sync_offsets(self.file)


@dataclass
class Filmed:
    """What the one recording left."""

    parts: list[Part]
    manifest: dict[str, Any]
    flashes: dict[int, int]
    """When each flash left the camera → when its click sounded, on the recorder's clock."""

    @property
    def longest(self) -> Part:
        return max(self.parts, key=lambda part: part.file.stat().st_size)

    def errors_ms(self, found: list[tuple[Part, SyncMark]]) -> dict[float, float]:
        """Of each flash whose picture arrived in time: how much later its click is than usual in this recording."""
        left = np.array(list(self.flashes))
        late = []
        for part, mark in found:
            shown_ns = part.t0_ns + mark.at_s * NS
            sent_ns = int(left[np.argmin(np.abs(left - shown_ns))])
            put_ns = shown_ns + mark.sound_later_s * NS
            at_s = round(part.start_s + mark.at_s, 2)
            late.append((at_s, (shown_ns - sent_ns) / 1e6, (put_ns - self.flashes[sent_ns]) / 1e6))
        soonest = min(picture for _, picture, _ in late)
        in_time = [each for each in late if each[1] - soonest < LATE_MS]
        usual = float(np.median([sound - picture for _, picture, sound in in_time]))
        print("flash at, picture late ms, sound late ms:", [tuple(round(value, 2) for value in each) for each in late])
        return {at_s: sound - picture - usual for at_s, picture, sound in in_time}


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    folder = tmp_path_factory.mktemp("sync")
    with sound_server(rate=44_100) as server, contextlib.ExitStack() as ending:
        lab = Lab(every=FPS)
        ending.callback(lab.close)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("KIOSK_SOUND_OFFSET_MS", str(OFFSET_MS))
            environment.setenv("KIOSK_PRESET", "ultrafast")
            devices = ("--camera", lab.camera.url, "--microphone", "pulse", "--speaker", "null")
            recording = program.Recording(interview_file(folder, seconds=11), folder / "out", extra=devices)
            ending.callback(recording.end)
        recording.wait_for(lambda status: float(status.get("durable_s", 0)) > 4.5)
        server.control("suspend-source", "mic", "1")
        recording.wait_for(lambda status: float(status.get("durable_s", 0)) > 6)
        server.control("suspend-source", "mic", "0")
        code, result, errors = recording.finish()
    assert code == 0, errors
    folder, manifest = Path(result["manifest"]).parent, json.loads(Path(result["manifest"]).read_text())
    begun = [line for line in read_journal(folder / names.JOURNAL) if line["kind"] == "Started"]
    parts = [
        Part(folder / segment["file"], line["t0_ns"], segment["start_s"])
        for segment, line in zip(manifest["segments"], begun, strict=True)
    ]
    return Filmed(parts, manifest, lab.flashes())


def test_each_click_is_at_its_flash_within_10_ms(filmed: Filmed) -> None:
    found = [(part, mark) for part in filmed.parts for mark in part.marks]
    assert len(found) >= 6
    errors = filmed.errors_ms(found)
    assert len(errors) > 1
    assert max(map(abs, errors.values())) <= NEAR_MS, errors


@pytest.mark.parametrize("counted", [False, True], ids=["by times", "by counting samples"])
def test_it_is_so_too_in_a_file_that_was_cut_off_at_60_percent(
    filmed: Filmed, tmp_path: Path, *, counted: bool
) -> None:
    data = filmed.longest.file.read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: round(len(data) * 0.6)])
    marks = sync_offsets(path, counted=counted)
    assert marks
    errors = filmed.errors_ms([(filmed.longest, mark) for mark in marks])
    assert max(map(abs, errors.values())) <= NEAR_MS, errors


def test_counting_samples_tells_the_same_as_presentation_times(filmed: Filmed) -> None:
    counted = sync_offsets(filmed.longest.file, counted=True)
    assert [mark.at_s for mark in counted] == [mark.at_s for mark in filmed.longest.marks]
    for by_count, by_time in zip(counted, filmed.longest.marks, strict=True):
        assert by_count.sound_later_s == pytest.approx(by_time.sound_later_s, abs=0.002)


def test_the_offset_that_is_known_of_this_kiosk_is_taken_out(filmed: Filmed) -> None:
    usual_ms = 1e3 * float(np.median([mark.sound_later_s for part in filmed.parts for mark in part.marks]))
    assert -OFFSET_MS - 50 < usual_ms < -OFFSET_MS + 50


def test_a_microphone_whose_callbacks_stop_leaves_a_gap_of_silence_on_record_and_comes_back(filmed: Filmed) -> None:
    (gap,) = [gap for gap in filmed.manifest["gaps"] if gap["device"] == "microphone"]
    begin_s, end_s = gap["at_s"], gap["at_s"] + gap["lost_s"]
    assert 0.5 < gap["lost_s"] < 8
    for part in filmed.parts:
        heard = part.decoded.between(max(0, begin_s + 0.05 - part.start_s), max(0, end_s - 0.05 - part.start_s))
        if len(heard) > listening.RATE // 10:
            assert listening.level_dbfs(heard) < -80
    last = filmed.parts[-1]
    assert listening.level_dbfs(last.decoded.between(max(0, end_s + 0.1 - last.start_s), 1e6)) > -75
    assert any(part.start_s + mark.at_s > end_s for part in filmed.parts for mark in part.marks)
    told = [event for event in filmed.manifest["events"] if "microphone" in event["detail"]]
    assert told, "the proctor was told"


def test_the_sound_has_no_hole_and_is_as_long_as_the_picture(filmed: Filmed) -> None:
    for part in filmed.parts:
        with av.open(str(part.file)) as container:
            packets = [packet for packet in container.demux(container.streams.audio[0]) if packet.pts is not None]
        steps = np.diff([float((packet.pts or 0) * (packet.time_base or 0)) for packet in packets])
        assert np.abs(steps - 1024 / listening.RATE).max() < 0.002
        assert part.decoded.sound_start == pytest.approx(0, abs=0.002)
        assert len(part.decoded.sound) / listening.RATE == pytest.approx(part.decoded.times[-1], abs=0.2)


def test_the_microphone_is_on_record_by_what_the_sound_server_connected(filmed: Filmed) -> None:
    microphone = filmed.manifest["devices"]["microphone"]
    assert microphone["id"].endswith(":mic")
    assert microphone["spec"] == "pulse"
