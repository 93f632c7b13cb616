"""Rows and files for these tests: people, sittings, and a recording whose every picture shows its number."""

import functools
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from kiosk.contract.names import segment_name
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.encode.colour import planes
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.media.fragment_index import index_of
from kiosk.media.rendition import make_rendition, poster
from kiosk.server.catalogue.models import (
    Candidate,
    Consent,
    Definition,
    Interview,
    InterviewSession,
    Kiosk,
    Recording,
    RecordingState,
    Segment,
)
from tests.encode.material import Collected

PASSWORD = "a calm long password"
STARTED = datetime(2026, 3, 9, 14, 5, 30, tzinfo=UTC)
WIDTH, HEIGHT, FPS, BITS = 320, 180, 30, 10
SECONDS = 12.0
QUESTIONS = {
    "welcome": "Welcome. Please tell us what you do at work.",
    "proud-of": "What have you built that you are proud of?",
    "greeting": "Please write a function that greets somebody.",
}
CODE = ("def greet(name):\n    ...\n", "def greet(name):\n    return f'Hello, {name}'\n")
VTT = "WEBVTT\n\n" + "".join(
    f"00:00:{start:02}.000 --> 00:00:{start + 2:02}.000\n{text}\n\n"
    for start, text in zip((1, 4, 8), QUESTIONS.values(), strict=True)
)


def account(name: str, *roles: str, superuser: bool = False, password: str | None = None) -> Any:
    """An account with these roles; without a password it can be signed in by force only, which is much quicker."""
    made = get_user_model().objects.create_user(name, password=password, is_superuser=superuser)
    made.groups.set(Group.objects.filter(name__in=roles))
    assert made.groups.count() == len(roles)
    return made


def signed_in(name: str, *roles: str, superuser: bool = False) -> Client:
    client = Client()
    client.force_login(account(name, *roles, superuser=superuser), backend="django.contrib.auth.backends.ModelBackend")
    return client


