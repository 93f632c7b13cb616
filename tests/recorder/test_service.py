"""The recorder with simulated devices that break: one recording in real time, looked at from every side."""

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.errors import WorldFailed
from kiosk.domain.events import RecorderState
from kiosk.files.journal import read_journal
from kiosk.files.manifest import read_manifest
from kiosk.media.inspect import inspect
from kiosk.recorder.process import lock_output
from tests.recorder.actors import LIMIT_S, Recorder, Visitor, prepare


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(tmp_path)
    yield made
    made.end()


@pytest.fixture
def question(tmp_path: Path) -> Path:
    path = tmp_path / "question.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        tone = np.sin(np.arange(24_000) * 0.05) * 8000
        file.writeframes(tone.astype("<i2").tobytes())
    return path


def test_a_recording_survives_a_camera_that_is_lost_a_pause_and_a_second_visitor(
    recorder: Recorder, question: Path
) -> None:
    visitor = recorder.visitor
    assert visitor.wait(events.Snapshot).protocol == events.PROTOCOL
    order = prepare()
    visitor.send(order)
    prepared = visitor.wait(events.Prepared)
    assert (prepared.width, prepared.height) == (1280, 720)
    assert 25 < prepared.fps < 35
    assert not list(recorder.output.rglob("*.mp4")), "nothing is on disk before the start"

    visitor.send(commands.Start())
    started = visitor.wait(events.Started)
    assert Path(started.recording).stat().st_size > 0, "it is called started when a fragment is on disk"
    visitor.send(commands.Mark("question", "one"), commands.Speak("one", str(question)))
    began, ended = visitor.wait(events.VoiceStarted), visitor.wait(events.VoiceEnded)
    assert ended.at_ns - began.at_ns == pytest.approx(500_000_000, abs=2_000_000)

    visitor.send(commands.Simulate("camera", "unplug"))
    assert visitor.wait(events.Problem).device == "camera"
    dark = visitor.wait(events.Progress, lambda event: not event.rec)
    assert dark.rec_reason == "Sound only: the camera is lost"
    newcomer = Visitor(recorder.output)
    snapshot = newcomer.wait(events.Snapshot)
    assert (snapshot.session, snapshot.recording) == (order.session, started.recording)
    newcomer.client.close()
    visitor.send(commands.Simulate("camera", "plug"))
    assert visitor.wait(events.Problem) == events.Problem("camera", "", "")
    gap = visitor.wait(events.Gap)
    assert gap.device == "camera"
    visitor.wait(events.Progress, lambda event: event.rec)

    visitor.send(commands.Pause())
    visitor.wait(events.Paused)
    assert not visitor.wait(events.Progress, lambda event: event.state is RecorderState.PAUSED).rec
    visitor.send(commands.Resume())
    visitor.wait(events.Resumed)
    visitor.send(commands.Stop("completed"))
    stopped = visitor.wait(events.Stopped)
    assert recorder.done.wait(LIMIT_S), "it ends by itself after the stop"
    assert visitor.lost == [], "an end that was asked for is no loss"

    journal = read_journal(Path(stopped.recording).parent / names.JOURNAL)
    durable = [line["at_ns"] for line in journal if line["kind"] == "Durable"]
    assert durable == sorted(durable)
    assert 0 < len(durable) <= stopped.duration_ns / 2e9
    manifest = read_manifest(Path(stopped.manifest))
    assert manifest.ended == "completed"
    assert [(missing.device, missing.cause) for missing in manifest.gaps] == [("camera", "no picture came")]
    assert manifest.chapters[0].start_s == pytest.approx(began.at_ns / 1e9, abs=0.001)
    assert manifest.quality is not None
    assert manifest.quality["dropped"] == 0
    (minute,) = manifest.quality["minutes"]
    assert minute["seconds"] == pytest.approx(stopped.duration_ns / 1e9, abs=0.05)
    assert (minute["frames"], manifest.quality["frames"]) == (stopped.frames, stopped.frames)
    assert manifest.quality["verdict"] != "good", "the camera was lost"
    assert [(echo["question"], echo["method"]) for echo in manifest.quality["echo"]] == [("one", "aec3")]
    found = inspect(Path(stopped.recording), manifest)
    assert found.integrity.whole
    assert found.audio is not None
    assert found.audio.gaps == ()
    assert found.video is not None
    assert found.video.intervals is not None
    assert found.video.intervals.maximum_ms < 2500, "the still stands in for the camera"


