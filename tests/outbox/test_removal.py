"""When a local copy goes, and that it never goes too early."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from kiosk.contract import names
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.interview import Consent
from kiosk.domain.view import SessionState
from kiosk.ledger.ledger import Ledger, SessionRow
from kiosk.ledger.upload_rows import UploadState
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.removal import BYTES_AN_HOUR, Removal, Retention
from kiosk.recovery import recover_output
from tests.outbox.faulty import Faulty
from tests.outbox.material import Recording, an_id, recordings
from tests.outbox.running import QUICK, QUIET, arrived, rows, running, send_all, wait_for

AT_ONCE = replace(QUIET, retention=Retention(keep_days=0))
WORDS = "kept for the test"


class Later:
    """A clock that is days ahead."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._inner = SystemClock()

    def now_ns(self) -> int:
        return self._inner.now_ns()

    def wall(self) -> datetime:
        return self._inner.wall() + timedelta(days=self._days)


def test_a_copy_goes_after_the_receipt_the_grace_time_and_a_fresh_check(tmp_path: Path) -> None:
    (made,) = recordings(tmp_path, 1)
    with Faulty() as server:
        send_all(tmp_path, server)
        with running(tmp_path, server, clock=Later(6)) as outbox:
            server.wait(lambda: len(server.heartbeats) == 2)
            assert outbox.uploads.removable()
        assert made.folder.exists()
        assert server.checks == 0
        with running(tmp_path, server, clock=Later(8)):
            wait_for(tmp_path, lambda found: bool(found[0].removed_at))
        assert server.checks == 1
        assert server.puts.total() == 3
    assert not made.folder.exists()
    (row,) = rows(tmp_path)
    assert row.state is UploadState.STORED
    assert row.receipt is not None


def _lost(server: Faulty) -> None:
    server.recordings.clear()


def _back(server: Faulty) -> None:
    for held in server.recordings.values():
        held.state, held.files = "receiving", {}


@pytest.mark.parametrize("happens", [_lost, _back])
def test_what_the_server_lost_is_noticed_before_the_copy_goes_and_is_sent_again(
    tmp_path: Path, happens: Callable[[Faulty], None]
) -> None:
    (made,) = recordings(tmp_path, 1)
    with Faulty() as server:
        send_all(tmp_path, server)
        happens(server)
        with running(tmp_path, server, clock=Later(8)):
            wait_for(tmp_path, lambda found: arrived(server, made) and found[0].state is UploadState.STORED)
    assert made.folder.exists()
    assert set(server.puts.values()) == {2}


def _at_the_check(fault: str, method: str, path: str) -> str:
    return fault if "check=1" in path else ""


def _checked(server: Faulty, before: int) -> bool:
    return any("check=1" in path for _, path in server.requests[before:])


def test_a_check_that_is_not_answered_by_a_fresh_valid_receipt_deletes_nothing(tmp_path: Path) -> None:
    (made,) = recordings(tmp_path, 1)
    with Faulty() as server:
        send_all(tmp_path, server)
        old = rows(tmp_path)[0].receipt
        for fault in ("wrong-key", "html", "json", "500", "drop-after"):
            server.fault, before = partial(_at_the_check, fault), len(server.requests)
            with running(tmp_path, server, AT_ONCE):
                server.wait(partial(_checked, server, before))
            assert made.folder.exists(), fault
            assert rows(tmp_path)[0].state is UploadState.STORED
        server.fault = lambda method, path: ""
        server.checks, before = -1, len(server.requests)  # the receipt of long ago once more
        with running(tmp_path, server, AT_ONCE):
            server.wait(partial(_checked, server, before))
        assert made.folder.exists()
        assert rows(tmp_path)[0].receipt == old


def test_a_short_disk_takes_sent_copies_the_oldest_first_and_unsent_ones_never(tmp_path: Path) -> None:
    recordings(tmp_path, 2)
    with Faulty() as server:
        send_all(tmp_path, server)
    unsent = Recording(tmp_path, an_id(2)).all()
    free = 5 * BYTES_AN_HOUR
    uploads = Uploads.open(tmp_path / names.LEDGER)
    removal = Removal(tmp_path, uploads, SystemClock(), Retention(), lambda: free)
    assert removal.candidates() == []
    free = 3 * BYTES_AN_HOUR
    assert [row.session for row in removal.candidates()] == [an_id(0), an_id(1)]
    for row in removal.candidates():
        removal.remove(row.session)
    uploads.close()
    assert unsent.folder.exists()
    assert not (tmp_path / an_id(0)).exists()


def test_a_deletion_that_was_cut_off_is_finished_at_the_next_start(tmp_path: Path) -> None:
    made = recordings(tmp_path, 2)
    with Faulty() as server:
        send_all(tmp_path, server)
        uploads = Uploads.open(tmp_path / names.LEDGER)
        uploads.leave(made[0].session, "remove")
        uploads.leave(made[1].session, "erase")
        uploads.close()
        for one in made:
            one.path.unlink()
        with running(tmp_path, server):
            wait_for(tmp_path, lambda found: all(row.removed_at for row in found))
    assert not any(one.folder.exists() for one in made)
    assert [row.state for row in sorted(rows(tmp_path), key=lambda row: row.session)] == [
        UploadState.STORED,
        UploadState.ERASED,
    ]


