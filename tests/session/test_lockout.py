"""The PIN of the proctor's panel, and how long it stays shut after too many wrong ones."""

import itertools

import pytest

from kiosk.domain import requests
from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import Leaving
from kiosk.domain.view import SessionState as State
from kiosk.session import pin
from kiosk.session.lockout import LONGEST_WAIT_NS, standing, wait_after
from kiosk.session.ports import Attempt
from tests.session.stage import Stage

HELP = (
    requests.PauseSession(),
    requests.SkipQuestion(),
    requests.GrantTime(60),
    requests.Accommodate(Accommodations(no_limits=True)),
    requests.LeaveKiosk(),
    requests.ShutDown(),
    requests.StopSession("stopped"),
    requests.ChooseDevices("x", "x", "x"),
)


@pytest.fixture
def locked() -> Stage:
    return Stage(pin="2468")


def wrong(stage: Stage, times: int) -> None:
    stage.say(*itertools.repeat(requests.EnterPin("1357"), times))


def test_the_right_pin_opens_and_closing_the_panel_locks(locked: Stage) -> None:
    assert (locked.now.lock.required, locked.now.lock.open) == (True, False)
    locked.say(requests.EnterPin("2468"))
    assert [shown.lock.checking for shown in locked.views] == [True, False], "it takes a moment, and says so"
    assert locked.now.lock.open
    locked.say(requests.Lock())
    assert not locked.now.lock.open


def test_while_it_is_locked_nothing_is_done_for_anybody_but_the_kiosk_itself(locked: Stage) -> None:
    locked.answer_first()
    before = locked.now
    locked.say(*HELP)
    assert locked.now == before
    locked.say(requests.StopSession("interrupted"))
    assert locked.state() is State.FINISHING


def test_without_a_pin_the_panel_is_open() -> None:
    stage = Stage()
    assert (stage.now.lock.required, stage.now.lock.open) == (False, True)
    stage.say(requests.EnterPin("1"), requests.Lock())
    assert stage.now.lock.open
    assert stage.guard.asked == 0


def test_after_five_wrong_ones_not_even_the_right_one_is_looked_at(locked: Stage) -> None:
    wrong(locked, 4)
    assert (locked.now.lock.wrong, locked.now.lock.until_ns) == (4, 0)
    wrong(locked, 1)
    assert locked.now.lock.until_ns == locked.clock.ns + 30 * NS
    asked = locked.guard.asked
    locked.say(requests.EnterPin("2468"))
    assert (locked.now.lock.open, locked.guard.asked) == (False, asked)
    locked.wait(31)
    assert locked.now.lock.until_ns == 0
    wrong(locked, 1)
    assert locked.now.lock.until_ns == locked.clock.ns + 60 * NS, "twice as long"
    locked.wait(61)
    locked.say(requests.EnterPin("2468"))
    assert (locked.now.lock.open, locked.now.lock.wrong) == (True, 0)
    locked.say(requests.Lock())
    wrong(locked, 4)
    assert locked.now.lock.until_ns == 0, "the right one has made up for it"


def test_every_attempt_is_on_record(locked: Stage) -> None:
    wrong(locked, 2)
    locked.say(requests.EnterPin("2468"))
    assert [attempt.right for attempt in locked.guard.written] == [False, False, True]


def test_the_wait_grows_to_an_hour_and_no_further() -> None:
    assert [wait_after(count) // NS for count in (1, 4, 5, 6, 7)] == [0, 0, 30, 60, 120]
    assert wait_after(12) == wait_after(4000) == LONGEST_WAIT_NS


def test_a_program_that_is_started_again_waits_on(locked: Stage) -> None:
    wrong(locked, 5)
    locked.clock.ns += 10 * NS
    again = Stage(pin="2468", guard=locked.guard)
    assert again.now.lock.until_ns - again.clock.ns == 20 * NS


def test_a_machine_that_is_started_again_waits_all_over_again_and_once(locked: Stage) -> None:
    wrong(locked, 5)
    locked.guard.boot = "boot-2"
    locked.clock.ns = 100 * NS
    again = Stage(pin="2468", guard=locked.guard)
    assert again.now.lock.until_ns - again.clock.ns == 30 * NS
    assert again.now.lock.wrong == 5, "starting is no attempt"
    locked.clock.ns += 25 * NS
    once_more = Stage(pin="2468", guard=locked.guard)
    assert once_more.now.lock.until_ns - once_more.clock.ns == 5 * NS, "in the same start it goes on"


def test_the_wall_clock_is_not_asked() -> None:
    attempts = [Attempt("boot-1", 1000 * NS, right=False)] * 5
    assert standing(attempts, "boot-1", 1010 * NS) == (5, 20 * NS)
    assert standing(attempts, "boot-1", 900 * NS) == (5, 30 * NS), "a machine's own time that went back opens nothing"


def test_a_ledger_that_is_full_forgets_nobody(locked: Stage) -> None:
    locked.guard.full = True
    wrong(locked, 5)
    assert locked.now.lock.until_ns > 0


def test_the_proctor_leaves_the_kiosk_but_not_an_interview(locked: Stage) -> None:
    locked.say(requests.EnterPin("2468"))
    locked.answer_first()
    locked.say(requests.LeaveKiosk())
    assert locked.now.leaving is None
    other = Stage()
    other.say(requests.ShutDown())
    assert other.now.leaving is Leaving.MACHINE
    assert other.book.entries == [("noted", "left", "machine")]


def test_a_pin_is_not_shown_by_what_carries_it() -> None:
    assert "2468" not in repr(requests.EnterPin("2468"))


def test_a_hash_knows_its_pin_and_no_other() -> None:
    made = pin.hash_pin("270861")
    assert made.startswith("$argon2id$")
    assert pin.is_hash(made)
    assert not pin.is_hash("270861")
    assert pin.matches(made, "270861")
    assert not pin.matches(made, "270862")
    assert not pin.matches("nonsense", "270861")


@pytest.mark.parametrize(
    "bad", ["", "123", "1234567890123", "12a4", "\uff11\uff12\uff13\uff14", "4444", "1234", "8765"]
)
def test_what_anybody_would_try_first_is_no_pin(bad: str) -> None:
    with pytest.raises(BadRequest):
        pin.hash_pin(bad)
