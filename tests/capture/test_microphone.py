"""The microphone's ring and its watcher: nothing is lost silently, and only the same microphone comes back."""

from collections.abc import Callable, Iterator

import pytest

from kiosk.capture.microphone import MicrophoneFeed
from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest, DeviceFailed
from tests.capture.actors import LIMIT_S, ActorMicrophone, LookedAtClock, Shelf, Told

Begin = Callable[..., MicrophoneFeed]


class Stage:
    """One feed and everything around it."""

    def __init__(self) -> None:
        self.clock = LookedAtClock()
        self.shelf: Shelf[ActorMicrophone] = Shelf()
        self.lost, self.back = Told(), Told()
        self.feed: MicrophoneFeed | None = None

    def begin(self, *microphones: "ActorMicrophone | Exception", capacity_s: float = 10) -> MicrophoneFeed:
        for microphone in microphones:
            self.shelf.put(microphone)
        self.feed = MicrophoneFeed(
            self.shelf.open,
            self.clock,
            capacity_s=capacity_s,
            retry_s=0.01,
            look_s=0.01,
            on_lost=self.lost,
            on_back=self.back,
        )
        self.feed.start()
        return self.feed

    def up(self, microphone: ActorMicrophone, **settings: float) -> MicrophoneFeed:
        """A feed that hears."""
        feed = self.begin(microphone, **settings)
        microphone.give(self.clock.t_ns)
        feed.wait_ready(20)
        return feed


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    if stage.feed is not None:
        stage.feed.stop()
        stage.shelf.put(DeviceFailed("The test is over."))
        stage.feed.join(20)


def test_blocks_are_handed_out_in_order_once_with_their_epoch_and_rate(stage: Stage) -> None:
    microphone = ActorMicrophone(rate=44_100)
    feed = stage.up(microphone)
    microphone.give(stage.clock.t_ns)
    taken = feed.take()
    assert [(item.epoch, item.rate, item.block.first) for item in taken] == [(1, 44_100, 0), (1, 44_100, 480)]
    assert feed.take() == []


def test_a_full_ring_drops_the_oldest_and_counts(stage: Stage) -> None:
    microphone = ActorMicrophone()
    feed = stage.up(microphone, capacity_s=0.05)
    for _ in range(9):
        microphone.give(stage.clock.t_ns)
    assert feed.status.overflowed == 5
    assert [item.block.first for item in feed.take()] == [480 * n for n in range(5, 10)]


