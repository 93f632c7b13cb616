"""The outbox's queue in the ledger."""

import sqlite3
from pathlib import Path

from kiosk.contract import names
from kiosk.ledger.database import Database, migrations
from kiosk.ledger.ledger import Ledger
from kiosk.ledger.upload_rows import ChunkRow, UploadState
from kiosk.ledger.uploads import Uploads

ONE = "00000000-0000-0000-0000-000000000001"
CHUNKS = [ChunkRow(1, 0, "a.mp4", 0, 100, "aa"), ChunkRow(1, 1, "a.mp4", 100, 50, "bb")]


def opened(folder: Path) -> Uploads:
    return Uploads.open(folder / names.LEDGER)


def test_only_one_claims_a_recording(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    first.index(ONE, "2026", CHUNKS, "")
    assert [first.claim(ONE), second.claim(ONE)] == [True, False]
    first.begin()  # the next outbox after a crash
    assert second.claim(ONE)
    first.close()
    second.close()


def test_what_was_sent_stays_so_until_the_server_or_the_disk_say_otherwise(tmp_path: Path) -> None:
    uploads = opened(tmp_path)
    uploads.index(ONE, "2026", CHUNKS[:1], "")
    uploads.sent(ONE, [(1, 0)])
    uploads.index(ONE, "2026", CHUNKS, "")
    assert [chunk.state for chunk in uploads.chunks(ONE)] == ["sent", "waiting"]
    assert uploads.believe(ONE, {(1, 1): "bb"}) == []
    assert [chunk.state for chunk in uploads.chunks(ONE)] == ["waiting", "sent"]
    assert uploads.believe(ONE, {(1, 0): "other"}) == [(1, 0)]
    changed = ChunkRow(1, 1, "a.mp4", 100, 60, "cc")
    uploads.sent(ONE, [(1, 1)])
    uploads.index(ONE, "2026", [CHUNKS[0], changed], "")
    assert uploads.chunks(ONE)[1] == changed
    uploads.close()


def test_a_final_manifest_has_the_last_word_on_the_chunks(tmp_path: Path) -> None:
    uploads = opened(tmp_path)
    uploads.index(ONE, "2026", CHUNKS, "")
    uploads.index(ONE, "2026", CHUNKS[:1], "sealed")
    assert [chunk.key for chunk in uploads.chunks(ONE)] == [(1, 0)]
    uploads.close()


def test_something_new_brings_a_stored_recording_back(tmp_path: Path) -> None:
    uploads = opened(tmp_path)
    uploads.index(ONE, "2026", CHUNKS, "sealed")
    uploads.stored(ONE, {"a": 1})
    row = uploads.row(ONE)
    assert row is not None
    assert (row.state, row.told, row.chunks_sent, row.receipt) == (UploadState.STORED, "sealed", 2, {"a": 1})
    uploads.index(ONE, "2026", CHUNKS, "sealed")
    assert uploads.open_rows() == []
    uploads.index(ONE, "2026", CHUNKS, "sealed again")
    assert [row.session for row in uploads.open_rows()] == [ONE]
    uploads.close()


def test_a_copy_that_is_not_stored_never_leaves_for_room(tmp_path: Path) -> None:
    uploads = opened(tmp_path)
    uploads.index(ONE, "2026", CHUNKS, "sealed")
    uploads.leave(ONE, "remove")
    assert uploads.leaving() == []
    uploads.leave(ONE, "erase")
    assert [row.session for row in uploads.leaving()] == [ONE]
    assert not uploads.claim(ONE)
    uploads.close()


def test_a_ledger_of_before_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / names.LEDGER)
    database.executescript(migrations()[0])
    database.execute("PRAGMA user_version = 1")
    database.execute(
        "INSERT INTO sessions (session, interview, title, interview_sha256, candidate, state, created_at)"
        " VALUES (?, 'i', 't', 'h', 'c', 'finished', '2026')",
        (ONE,),
    )
    database.commit()
    database.close()
    uploads = opened(tmp_path)
    assert uploads.rows() == []
    uploads.close()
    ledger = Ledger.open(tmp_path / names.LEDGER)
    assert [row.session for row in ledger.sessions()] == [ONE]
    ledger.close()


def test_only_the_outbox_writes_the_log_back(tmp_path: Path) -> None:
    for checkpoints, expected in ((False, 0), (True, 1000)):
        database = Database(tmp_path / names.LEDGER, checkpoints=checkpoints)
        with database.reading() as connection:
            assert connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == expected
        database.close()
