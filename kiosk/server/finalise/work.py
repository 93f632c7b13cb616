"""The steps from "all there" to "stored" for one recording. Killed after any of them, they are done again.

    read and hash every chunk → one original per segment in the store, verified → rendition, index, poster, captions →
    receipt over what is read back → one transaction that says so everywhere → the chunks go

What stands in the store under a name is whole, whenever this ends; the row says `stored` only when everything is.
A chunk that is not what its row says is given back to the kiosk; a file that is no recording is `failed`, with why.
"""

import hashlib
import logging
import shutil
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.server import storage
from kiosk.server.catalogue.models import (
    Chunk,
    Interview,
    InterviewSession,
    Recording,
    RecordingState,
    Segment,
)
from kiosk.server.finalise import live, playable, receipts, stored
from kiosk.system import host

log: Final = logging.getLogger(__name__)


class SendAgain(Exception):
    """Something must come from the kiosk once more; `args[0]` says what, in plain words."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """Storage names of what was made."""

    video: str
    poster: str
    captions: str
    duration_s: float


def finalise(recording: Recording, stopping: threading.Event, mine: Callable[[], bool]) -> None:
    """Does all of it.

    Args:
        recording: claimed, in state `finalising`.
        stopping: set when the work shall be left as it is.
        mine: whether the claim still holds.

    Raises BadRequest (it can never work), SendAgain, WorldFailed (try later), playable.Stopped.
    """
    session = str(recording.pk)
    segments = list(recording.segments.all())
    log.info("merging session %s", session)
    _check(session, segments)
    folder = spool(f"finalise-{session}")
    try:
        chunks = sum(_merge(recording, segment, stopping) for segment in segments)
        with ExitStack() as files:
            try:
                paths = [files.enter_context(stored.local(segment.original, folder)) for segment in segments]
            except stored.Gone as gone:
                raise SendAgain("An original was lost on the server.") from gone
            made = playable.make(paths, recording.manifest, folder, stopping)
            if stopping.is_set() or not mine():
                raise playable.Stopped
            kept = _keep(recording, made)
        receipt = _receipt(recording)
        if not _publish(recording, kept, receipt, mine):
            raise playable.Stopped
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    size = sum(segment.bytes for segment in segments)
    log.info("merged %d chunks into %s (%.1f MB)", chunks, kept.video, size / 1e6)
    clean_up(recording)


def spool(name: str) -> Path:
    """An empty folder for files in work, on this machine's disk."""
    folder = Path(settings.SPOOL_FOLDER) / name
    shutil.rmtree(folder, ignore_errors=True)
    return host.private_folder(folder)


def give_back(recording: Recording, why: str, mine: Callable[[], bool]) -> None:
    """The recording waits for the kiosk again."""
    with transaction.atomic():
        if mine():
            Recording.objects.filter(pk=recording.pk).update(
                state=RecordingState.RECEIVING, why=why[:500], claimed_until=None, receipt={}
            )
            log.error("session %s: %s", recording.pk, why)


def clean_up(recording: Recording) -> None:
    """Removes the chunks of segments whose originals are kept, and what could be watched provisionally.

    Chunks of a segment that is still arriving stay. Raises WorldFailed; then what is left is removed another time.
    """
    done = recording.segments.exclude(original="").values_list("number", flat=True)
    for chunk in recording.chunks.filter(segment__in=list(done)):
        stored.remove(chunk.name)
        chunk.delete()
    session = str(recording.pk)
    for number in done:
        stored.remove_if_empty(f"{stored.CHUNKS}/{session}/{number:02}")
    stored.remove_if_empty(f"{stored.CHUNKS}/{session}")
    live.forget(session)


def _check(session: str, segments: list[Segment]) -> None:
    if not segments:
        raise BadRequest("It has no segment.")
    if [segment.number for segment in segments] != list(range(1, len(segments) + 1)):
        raise BadRequest("Its segments are not numbered from 1 on without a hole.")
    for segment in segments:
        if not stored.belongs(session, segment.file):
            raise BadRequest(f"Segment {segment.number} has a file name of another recording.")
    if len({segment.file for segment in segments}) != len(segments):
        raise BadRequest("Two of its segments have the same file name.")


