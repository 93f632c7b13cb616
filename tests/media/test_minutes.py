"""Figures of every minute, without waiting for one."""

import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.media.minutes import Lost, Minutes
from kiosk.media.quality import Minute

NONE = Lost(0, 0, None)


class Recording:
    """Pictures and sound as the line hands them over, faster than time."""

    def __init__(self) -> None:
        self.passed: list[Minute] = []
        self.minutes = Minutes(self.passed.append)
        self.minutes.begin(NONE)

    def record(self, from_s: float, to_s: float, fps: float = 30.0, level: float = 0.1) -> None:
        tone = (level * np.sqrt(2) * np.sin(np.arange(RATE) * 2 * np.pi * 997 / RATE)).astype(np.float32)
        for number in range(round((to_s - from_s) * fps)):
            self.minutes.picture(round((from_s + number / fps) * NS))
        for second in range(round(to_s - from_s)):
            self.minutes.sound(round((from_s + second) * NS), tone)


def test_a_minute_is_told_when_nothing_of_it_can_come_any_more() -> None:
    recording = Recording()
    recording.record(0, 63)
    recording.minutes.look(63 * NS, NONE, held=False)
    assert recording.passed == [], "sound may come late"
    recording.minutes.look(65 * NS, Lost(3, 1, 81.26), held=False)
    (first,) = recording.passed
    assert (first.start_s, first.seconds, first.frames) == (0, 60, 1800)
    assert first.fps == pytest.approx(30, abs=0.01)
    assert first.longest_ms == pytest.approx(33.3, abs=0.1)
    assert first.level_dbfs == pytest.approx(-20, abs=0.1)
    assert first.peak_dbfs == pytest.approx(-17, abs=0.1)
    assert first.lufs == pytest.approx(-20, abs=0.3), "a tone of 997 Hz is as loud as its level, by definition -0.691"
    assert (first.dropped, first.damaged, first.drift_ppm) == (3, 1, 81.3)
    recording.minutes.end(Lost(4, 1, None))
    last = recording.passed[-1]
    assert (last.start_s, last.seconds, last.frames) == (60, 3, 90)
    assert (last.dropped, last.damaged, last.drift_ppm) == (1, 0, None), "each is counted once"


def test_a_pause_is_no_slow_camera_but_a_gap_is() -> None:
    paused, lost = Recording(), Recording()
    for recording in (paused, lost):
        recording.record(0, 10)
        recording.minutes.look(20 * NS, NONE, held=recording is paused)
        recording.record(30, 40)
        recording.minutes.end(NONE)
    assert paused.passed[0].fps == pytest.approx(30, abs=0.1)
    assert paused.passed[0].longest_ms < 40
    assert lost.passed[0].fps < 16
    assert lost.passed[0].longest_ms == pytest.approx(20_033, abs=2)


def test_a_rehearsal_leaves_nothing_behind_in_the_next_figures() -> None:
    recording = Recording()
    recording.record(0, 5)
    recording.minutes.forget()
    recording.minutes.begin(Lost(7, 0, None))
    recording.record(0, 3, level=0.0)
    recording.minutes.end(Lost(7, 0, None))
    (only,) = recording.passed
    assert (only.frames, only.dropped, only.lufs, only.peak_dbfs) == (90, 0, -70, -120)
