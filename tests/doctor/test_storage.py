"""What is said of an output folder."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.contract import names
from kiosk.doctor.storage import examine_database, examine_sending, held
from kiosk.domain.clock import SystemClock
from kiosk.domain.finding import Grade
from kiosk.domain.view import SessionState
from kiosk.ledger.health import health
from kiosk.ledger.ledger import Ledger, SessionRow
from kiosk.ledger.uploads import Uploads
from kiosk.system import host
from tests.outbox.material import STARTED, an_id


class StoppedClock(SystemClock):
    """Stands at the day of the recordings."""

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, 18, tzinfo=UTC)


def with_sessions(output: Path, *states: SessionState) -> Path:
    ledger = Ledger.open(output / names.LEDGER)
    for number, state in enumerate(states):
        row = SessionRow(
            session=an_id(number),
            interview="short",
            title="Short",
            interview_sha256="cd" * 32,
            candidate="Ada",
            state=state,
            created_at=STARTED.isoformat(),
        )
        ledger.new_session(row)
    ledger.close()
    return output


def test_a_whole_database_is_counted_and_not_touched(tmp_path: Path) -> None:
    assert examine_database(tmp_path, recording=False)[0].fact.startswith("There is no session database yet")
    with_sessions(tmp_path, SessionState.FINISHED, SessionState.FINISHED)
    before = (tmp_path / names.LEDGER).read_bytes()
    (found,) = examine_database(tmp_path, recording=False)
    assert (found.grade, found.number) == (Grade.OK, 2)
    assert "Ada" not in found.fact
    assert (tmp_path / names.LEDGER).read_bytes() == before


def test_a_database_is_examined_while_it_is_written(tmp_path: Path) -> None:
    ledger = Ledger.open(with_sessions(tmp_path, SessionState.FINISHED) / names.LEDGER)
    try:
        found = health(tmp_path / names.LEDGER)
    finally:
        ledger.close()
    assert found is not None
    assert (found.sessions, found.uploads) == ({"finished": 1}, {})
    assert found.version == found.newest


def test_a_damaged_or_newer_database_is_bad(tmp_path: Path) -> None:
    path = with_sessions(tmp_path, SessionState.FINISHED) / names.LEDGER
    data = bytearray(path.read_bytes())
    data[60:64] = (999).to_bytes(4, "big")  # the header's user_version
    path.write_bytes(data)
    (found,) = examine_database(tmp_path, recording=False)
    assert (found.grade, found.number) == (Grade.BAD, 999)
    path.write_bytes(bytes(data[:100]) + os.urandom(4096))
    (found,) = examine_database(tmp_path, recording=False)
    assert found.grade is Grade.BAD
    assert "damaged" in found.fact
    assert "kiosk recover" in found.remedy


def test_a_session_that_nobody_ended_is_told_unless_it_runs(tmp_path: Path) -> None:
    with_sessions(tmp_path, SessionState.ANSWERING, SessionState.FINISHED)
    assert [found.check for found in examine_database(tmp_path, recording=True)] == ["database"]
    _, left = examine_database(tmp_path, recording=False)
    assert (left.check, left.grade, left.number) == ("leftovers", Grade.WARN, 1)
    assert left.fact == "1 session was cut off and not put in order yet."


def test_a_folder_that_somebody_holds_is_told(tmp_path: Path) -> None:
    assert not held(tmp_path)
    lock = host.open_private(tmp_path / names.LOCK)
    assert not held(tmp_path)
    assert host.try_lock(lock)
    try:
        assert held(tmp_path)
    finally:
        os.close(lock)


def test_what_waits_is_told_and_what_cannot_be_sent_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    output = tmp_path / "out"
    uploads = Uploads.open(output / names.LEDGER)
    uploads.index(an_id(0), STARTED.isoformat(), [], "")
    assert examine_sending(output, SystemClock()).fact == "Nothing waits to be sent.", "it is not enrolled"
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "enrolment.json").touch()
    assert examine_sending(output, StoppedClock()).fact == "1 recording on the way to the server."
    late = StoppedClock()
    late.wall = lambda: datetime(2026, 12, 24, tzinfo=UTC)  # type: ignore[method-assign]  # a month later
    assert examine_sending(output, late).grade is Grade.WARN
    uploads.park(an_id(0), "The server refuses it.")
    uploads.close()
    found = examine_sending(output, late)
    assert (found.grade, found.fact) == (Grade.BAD, "1 recording cannot be sent. The server refuses it.")
