"""When a device that says nothing counts as silent for too long, and that a standstill is not taken for its silence."""

from kiosk.capture.silence import LOOK_NS, Silence
from kiosk.domain.clock import NS

HEARD_NS = 1000 * NS


def looks(silence: Silence, first_ns: int, count: int, *, limit_ns: int = NS, paused: bool = True) -> list[bool]:
    """What each of so many looks says, one every tenth of a second, of a device that was heard at `HEARD_NS`."""
    return [silence.too_long(first_ns + number * LOOK_NS, HEARD_NS, limit_ns, paused=paused) for number in range(count)]


def test_a_device_is_silent_for_too_long_at_the_first_look_after_its_limit() -> None:
    assert looks(Silence(), HEARD_NS + LOOK_NS, 11) == [False] * 10 + [True]


def test_it_is_so_too_where_each_look_comes_a_little_late() -> None:
    silence = Silence()
    said = [silence.too_long(HEARD_NS + number * 130_000_000, HEARD_NS, NS, paused=True) for number in range(1, 9)]
    assert said == [False] * 7 + [True]


def test_time_in_which_nobody_looked_is_not_the_devices_silence() -> None:
    assert looks(Silence(), HEARD_NS + 4 * NS, 7) == [False] * 6 + [True], "but it is not given more than its limit"


def test_whoever_is_heard_again_begins_anew() -> None:
    silence = Silence()
    looks(silence, HEARD_NS + 4 * NS, 6)
    assert not silence.too_long(HEARD_NS + 5 * NS, HEARD_NS + 5 * NS, NS, paused=True)
    assert not silence.too_long(HEARD_NS + 9 * NS, HEARD_NS + 5 * NS, NS, paused=True)


def test_a_look_that_something_woke_the_watcher_for_does_not_count() -> None:
    assert not any(looks(Silence(), HEARD_NS + 4 * NS, 100, paused=False))


def test_a_longer_limit_takes_as_many_more_looks() -> None:
    assert looks(Silence(), HEARD_NS + 20 * NS, 38, limit_ns=5 * NS) == [False] * 36 + [True] * 2
