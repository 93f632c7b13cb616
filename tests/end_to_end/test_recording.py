"""One recording in real time with simulated devices, looked at from every side; and one whose recorder is killed."""

import hashlib
import json
import signal
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk.domain import commands
from kiosk.domain.clock import SystemClock
from kiosk.recorder.client import RecorderClient
from kiosk.speech.voice_cache import read_wav
from kiosk.system import places
from tests.end_to_end import listening, program


@dataclass(frozen=True)
class Made:
    """What the one recording left, and what was seen while it ran."""

    code: int
    result: dict[str, Any]
    manifest: dict[str, Any]
    running: dict[str, Any]
    second: tuple[int, str]
    decoded: listening.Decoded

    @property
    def file(self) -> Path:
        return Path(self.result["recording"])


def _tell(output: Path, *orders: commands.Command) -> None:
    client = RecorderClient(output, SystemClock(), lambda _event: None, lambda _what: None)
    assert client.attach()
    for order in orders:
        client.send(order)
    client.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    output = folder / "out"
    recording = program.Recording(program.interview_file(folder, first=9, second=3), output)
    try:
        recording.wait_for(lambda status: bool(status.get("rec")) and float(status["durable_s"]) > 5)
        _tell(output, commands.Simulate("camera", "clap"))
        running = recording.wait_for(lambda status: float(status["durable_s"]) > 7)
        other = program.run(
            "record", recording.interview, "--candidate", "c-2", "--consent", "x", *program.simulated(output)
        )
        code, result, errors = recording.finish()
    finally:
        recording.end()
    assert code == 0, errors
    manifest = json.loads(Path(result["manifest"]).read_text())
    decoded = listening.decode(Path(result["recording"]))
    return Made(code, result, manifest, running, (other.returncode, other.stderr), decoded)


def test_the_file_is_h264_and_aac_at_the_promised_size_and_rate(made: Made) -> None:
    streams = {stream["codec_type"]: stream for stream in listening.probe(made.file)["streams"]}
    video, audio = streams["video"], streams["audio"]
    assert (video["codec_name"], video["width"], video["height"]) == ("h264", 1280, 720)
    assert video["pix_fmt"] in {"yuv420p", "yuvj420p"}
    top, bottom = map(int, video["avg_frame_rate"].split("/"))
    assert 29.5 <= top / bottom <= 30.5
    assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "48000", 1)


def test_the_result_tells_what_the_file_holds(made: Made) -> None:
    assert made.result["frames"] == len(made.decoded.times)
    assert made.result["dropped"] == 0
    assert made.result["gaps"] == 0
    assert made.result["duration_s"] == pytest.approx(made.decoded.times[-1], abs=0.2)
    assert len(made.decoded.sound) / listening.RATE == pytest.approx(made.decoded.times[-1], abs=0.2)


def test_each_question_is_heard_once_where_the_manifest_says(made: Made) -> None:
    lengths = {}
    for wav in (places.cache_folder() / "voice").rglob("*.wav"):
        samples = read_wav(wav)
        lengths[len(samples)] = samples
    for voice, chapter in zip(made.manifest["voice"], made.manifest["chapters"], strict=True):
        span = voice["end_s"] - voice["start_s"]
        needle = lengths[min(lengths, key=lambda length: abs(length / listening.RATE - span))]
        begin = max(0.0, voice["start_s"] - 0.5)
        at, fit = listening.found_at(needle, made.decoded.between(begin, voice["end_s"] + 0.5))
        assert fit > 0.8, "the question sounds like its rendered file, without a second voice over it"
        assert begin + at == pytest.approx(voice["start_s"], abs=0.02)
        assert chapter["start_s"] == pytest.approx(voice["start_s"], abs=0.001)


def test_the_candidate_is_heard_in_the_answer(made: Made) -> None:
    answer = made.manifest["answers"][0]
    heard = made.decoded.between(answer["start_s"] + 0.5, answer["end_s"] - 0.2)
    assert listening.level_dbfs(heard) > -45


def test_flash_and_click_are_together(made: Made) -> None:
    answer = made.manifest["answers"][0]
    flash = made.decoded.times[int(np.argmax(made.decoded.lower))]
    assert answer["start_s"] < flash < answer["end_s"]
    heard = made.decoded.between(flash - 0.5, flash + 0.5)
    edges = np.abs(np.diff(heard))
    click = flash - 0.5 + float(np.argmax(edges)) / listening.RATE
    assert click == pytest.approx(flash, abs=0.040)


def test_what_is_recorded_now_could_be_seen_from_outside(made: Made) -> None:
    assert made.running["recording"] is True
    assert made.running["rec"] is True
    assert made.running["session"] == made.result["session"]
    assert made.running["durable_s"] <= made.running["length_s"]
    assert made.running["dropped"] == 0


def test_a_second_start_on_the_same_output_is_refused_in_one_sentence(made: Made) -> None:
    code, words = made.second
    assert code == 1
    assert "already" in words
    assert "Traceback" not in words


def test_the_manifest_lists_segments_and_chunks_that_are_really_so(made: Made) -> None:
    data = made.file.read_bytes()
    segment = made.manifest["segments"][0]
    assert segment["file"] == made.file.name
    assert segment["bytes"] == len(data)
    assert segment["sha256"] == hashlib.sha256(data).hexdigest()
    end = 0
    for number, chunk in enumerate(made.manifest["chunks"]):
        assert (chunk["number"], chunk["offset"]) == (number, end)
        end += chunk["size"]
        assert chunk["sha256"] == hashlib.sha256(data[chunk["offset"] : end]).hexdigest()
    assert end == len(data)
    assert len(made.manifest["chunks"]) >= 2, "a chunk ends about every 10 s"


def test_the_consent_came_before_the_first_picture(made: Made) -> None:
    assert made.manifest["consent"]["reference"] == "paper-7"
    assert made.manifest["consent"]["given_at"] <= made.manifest["started_at"]


def test_nobody_else_can_read_what_was_recorded(made: Made) -> None:
    for path in (made.file, Path(made.result["manifest"]), made.file.parent / "events.jsonl"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.file.parent.stat().st_mode) == 0o700


def test_inspect_agrees(made: Made) -> None:
    done = program.run("inspect", made.file, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["duration_s"] == pytest.approx(made.result["duration_s"], abs=0.1)
    assert "tail" not in program.run("inspect", made.file).stderr


def test_an_interrupt_ends_in_order_also_what_a_script_runs_in_the_background(tmp_path: Path) -> None:
    """A script's shell has SIGINT ignored in whatever it starts with `&`."""
    interview = program.interview_file(tmp_path, first=60, second=3)
    recording = program.Recording(interview, tmp_path / "out", inherited="trap '' INT")
    try:
        recording.wait_for(lambda status: float(status.get("durable_s", 0)) > 1)
        recording.process.send_signal(signal.SIGINT)
        code, result, errors = recording.finish()
    finally:
        recording.end()
    assert (code, result["ended"]) == (0, "interrupted"), errors


def test_stop_from_elsewhere_ends_in_order(tmp_path: Path) -> None:
    output = tmp_path / "out"
    recording = program.Recording(program.interview_file(tmp_path, first=60, second=3), output)
    try:
        recording.wait_for(lambda status: float(status.get("durable_s", 0)) > 1)
        stopped = program.run("stop", "--output", output)
        code, result, errors = recording.finish()
    finally:
        recording.end()
    assert (stopped.returncode, code) == (0, 0), errors
    assert result["ended"] == "stopped"
    assert json.loads(Path(result["manifest"]).read_text())["ended"] == "stopped"
