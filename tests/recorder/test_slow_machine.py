"""A machine that does not keep up: less effort in a new segment, and nobody sees or hears the join."""

import itertools
import threading
from pathlib import Path

import av
import pytest

from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink
from kiosk.files.manifest import read_manifest
from kiosk.media.inspect import inspect
from kiosk.media.rendition import make_rendition
from kiosk.media.sync import sync_offsets
from kiosk.recorder.pace import Pace
from tests.recorder.actors import Recorder, prepare

T0 = 1000 * NS


class Tired(Encoder):
    """Takes too long for each picture from the second second on, unless little is asked of it."""

    def __init__(self, sink: Sink, settings: EncoderSettings) -> None:
        super().__init__(sink, settings)
        self._slow = settings.preset != "ultrafast"
        self._count = 0

    def picture(self, frame: av.VideoFrame, at_ns: int, *, keyframe: bool = False) -> bool:
        self._count += 1
        if self._slow and self._count > 30:
            threading.Event().wait(0.7 if self._count in {31, 32} else 0.045)  # it works, and works
        return super().picture(frame, at_ns, keyframe=keyframe)


def test_a_recorder_that_falls_behind_goes_on_with_less_effort_and_sound_and_picture_stay_together(
    tmp_path: Path,
) -> None:
    recorder = Recorder(tmp_path, make_encoder=Tired)
    visitor = recorder.visitor
    visitor.send(prepare())
    assert visitor.wait(events.Prepared).preset == "superfast"
    visitor.send(commands.Start())
    first = visitor.wait(events.Started)
    visitor.send(commands.Simulate("camera", "clap"))
    problem = visitor.wait(events.Problem)
    assert (problem.device, "does not keep up" in problem.what) == ("computer", True)
    visitor.send(commands.Simulate("camera", "clap"))
    second = visitor.wait(events.Started)
    visitor.wait(events.Problem, lambda event: event == events.Problem("computer", "", ""))  # it has caught up
    visitor.send(commands.Simulate("camera", "clap"))
    here_ns = visitor.wait(events.Progress).media_ns
    visitor.wait(events.Progress, lambda event: event.media_ns > here_ns + NS)
    visitor.send(commands.Stop("completed"))
    stopped = visitor.wait(events.Stopped)
    recorder.end()
    assert second.segment == 2
    assert second.start_ns == pytest.approx(second.t0_ns - first.t0_ns, abs=20_000), "media time runs on"
    assert stopped.dropped == 0

    manifest = read_manifest(Path(stopped.manifest))
    assert [gap for gap in manifest.gaps if gap.device != "machine"] == []
    assert manifest.quality is not None
    assert [step["preset"] for step in manifest.quality["preset_steps"]] == ["ultrafast"]
    one, two = manifest.segments
    assert two.start_s == pytest.approx(one.start_s + one.duration_s, abs=1e-5)
    paths = [Path(stopped.recording).with_name(segment.file) for segment in manifest.segments]
    joined = tmp_path / "joined.mp4"
    facts = make_rendition(paths, manifest, joined)
    assert facts.starts_s[1] == pytest.approx(two.start_s, abs=2e-6), "nothing overlaps and nothing is left out"
    found = inspect(joined)
    assert found.audio is not None
    assert found.audio.gaps == ()
    assert found.video is not None
    assert found.video.intervals is not None
    assert found.video.intervals.maximum_ms < 50, "not one picture is missing"
    for counted in (False, True):
        marks = sync_offsets(joined, counted=counted)
        assert [mark.at_s < two.start_s for mark in marks] == [True, False, False], "none is lost, not even at the join"
        for mark in marks:
            assert abs(mark.sound_later_s) < 0.010, f"at {mark.at_s} s, {counted=}"


def paced(costs_ms: list[float], interval_ms: float = 33.3, *, pairs: bool = False) -> list[int]:
    """Numbers of the pictures at which less effort is asked for, when each costs so much.

    `pairs`: the first of two is only there when the second has come.
    """
    pace, asked, now_ns = Pace(), [], T0
    for number, cost_ms in enumerate(costs_ms):
        t_ns = T0 + round(number * interval_ms * 1e6)
        there_ns = t_ns + (round(interval_ms * 1e6) if pairs and number % 2 == 0 else 0)
        pace.waited(max(0, there_ns - now_ns))
        now_ns = max(now_ns, there_ns) + round(cost_ms * 1e6)
        if pace.worked(t_ns, now_ns):
            asked.append(number)
    return asked


@pytest.mark.parametrize(
    ("costs_ms", "times"),
    [
        pytest.param([15.0] * 300, 0, id="a good machine"),
        pytest.param([32.0] * 300, 0, id="one that just keeps up"),
        pytest.param([15.0] * 60 + [4000.0] + [15.0] * 240, 0, id="one that stood still and works it off"),
        pytest.param([15.0] * 60 + [60.0] * 80, 1, id="one that became too slow"),
        pytest.param([60.0] * 300, 3, id="one that always is"),
    ],
)
def test_less_effort_is_asked_for_only_when_pictures_take_longer_than_they_come(
    costs_ms: list[float], times: int
) -> None:
    asked = paced(costs_ms)
    assert len(asked) >= times if times > 1 else len(asked) == times
    assert all(later - earlier >= 30 for earlier, later in itertools.pairwise(asked)), "each has its time to show"


def test_it_is_behind_until_it_has_caught_up() -> None:
    pace = Pace()
    now_ns = T0
    for number in range(100):
        now_ns += 60_000_000
        pace.worked(T0 + number * NS // 30, now_ns)
    assert pace.behind
    for number in range(100, 400):
        pace.waited(max(0, T0 + number * NS // 30 - now_ns))
        now_ns = max(now_ns, T0 + number * NS // 30) + 15_000_000
        pace.worked(T0 + number * NS // 30, now_ns)
    assert not pace.behind


def test_that_pictures_are_handed_over_in_pairs_is_no_slowness_of_the_machine() -> None:
    at_work = [25.0, 5.0] * 15 + [25.0]  # one more of the slower ones than of the others

    assert paced([*at_work, 4000.0, *[15.0] * 100], pairs=True) == []


class Exhausted(Encoder):
    """Needs a quarter of a second for each picture from the first second on."""

    def __init__(self, sink: Sink, settings: EncoderSettings) -> None:
        super().__init__(sink, settings)
        self._count = 0

    def picture(self, frame: av.VideoFrame, at_ns: int, *, keyframe: bool = False) -> bool:
        self._count += 1
        if self._count > 30:
            threading.Event().wait(0.25)
        return super().picture(frame, at_ns, keyframe=keyframe)


def test_pictures_that_wait_at_the_end_are_waited_for_as_long_as_it_goes_on(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, make_encoder=Exhausted, patience_s=1)
    visitor = recorder.visitor
    visitor.send(prepare())
    visitor.wait(events.Prepared)
    visitor.send(commands.Start())
    visitor.wait(events.Started)
    here = visitor.wait(events.Progress, lambda event: event.frames > 30)  # some ten pictures come for each encoded
    visitor.wait(events.Progress, lambda event: event.media_ns > here.media_ns + NS // 3)
    visitor.send(commands.Stop("completed"))
    visitor.wait(events.Progress, lambda event: event.state is events.RecorderState.STOPPING)
    stopped = visitor.wait(events.Stopped)
    recorder.end()
    assert stopped.dropped == 0
    assert stopped.took_ns > NS, "longer than its patience with a standstill"
    found = inspect(Path(stopped.recording))
    assert found.video is not None
    assert found.video.frames == stopped.frames
