"""Whoever tries to get out of kiosk mode is on record; nobody fills a disk by that."""

from kiosk.domain import requests
from kiosk.session.escapes import MOST_TOLD, MOST_WAYS, OTHER
from tests.session.stage import Stage


def tries(stage: Stage, how: str, times: int = 1) -> None:
    stage.say(*[requests.TriedToLeave(how)] * times)


def test_the_first_attempt_is_on_record_at_once_and_others_soon_after_together() -> None:
    stage = Stage(pin="2468")
    tries(stage, "Alt+F4")
    assert stage.guard.left == [("Alt+F4", 1)]
    tries(stage, "Alt+F4", 700)
    tries(stage, "Super", 2)
    assert stage.guard.left == [("Alt+F4", 1)]
    stage.wait(10)
    assert stage.guard.left == [("Alt+F4", 1), ("Alt+F4", 700), ("Super", 2)]
    assert stage.now.tries_to_leave == 703
    tries(stage, "Super", 700)
    assert stage.now.tries_to_leave == MOST_TOLD


def test_what_a_full_disk_does_not_take_is_written_later_and_stays_small() -> None:
    stage = Stage(pin="2468")
    stage.guard.full = True
    for number in range(500):
        tries(stage, f"way {number}")
    assert stage.guard.left == []
    stage.guard.full = False
    stage.wait(10)
    assert len(stage.guard.left) == MOST_WAYS + 1
    assert stage.guard.left[-1] == (OTHER, 500 - MOST_WAYS)


def test_the_count_is_for_the_proctor_and_begins_anew_when_an_open_panel_closes() -> None:
    stage = Stage(pin="2468")
    tries(stage, "Alt+Tab", 3)
    stage.say(requests.Lock())
    assert stage.now.tries_to_leave == 3, "somebody without the PIN saw nothing"
    stage.say(requests.EnterPin("2468"), requests.Attend())
    assert stage.now.tries_to_leave == 3
    stage.say(requests.Lock())
    assert stage.now.tries_to_leave == 0


def test_the_count_outlives_the_interview_and_an_attempt_changes_nothing_else() -> None:
    stage = Stage(pin="2468")
    stage.answer_first()
    before = stage.state()
    tries(stage, "closing the window")
    assert stage.state() is before
    stage.say(requests.StopSession("interrupted"))
    assert stage.now.tries_to_leave == 1


def test_the_count_survives_a_restart_until_the_proctor_has_seen_it() -> None:
    before = Stage(pin="2468")
    tries(before, "Alt+F4", 5)
    before.wait(10)
    after = Stage(pin="2468", guard=before.guard)
    assert after.now.tries_to_leave == 5
    tries(after, "Super")
    assert after.now.tries_to_leave == 6
    after.say(requests.EnterPin("2468"), requests.Lock())
    assert after.now.tries_to_leave == 0
    assert Stage(pin="2468", guard=before.guard).now.tries_to_leave == 0, "what waited to be written was seen too"


def test_a_full_disk_neither_stops_the_kiosk_nor_hides_an_attempt() -> None:
    stage = Stage(pin="2468")
    tries(stage, "Alt+F4", 2)
    stage.wait(10)
    stage.guard.full = True
    stage.say(requests.EnterPin("2468"), requests.Lock())
    assert stage.now.tries_to_leave == 0
    assert Stage(pin="2468", guard=stage.guard).now.tries_to_leave == 2
