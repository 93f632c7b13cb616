"""What the recorder notices beside its devices: the disk's room, the machine's sleep, the clock on the wall."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.clock import NS
from kiosk.domain.events import Problem
from kiosk.files.disk import BYTES_A_SECOND
from kiosk.recorder.room import Room
from kiosk.recorder.timekeeping import Noticed, Timekeeping
from kiosk.system import host

MINUTE = 60 * BYTES_A_SECOND
WALL = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_each_threshold_of_the_disk_is_told_once_and_its_end_too() -> None:
    room = Room()
    assert room.look(30 * MINUTE) is None
    told = [room.look(round(minutes * MINUTE)) for minutes in (9.5, 9.4, 4.9, 4.8, 5.1, 1.5, 0.5, 0.4, 11, 13, 14)]
    said = [problem.what for problem in told if problem is not None]
    assert said == [
        "The disk has room for 9 minutes more.",
        "The disk has room for 4 minutes more.",
        "The disk has room for 1 minute more.",
        "The disk has room for less than a minute more.",
        "",
    ]
    assert told[-2] == Problem("disk", "", "")
    assert room.look(9 * MINUTE) is not None, "it is told again when it comes again"


class Clocks:
    """Three hands that are turned one by one."""

    def __init__(self) -> None:
        self.timekeeping = Timekeeping()
        self.now_ns, self.since_start_ns, self.wall = 100 * NS, 700 * NS, WALL
        assert self.pass_by(0) == Noticed()

    def pass_by(self, seconds: float, *, asleep: float = 0, jump: float = 0) -> Noticed:
        self.now_ns += round(seconds * NS)
        self.since_start_ns += round((seconds + asleep) * NS)
        self.wall += timedelta(seconds=seconds + asleep + jump)
        return self.timekeeping.look(self.now_ns, self.since_start_ns, self.wall)


def test_time_that_passes_is_nothing_to_tell() -> None:
    clocks = Clocks()
    assert all(clocks.pass_by(seconds) == Noticed() for seconds in (2, 2.5, 30, 0.1))


def test_sleep_is_told_from_a_clock_that_was_set() -> None:
    clocks = Clocks()
    asleep = clocks.pass_by(2, asleep=3600)
    assert (asleep.asleep_ns, asleep.jumped_ns) == (3600 * NS, 0)
    assert clocks.pass_by(2) == Noticed()


@pytest.mark.parametrize("jump", [3600, -3600, 86_400, -86_400])
def test_a_clock_that_was_set_is_told_with_its_sign(jump: int) -> None:
    clocks = Clocks()
    assert clocks.pass_by(2, jump=jump).jumped_ns == pytest.approx(jump * NS, abs=1000)
    assert clocks.pass_by(2) == Noticed()


def test_a_clock_that_is_set_right_little_by_little_is_no_jump() -> None:
    clocks = Clocks()
    assert all(clocks.pass_by(2, jump=0.4) == Noticed() for _ in range(20))


def test_summer_time_is_no_jump() -> None:
    clocks = Clocks()
    clocks.wall = clocks.wall.astimezone()
    assert clocks.pass_by(2) == Noticed()


def test_a_system_that_does_not_tell_of_sleep_is_believed() -> None:
    timekeeping = Timekeeping()
    timekeeping.look(NS, 0, WALL)
    assert timekeeping.look(3 * NS, 0, WALL + timedelta(seconds=2)) == Noticed()


def test_this_machine_tells_what_it_can() -> None:
    assert host.since_start_ns() >= 0
    assert host.clock_synchronised() in {True, False}
    assert host.boot_id() == host.boot_id()
