"""When the still stands in for the camera: where it gives nothing, and not where nobody was there to take it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.clock import NS
from kiosk.encode.encoder import EncoderSettings
from kiosk.encode.overlay import Overlay
from kiosk.mix.mixer import Mixer
from kiosk.recorder.stand_in import StandIn
from kiosk.recorder.take import Take, TakeListener
from kiosk.system import places
from tests.devices.hand_clock import HandClock
from tests.encode.material import flat

LOOK_S = 0.08
"""As often as the line looks where no picture comes."""


class Set:
    """A take whose camera gave its one picture just now."""

    def __init__(self, path: Path) -> None:
        self.clock = HandClock()
        self.t0_ns = self.clock.now_ns()
        ignored: dict[str, Any] = {each.name: lambda *_: None for each in dataclasses.fields(TakeListener)}
        self.take = Take(
            path, self.t0_ns, 0,
            EncoderSettings(preset="ultrafast"),
            Overlay(places.asset("overlay"), rec_mark=False, timestamp=False),
            TakeListener(**ignored),
            Mixer(self.t0_ns, audible=False),
        )  # fmt: skip
        self.stand_in = StandIn(places.asset(""), self.clock)
        assert self.take.picture(flat(90, 1280, 720), self.t0_ns, self.clock.wall(), live=True)

    def look(self, *, newest_ns: int) -> bool:
        """Whether a still was written."""
        before = self.take.last_picture_ns
        self.stand_in.fill(self.take, self.clock.now_ns(), newest_ns, paused=False, end_ns=0)
        return self.take.last_picture_ns != before


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Set]:
    made = Set(tmp_path / "take.mp4")
    yield made
    made.take.finish(made.clock.now_ns() + NS)


def test_a_camera_that_gives_nothing_for_a_second_is_stood_in_for_and_leaves_a_gap(made: Set) -> None:
    written = []
    for _ in range(14):
        made.clock.turn(LOOK_S)
        written.append(made.look(newest_ns=made.t0_ns))
    assert written == [False] * 12 + [True, False], "after a second, and then ten a second"
    gap = made.stand_in.ended(made.take, made.clock.now_ns())
    assert gap is not None
    assert (gap.at_ns, gap.lost_ns) == (0, made.clock.now_ns() - made.t0_ns)


def test_after_a_standstill_nothing_says_that_a_camera_is_lost_whose_pictures_come_at_once(made: Set) -> None:
    made.clock.turn(4)
    assert not made.look(newest_ns=made.t0_ns), "the line is the first to run again"
    made.clock.turn(0.02)
    newest_ns = made.clock.now_ns()
    assert made.take.picture(flat(120, 1280, 720), newest_ns, made.clock.wall(), live=True)
    assert made.stand_in.ended(made.take, newest_ns) is None, "the recorder stood still, not the camera"
    assert not made.look(newest_ns=newest_ns)
