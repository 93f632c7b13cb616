"""The manifest at the end is what the journal tells, whoever wrote it; long recordings end as soon as short ones."""

import json
from pathlib import Path

import pytest

from kiosk.contract import names
from kiosk.domain import events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.errors import BadRequest
from kiosk.domain.events import MarkKind
from kiosk.domain.wire import plain
from kiosk.files.journal import read_journal
from kiosk.files.manifest import fold, read_manifest
from kiosk.recorder.folder import SessionFolder
from tests.recorder.actors import prepare
from tests.recorder.test_segments import PREPARED

SESSION = prepare().session


def stopped() -> events.Stopped:
    return events.Stopped(SESSION, "completed", "a.mp4", "manifest.json", 20 * NS, 600, 0, 0)


def told(folder: SessionFolder, segment: int) -> None:
    """What a recorder writes down of one segment."""
    start_ns = (segment - 1) * 10 * NS
    folder.note("Started", plain(events.Started(SESSION, segment, f"{segment}.mp4", "2026-11-22T10:00:00+00:00", 0)))
    folder.note("Marked", plain(events.Marked(MarkKind.QUESTION, f"q{segment}", "", start_ns)))
    folder.note("ChunkReady", plain(events.ChunkReady(segment, 1, 0, 4000, "ab" * 32)))
    sealed = {"segment": segment, "file": f"{segment}.mp4", "start_ns": start_ns, "duration_ns": 10 * NS}
    folder.note("Sealed", {**sealed, "bytes": 4000, "sha256": "cd" * 32})


def test_the_manifest_is_what_the_journal_tells_also_of_an_earlier_recorder(tmp_path: Path) -> None:
    first = SessionFolder(tmp_path / SESSION, SystemClock())
    first.begin(prepare(), PREPARED)
    told(first, 1)
    first.close()
    second = SessionFolder(tmp_path / SESSION, SystemClock())
    told(second, 2)
    second.end({"encoder": "libx264"}, stopped())
    second.close()
    manifest = read_manifest(second.manifest)
    assert manifest == fold(read_journal(tmp_path / SESSION / names.JOURNAL))
    assert [segment.file for segment in manifest.segments] == ["1.mp4", "2.mp4"]
    assert [chapter.question for chapter in manifest.chapters] == ["q1", "q2"]


def test_nothing_of_the_journal_is_read_again_at_the_end(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path / SESSION, SystemClock())
    folder.begin(prepare(), PREPARED)
    told(folder, 1)
    journal = tmp_path / SESSION / names.JOURNAL
    journal.rename(journal.with_suffix(".away"))
    folder.end({}, stopped())
    folder.close()
    assert [segment.file for segment in read_manifest(folder.manifest).segments] == ["1.mp4"]


def test_a_damaged_line_is_told_at_the_end_and_stops_no_recording(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path / SESSION, SystemClock())
    folder.begin(prepare(), PREPARED)
    folder.note("ChunkReady", {"segment": "none"})
    told(folder, 1)
    with pytest.raises(BadRequest):
        folder.end({}, stopped())
    folder.close()
    assert not folder.manifest.exists()


def test_a_manifest_can_be_read_line_by_line(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path / SESSION, SystemClock())
    folder.begin(prepare(), PREPARED)
    told(folder, 1)
    folder.end({"encoder": "libx264", "minutes": [{"at_s": 0.0, "fps": 30.0}]}, stopped())
    folder.close()
    lines = folder.manifest.read_text("utf-8").splitlines()
    assert max(map(len, lines)) < 400
    assert json.loads("\n".join(lines))["chunks"][0]["size"] == 4000
