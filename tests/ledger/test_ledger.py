import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.errors import BadRequest, KioskError, NoSpace, WorldFailed
from kiosk.domain.interview import Consent
from kiosk.domain.view import SessionState
from kiosk.ledger.database import migrations
from kiosk.ledger.ledger import Ledger, SessionRow

SESSION = "0b9f6f0e-0000-4000-8000-000000000001"
OTHER = "0b9f6f0e-0000-4000-8000-000000000002"
NOW = datetime(2026, 11, 22, 14, 3, 7, tzinfo=UTC)


class StoppedClock:
    def now_ns(self) -> int:
        return 0

    def wall(self) -> datetime:
        return NOW


def row(session: str = SESSION, created_at: str = "2026-11-22T14:00:00+00:00") -> SessionRow:
    return SessionRow(session, "general", "General interview", "ab" * 32, "C-17", SessionState.CONSENT, created_at)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(path, StoppedClock())
    yield opened
    opened.close()


def test_a_session_is_found_again_as_it_was_written(ledger: Ledger) -> None:
    ledger.new_session(row())
    assert ledger.session(SESSION) == row()
    assert ledger.sessions() == [row()]


def test_a_whole_interview_leaves_its_whole_row(ledger: Ledger, tmp_path: Path) -> None:
    consent = Consent("2026-11-22", "cd" * 32, "en", "2026-11-22T14:00:30+00:00")
    ledger.new_session(row())
    ledger.consented(SESSION, consent)
    ledger.set_state(SESSION, SessionState.STARTING)
    ledger.started(SESSION, "2026-11-22T14:01:00+00:00", tmp_path / SESSION / "interview.mp4")
    ledger.set_state(SESSION, SessionState.ASKING)
    ledger.troubled(SESSION, "Microphone silent for 12 s.")
    ledger.ended(SESSION, "completed", 61_000_000_000, f"{SESSION}/manifest.json")
    found = ledger.session(SESSION)
    assert found.consent == consent
    assert found.state == SessionState.FINISHED
    assert found.recording == f"{SESSION}/interview.mp4"
    assert found.manifest == f"{SESSION}/manifest.json"
    assert (found.reason, found.duration_ns) == ("completed", 61_000_000_000)
    assert found.ended_at == "2026-11-22T14:03:07.000+00:00"
    assert found.trouble == "Microphone silent for 12 s."
    assert [event.what for event in ledger.events(SESSION)] == [
        "created",
        "consented",
        "starting",
        "started",
        "asking",
        "trouble",
        "ended",
    ]


def test_a_refusal_is_an_end(ledger: Ledger) -> None:
    ledger.new_session(row())
    ledger.set_state(SESSION, SessionState.REFUSED, reason="no consent")
    found = ledger.session(SESSION)
    assert (found.state, found.reason) == (SessionState.REFUSED, "no consent")
    assert found.ended_at
    assert ledger.unfinished() == []


def test_sessions_that_never_ended_are_listed(ledger: Ledger) -> None:
    ledger.new_session(row())
    ledger.new_session(row(OTHER, "2026-11-22T15:00:00+00:00"))
    ledger.set_state(SESSION, SessionState.ANSWERING)
    ledger.ended(OTHER, "completed", 1, "")
    assert [entry.session for entry in ledger.sessions()] == [OTHER, SESSION]
    assert [entry.session for entry in ledger.unfinished()] == [SESSION]


def test_what_was_written_is_there_after_opening_again(path: Path) -> None:
    first = Ledger.open(path)
    first.new_session(row())
    first.close()
    first.close()
    second = Ledger.open(path)
    assert second.session(SESSION) == row()
    second.close()


def test_an_unknown_session_changes_nothing(ledger: Ledger) -> None:
    for change in (
        lambda: ledger.set_state(SESSION, SessionState.ASKING),
        lambda: ledger.ended(SESSION, "completed", 1, ""),
        lambda: ledger.note(SESSION, "x"),
        lambda: ledger.session(SESSION),
    ):
        with pytest.raises(BadRequest, match="no session"):
            change()
    assert ledger.sessions() == []
    assert ledger.events(SESSION) == []


def test_the_same_session_twice_is_refused(ledger: Ledger) -> None:
    ledger.new_session(row())
    with pytest.raises(BadRequest):
        ledger.new_session(row())
    assert len(ledger.events(SESSION)) == 1


@pytest.mark.parametrize("session", ["", "../x", SESSION.upper(), SESSION + "\n", "'; DROP TABLE sessions; --"])
def test_what_is_no_session_id_is_refused(ledger: Ledger, session: str) -> None:
    with pytest.raises(BadRequest):
        ledger.new_session(row(session))


def test_the_kiosk_has_events_of_its_own(ledger: Ledger) -> None:
    ledger.note("", "ledger set aside", "damaged")
    (event,) = ledger.events("")
    assert (event.what, event.detail, event.session) == ("ledger set aside", "damaged", "")


