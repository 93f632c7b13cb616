"""What the outbox does with a server that behaves, and with the disk as it is."""

import os
from pathlib import Path

from kiosk.ledger.upload_rows import UploadState
from kiosk.outbox.progress import progress
from tests.outbox.faulty import Faulty
from tests.outbox.material import Recording, an_id, recordings
from tests.outbox.running import arrived, rows, running, send_all, wait_for


def test_everything_that_waits_is_sent_once_and_has_a_receipt(tmp_path: Path) -> None:
    made = recordings(tmp_path, 3)
    with Faulty() as server:
        send_all(tmp_path, server)
        assert all(arrived(server, one) for one in made)
        assert set(server.puts.values()) == {1}
        assert len(server.puts) == 9
        opening = server.recordings[an_id(0)].opening
        assert (opening["candidate"], opening["interview"], opening["title"]) == ("c-1", "short", "Short")
        assert opening["consent"]["reference"] == "paper-7"
    for row in rows(tmp_path):
        assert row.state is UploadState.STORED
        assert (row.chunks_sent, row.chunks_total, row.error) == (3, 3, "")
        assert row.receipt is not None
        assert row.receipt["recording"] == row.session
    assert progress(tmp_path).sessions == 0


def test_chunks_leave_while_the_recording_still_runs(tmp_path: Path) -> None:
    recording = Recording(tmp_path, an_id(0))
    recording.chunk(3000)
    with Faulty() as server, running(tmp_path, server):
        server.wait(lambda: (recording.session, 1, 0) in server.puts)
        recording.chunk(2000)
        server.wait(lambda: (recording.session, 1, 1) in server.puts)
        assert server.recordings[recording.session].state == "receiving"
        recording.chunk(100)
        recording.end()
        wait_for(tmp_path, lambda found: found[0].state is UploadState.STORED)
        assert arrived(server, recording)
        assert set(server.puts.values()) == {1}


def test_a_later_segment_and_a_changed_manifest_travel_too(tmp_path: Path) -> None:
    recording = Recording(tmp_path, an_id(0)).all()
    with Faulty() as server:
        send_all(tmp_path, server)
        first = rows(tmp_path)[0].receipt
        recording.begin()
        recording.chunk(1500)
        recording.end()
        send_all(tmp_path, server)
        assert arrived(server, recording)
        assert set(server.puts.values()) == {1}
        second = rows(tmp_path)[0].receipt
    assert first is not None
    assert second is not None
    assert [segment["segment"] for segment in second["segments"]] == [1, 2]
    assert first["manifest_sha256"] != second["manifest_sha256"]


def test_a_session_in_which_nothing_was_recorded_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / an_id(0)).mkdir()
    (tmp_path / an_id(0) / "events.jsonl").write_text('{"kind": "Prepare"}\n')
    (tmp_path / "screenshots").mkdir()
    with Faulty() as server:
        send_all(tmp_path, server)
        assert server.recordings == {}
    assert rows(tmp_path) == []


def test_a_file_that_is_not_what_was_recorded_any_more_is_parked_alone(tmp_path: Path) -> None:
    bad, good = recordings(tmp_path, 2)
    data = bytearray(bad.path.read_bytes())
    data[2500] ^= 1
    bad.path.write_bytes(data)
    with Faulty() as server:
        send_all(tmp_path, server)
        assert arrived(server, good)
        assert server.puts[bad.session, 1, 1] == 1
        assert sorted(server.recordings[bad.session].chunks) == [(1, 0), (1, 2)]
    first = rows(tmp_path)[0]
    assert first.state is UploadState.PARKED
    assert first.error == f"The file {bad.path.name} is not what was recorded any more (chunk 1)."
    assert progress(tmp_path).problem == f"Recording {bad.session} cannot be sent. {first.error}"


def test_a_file_that_has_become_shorter_is_parked_alone(tmp_path: Path) -> None:
    bad, good = recordings(tmp_path, 2)
    with bad.path.open("r+b") as file:
        file.truncate(2500)
    with Faulty() as server:
        send_all(tmp_path, server)
        assert arrived(server, good)
        assert sorted(server.recordings[bad.session].chunks) == [(1, 0)]
        assert server.puts[bad.session, 1, 1] == server.puts[bad.session, 1, 2] == 0
    assert rows(tmp_path)[0].error == f"The file {bad.path.name} is not what was recorded any more (chunk 1)."


def test_a_recording_that_was_cut_off_is_sent_as_far_as_it_goes_and_waits_for_recovery(tmp_path: Path) -> None:
    recording = Recording(tmp_path, an_id(0))
    recording.chunk(3000)
    os.utime(recording.folder / "events.jsonl", (1_700_000_000, 1_700_000_000))
    with Faulty() as server, running(tmp_path, server):
        wait_for(tmp_path, lambda found: bool(found) and "kiosk recover" in found[0].error)
        assert set(server.puts.values()) == {1}
        recording.end()
        wait_for(tmp_path, lambda found: found[0].state is UploadState.STORED)
        assert arrived(server, recording)


def test_a_recording_that_the_server_erased_goes_here_too(tmp_path: Path) -> None:
    gone, stays = recordings(tmp_path, 2)
    with Faulty() as server:
        server.erased.add(gone.session)
        send_all(tmp_path, server)
        assert arrived(server, stays)
    assert not gone.folder.exists()
    erased = next(row for row in rows(tmp_path) if row.session == gone.session)
    assert erased.state is UploadState.ERASED
    assert (erased.started_at, erased.chunks_total, erased.receipt) == ("", 0, None)


def test_what_the_server_holds_otherwise_is_parked_and_never_overwritten(tmp_path: Path) -> None:
    first = Recording(tmp_path / "first", an_id(0), seed=1).all()
    second = Recording(tmp_path / "second", an_id(0), seed=2).all()
    with Faulty() as server:
        server.polls_before_receipt = 10**9
        with running(first.output, server):
            wait_for(first.output, lambda found: bool(found) and found[0].state is UploadState.COMPLETE)
        server.recordings[first.session].state = "receiving"
        send_all(second.output, server)
        assert server.recordings[first.session].files == first.files
    assert rows(second.output)[0].error == "The server holds something else as chunk 0 of segment 1."
