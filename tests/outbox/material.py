"""Recordings as the recorder leaves them, with bytes that are no pictures: the outbox does not look into them."""

import hashlib
import json
import random
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.contract import names
from kiosk.contract.manifest import Chunk, Manifest, Segment, encode
from kiosk.domain import commands, events
from kiosk.domain.interview import Consent
from kiosk.domain.wire import plain

STARTED = datetime(2026, 11, 22, 13, 3, 7, tzinfo=UTC)
CONSENT = Consent("paper-7", "ab" * 32, "en", "2026-11-22T14:00:00+01:00")


@dataclass
class Recording:
    """One session's folder, written bit by bit as a recorder does."""

    output: Path
    session: str
    sizes: tuple[int, ...] = (3000, 2000, 2500)
    seed: int = 0

    def __post_init__(self) -> None:
        self.folder = self.output / self.session
        self.folder.mkdir(parents=True)
        self.manifest = Manifest(
            self.session, {"id": "short", "title": "Short", "sha256": "cd" * 32, "language": "en"}, "c-1",
            STARTED.isoformat(), None, 0.0, consent=plain(CONSENT),
        )  # fmt: skip
        prepare = commands.Prepare(
            self.session, "short", "Short", "cd" * 32, "en", "c-1", CONSENT, "simulated", "simulated", "simulated"
        )
        self.note("Prepare", plain(prepare))
        self.segment = 0
        self.begin()

    def begin(self) -> None:
        """A new segment."""
        self.segment += 1
        self.number = 0
        self.random = random.Random(f"{self.session}/{self.segment}/{self.seed}")
        self.path = self.folder / names.segment_name(self.session, STARTED, self.segment)
        self.path.touch()
        self.note("Started", plain(events.Started(self.session, self.segment, str(self.path), STARTED.isoformat(), 0)))

    def note(self, kind: str, body: dict[str, Any]) -> None:
        with (self.folder / names.JOURNAL).open("ab") as file:
            file.write(json.dumps({**body, "kind": kind, "t_ns": 0, "wall": ""}).encode() + b"\n")

    def chunk(self, size: int) -> None:
        """One more is durable."""
        data = self.random.randbytes(size)
        offset = self.path.stat().st_size
        with self.path.open("ab") as file:
            file.write(data)
        chunk = Chunk(self.segment, self.number, offset, size, hashlib.sha256(data).hexdigest())
        self.number += 1
        self.manifest = replace(self.manifest, chunks=(*self.manifest.chunks, chunk))
        self.note("ChunkReady", plain(chunk))

    def end(self) -> None:
        """The segment is sealed, and the manifest is written."""
        data = self.path.read_bytes()
        start = self.manifest.duration_s
        segment = Segment(self.path.name, start, 10.0, len(data), hashlib.sha256(data).hexdigest())
        self.manifest = replace(
            self.manifest, segments=(*self.manifest.segments, segment), duration_s=start + 10, ended="completed"
        )
        sealed = {"segment": self.segment, "start_ns": 0, "duration_ns": 10**10, **plain(segment)}
        self.note("Sealed", sealed)
        stopped = events.Stopped(self.session, "completed", str(self.path), "", 10**10, 300, 0, 0)
        self.note("Stopped", plain(stopped))
        self.seal()

    def seal(self) -> None:
        part = self.folder / "manifest.part"
        part.write_bytes(encode(self.manifest))
        part.replace(self.folder / names.MANIFEST)

    def all(self) -> "Recording":
        for size in self.sizes:
            self.chunk(size)
        self.end()
        return self

    @property
    def files(self) -> dict[int, bytes]:
        return {
            number: (self.folder / segment.file).read_bytes()
            for number, segment in enumerate(self.manifest.segments, 1)
        }


def an_id(number: int) -> str:
    return str(uuid.UUID(int=number + 1))


def recordings(output: Path, count: int, chunks: int = 3, size: int = 2000) -> list[Recording]:
    return [Recording(output, an_id(index), (size,) * chunks).all() for index in range(count)]
