"""A rehearsal: recorded, played back, recorded again, and nothing of it is left anywhere."""

import mmap
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import commands, events, preview
from kiosk.domain.events import RecorderState
from kiosk.recorder.rehearsal import RehearsalFolder
from kiosk.system import host
from tests.recorder.actors import LIMIT_S, Recorder, Visitor, prepare
from tests.recorder.test_service import question

__all__ = ["question"]

SESSION = "0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff001"
CRASHED = """
import sys
from kiosk.recorder.rehearsal import RehearsalFolder
place = RehearsalFolder("crashed").place(sys.argv[1])
place.folder.mkdir()
(place.folder / "answer.mp4").write_bytes(b"private")
print(place.folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kiosk-") as folder:  # a socket's path must be short
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.fixture
def recorder(tmp_path: Path, runtime: Path) -> Iterator[Recorder]:
    assert runtime.exists()
    made = Recorder(tmp_path)
    yield made
    made.end()


def rehearsed_files(*folders: Path) -> list[str]:
    """What of a recording lies in these folders."""
    return [path.name for folder in folders for path in folder.rglob("*") if path.suffix in {".mp4", ".jsonl", ".json"}]


def picture_time(view: mmap.mmap) -> int:
    """Of the newest picture in the preview."""
    found = preview.read_newest(memoryview(view))
    assert found is not None
    return found.t_ns


def rehearse(visitor: Visitor, question: Path | None = None) -> None:
    """From prepared on until something is recorded; with a question, a flash and a click in it, or with nothing."""
    visitor.send(commands.Start())
    started = visitor.wait(events.Started)
    assert Path(started.recording).stat().st_mode & 0o077 == 0
    if question is not None:
        visitor.send(commands.Speak("one", str(question)), commands.Simulate("camera", "clap"))
    visitor.wait(events.Progress, lambda event: event.rec and event.media_ns > 2_000_000_000)


def test_a_rehearsal_is_played_back_may_come_again_and_leaves_nothing(
    recorder: Recorder, runtime: Path, question: Path
) -> None:
    visitor, output = recorder.visitor, recorder.output
    order = prepare(consent=None, rehearsal=True)
    visitor.send(order)
    visitor.wait(events.Prepared)
    visitor.send(commands.Volume(50), commands.Play(str(question)))
    loud = visitor.wait(events.Progress, lambda event: event.level_dbfs > -45)
    assert loud.state is RecorderState.PREPARED, "a test sound is heard before anything is recorded"

    rehearse(visitor, question)
    newcomer = Visitor(output)
    snapshot = newcomer.wait(events.Snapshot)
    newcomer.client.close()
    assert snapshot.rehearsal, "whoever comes is told that it is no interview"
    assert rehearsed_files(runtime)
    assert rehearsed_files(output) == []
    visitor.send(commands.Replay())
    rehearsed = visitor.wait(events.Rehearsed)
    assert rehearsed.figures["frames"] > 50
    assert rehearsed.sound_offset_ns is not None
    assert abs(rehearsed.sound_offset_ns) < 20_000_000, "flash and click of the simulated devices are of one instant"
    replaying = visitor.wait(events.Progress, lambda event: event.state is RecorderState.REPLAYING)
    assert not replaying.rec
    with Path(snapshot.preview).open("rb") as file:
        view = mmap.mmap(file.fileno(), preview.FILE_BYTES, access=mmap.ACCESS_READ)
    shown_before = picture_time(view)
    visitor.send(commands.Start())
    assert visitor.wait(events.Failed).command == "Start", "not while it is played back"
    visitor.wait(events.Progress, lambda event: event.level_dbfs > -45)  # its sound is heard
    visitor.wait(events.Replayed)
    assert picture_time(view) > shown_before + 1_000_000_000, "its pictures were shown"
    view.close()
    assert rehearsed_files(runtime, output) == []
    assert visitor.wait(events.Progress).state is RecorderState.PREPARED

    rehearse(visitor)
    visitor.send(commands.Replay())
    silent = visitor.wait(events.Rehearsed)
    assert (silent.verdict, silent.sentence[:26]) == (events.Verdict.WRONG, "Nobody was heard speaking.")
    visitor.send(commands.Silence())
    visitor.wait(events.Replayed)
    visitor.send(commands.Start())
    visitor.wait(events.Started)
    visitor.send(commands.Stop("completed"))
    stopped = visitor.wait(events.Stopped)
    assert (stopped.recording, stopped.manifest) == ("", "")
    assert recorder.done.wait(LIMIT_S)
    assert rehearsed_files(runtime, output) == []
    assert not list(runtime.rglob("rehearsal-*"))


def test_only_a_rehearsal_is_played_back(recorder: Recorder) -> None:
    visitor = recorder.visitor
    visitor.send(commands.Replay())
    assert "rehearsal" in visitor.wait(events.Failed).what
    visitor.send(commands.Volume(101))
    assert "percent" in visitor.wait(events.Failed).what


def test_what_a_killed_rehearsal_left_is_removed_by_the_next_recorder_of_any_folder(runtime: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", CRASHED, SESSION], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with killed:
        assert killed.stdout is not None
        left = Path(killed.stdout.readline().strip())
        RehearsalFolder("another")
        assert (left / "answer.mp4").exists(), "it is still being recorded"
        killed.send_signal(signal.SIGKILL)
    RehearsalFolder("another")
    assert not left.exists()
    assert not list(host.runtime_folder().glob("rehearsal-*"))
    assert runtime in left.parents