def test_levels_are_of_the_last_tenth_of_a_second(stage: Stage) -> None:
    microphone = ActorMicrophone()
    feed = stage.up(microphone)
    for n in range(30):
        microphone.give(stage.clock.t_ns + n * NS // 100, level=0.9 if n < 10 else 0.1)
    status = feed.status
    assert status.level_dbfs == pytest.approx(-20, abs=0.1)
    assert status.peak_dbfs == pytest.approx(-20, abs=0.1)
    assert status.last_block_ns == stage.clock.t_ns
    stage.clock.turn(0.9)
    assert feed.status.level_dbfs == -120


def test_a_microphone_that_fell_silent_is_opened_again_as_a_new_epoch(stage: Stage) -> None:
    first, second = ActorMicrophone(), ActorMicrophone()
    feed = stage.up(first)
    stage.clock.turn(1.1)
    stage.lost.wait()
    assert first.stopped.is_set()
    assert feed.status.identity is None
    stage.shelf.put(second)
    second.give(stage.clock.t_ns)
    stage.back.wait()
    assert [item.epoch for item in feed.take()] == [1, 2]
    assert len(stage.lost.all) == len(stage.back.all) == 1
    assert feed.status.identity == second.identity


def test_one_that_gives_blocks_again_after_the_process_stood_still_was_never_lost(stage: Stage) -> None:
    microphone = ActorMicrophone()
    feed = stage.up(microphone)
    stage.clock.stand_still(lambda: microphone.give(stage.clock.t_ns), hear_again=True)
    assert stage.clock.over.wait(LIMIT_S)
    assert stage.lost.all == []
    assert {item.epoch for item in feed.take()} == {1}


def test_one_that_died_while_the_process_stood_still_is_lost_all_the_same(stage: Stage) -> None:
    microphone = ActorMicrophone()
    stage.up(microphone)
    stage.clock.stand_still(lambda: microphone.give(stage.clock.t_ns), hear_again=False)
    stage.lost.wait()
    assert "no sound any more" in str(stage.lost.all[0])


def test_a_microphone_that_says_it_is_gone_is_lost_at_once_in_its_own_words(stage: Stage) -> None:
    microphone = ActorMicrophone()
    stage.up(microphone)
    microphone.on_lost("The microphone was unplugged.")
    stage.lost.wait()
    assert "was unplugged" in str(stage.lost.all[0])


def test_late_blocks_of_a_lost_opening_are_not_taken(stage: Stage) -> None:
    first, second = ActorMicrophone(), ActorMicrophone()
    feed = stage.up(first)
    feed.take()
    first.on_lost("gone")
    stage.shelf.put(second)
    second.give(stage.clock.t_ns)
    stage.back.wait()
    first.give(stage.clock.t_ns)
    assert [item.epoch for item in feed.take()] == [2]


def test_a_loss_is_told_once_though_many_attempts_fail(stage: Stage) -> None:
    first, last = ActorMicrophone(), ActorMicrophone()
    stage.up(first)
    for _ in range(3):
        stage.shelf.put(DeviceFailed("It is not there."))
    stage.shelf.put(last)
    first.on_lost("gone")
    last.give(stage.clock.t_ns)
    stage.back.wait()
    assert len(stage.lost.all) == 1


def test_another_microphone_never_takes_the_place_of_the_first(stage: Stage) -> None:
    first, other, same = ActorMicrophone(), ActorMicrophone("other"), ActorMicrophone()
    feed = stage.up(first)
    stage.shelf.put(other)
    stage.shelf.put(same)
    first.on_lost("gone")
    same.give(stage.clock.t_ns)
    stage.back.wait()
    assert other.stopped.is_set()
    assert not other.started.is_set()
    assert feed.status.identity == first.identity


def test_one_that_cannot_be_opened_is_told_by_wait_ready(stage: Stage) -> None:
    feed = stage.begin(DeviceFailed("There is no microphone."))
    with pytest.raises(DeviceFailed, match="There is no microphone"):
        feed.wait_ready(20)
    assert stage.lost.all == []


def test_a_wrong_spec_is_not_tried_again(stage: Stage) -> None:
    feed = stage.begin(BadRequest("No such kind."))
    with pytest.raises(BadRequest):
        feed.wait_ready(20)
    feed.join(20)
    assert stage.shelf.opened == 1


def test_one_that_never_gives_a_block_is_not_ready(stage: Stage) -> None:
    microphone = ActorMicrophone()
    feed = stage.begin(microphone)
    assert microphone.started.wait(20)
    stage.clock.turn(4)
    with pytest.raises(DeviceFailed, match="no sound"):
        feed.wait_ready(20)


def test_stop_releases_the_microphone(stage: Stage) -> None:
    microphone = ActorMicrophone()
    feed = stage.up(microphone)
    feed.stop()
    feed.join(20)
    assert microphone.stopped.is_set()
    assert stage.lost.all == []


def test_who_turns_out_to_be_another_after_the_start_is_not_heard(stage: Stage) -> None:
    """Behind a sound server a stream begins, and only then it shows to which microphone."""
    first, other, same = ActorMicrophone("pulse"), ActorMicrophone("pulse"), ActorMicrophone("pulse")
    first.turns_out = same.turns_out = "desk"
    other.turns_out = "webcam"
    feed = stage.up(first)
    feed.take()
    other.gives_at_once = stage.clock.t_ns
    stage.shelf.put(other)
    stage.shelf.put(same)
    first.on_lost("gone")
    same.give(stage.clock.t_ns)
    stage.back.wait()
    assert other.stopped.is_set()
    assert [item.epoch for item in feed.take()] == [3]
    assert feed.status.identity is not None
    assert feed.status.identity.id == "usb:pulse:desk"


def test_a_microphone_of_which_less_is_known_this_time_is_taken_for_the_same(stage: Stage) -> None:
    """The sound server did not answer in time."""
    first, second = ActorMicrophone("pulse"), ActorMicrophone("pulse")
    first.turns_out = "desk"
    feed = stage.up(first)
    stage.shelf.put(second)
    first.on_lost("gone")
    second.give(stage.clock.t_ns)
    stage.back.wait()
    assert feed.status.identity is not None
    assert feed.status.identity.id == "usb:pulse:desk"