def test_a_question_whose_loudspeaker_is_lost_is_told_the_recording_goes_on_and_so_does_asking_once_it_is_back(
    recorder: Recorder, question: Path
) -> None:
    visitor = recorder.visitor
    visitor.send(prepare())
    visitor.wait(events.Prepared)
    visitor.send(commands.Start())
    visitor.wait(events.Started)
    visitor.send(commands.Mark("question", "one"), commands.Speak("one", str(question)))
    began = visitor.wait(events.VoiceStarted)
    visitor.send(commands.Simulate("loudspeaker", "unplug"))
    lost = visitor.wait(events.VoiceLost)
    assert lost.question == "one"
    assert abs(lost.at_ns - began.at_ns) < 2_000_000_000, "it may be lost before its first block has sounded"
    visitor.send(commands.Speak("one", str(question)))
    assert visitor.wait(events.Failed).code == "device", "nothing is played into nowhere"
    assert visitor.wait(events.Progress).rec, "picture and microphone are recorded all the same"
    visitor.send(commands.Simulate("loudspeaker", "plug"))
    assert visitor.wait(events.Problem, lambda event: not event.what) == events.Problem("loudspeaker", "", "")
    visitor.send(commands.Speak("one", str(question)), commands.Simulate("loudspeaker", "dry"))
    began, ended = visitor.wait(events.VoiceStarted), visitor.wait(events.VoiceEnded)
    assert ended.at_ns - began.at_ns == pytest.approx(500_000_000, abs=2_000_000), "in mid-word it is not opened again"
    journal = next(recorder.output.rglob(names.JOURNAL))
    visitor.wait(events.Progress, lambda _: any(line["kind"] == "LoudspeakerRanDry" for line in read_journal(journal)))
    visitor.send(commands.Speak("one", str(question)))
    began, ended = visitor.wait(events.VoiceStarted), visitor.wait(events.VoiceEnded)
    assert ended.at_ns - began.at_ns == pytest.approx(500_000_000, abs=2_000_000), "while it is opened, it waits"
    visitor.send(commands.Stop("completed"))
    manifest = read_manifest(Path(visitor.wait(events.Stopped).manifest))
    assert any("loudspeaker" in happening.detail for happening in manifest.events)
    assert [happening.what for happening in manifest.events].count("loudspeaker-ran-dry") == 1


def test_without_a_loudspeaker_the_interview_can_be_held_and_what_was_wrong_before_it_is_on_record(
    recorder: Recorder, question: Path
) -> None:
    visitor = recorder.visitor
    visitor.send(commands.Simulate("loudspeaker", "unplug"), commands.Simulate("camera", "black"), prepare())
    problem = visitor.wait(events.Problem, lambda event: event.device == "loudspeaker")
    assert (problem.device, "captions" in problem.remedy) == ("loudspeaker", True)
    assert visitor.wait(events.Prepared).loudspeaker.id == ""
    visitor.send(commands.Start())
    visitor.wait(events.Started)
    visitor.send(commands.Speak("one", str(question)))
    assert visitor.wait(events.Failed).code == "device"
    visitor.send(commands.Stop("completed"))
    manifest = read_manifest(Path(visitor.wait(events.Stopped).manifest))
    told = {happening.what: happening for happening in manifest.events}
    assert told["loudspeaker-problem"].at_s is None, "before the first picture"
    assert "black" in told["camera-problem"].detail
    assert manifest.quality is not None
    assert manifest.quality["sentence"].startswith("Most of the time it was said: The camera's picture is black")


def test_nothing_is_recorded_without_consent(recorder: Recorder) -> None:
    visitor = recorder.visitor
    visitor.send(prepare(consent=None))
    visitor.wait(events.Prepared)
    visitor.send(commands.Start())
    assert "consent" in visitor.wait(events.Failed).what
    assert not [path for path in recorder.output.rglob("*") if path.suffix in {".mp4", ".jsonl"}]


def test_a_second_order_to_prepare_waits_for_nobody_and_is_refused(recorder: Recorder) -> None:
    visitor = recorder.visitor
    first = prepare()
    visitor.send(first, prepare())
    assert "cannot prepare" in visitor.wait(events.Failed).what
    visitor.wait(events.Prepared)
    newcomer = Visitor(recorder.output)
    assert newcomer.wait(events.Snapshot).session == first.session
    newcomer.client.close()


def test_a_camera_that_is_not_there_is_told_and_the_recorder_can_be_asked_again(recorder: Recorder) -> None:
    visitor = recorder.visitor
    visitor.send(prepare(camera="/dev/video77"))
    failed = visitor.wait(events.Failed)
    assert (failed.command, failed.code) == ("Prepare", "device")
    assert "video77" in failed.what
    visitor.send(prepare())
    visitor.wait(events.Prepared)


def test_commands_out_of_order_are_refused_and_change_nothing(recorder: Recorder) -> None:
    visitor = recorder.visitor
    visitor.wait(events.Snapshot)
    for order in (commands.Start(), commands.Pause(), commands.Resume(), commands.Speak("one", "/nowhere.wav")):
        visitor.send(order)
        assert visitor.wait(events.Failed).command == type(order).__name__
    visitor.send(commands.Simulate("camera", "levitate"))
    assert "levitate" in visitor.wait(events.Failed).what
    assert visitor.wait(events.Progress).state is RecorderState.IDLE


def test_a_stop_before_anything_was_recorded_leaves_nothing(recorder: Recorder) -> None:
    recorder.visitor.send(commands.Stop("stopped"))
    stopped = recorder.visitor.wait(events.Stopped)
    assert (stopped.recording, stopped.duration_ns) == ("", 0)
    assert recorder.done.wait(LIMIT_S)
    assert not list(recorder.output.rglob("*.mp4"))


def test_a_request_to_end_from_the_system_seals_what_there_is(recorder: Recorder) -> None:
    visitor = recorder.visitor
    visitor.send(prepare())
    visitor.wait(events.Prepared)
    visitor.send(commands.Start())
    visitor.wait(events.Started)
    recorder.service.interrupt()
    stopped = visitor.wait(events.Stopped)
    assert stopped.reason == "interrupted"
    manifest = read_manifest(Path(stopped.manifest))
    assert manifest.segments[0].bytes == Path(stopped.recording).stat().st_size
    journal = (Path(stopped.recording).parent / names.JOURNAL).read_text().splitlines()
    assert [json.loads(line)["kind"] for line in journal][-1] == "Stopped"


def test_one_folder_has_one_recorder(tmp_path: Path) -> None:
    lock_output(tmp_path)
    with pytest.raises(WorldFailed, match="Another recorder"):
        lock_output(tmp_path)