def test_a_recording_outside_the_folder_is_refused(ledger: Ledger) -> None:
    ledger.new_session(row())
    with pytest.raises(BadRequest, match="output folder"):
        ledger.started(SESSION, "2026-11-22T14:01:00+00:00", Path("/elsewhere/x.mp4").absolute())


def test_many_threads_may_write(ledger: Ledger) -> None:
    ledger.new_session(row())

    def write() -> None:
        for _ in range(10):
            ledger.note(SESSION, "x")

    threads = [threading.Thread(target=write, name=f"note-{number}") for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ledger.events(SESSION)) == 41


def test_two_programs_may_have_it_open(path: Path, ledger: Ledger) -> None:
    other = Ledger.open(path)
    ledger.new_session(row())
    assert other.session(SESSION) == row()
    other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_files_belong_to_this_account_alone(path: Path, ledger: Ledger) -> None:
    ledger.new_session(row())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


def test_what_is_committed_survives_a_kill(path: Path) -> None:
    program = (
        "import sys, os\n"
        "from pathlib import Path\n"
        "from kiosk.ledger.ledger import Ledger, SessionRow\n"
        "from kiosk.domain.view import SessionState\n"
        "ledger = Ledger.open(Path(sys.argv[1]))\n"
        "ledger.new_session(SessionRow(sys.argv[2], 'i', 't', 's', 'c', SessionState.CONSENT, 'now'))\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path), SESSION], check=False, timeout=60)
    assert done.returncode == 9
    ledger = Ledger.open(path)
    assert ledger.session(SESSION).candidate == "c"
    ledger.close()


def test_the_journal_is_ahead_and_every_commit_is_synced(ledger: Ledger) -> None:
    with ledger._database.reading() as database:
        assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert database.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert database.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert database.execute("PRAGMA user_version").fetchone()[0] == len(migrations())


def test_a_database_of_a_newer_program_is_left_alone(path: Path) -> None:
    Ledger.open(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = path.read_bytes()
    with pytest.raises(BadRequest, match="newer version"):
        Ledger.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"this is no database, but it is long enough to be one" * 20, b"SQLite format 3\0" + b"\x55" * 5000]
)
def test_what_is_no_database_is_named_as_damaged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(WorldFailed, match="damaged"):
        Ledger.open(path)


def test_an_overwritten_page_is_named_as_damaged(path: Path) -> None:
    ledger = Ledger.open(path)
    ledger.new_session(row())
    ledger.close()
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 2] = b"\xaa" * 4096
    path.write_bytes(data)
    with pytest.raises(WorldFailed, match="damaged"):
        Ledger.open(path)


def test_a_cut_file_is_named_as_damaged(path: Path) -> None:
    ledger = Ledger.open(path)
    ledger.new_session(row())
    ledger.close()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 + 100)
    with pytest.raises(WorldFailed, match="damaged"):
        Ledger.open(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorldFailed, match="cannot be opened"):
        Ledger.open(tmp_path / "file" / "ledger.sqlite3")
    (tmp_path / "folder").mkdir()
    with pytest.raises(WorldFailed, match="cannot be opened"):
        Ledger.open(tmp_path / "folder")


def test_a_full_disk_is_told_as_one_and_nothing_is_half_written(ledger: Ledger) -> None:
    ledger.new_session(row())
    with ledger._database.reading() as database:
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(NoSpace, match="full"):
        ledger.note(SESSION, "x", "y" * 100_000)
    assert [event.what for event in ledger.events(SESSION)] == ["created"]


def test_a_database_that_is_held_by_another_is_told_as_one(path: Path, ledger: Ledger) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with ledger._database.reading() as database:
        database.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(WorldFailed, match="in use"):
        ledger.new_session(row())
    holder.execute("ROLLBACK")
    holder.close()
    ledger.new_session(row())


def test_every_error_has_a_remedy(path: Path) -> None:
    path.write_bytes(b"no database" * 100)
    with pytest.raises(KioskError) as caught:
        Ledger.open(path)
    assert caught.value.remedy


def test_the_migrations_are_numbered_and_packaged() -> None:
    scripts = migrations()
    assert "CREATE TABLE sessions" in scripts[0]


def test_a_copy_of_the_folder_still_knows_where_its_recordings_lie(ledger: Ledger, tmp_path: Path) -> None:
    ledger.new_session(row())
    ledger.started(SESSION, "2026-11-22T14:01:00+00:00", tmp_path / SESSION / "a.mp4")
    assert not os.path.isabs(ledger.session(SESSION).recording)  # noqa: PTH117 the text itself is meant
    assert str(tmp_path) not in json.dumps(ledger.events(SESSION)[-1].detail)
