import dataclasses
import os
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.app import check_ready
from kiosk.config import load
from kiosk.contract import names
from kiosk.domain.clock import SystemClock
from kiosk.domain.interview import Interview
from kiosk.domain.view import SessionState as State
from kiosk.files.recovery import Outcome, nobody_records
from kiosk.files.verification import Depth
from kiosk.ledger.ledger import Ledger, SessionRow
from kiosk.ledger.uploads import Uploads
from kiosk.recovery import CUT_OFF, CUT_OFF_BEFORE, recover_output
from kiosk.system import host, places
from tests.files.sessions import BEGUN, PREPARE, SESSION, HandClock, Left, contents, left_by_a_recorder

OTHER = "0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff002"
BEFORE = "2026-11-22T13:00:00+00:00"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Left:
    return left_by_a_recorder(tmp_path_factory.mktemp("short"))


def entered(output: Path, session: str, state: State) -> None:
    ledger = Ledger.open(output / names.LEDGER, HandClock())
    ledger.new_session(SessionRow(session, "short", "Short", "ab" * 32, "c-17", State.CONSENT, BEFORE))
    if PREPARE.consent is not None:
        ledger.consented(session, PREPARE.consent)
    ledger.set_state(session, state)
    ledger.close()


def rows(output: Path) -> dict[str, SessionRow]:
    ledger = Ledger.open(output / names.LEDGER, HandClock())
    try:
        return {row.session: row for row in ledger.sessions()}
    finally:
        ledger.close()


