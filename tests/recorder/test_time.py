"""Time in the file, with virtual clocks: what camera, microphone and wall clock do, pictures and sound stay together.

A real mix, encoder and file; a microphone that is 300 ppm slow; a clap every second.
"""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk.capture.microphone import MicrophoneFeed
from kiosk.domain.clock import NS
from kiosk.domain.devices import SampleBlock
from kiosk.encode.encoder import EncoderSettings
from kiosk.encode.overlay import Overlay
from kiosk.files.segment import FragmentDurable
from kiosk.media.boxes import fragments
from kiosk.media.inspect import inspect
from kiosk.media.sync import sync_offsets
from kiosk.mix.mixer import Mixer
from kiosk.recorder.hearing import Hearing
from kiosk.recorder.take import Take, TakeListener
from kiosk.system import places
from tests.capture.actors import ActorMicrophone
from tests.devices.hand_clock import HandClock
from tests.encode.material import flat, moving
from tests.mix.virtual import T0, VirtualMicrophone, clicks, instant_s, joined

LIMIT_S = 60.0
LENGTH_S = 12.0
FLASH_S = 0.05
STALL_S = (9.2, 10.7)
"""In between the microphone hands over nothing; then it hands over all of it."""
WALL = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
JUMPS = {2.5: timedelta(days=1), 3.5: timedelta(days=-1, hours=-1), 6.5: timedelta(hours=1)}


def camera_times() -> list[float]:
    """30 pictures a second, then 15, then 5, then 30 again; the first of each clap is on time."""
    times = {round(second + offset, 6) for second in range(1, 12) for offset in (0.0, FLASH_S)}
    for begin, end, fps in ((0, 3, 30), (3, 6, 15), (6, 9, 5), (9, 12, 30)):
        times |= {round(begin + number / fps, 6) for number in range((end - begin) * fps)}
    kept: list[float] = []
    for time in sorted(times):
        if not kept or time - kept[-1] > 0.01:
            kept.append(time)
    return kept


