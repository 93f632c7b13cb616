import json
import stat
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.files.journal import Journal, read_journal

WALL = datetime(2026, 11, 22, 14, 3, 7, tzinfo=UTC)


def test_lines_come_back_in_order_with_both_clocks(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    journal = Journal(path)
    journal.append("Started", {"segment": 1, "text": "naïve\nline"}, 5, WALL)
    journal.append("Stopped", {"reason": "completed"}, 6, WALL)
    journal.close()
    journal.close()

    assert read_journal(path) == [
        {"kind": "Started", "segment": 1, "text": "naïve\nline", "t_ns": 5, "wall": "2026-11-22T14:03:07+00:00"},
        {"kind": "Stopped", "reason": "completed", "t_ns": 6, "wall": "2026-11-22T14:03:07+00:00"},
    ]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_is_in_the_file_when_append_returns(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    journal = Journal(path)
    journal.append("Paused", {"at_ns": 1}, 1, WALL)
    assert json.loads(path.read_bytes())["at_ns"] == 1
    journal.close()


def test_a_line_torn_at_any_byte_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    journal = Journal(path)
    journal.append("Started", {"segment": 1}, 1, WALL)
    whole = path.read_bytes()
    journal.append("Gap", {"cause": "überall"}, 2, WALL)
    journal.close()
    data = path.read_bytes()

    for size in range(len(whole), len(data) - 1):
        path.write_bytes(data[:size])
        assert [line["kind"] for line in read_journal(path)] == ["Started"]
    path.write_bytes(whole + b"\0" * 4096)  # what a power cut can leave
    assert [line["kind"] for line in read_journal(path)] == ["Started"]


def test_a_journal_that_is_opened_again_goes_on_after_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    journal = Journal(path)
    journal.append("Started", {}, 1, WALL)
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"kind":"Go')

    journal = Journal(path)
    journal.append("Stopped", {}, 2, WALL)
    journal.close()

    assert [line["kind"] for line in read_journal(path)] == ["Started", "Stopped"]
    assert path.read_bytes().count(b"\n") == 2


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "events.jsonl")

    def work(number: int) -> None:
        for count in range(25):
            journal.append("Marked", {"who": number, "text": "x" * 3000}, count, WALL)

    threads = [threading.Thread(target=work, args=(number,), name=f"w{number}") for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    journal.close()
    lines = read_journal(tmp_path / "events.jsonl")
    assert len(lines) == 100
    assert [line["t_ns"] for line in lines if line["who"] == 2] == list(range(25))


def test_a_closed_journal_takes_nothing_more(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "events.jsonl")
    journal.close()
    with pytest.raises(WorldFailed, match="any more"):
        journal.append("Paused", {}, 1, WALL)


def test_a_missing_journal_or_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no journal"):
        read_journal(tmp_path / "events.jsonl")
    with pytest.raises(WorldFailed):
        Journal(tmp_path / "nowhere" / "events.jsonl")
