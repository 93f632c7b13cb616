"""One interview whose recorder is killed, then its kiosk: both come back, and it is one recording."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from kiosk.system import host
from tests.end_to_end import listening, program


def test_an_interview_outlives_its_recorder_and_its_kiosk(tmp_path: Path) -> None:
    output = tmp_path / "out"
    recording = program.Recording(program.interview_file(tmp_path, first=30, second=2), output)
    resumed = None
    try:
        before = recording.wait_for(lambda status: float(status.get("durable_s", 0)) > 3)
        os.kill(before["pid"], signal.SIGKILL)
        after = recording.wait_for(lambda status: bool(status.get("rec")) and status["pid"] != before["pid"])
        assert after["session"] == before["session"]
        assert not host.alive(before["pid"])
        file = Path(before["file"])
        assert listening.opens(file) >= before["durable_s"] - 0.1, "nothing that was called durable is lost"

        os.kill(after["pid"], signal.SIGSTOP)
        threading.Event().wait(2.5)
        os.kill(after["pid"], signal.SIGCONT)
        after = recording.wait_for(lambda status: bool(status.get("rec")))

        recording.process.kill()
        recording.process.communicate()
        resumed = program.Recording(recording.interview, output, resumes=after["session"])
        resumed.wait_for(lambda status: float(status["durable_s"]) > after["durable_s"] + 1 and status["led"])
        assert program.run("stop", "--output", output).returncode == 0
        code, result, errors = resumed.finish()
    finally:
        recording.end()
        if resumed is not None:
            resumed.end()
    assert (code, result["ended"]) == (0, "stopped"), errors
    manifest = json.loads(Path(result["manifest"]).read_text())
    first, second = manifest["segments"]
    assert result["recording"] == str(file), "the first segment stands for the recording"
    assert (first["file"], second["file"]) == (file.name, Path(after["file"]).name)
    assert second["start_s"] == pytest.approx(first["duration_s"], abs=0.001)
    between = [gap for gap in manifest["gaps"] if gap["device"] == "recorder"]
    assert [gap["at_s"] for gap in between] == [pytest.approx(second["start_s"], abs=0.001)]
    assert 0 < between[0]["lost_s"] < program.PATIENCE_S
    assert [gap["lost_s"] > 2 for gap in manifest["gaps"] if gap["device"] == "machine"] == [True], (
        "it was stopped once"
    )
    lost = {f"{device}-problem" for device in ("camera", "microphone", "loudspeaker")}
    assert not lost & {happening["what"] for happening in manifest["events"]}, "no device was away, only the recorder"
    there = sum(listening.pictures(file.parent / each["file"]) for each in (first, second))
    assert result["frames"] > there - 30, "of both recorders"
    assert there - 30 < manifest["quality"]["frames"] <= there, "the killed one's, too, who told of no minute"
    begun_s = [minute["start_s"] for minute in manifest["quality"]["minutes"]]
    assert begun_s == pytest.approx([0, second["start_s"]], abs=0.2)
    assert [chapter["question"] for chapter in manifest["chapters"]] == ["one", "one"]
    assert {happening["what"] for happening in manifest["events"]} >= {"kiosk-away", "note", "ended"}
    for segment in manifest["segments"]:
        assert listening.opens(file.parent / segment["file"]) == pytest.approx(segment["duration_s"], abs=0.5)
    verified = program.run("verify", result["session"], "--output", output)
    assert verified.returncode == 0, verified.stderr