def test_an_erasure_leaves_nothing_of_the_person_and_is_confirmed(tmp_path: Path) -> None:
    made = recordings(tmp_path, 2)
    _enter(tmp_path, made[0].session)
    with Faulty() as server, running(tmp_path, server, QUICK):
        wait_for(tmp_path, lambda found: len(found) == 2 and all(row.state is UploadState.STORED for row in found))
        server.to_erase = [made[0].session, an_id(77)]
        server.wait(lambda: not server.to_erase)
        confirmed = {session for beat in server.heartbeats for session in beat["erased"]}
    assert confirmed == {made[0].session, an_id(77)}
    assert not made[0].folder.exists()
    assert made[1].folder.exists()
    ledger = Ledger.open(tmp_path / names.LEDGER)
    assert ledger.sessions() == []
    assert ledger.events(made[0].session) == []
    ledger.close()
    for file in tmp_path.glob("ledger.sqlite3*"):
        assert WORDS.encode() not in file.read_bytes()
    by_id = {row.session: row for row in rows(tmp_path)}
    assert by_id[made[0].session].state is UploadState.ERASED
    assert by_id[made[0].session].receipt is None


def test_an_erasure_reaches_a_ledger_that_was_set_aside_and_loses_no_other_interview(tmp_path: Path) -> None:
    made = recordings(tmp_path, 2)
    _enter(tmp_path, made[0].session)
    ledger = tmp_path / names.LEDGER
    ledger.write_bytes(b"\xa5" * 4096 + ledger.read_bytes()[4096:])
    aside = tmp_path / recover_output(tmp_path, SystemClock()).ledger_aside
    assert WORDS.encode() in aside.read_bytes()
    with Faulty() as server, running(tmp_path, server, QUICK):
        wait_for(tmp_path, lambda found: len(found) == 2 and all(row.state is UploadState.STORED for row in found))
        assert aside.exists()
        server.to_erase = [made[0].session]
        server.wait(lambda: not server.to_erase)
    assert not list(tmp_path.glob("*damaged*"))
    assert not any(WORDS.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert made[1].folder.exists()
    known = Ledger.open(ledger)
    assert [row.session for row in known.sessions()] == [made[1].session]
    known.close()


def test_an_erasure_that_was_cut_off_reaches_what_was_set_aside_at_the_next_start(tmp_path: Path) -> None:
    (made,) = recordings(tmp_path, 1)
    aside = tmp_path / f"{names.LEDGER}.damaged-20261122-140307"
    aside.write_bytes(WORDS.encode())
    uploads = Uploads.open(tmp_path / names.LEDGER)
    uploads.leave(made.session, "erase")
    Removal(tmp_path, uploads, SystemClock(), Retention()).finish_what_was_begun(lambda session: False)
    uploads.close()
    assert (aside.exists(), made.folder.exists()) == (False, False)


def test_a_copy_that_goes_for_room_leaves_what_was_set_aside(tmp_path: Path) -> None:
    (made,) = recordings(tmp_path, 1)
    with Faulty() as server:
        send_all(tmp_path, server)
    aside = tmp_path / f"{names.LEDGER}.damaged-20261122-140307"
    aside.write_bytes(WORDS.encode())
    uploads = Uploads.open(tmp_path / names.LEDGER)
    Removal(tmp_path, uploads, SystemClock(), Retention()).remove(made.session)
    uploads.close()
    assert (aside.exists(), made.folder.exists()) == (True, False)


def test_a_recording_that_runs_is_erased_after_its_end(tmp_path: Path) -> None:
    recording = Recording(tmp_path, an_id(0))
    recording.chunk(1000)
    with Faulty() as server, running(tmp_path, server, QUICK):
        server.wait(lambda: (recording.session, 1, 0) in server.puts)
        server.to_erase = [recording.session]
        wait_for(tmp_path, lambda found: found[0].leaving == "erase")
        assert recording.folder.exists()
        recording.chunk(1000)
        with contextlib.suppress(FileNotFoundError):  # it may be erased as soon as its journal says that it has ended
            recording.end()
        server.wait(lambda: not server.to_erase)
    assert not recording.folder.exists()
    assert rows(tmp_path)[0].state is UploadState.ERASED


def _enter(output: Path, session: str) -> None:
    ledger = Ledger.open(output / names.LEDGER)
    at = datetime.fromtimestamp(1, UTC).isoformat()
    ledger.new_session(SessionRow(session, "short", "Short", "cd" * 32, WORDS, SessionState.CONSENT, at))
    ledger.consented(session, Consent("paper-7", "ab" * 32, "en", at))
    ledger.ended(session, "completed", 10 * NS, "")
    ledger.close()
