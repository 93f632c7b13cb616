"""The loudspeaker's watcher: a lost one is told once, nothing waits for it, and only the same one comes back."""

from collections.abc import Iterator

import numpy as np
import pytest

from kiosk.capture.loudspeaker import MISSING, LoudspeakerFeed
from kiosk.domain.errors import BadRequest, DeviceFailed
from tests.capture.actors import LIMIT_S, ActorLoudspeaker, LookedAtClock, Shelf, Told


class Stage:
    """One feed and everything around it."""

    def __init__(self) -> None:
        self.clock = LookedAtClock()
        self.shelf: Shelf[ActorLoudspeaker] = Shelf()
        self.lost, self.back, self.dry = Told(), Told(), Told()
        self.feed = LoudspeakerFeed(
            self.shelf.open,
            self.clock,
            retry_s=0.01,
            look_s=0.01,
            on_lost=self.lost,
            on_back=self.back,
            on_dry=lambda: self.dry(self.shelf.opened),
        )

    def up(self) -> ActorLoudspeaker:
        """One that plays."""
        loudspeaker = ActorLoudspeaker()
        self.shelf.put(loudspeaker)
        assert self.feed.open() == loudspeaker.identity
        loudspeaker.ask(self.clock.t_ns)
        return loudspeaker


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.feed.stop()
    stage.shelf.put(DeviceFailed("The test is over."))
    stage.feed.join(20)


def test_what_is_put_into_it_is_played(stage: Stage) -> None:
    loudspeaker = stage.up()
    opened = stage.feed.opened
    assert opened is not None
    opened.playout.play(np.full(480, 0.5, np.float32), token=1)
    assert loudspeaker.ask(stage.clock.t_ns).min() == 0.5


def test_one_that_asks_for_nothing_any_more_is_lost_and_the_clip_ends(stage: Stage) -> None:
    loudspeaker = stage.up()
    opened = stage.feed.opened
    assert opened is not None
    opened.playout.play(np.full(4800, 0.5, np.float32), token=1)
    loudspeaker.ask(stage.clock.t_ns)
    stage.clock.turn(1.1)
    stage.lost.wait()
    assert loudspeaker.stopped.wait(20)
    assert stage.feed.opened is None
    assert [(report.started, report.whole) for report in opened.playout.take_reports()] == [
        (True, True),
        (False, False),
    ]


def test_one_that_is_heard_again_after_the_process_stood_still_was_never_lost(stage: Stage) -> None:
    loudspeaker = stage.up()
    stage.clock.stand_still(lambda: loudspeaker.ask(stage.clock.t_ns), hear_again=True)
    assert stage.clock.over.wait(LIMIT_S)
    assert stage.lost.all == []
    assert stage.feed.opened is not None


def test_one_that_died_while_the_process_stood_still_is_lost_all_the_same(stage: Stage) -> None:
    loudspeaker = stage.up()
    stage.clock.stand_still(lambda: loudspeaker.ask(stage.clock.t_ns), hear_again=False)
    stage.lost.wait()
    assert "plays no more" in str(stage.lost.all[0])


def test_it_comes_back_as_loud_as_it_was_and_the_loss_is_told_once(stage: Stage) -> None:
    first, second = stage.up(), ActorLoudspeaker()
    stage.feed.volume(0.5)
    stage.shelf.put(DeviceFailed("It is not there."))
    stage.shelf.put(second)
    first.on_lost("The loudspeaker was unplugged.")
    stage.back.wait()
    assert "was unplugged" in str(stage.lost.all[0])
    assert len(stage.lost.all) == 1
    opened = stage.feed.opened
    assert opened is not None
    second.ask(stage.clock.t_ns)
    opened.playout.play(np.full(960, 0.5, np.float32), token=2)
    second.ask(stage.clock.t_ns)
    assert second.ask(stage.clock.t_ns)[-1] == pytest.approx(0.25)