def numbered(number: int) -> av.VideoFrame:
    """A picture that shows its number: ten upright bars, the highest bit first."""
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuvj420p")
    for place, plane in enumerate(planes(frame)):
        plane[:] = 128
        if place == 0:
            for bit in range(BITS):
                lit = number >> (BITS - 1 - bit) & 1
                plane[:, bit * WIDTH // BITS : (bit + 1) * WIDTH // BITS] = 225 if lit else 30
    return frame


@functools.cache
def as_recorded() -> bytes:
    """Such a recording as a kiosk makes it."""
    sink = Collected()
    encoder = Encoder(sink, EncoderSettings(width=WIDTH, height=HEIGHT, bit_rate=400_000))
    tone = (0.05 * np.sin(np.arange(int(SECONDS * RATE)) * (2 * np.pi * 330 / RATE))).astype(np.float32)
    for number in range(int(SECONDS * FPS)):
        assert encoder.picture(numbered(number), number * NS // FPS)
        encoder.sound(tone[number * RATE // FPS : (number + 1) * RATE // FPS], number * RATE // FPS)
    encoder.close()
    return sink.data


@functools.cache
def film() -> tuple[bytes, bytes]:
    """Its rendition, made as the product makes it, and its poster."""
    with TemporaryDirectory() as folder:
        name = segment_name(str(uuid.uuid4()), STARTED, 1)
        (Path(folder) / name).write_bytes(as_recorded())
        target = Path(folder) / "rendition.mp4"
        make_rendition([Path(folder) / name], None, target)
        return target.read_bytes(), poster(target, 1.0)


@functools.cache
def index() -> bytes:
    """Its index, which lies beside it for Chromium."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rendition.mp4"
        path.write_bytes(film()[0])
        return index_of(path)


def manifest(session: uuid.UUID, candidate: str = "4711") -> dict[str, Any]:
    """What a kiosk would say of it: three questions, the last one with code, and a gap in the sound."""
    starts = dict(zip(QUESTIONS, ((1.0, 2.5, 4.0), (4.0, 5.5, 8.0), (8.0, 9.0, 11.5)), strict=True))
    return {
        "schema": 1,
        "session": str(session),
        "interview": {"id": "demonstration", "title": "Demonstration", "sha256": "0" * 64, "language": "en"},
        "candidate": candidate,
        "started_at": STARTED.isoformat(),
        "ended": "completed",
        "duration_s": SECONDS,
        "segments": [],
        "chunks": [],
        "consent": None,
        "devices": {"camera": {"name": "Front camera"}, "microphone": {"name": "Table microphone"}},
        "chapters": [{"question": one, "start_s": at[0], "end_s": at[2]} for one, at in starts.items()],
        "voice": [{"question": one, "start_s": at[0], "end_s": at[1]} for one, at in starts.items()],
        "answers": [{"question": one, "start_s": at[1], "end_s": at[2]} for one, at in starts.items()],
        "captions": [
            {"question": one, "start_s": at[0], "end_s": at[0] + 2, "text": QUESTIONS[one]}
            for one, at in starts.items()
        ],
        "code": [
            {
                "question": "greeting",
                "final": CODE[1],
                "history": [{"at_s": 9.2, "text": CODE[0]}, {"at_s": 10.8, "text": CODE[1]}],
            }
        ],
        "quality": {
            "verdict": "good",
            "sentence": "Good: picture and sound are complete.",
            "frames": 360,
            "dropped": 0,
            "damaged": 0,
            "microphone_drift_ppm": 12.4,
        },
        "gaps": [{"at_s": 6.0, "lost_s": 0.4, "cause": "lost", "device": "microphone"}],
        "events": [{"at_s": 5.0, "what": "repeat", "detail": "proud-of"}],
        "program": "kiosk 0.1.0",
    }


def kiosk(name: str = "Room 2", **values: Any) -> Kiosk:
    values.setdefault("seen_at", timezone.now())
    made: Kiosk = Kiosk.objects.create(
        name=name, token_sha256=uuid.uuid4().hex * 2, instance=uuid.uuid4().hex, **values
    )
    return made


def beat(state: str = "ready", **values: Any) -> dict[str, Any]:
    """A heartbeat as it is kept."""
    queue = {"recordings": 0, "chunks": 0, "bytes": 0}
    return {
        "name": "Room 2",
        "program": "kiosk 0.1.0",
        "state": state,
        "problems": [],
        "disk_hours": 41.5,
        "queue": queue,
        "at": timezone.now().isoformat(),
        "erased": [],
        **values,
    }


def sitting(candidate: str = "4711", *, assigned: bool = True, name: str = "", **values: Any) -> InterviewSession:
    """A session, with its candidate and interview when it is assigned."""
    interview = None
    if assigned:
        person, _ = Candidate.objects.get_or_create(pk=candidate, defaults={"name": name})
        definition, _ = Definition.objects.get_or_create(
            pk="demonstration", defaults={"title": "Demonstration", "definition": "", "sha256": "0" * 64}
        )
        interview = Interview.objects.create(candidate=person, definition=definition, title="Demonstration")
    values.setdefault("started_at", STARTED)
    values.setdefault("title", "Demonstration")
    made: InterviewSession = InterviewSession.objects.create(
        id=uuid.uuid4(),
        interview=interview,
        candidate_reference=candidate,
        interview_reference="demonstration",
        **values,
    )
    return made


def stored(of: InterviewSession) -> Recording:
    """A recording that is stored, with file, captions, poster and consent."""
    video, picture = film()
    base = f"interview_recordings/interview_{of.pk}_20260309_140530"
    for ending, data in ((".mp4", video), (".index", index()), (".vtt", VTT.encode()), (".jpg", picture)):
        default_storage.save(base + ending, ContentFile(data))
    Consent.objects.create(
        session=of, reference="form 12", text_sha256="ab" * 32, language="en", given_at=STARTED.isoformat()
    )
    recording: Recording = Recording.objects.create(
        session=of,
        state=RecordingState.STORED,
        manifest=manifest(of.pk, of.candidate_reference),
        received_at=STARTED + timedelta(minutes=1),
        duration_s=SECONDS,
        bytes=len(video),
        video=f"{base}.mp4",
        captions=f"{base}.vtt",
        poster=f"{base}.jpg",
        created_at=STARTED + timedelta(minutes=2),
    )
    of.metadata = {"recording_video": recording.video, "recording_created_at": STARTED.isoformat(), "other": 1}
    of.save()
    Segment.objects.create(
        recording=recording, number=1, file="a.mp4", duration_s=SECONDS, chunks=2, bytes=len(video), sha256="0" * 64
    )
    return recording