def _merge(recording: Recording, segment: Segment, stopping: threading.Event) -> int:
    """Makes the segment's original out of its chunks, unless it is there; returns how many chunks that were."""
    session = str(recording.pk)
    name = stored.original_name(session, segment.file)
    if stored.holds(name, segment.bytes, segment.sha256):  # merged before this was killed, or before more came
        _remember(segment, name)
        return int(segment.chunks)
    chunks = list(recording.chunks.filter(segment=segment.number))
    if [chunk.number for chunk in chunks] != list(range(segment.chunks)):
        _remember(segment, "")
        held = {chunk.number for chunk in chunks}
        missing = next((number for number in range(segment.chunks) if number not in held), None)
        if missing is None:
            raise BadRequest(f"Segment {segment.number} has more chunks than the kiosk announced.")
        raise SendAgain(f"Chunk {missing} of segment {segment.number} is missing; the kiosk is asked to send it again.")
    whole, size = hashlib.sha256(), 0
    with storage.incoming() as arriving:
        for chunk in chunks:
            if stopping.is_set():
                raise playable.Stopped
            data = _verified(chunk)
            whole.update(data)
            size += len(data)
            _write(arriving, data, name)
        if (size, whole.hexdigest()) != (segment.bytes, segment.sha256):
            raise BadRequest(
                f"Segment {segment.number} is not the file that the kiosk announced, though every chunk came as it was "
                "sent: its size or SHA-256 is another one."
            )
        try:
            arriving.finish()
            arriving.keep(name)
        except OSError as error:
            raise WorldFailed(f"{name} cannot be written: {error.strerror or error}.") from error
    _remember(segment, name)
    return len(chunks)


def _verified(chunk: Chunk) -> bytes:
    """The chunk's bytes; when they are not what its row says, row and file go and SendAgain is raised."""
    try:
        data = b"".join(stored.pieces(chunk.name))
    except stored.Gone:
        data = b""
    if (len(data), hashlib.sha256(data).hexdigest()) == (chunk.size, chunk.sha256):
        return data
    with transaction.atomic():  # the same chunk may be arriving anew just now: it takes the same lock
        Recording.objects.select_for_update().get(pk=chunk.recording_id)
        chunk.delete()
        stored.remove(chunk.name)
    raise SendAgain(
        f"Chunk {chunk.number} of segment {chunk.segment} was damaged or lost on the server; "
        "the kiosk is asked to send it again."
    )


def _write(arriving: storage.Incoming, data: bytes, name: str) -> None:
    try:
        arriving.write(data)
    except OSError as error:
        raise WorldFailed(f"{name} cannot be written: {error.strerror or error}.", "Make room on the disk.") from error


def _remember(segment: Segment, name: str) -> None:
    if segment.original != name:
        segment.original = name
        segment.save(update_fields=["original"])


def _keep(recording: Recording, made: playable.Playable) -> _Stored:
    base = f"{stored.RECORDINGS}/interview_{recording.pk}_{_started(recording):%Y%m%d_%H%M%S}"
    video = f"{base}.mp4"
    stored.put_film(made.rendition, made.index, video)
    poster = captions = ""
    if made.poster is not None:
        poster = f"{base}.jpg"
        stored.put(made.poster, poster)
    if made.captions:
        captions = f"{base}.vtt"
        file = made.rendition.with_name("captions.vtt")
        file.write_text(made.captions, encoding="utf-8")
        stored.put(file, captions)
    return _Stored(video, poster, captions, made.duration_s)


def _started(recording: Recording) -> datetime:
    told = recording.manifest.get("started_at") if isinstance(recording.manifest, dict) else None
    try:
        started = datetime.fromisoformat(str(told))
        if started.tzinfo is not None:
            return started.astimezone(UTC)
    except (ValueError, OverflowError):
        log.debug("session %s: its manifest does not say when it began", recording.pk)
    instant: datetime = recording.session.started_at or recording.completed_at or recording.session.opened_at
    return instant.astimezone(UTC)


def _receipt(recording: Recording) -> dict[str, Any]:
    try:
        return receipts.make(recording)
    except receipts.Damaged as damage:
        recording.segments.filter(number=damage.args[0]).update(original="")
        raise WorldFailed(f"Segment {damage.args[0]} could not be read back from the store.") from damage
    except ValueError as error:
        raise BadRequest("Its manifest holds a number that is none.") from error


def _publish(recording: Recording, kept: _Stored, receipt: dict[str, Any], mine: Callable[[], bool]) -> bool:
    """Says everywhere at once that it is stored; False when somebody else decides by now."""
    now = timezone.now()
    words = {"recording_video": kept.video, "recording_created_at": now.isoformat()}
    with transaction.atomic():
        row = Recording.objects.select_for_update().filter(pk=recording.pk).first()
        if row is None or not mine():
            return False
        old = {row.video, row.poster, row.captions} - {kept.video, kept.poster, kept.captions, ""}
        old |= {stored.index_name(row.video)} if row.video in old else set()
        row.state, row.why, row.claimed_until, row.attempts = RecordingState.STORED, "", None, 0
        row.video, row.poster, row.captions = kept.video, kept.poster, kept.captions
        row.created_at, row.duration_s, row.receipt = now, kept.duration_s, receipt
        row.bytes = sum(segment.bytes for segment in row.segments.all())
        row.save()
        session = InterviewSession.objects.select_for_update().get(pk=recording.pk)
        session.metadata = {**session.metadata, **words}
        session.save(update_fields=["metadata"])
        if session.interview_id is not None:
            interview = Interview.objects.select_for_update().get(pk=session.interview_id)
            interview.ai_result = {**interview.ai_result, **words}
            interview.save(update_fields=["ai_result"])
    for name in old:
        stored.remove(name)
    return True