def test_a_session_that_was_cut_off_is_ended_in_files_and_ledger(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    left.video.write_bytes(left.data[:-40])
    entered(tmp_path, SESSION, State.ANSWERING)

    report = recover_output(tmp_path, HandClock())

    assert report.whole
    assert report.entered == (SESSION,)
    assert [session.outcome for session in report.sessions] == [Outcome.RECOVERED]
    row = rows(tmp_path)[SESSION]
    manifest = report.sessions[0].manifest
    assert manifest is not None
    assert (row.state, row.reason, row.trouble) == (State.FAILED, "interrupted", CUT_OFF)
    assert row.recording == f"{SESSION}/{left.video.name}"
    assert row.manifest == f"{SESSION}/{names.MANIFEST}"
    assert row.duration_ns == pytest.approx(manifest.duration_s * 1e9)
    assert (row.created_at, row.started_at, row.consent) == (BEFORE, BEGUN.isoformat(), PREPARE.consent)
    before = contents(tmp_path / SESSION)
    again = recover_output(tmp_path, HandClock(), Depth.EVERYTHING)
    assert (again.entered, [session.outcome for session in again.sessions]) == ((), [Outcome.WHOLE])
    assert contents(tmp_path / SESSION) == before


def test_a_session_that_never_recorded_is_ended_too(tmp_path: Path) -> None:
    entered(tmp_path, OTHER, State.PREPARING)
    assert recover_output(tmp_path, HandClock()).entered == (OTHER,)
    row = rows(tmp_path)[OTHER]
    assert (row.state, row.trouble, row.manifest) == (State.FAILED, CUT_OFF_BEFORE, "")


def test_a_damaged_ledger_is_made_anew_from_the_recordings(short: Left, tmp_path: Path) -> None:
    short.copy(tmp_path)
    entered(tmp_path, SESSION, State.ANSWERING)
    recover_output(tmp_path, HandClock())
    wanted = rows(tmp_path)[SESSION]
    ledger = tmp_path / names.LEDGER
    ledger.write_bytes(b"\xa5" * 4096 + ledger.read_bytes()[4096:])

    report = recover_output(tmp_path, HandClock())

    assert report.whole
    assert (tmp_path / report.ledger_aside).read_bytes()[:4] == b"\xa5" * 4
    found = rows(tmp_path)[SESSION]
    # When the session was made and when it ended, to the instant, only the ledger knew.
    assert found == dataclasses.replace(wanted, created_at=found.created_at, ended_at=found.ended_at)
    assert found.created_at
    assert recover_output(tmp_path, HandClock()).ledger_aside == ""


def test_a_ledger_that_was_set_aside_goes_after_its_time(short: Left, tmp_path: Path) -> None:
    short.copy(tmp_path)
    clock = HandClock()
    named = [
        tmp_path / f"{names.LEDGER}.damaged-{clock.wall() - timedelta(days=days):%Y%m%d-%H%M%S}" for days in (29, 31)
    ]
    for file in named:
        file.write_bytes(b"x")
    assert recover_output(tmp_path, clock).whole
    assert [file.exists() for file in named] == [True, False]


def test_a_recording_that_the_ledger_does_not_know_is_entered(short: Left, tmp_path: Path) -> None:
    short.copy(tmp_path)
    assert recover_output(tmp_path, HandClock()).entered == (SESSION,)
    row = rows(tmp_path)[SESSION]
    assert (row.candidate, row.interview, row.consent) == ("c-17", "short", PREPARE.consent)


def test_an_end_in_order_that_the_ledger_missed_is_no_failure(tmp_path: Path) -> None:
    """The kiosk died with its recorder well: that was told to end, and did."""
    left = left_by_a_recorder(tmp_path, closed=True)
    entered(tmp_path, SESSION, State.ANSWERING)
    recover_output(tmp_path, HandClock())
    row = rows(tmp_path)[SESSION]
    assert (row.state, row.reason, row.trouble) == (State.FINISHED, "interrupted", "")
    assert row.recording.endswith(left.video.name)


def test_while_something_is_recorded_nothing_unfinished_is_touched(short: Left, tmp_path: Path) -> None:
    short.copy(tmp_path)
    entered(tmp_path, SESSION, State.ANSWERING)
    entered(tmp_path, OTHER, State.PREPARING)
    before = contents(tmp_path / SESSION)
    with nobody_records(tmp_path):
        report = recover_output(tmp_path, HandClock(), Depth.EVERYTHING)
    assert [session.outcome for session in report.sessions] == [Outcome.RUNNING]
    assert contents(tmp_path / SESSION) == before
    assert {row.state for row in rows(tmp_path).values()} == {State.ANSWERING, State.PREPARING}


def test_a_copy_that_is_being_deleted_is_not_brought_back(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    recover_output(tmp_path, HandClock())
    uploads = Uploads.open(tmp_path / names.LEDGER, HandClock())
    uploads.leave(SESSION, "erase")
    uploads.close()
    left.video.unlink()
    left.manifest.unlink()
    report = recover_output(tmp_path, HandClock(), Depth.EVERYTHING)
    assert (report.sessions, report.problems) == ((), ())
    assert not left.manifest.exists()


def test_a_damaged_ledger_is_not_taken_from_a_kiosk_that_records(short: Left, tmp_path: Path) -> None:
    short.copy(tmp_path)
    (tmp_path / names.LEDGER).write_bytes(b"hello " * 2000)
    with nobody_records(tmp_path):
        report = recover_output(tmp_path, HandClock())
    assert not report.whole
    assert "damaged" in report.problems[0]
    assert (tmp_path / names.LEDGER).read_bytes() == b"hello " * 2000


def test_what_a_dead_run_left_is_swept_away_and_blocks_nothing(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    (left.folder / "manifest.json.part").write_bytes(b"{")
    (tmp_path / ".writable.part").write_bytes(b"x")
    os.close(host.open_private(tmp_path / names.LOCK))
    preview = host.runtime_folder() / f"preview-{places.name_of_output(tmp_path)}"
    preview.write_bytes(b"a face")
    assert recover_output(tmp_path, HandClock()).whole
    assert not preview.exists()
    assert list(tmp_path.rglob("*.part")) == []


def test_an_output_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert recover_output(tmp_path / "none", HandClock()).whole
    assert list(tmp_path.iterdir()) == []
    assert recover_output(tmp_path, HandClock()).sessions == ()
    assert list(tmp_path.iterdir()) == []


def test_a_start_puts_the_folder_in_order_first(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    left.video.write_bytes(left.data[:-40])
    config = dataclasses.replace(load({}, None, {}).config, output=tmp_path)
    check_ready(config, (Interview("a", "A", "en", (), "0" * 64),), SystemClock())
    assert left.manifest.exists()
    assert rows(tmp_path)[SESSION].state is State.FAILED
