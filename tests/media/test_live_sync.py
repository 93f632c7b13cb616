"""Flashes and clicks are found while they are recorded, where the finished file shows them."""

import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.media.live_sync import KEPT_S, LiveSync
from kiosk.media.sync import SyncMark
from tests.encode.material import flat, moving

LENGTH_S = 12
PUT = {1.0: 0.0, 2.5: 0.028, 4.0: -0.015, 8.5: 0.3}
"""Instant of each flash → how much later its click is."""
ALONE_S = 5.5
"""A flash without a click."""


def heard() -> Samples:
    """A quiet room with clicks of a millisecond."""
    sound = (0.003 * np.random.default_rng(1).standard_normal(LENGTH_S * RATE)).astype(np.float32)
    for flash_s, later_s in PUT.items():
        first = round((flash_s + later_s) * RATE)
        sound[first : first + 48] = np.repeat([0.5, -0.5], 24)
    return sound


def recorded(live: LiveSync, sound_late_s: float) -> None:
    """All pictures, and each tenth of a second of sound so much later."""
    sound, tenth, next_first = heard(), RATE // 10, 0
    for number in range(LENGTH_S * 30):
        now_s = number / 30
        lit = any(0 <= now_s - flash_s < 1.9 / 30 for flash_s in (*PUT, ALONE_S))
        live.picture(round(now_s * NS), flat(235) if lit else moving(number))
        while (next_first + tenth) / RATE <= now_s - sound_late_s:
            live.sound(next_first * NS // RATE, sound[next_first : next_first + tenth])
            next_first += tenth


@pytest.mark.parametrize("sound_late_s", [0.15, 2.3])
def test_each_flash_has_its_own_click_also_when_the_sound_comes_late(sound_late_s: float) -> None:
    marks: list[SyncMark] = []
    recorded(LiveSync(marks.append), sound_late_s)
    assert [mark.at_s for mark in marks] == pytest.approx(list(PUT), abs=0.001)
    assert [mark.sound_later_s for mark in marks] == pytest.approx(list(PUT.values()), abs=0.001)


def test_it_keeps_some_seconds_only_and_nothing_of_what_is_forgotten() -> None:
    marks: list[SyncMark] = []
    live = LiveSync(marks.append)
    recorded(live, 0.15)
    assert len(live._pictures) <= KEPT_S * 30 + 1
    assert len(live._pieces) <= KEPT_S * 10 + 1
    live.forget()
    marks.clear()
    recorded(live, 0.15)
    assert len(marks) == len(PUT)
