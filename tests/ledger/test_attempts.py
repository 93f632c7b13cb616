"""Every attempt at the proctor's PIN is on record."""

from pathlib import Path

import pytest

from kiosk.domain.errors import BadRequest
from kiosk.ledger import attempts
from kiosk.ledger.attempts import AttemptRow, LeaveRow, Outcome
from kiosk.ledger.ledger import Ledger
from tests.ledger.test_ledger import StoppedClock


def test_attempts_since_the_last_right_one_are_found_again_in_order(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite3", StoppedClock())
    for number, outcome in enumerate((Outcome.WRONG, Outcome.RIGHT, Outcome.WRONG, Outcome.CARRIED)):
        ledger.attempts.add("boot-1", number, outcome)
    ledger.close()
    again = Ledger.open(tmp_path / "ledger.sqlite3", StoppedClock())
    at = StoppedClock().wall().isoformat(timespec="milliseconds")
    assert again.attempts.since_right() == [
        AttemptRow(at, "boot-1", 2, Outcome.WRONG),
        AttemptRow(at, "boot-1", 3, Outcome.CARRIED),
    ]
    again.close()


def test_a_ledger_without_attempts_has_none_and_takes_no_nonsense(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite3")
    assert ledger.attempts.since_right() == []
    with pytest.raises(BadRequest):
        ledger.attempts.add("boot-1", -1, Outcome.WRONG)
    ledger.close()


def test_attempts_to_leave_are_found_again_and_never_fill_the_disk(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite3", StoppedClock())
    for number in range(attempts.MOST + 5):
        ledger.attempts.add_leaving(f"{number} Alt+F4", number + 1)
    ledger.close()
    again = Ledger.open(tmp_path / "ledger.sqlite3", StoppedClock())
    at = StoppedClock().wall().isoformat(timespec="milliseconds")
    found = again.attempts.leaving()
    assert len(found) == attempts.MOST
    assert found[0] == LeaveRow(at, "5 Alt+F4", 6)
    again.attempts.add_leaving("x" * 10_000, 1)
    assert len(again.attempts.leaving()[-1].how) == attempts.HOW_LENGTH
    again.close()


def test_attempts_to_leave_count_until_they_are_seen(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite3", StoppedClock())
    assert ledger.attempts.unseen_leaving() == 0
    ledger.attempts.add_leaving("Alt+F4", 3)
    ledger.attempts.see_leaving()
    ledger.attempts.add_leaving("Super", 2)
    ledger.attempts.add_leaving("Super", 4)
    ledger.close()
    again = Ledger.open(tmp_path / "ledger.sqlite3", StoppedClock())
    assert again.attempts.unseen_leaving() == 6
    again.attempts.see_leaving()
    assert again.attempts.unseen_leaving() == 0
    assert len(again.attempts.leaving()) == 3, "seen is not forgotten"
    again.close()