def test_another_loudspeaker_never_takes_the_place_of_the_first(stage: Stage) -> None:
    first, other, same = stage.up(), ActorLoudspeaker("other"), ActorLoudspeaker()
    stage.shelf.put(other)
    stage.shelf.put(same)
    first.on_lost("gone")
    stage.back.wait()
    assert other.stopped.is_set()
    assert stage.feed.opened is not None
    assert stage.feed.opened.identity == same.identity


def test_without_any_at_first_one_is_looked_for_until_it_is_there(stage: Stage) -> None:
    stage.shelf.put(DeviceFailed("There is no loudspeaker."))
    assert stage.feed.open() == MISSING
    assert len(stage.lost.all) == 1
    assert stage.feed.opened is None
    found = ActorLoudspeaker()
    stage.shelf.put(found)
    stage.back.wait()
    assert stage.feed.opened is not None
    assert stage.feed.opened.identity == found.identity


def test_one_that_ran_dry_is_opened_again_once_nothing_sounds_and_what_is_played_meanwhile_waits(stage: Stage) -> None:
    first, second = stage.up(), ActorLoudspeaker()
    clip = np.full(960, 0.5, np.float32)
    assert stage.feed.play(clip, token=1)
    first.ask(stage.clock.t_ns)
    first.ran_dry = True
    assert not first.stopped.wait(0.3), "in mid-word nothing is done"
    first.ask(stage.clock.t_ns)
    stage.clock.turn(0.4)
    assert not first.stopped.wait(0.3), "nor while the room answers"
    stage.clock.turn(0.2)
    stage.dry.wait()
    assert first.stopped.wait(20)
    assert stage.feed.play(clip, token=2), "whoever asks meanwhile need not know"
    stage.shelf.put(second)
    assert second.started.wait(20)
    heard = np.concatenate([second.ask(stage.clock.t_ns) for _ in range(3)])
    assert (heard[:960].min(), heard[960:].max()) == (0.5, 0)
    opened = stage.feed.opened
    assert opened is not None
    assert [(report.token, report.sample, report.whole) for report in opened.playout.take_reports()] == [
        (2, 0, True),
        (2, 960, True),
    ]
    assert stage.dry.all == [1], "it was told once, before it was opened again"
    assert (stage.lost.all, stage.back.all) == ([], []), "it was never away"


@pytest.mark.parametrize("other", [DeviceFailed("It is in use."), ActorLoudspeaker(rate=44_100), ActorLoudspeaker("x")])
def test_one_that_cannot_be_opened_again_as_it_was_is_lost_and_looked_for(
    stage: Stage, other: DeviceFailed | ActorLoudspeaker
) -> None:
    first, second = stage.up(), ActorLoudspeaker()
    first.ran_dry = True
    stage.dry.wait()
    opened = stage.feed.opened
    assert opened is not None
    assert stage.feed.play(np.full(960, 0.5, np.float32), token=1)
    stage.shelf.put(other)
    stage.lost.wait()
    stage.shelf.put(second)
    stage.back.wait()
    assert len(stage.lost.all) == 1
    assert [(report.token, report.whole) for report in opened.playout.take_reports()] == [(1, False)]


def test_without_one_nothing_is_played(stage: Stage) -> None:
    stage.shelf.put(DeviceFailed("There is no loudspeaker."))
    stage.feed.open()
    assert not stage.feed.play(np.full(960, 0.5, np.float32), token=1)


def test_a_wrong_spec_is_refused(stage: Stage) -> None:
    stage.shelf.put(BadRequest("No such kind."))
    with pytest.raises(BadRequest):
        stage.feed.open()


def test_stop_releases_the_loudspeaker(stage: Stage) -> None:
    loudspeaker = stage.up()
    stage.feed.stop()
    stage.feed.join(20)
    assert loudspeaker.stopped.is_set()
    assert stage.lost.all == []
