"""Recordings as a kiosk leaves them on the server: real files in real chunks, rows, and what is stored of them."""

import functools
import hashlib
import tempfile
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from kiosk.contract import names
from kiosk.contract.manifest import Caption, Code, CodeState, Manifest, MissingTime, Segment, Span
from kiosk.domain.clock import NS
from kiosk.domain.wire import plain
from kiosk.files.chunks import chunks_of
from kiosk.server.catalogue import models
from tests.encode.material import Collected, record

STARTED: Final = datetime(2026, 11, 22, 14, 3, 7, tzinfo=UTC)
VIDEO: Final = "interview_recordings/interview_{}_20261122_140307.mp4"


@functools.cache
def film(seconds: float) -> bytes:
    sink = Collected()
    record(sink, seconds)
    return sink.data


@functools.cache
def cuts(seconds: float) -> tuple[bytes, ...]:
    """The chunks of `film(seconds)`, of 2 s each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        path.write_bytes(film(seconds))
        return tuple(film(seconds)[cut.offset : cut.offset + cut.size] for cut in chunks_of(path, 2 * NS))


@dataclass(frozen=True)
class Sent:
    """A recording that a kiosk has sent whole."""

    recording: models.Recording
    manifest: Manifest
    segments: tuple[bytes, ...]

    @property
    def session(self) -> str:
        return str(self.recording.pk)

    @property
    def video(self) -> str:
        return VIDEO.format(self.session)

    def row(self) -> models.Recording:
        found: models.Recording = models.Recording.objects.get(pk=self.recording.pk)
        return found


def send(
    *lengths_s: float,
    complete: bool = True,
    chunks: list[list[bytes]] | None = None,
    manifest: dict[str, Any] | None = None,
    candidate: str = "ada",
    assigned: bool = True,
) -> Sent:
    """Segments of these lengths, sent. `chunks`: others than these segments really have."""
    session = str(uuid.uuid4())
    person, _ = models.Candidate.objects.get_or_create(id=candidate, defaults={"name": "Ada L."})
    interview = models.Interview.objects.create(candidate=person, ai_result={"score": 7}) if assigned else None
    sitting = models.InterviewSession.objects.create(
        id=session,
        interview=interview,
        candidate_reference=candidate,
        interview_reference="general",
        started_at=STARTED,
        metadata={"room": "4"},
    )
    models.Consent.objects.create(session=sitting, reference="signed-17", given_at=STARTED.isoformat())
    cut = chunks if chunks is not None else [list(cuts(length)) for length in lengths_s]
    files = tuple(b"".join(each) for each in cut)
    told = manifest_of(session, [film(length) for length in lengths_s], list(lengths_s))
    recording = models.Recording.objects.create(
        session=sitting,
        state=models.RecordingState.COMPLETE if complete else models.RecordingState.RECEIVING,
        manifest=(plain(told) if manifest is None else manifest) if complete else {},
        received_at=timezone.now(),
        completed_at=timezone.now() if complete else None,
    )
    for number, (pieces, data) in enumerate(zip(cut, files, strict=True), 1):
        if complete:
            models.Segment.objects.create(
                recording=recording,
                number=number,
                file=names.segment_name(session, STARTED, number),
                chunks=len(pieces),
                bytes=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
            )
        for chunk, piece in enumerate(pieces):
            add_chunk(recording, number, chunk, piece)
    return Sent(recording, told, files)


def add_chunk(recording: models.Recording, segment: int, number: int, data: bytes) -> None:
    name = f"video_chunks/{recording.pk}/{segment:02}/chunk_{number:04}"
    default_storage.save(name, ContentFile(data))
    models.Chunk.objects.create(
        recording=recording,
        segment=segment,
        number=number,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        name=name,
    )


def manifest_of(session: str, films: list[bytes], lengths_s: list[float]) -> Manifest:
    segments, at = [], 0.0
    for number, (data, length) in enumerate(zip(films, lengths_s, strict=True), 1):
        sha256 = hashlib.sha256(data).hexdigest()
        file = names.segment_name(session, STARTED, number)
        segments.append(Segment(file, at, length, len(data), sha256))
        at += length
    made = Manifest(session, {"id": "general", "title": "General"}, "ada", STARTED.isoformat(), "completed", at)
    return replace(
        made,
        segments=tuple(segments),
        chapters=(Span("proud", 0.0, 2.0), Span("list", 2.0, None)),
        answers=(Span("proud", 1.0, 2.0),),
        captions=(Caption(0.0, 1.0, "What are you proud of?", "proud"),),
        code=(Code("list", "print(1)\n", (CodeState(2.0, "print("), CodeState(3.0, "print(1)\n"))),),
        gaps=tuple(MissingTime(each.start_s, 12.0, "the recorder was killed", "recorder") for each in segments[1:]),
    )


def stored_names() -> list[str]:
    """Every file of the store, by its name."""
    root = Path(default_storage.location)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def read(name: str) -> bytes:
    with default_storage.open(name, "rb") as file:
        data: bytes = file.read()
        return data
