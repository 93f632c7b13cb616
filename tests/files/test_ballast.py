"""A full disk: the ballast makes room for the end, and no fragment before it is lost."""

import errno
import os
import stat
from pathlib import Path

import pytest

from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import NoSpace, WorldFailed
from kiosk.files.ballast import NAME, Ballast
from kiosk.files.journal import Journal, read_journal
from kiosk.media.inspect import inspect
from tests.encode.material import Collected, in_pieces, record
from tests.files.test_segment import FaultyFile, Told, writer


def test_room_is_taken_once_and_given_back_once(tmp_path: Path) -> None:
    given: list[bool] = []
    ballast = Ballast(tmp_path, 3_000_000, lambda: given.append(True))
    ballast.reserve()
    file = tmp_path / NAME
    assert file.stat().st_size == 3_000_000
    if os.name == "posix":
        assert file.stat().st_blocks * 512 >= 3_000_000, "room that is only promised is none"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ballast.release()
    assert not file.exists()
    assert (ballast.release(), given) == (False, [True])


def test_what_a_dead_run_left_is_used_again_at_the_right_size(tmp_path: Path) -> None:
    for there in (10, 5_000_000):
        (tmp_path / NAME).write_bytes(b"x" * there)
        Ballast(tmp_path, 2_000_000, lambda: None).reserve()
        assert (tmp_path / NAME).stat().st_size == 2_000_000


def test_a_folder_without_room_or_rights_says_so(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(WorldFailed):
        Ballast(tmp_path, 1000, lambda: None).reserve()


def test_a_segment_on_a_full_disk_goes_on_in_the_room_that_was_kept(tmp_path: Path) -> None:
    sink, told, path = Collected(), Told(), tmp_path / "one.mp4"
    record(sink, 4)
    disk: list[FaultyFile] = []

    def full(path: Path) -> FaultyFile:
        disk.append(FaultyFile(path))
        disk[0].room = len(sink.data) // 2
        return disk[0]

    def relief() -> bool:
        disk[0].room, disk[0].failed = 1 << 40, False
        return True

    segment = writer(path, told, open_medium=full, relief=relief)
    for piece in in_pieces(sink.data, [4096]):
        segment.write(piece)
    sealed = segment.close()
    assert path.read_bytes() == sink.data, "what half a write left before was taken back"
    assert sealed.bytes == len(sink.data)
    assert inspect(path).integrity.whole
    assert told.failures.empty()


class SmallJournal(Journal):
    """Its disk takes half a line, then nothing, until there is room."""

    full = True

    def _write(self, data: bytes) -> None:
        if self.full:
            super()._write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        super()._write(data)


def test_a_journal_on_a_full_disk_goes_on_in_the_room_that_was_kept(tmp_path: Path) -> None:
    clock, path = SystemClock(), tmp_path / "events.jsonl"

    def relief() -> bool:
        journal.full = False
        return True

    journal = SmallJournal(path, relief)
    journal.append("One", {}, 1, clock.wall())
    journal.append("Two", {}, 2, clock.wall())
    journal.close()
    assert [line["kind"] for line in read_journal(path)] == ["One", "Two"]
    assert path.read_bytes().count(b"\n") == 2


def test_a_journal_without_any_room_says_so(tmp_path: Path) -> None:
    journal = SmallJournal(tmp_path / "events.jsonl")
    with pytest.raises(NoSpace):
        journal.append("One", {}, 1, SystemClock().wall())
    journal.close()
