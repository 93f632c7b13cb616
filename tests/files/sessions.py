"""Sessions on disk as a recorder leaves them, made with the real encoder, writer and journal; and cut off."""

import hashlib
import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.interview import Consent
from kiosk.domain.wire import plain
from kiosk.files.chunks import ChunkDurable
from kiosk.files.journal import Journal
from kiosk.files.segment import FragmentDurable, SegmentWriter
from kiosk.media.boxes import scan
from tests.encode.material import record

SESSION = "0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff001"
BEGUN = datetime(2026, 11, 22, 13, 3, 7, tzinfo=UTC)
T0 = 500 * NS
PREPARE = commands.Prepare(
    session=SESSION,
    interview="short",
    interview_title="Short",
    interview_sha256="ab" * 32,
    language="en",
    candidate="c-17",
    consent=Consent("paper-7", "cd" * 32, "en", "2026-11-22T14:02:00+01:00"),
    camera="simulated",
    microphone="simulated",
    speaker="simulated",
    questions={"one": "What is one?"},
)


class HandClock:
    """Stands still until it is turned."""

    def __init__(self, now_ns: int = 9000 * NS, wall: datetime = BEGUN + timedelta(days=1)) -> None:
        self._now_ns = now_ns
        self._wall = wall

    def now_ns(self) -> int:
        return self._now_ns

    def wall(self) -> datetime:
        return self._wall


@dataclass(frozen=True)
class Left:
    """A session's folder; `video` is its one segment, `ends` where each of its fragments ends."""

    folder: Path
    video: Path
    data: bytes
    ends: tuple[int, ...]

    @property
    def journal(self) -> Path:
        return self.folder / names.JOURNAL

    @property
    def manifest(self) -> Path:
        return self.folder / names.MANIFEST

    def copy(self, output: Path) -> "Left":
        folder = output / self.folder.name
        shutil.copytree(self.folder, folder)
        return Left(folder, folder / self.video.name, self.data, self.ends)

    def whole_before(self, size: int) -> int:
        """Where the last fragment ends that lies before `size`; 0 when there is none."""
        return max((end for end in self.ends if end <= size), default=0)


def left_by_a_recorder(output: Path, seconds: float = 3, *, closed: bool = False) -> Left:
    """As after `kill -9`: what is durable stands in the files, and nobody has said the end.

    `closed`: the file got its index, and the recorder died before it could say so.
    """
    folder = output / SESSION
    folder.mkdir(parents=True, mode=0o700)
    journal = Journal(folder / names.JOURNAL)
    path = folder / names.segment_name(SESSION, BEGUN, 1)

    def note(value: Any, at_ns: int) -> None:
        wall = BEGUN + timedelta(microseconds=at_ns // 1000)
        journal.append(type(value).__name__, plain(value), T0 + at_ns, wall)

    note(PREPARE, -3 * NS)
    started = threading.Event()

    def on_fragment(fragment: FragmentDurable) -> None:
        if not started.is_set():
            started.set()
            note(events.Started(SESSION, 1, str(path), BEGUN.isoformat(), T0), fragment.end_ns)
            note(events.Marked("question", "one", "", fragment.end_ns), fragment.end_ns)

    def on_chunk(chunk: ChunkDurable) -> None:
        note(events.ChunkReady(1, chunk.number, chunk.offset, chunk.size, chunk.sha256), 10 * NS)

    writer = SegmentWriter(path, on_fragment=on_fragment, on_chunk=on_chunk, on_failed=lambda _: None)
    writer.start()
    record(writer, seconds)
    writer.close()
    journal.close()
    lines = (folder / names.JOURNAL).read_bytes().splitlines(keepends=True)
    (folder / names.JOURNAL).write_bytes(b"".join(lines[:-1]))  # the last chunk is told when the file is closed
    boxes = scan(path).boxes
    if not closed:
        with path.open("rb+") as file:
            file.truncate(next(box.offset for box in boxes if box.kind == "mfra"))
    ends = tuple(box.offset + box.size for box in boxes if box.kind == "mdat")
    return Left(folder, path, path.read_bytes(), ends)


def contents(folder: Path) -> dict[str, str]:
    """Names and hashes of everything below."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
