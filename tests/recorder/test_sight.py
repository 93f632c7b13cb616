"""The camera's side: what is said of its pictures, and which camera may come back."""

import dataclasses
import itertools
import queue
from pathlib import Path

import av
import pytest

from kiosk.devices.opener import Devices
from kiosk.devices.simulated.stage import Stage
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import DeviceKind
from kiosk.domain.events import Problem
from kiosk.files.manifest import read_manifest
from kiosk.media.sync import sync_offsets
from kiosk.recorder.preview_file import PreviewFile
from kiosk.recorder.sight import Sight
from kiosk.system import places
from tests.devices.hand_clock import HandClock
from tests.encode.test_geometry import assert_test_card
from tests.recorder.actors import LIMIT_S, Recorder, prepare

OVER = Problem("camera", "", "")


class Watched:
    """A camera's side that is shown the simulated camera's pictures as fast as can be; time is that of the pictures."""

    def __init__(self, folder: Path) -> None:
        self.told: list[Problem] = []
        self._clock = HandClock()
        self._stage = Stage(self._clock, places.asset(""))
        self._camera = self._stage.camera()
        preview, devices = PreviewFile(folder / "preview"), Devices(self._clock, places.asset(""))
        self.sight = Sight(
            devices, "simulated", self._clock, on_frame=lambda _: None, post=self.told.append, preview=preview
        )

    def show(self, seconds: float, action: str, value: str = "") -> list[Problem]:
        """What is told while the camera is so, for so long."""
        self.told.clear()
        self._stage.simulate(DeviceKind.CAMERA, action, value)
        controls = self._stage.camera_controls
        until_ns = self._clock.t_ns + round(seconds * NS)
        while self._clock.t_ns < until_ns:
            self._clock.t_ns = controls.due_ns(controls.number_at(self._clock.t_ns) + 1) + 1000
            self.sight.see(self._camera.read(), wanted=False, shown=False)
        return list(self.told)


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("black", "normal", "is black"),
        ("covered", "normal", "one even surface"),
        ("glare", "normal", "much too bright"),
        ("dark", "normal", "too dark"),
        ("freeze", "thaw", "stands still"),
    ],
)
def test_what_is_wrong_with_the_picture_is_said_within_three_seconds_and_taken_back(
    wrong: str, right: str, words: str, tmp_path: Path
) -> None:
    watched = Watched(tmp_path)
    assert watched.show(1.5, "normal") == []
    assert watched.sight.judged.is_set()
    (problem,) = watched.show(3, wrong)
    assert (problem.device, words in problem.what, problem.remedy != "") == ("camera", True, True)
    assert watched.show(1.5, right) == [OVER]


def test_a_camera_that_slows_down_is_told_with_the_rate_that_was_measured(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    assert watched.show(2, "fps", "30") == []
    assert [problem.what for problem in watched.show(4, "fps", "15")] == ["The camera gives only 15 pictures a second."]
    assert [problem.what for problem in watched.show(4, "fps", "5")] == ["The camera gives only 5 pictures a second."]
    assert watched.show(3, "fps", "30") == [Problem("frame rate", "", "")]


def test_a_black_picture_and_a_low_rate_stand_side_by_side_until_nobody_looks_any_more(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    assert [problem.device for problem in watched.show(4, "fps", "10")] == ["frame rate"]
    assert [problem.device for problem in watched.show(3, "black")] == ["camera"]
    watched.told.clear()
    watched.sight.stop()
    assert sorted(watched.told, key=lambda problem: problem.device) == [OVER, Problem("frame rate", "", "")]


def test_only_the_chosen_camera_comes_back_and_a_refused_one_is_named_so(tmp_path: Path) -> None:
    told: queue.Queue[Problem] = queue.Queue()
    clock = SystemClock()
    devices = Devices(clock, places.asset(""))
    preview = PreviewFile(tmp_path / "preview")
    sight = Sight(devices, "simulated", clock, on_frame=lambda _: None, post=told.put, preview=preview)
    sight.start()
    try:
        sight.wait_ready(LIMIT_S)
        chosen = sight.status.identity
        devices.simulate("camera", "swap", "")
        assert "unplugged" in told.get(timeout=LIMIT_S).what
        devices.simulate("camera", "refuse", "")
        devices.simulate("camera", "restore", "")
        while "refuses" not in (now := told.get(timeout=LIMIT_S)).what:
            assert now != OVER, "another camera was taken"
        devices.simulate("camera", "allow", "")
        assert told.get(timeout=LIMIT_S) == OVER
        assert sight.status.identity == chosen
    finally:
        sight.stop()
        sight.join(LIMIT_S)


def test_a_slow_raw_camera_of_another_shape_is_recorded_in_time_and_unstretched_once_its_cover_is_open(
    tmp_path: Path,
) -> None:
    recorder = Recorder(tmp_path)
    visitor = recorder.visitor
    order = dataclasses.replace(prepare(camera="simulated:640x480,yuyv,15"), rec_mark=False, timestamp=False)
    visitor.send(commands.Simulate("camera", "black"), order)
    prepared = visitor.wait(events.Prepared)
    told = [event.what for event in visitor.heard if isinstance(event, Problem)]
    assert "The camera's picture is black." in told, "before it is called prepared"
    assert (prepared.width, prepared.height) == (640, 480)
    assert 13 < prepared.fps < 17
    visitor.send(commands.Simulate("camera", "normal"))
    assert visitor.wait(events.Problem, lambda event: event.device == "camera") == OVER
    visitor.send(commands.Start())
    visitor.wait(events.Started)
    visitor.wait(events.Progress, lambda event: event.media_ns > 0.7 * NS)
    visitor.send(commands.Simulate("camera", "clap"))
    visitor.wait(events.Progress, lambda event: event.media_ns > 1.7 * NS)
    visitor.send(commands.Stop("completed"))
    stopped = visitor.wait(events.Stopped)
    recorder.end()
    assert [
        event.what
        for event in visitor.heard
        if isinstance(event, Problem) and event.device == "frame rate" and event.what
    ] == ["The camera gives only 15 pictures a second."]
    with av.open(stopped.recording) as container:
        frames = list(container.decode(video=0))
    times = [float(frame.time or 0) for frame in frames]
    steps = {round((later - earlier) * 15) for earlier, later in itertools.pairwise(times)}
    assert steps == {1}, "every picture stands at its own time"
    assert_test_card(frames[-1], 160, 0)
    (mark,) = sync_offsets(Path(stopped.recording))
    assert abs(mark.sound_later_s) < 0.010
    quality = read_manifest(Path(stopped.manifest)).quality
    assert quality is not None
    assert quality["sync"]["markers"] == 1
    assert quality["sync"]["median_ms"] == pytest.approx(mark.sound_later_s * 1000, abs=1)