class Durable:
    """Waits for what the writer's thread makes durable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._more = threading.Condition()

    def note(self, _fragment: FragmentDurable) -> None:
        with self._more:
            self._more.notify_all()

    def picture_until(self, at_s: float) -> bool:
        """Whether the file on the disk has its picture up to there, now or soon."""
        with self._more:
            return self._more.wait_for(lambda: self._picture_s() >= at_s, LIMIT_S)

    def _picture_s(self) -> float:
        found = [fragment.video.end_ns for _, fragment in fragments(self._path) if fragment.video]
        return max(found, default=0) / NS


@dataclasses.dataclass(frozen=True)
class Taken:
    path: Path
    picture_in_stall: bool
    gaps: list[Any]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    path = tmp_path_factory.mktemp("time") / "take.mp4"
    durable = Durable(path)
    ignored: dict[str, Any] = {each.name: lambda *_: None for each in dataclasses.fields(TakeListener)}
    take = Take(
        path, T0, 0,
        EncoderSettings(width=320, height=180, bit_rate=300_000),
        Overlay(places.asset("overlay"), rec_mark=False, timestamp=False),
        TakeListener(**{**ignored, "on_fragment": durable.note}),
        Mixer(T0, audible=False),
    )  # fmt: skip
    microphone = VirtualMicrophone(clicks(*range(1, 12)), ppm=300, opened_s=-1.0)
    happenings: list[tuple[int, SampleBlock | float]] = list(microphone.blocks(LENGTH_S))
    happenings += [(T0 + round(at_s * NS), at_s) for at_s in camera_times()]
    waiting: list[SampleBlock] = []
    sound_due, picture_in_stall = T0, False
    for number, (now, what) in enumerate(sorted(happenings, key=lambda each: each[0])):
        since_s = (now - T0) / NS
        if isinstance(what, float):
            jumped = sum((by for at_s, by in JUMPS.items() if at_s < since_s), timedelta())
            wall = WALL + timedelta(seconds=since_s) + jumped
            lit = since_s > 0.5 and since_s % 1 < 2 * FLASH_S - 0.001
            assert take.picture(flat(235) if lit else moving(number), now, wall, live=True)
        else:
            waiting.append(what)
            if STALL_S[0] < since_s < STALL_S[1]:
                continue
            if since_s > STALL_S[1] and len(waiting) > 1:
                picture_in_stall = durable.picture_until(STALL_S[1] - 0.8)
            for block in waiting:
                take.mixer.microphone(1, microphone.rate, block.first, block.t_ns, block.samples)
            waiting.clear()
        if now >= sound_due:
            sound_due = now + NS // 10
            take.sound(now)
    take.finish(T0 + round(LENGTH_S * NS))
    return Taken(path, picture_in_stall, list(take.mixer.take_gaps()))


@pytest.mark.parametrize("counted", [False, True], ids=["by times", "by counting samples"])
def test_a_camera_that_slows_to_15_and_5_pictures_a_second_stays_in_sync(taken: Taken, *, counted: bool) -> None:
    marks = sync_offsets(taken.path, counted=counted)
    assert [round(mark.at_s) for mark in marks] == list(range(1, 12))
    for mark in marks:
        assert mark.at_s == pytest.approx(round(mark.at_s), abs=0.0005), "whatever the clock on the wall says"
        assert abs(mark.sound_later_s) < 0.005


def test_the_times_of_slow_pictures_are_those_at_which_they_came(taken: Taken) -> None:
    video = inspect(taken.path).video
    assert video is not None
    assert video.frames == len(camera_times())
    assert video.intervals is not None
    assert video.intervals.maximum_ms == pytest.approx(200, abs=0.1)


def test_a_stall_that_loses_nothing_leaves_no_silence_and_the_picture_is_durable_meanwhile(taken: Taken) -> None:
    assert taken.gaps == []
    assert taken.picture_in_stall
    assert [round(mark.at_s) for mark in sync_offsets(taken.path) if 9 < mark.at_s < 11.5] == [10, 11]


def test_the_sound_has_no_hole_and_ends_with_the_picture(taken: Taken) -> None:
    audio = inspect(taken.path).audio
    assert audio is not None
    assert audio.gaps == ()
    assert audio.start_s == pytest.approx(0, abs=0.0005)
    assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.022)


@pytest.mark.parametrize("later_ms", [-500, 28, 500])
def test_what_is_known_of_a_kiosks_sound_is_taken_out_of_its_stamps(later_ms: int) -> None:
    clock, microphone = HandClock(), ActorMicrophone()
    feed = MicrophoneFeed(lambda: microphone, clock, on_lost=lambda _error: None, on_back=lambda _who: None)
    feed.start()
    hearing = Hearing(feed, lambda _event: None, later_ns=later_ms * NS // 1000)
    mixer = Mixer(T0, audible=False)
    begun = threading.Event()
    for _, block in VirtualMicrophone(clicks(1.0), jitter_ms=0, opened_s=-1.0).blocks(3):
        microphone.started.wait(LIMIT_S)
        microphone.on_block(dataclasses.replace(block))
        if not begun.is_set():
            feed.wait_ready(LIMIT_S)
            begun.set()
        hearing.hear(mixer, clock.now_ns(), watched=False)
    feed.stop()
    feed.join(LIMIT_S)
    assert hearing.newest_ns == pytest.approx(T0 + 3 * NS - later_ms * NS // 1000, abs=NS // 50)
    mixed = joined(mixer.pull(T0 + 2 * NS))
    assert instant_s(mixed, 1 - later_ms / 1000) == pytest.approx(1 - later_ms / 1000, abs=0.001)
    assert np.abs(mixed).max() > 0.3


def test_a_gain_is_the_same_for_soft_and_loud_sound_from_the_first_to_the_last_second() -> None:
    clock, microphone = HandClock(), ActorMicrophone()
    feed = MicrophoneFeed(lambda: microphone, clock, on_lost=lambda _error: None, on_back=lambda _who: None)
    feed.start()
    microphone.started.wait(LIMIT_S)
    hearing = Hearing(feed, lambda _event: None, gain_db=6.0)
    mixer = Mixer(T0, audible=False)
    steps = np.array([0.05, 0.003, 0.1, 0.02, 0.05, 0.05])
    tone = VirtualMicrophone(lambda t: steps[np.clip(t, 0, 5).astype(int)] * np.sin(2 * np.pi * 500 * t), jitter_ms=0)
    for number, (_, block) in enumerate(tone.blocks(6)):
        microphone.on_block(dataclasses.replace(block))
        if number == 0:
            feed.wait_ready(LIMIT_S)
        hearing.hear(mixer, clock.now_ns(), watched=False)
    feed.stop()
    feed.join(LIMIT_S)
    mixed = joined(mixer.pull(T0 + 6 * NS))
    heard = [float(np.abs(mixed[second * 48_000 + 9600 : second * 48_000 + 38_400]).max()) for second in range(5)]
    assert heard == pytest.approx(list(steps[:5] * 10 ** (6 / 20)), rel=0.02)
