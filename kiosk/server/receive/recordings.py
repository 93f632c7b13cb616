"""Recordings: open, chunk, what is held, complete, receipt."""

import hashlib
import logging
import uuid
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kiosk.contract import wire
from kiosk.domain.wire import plain
from kiosk.server import storage, tables
from kiosk.server.catalogue.models import (
    Chunk,
    Consent,
    Erasure,
    Interview,
    InterviewSession,
    Kiosk,
    Recording,
    RecordingState,
    Segment,
)
from kiosk.server.receive import bodies, checks, holdings
from kiosk.server.receive.answers import Refused, answer, no_space, refuse
from kiosk.server.receive.statements import Addition, Change, Question

log = logging.getLogger(__name__)

LONG: Final = ("manifest", "receipt")
"""Columns that no chunk needs. A chunk comes every ten seconds from every kiosk, so what it costs counts."""
_HELD: Final = Question(Recording.objects.defer(*LONG), "session", "session__kiosk")
_CHUNK: Final = Question(Chunk.objects.all(), "recording", "segment", "number")
_RECEIVED: Final = Change(Recording.objects.filter(completed_at=None), "received_at", "session")
_ADD_CHUNK: Final = Addition(Chunk, "recording", "segment", "number", "size", "sha256", "name", "at")


def open_recording(request: HttpRequest, kiosk: Kiosk, recording: str) -> HttpResponse:
    """201 the first time, 200 again."""
    checks.session(recording)
    _not_erased(recording)
    asked: wire.OpenRequest = bodies.read_json(request, wire.OpenRequest)
    started_at = checks.opening(asked)
    with transaction.atomic():
        _not_erased(recording)
        session, is_new = InterviewSession.objects.get_or_create(
            id=uuid.UUID(recording),
            defaults={
                "kiosk": kiosk,
                "interview": _interview(asked, kiosk),
                "candidate_reference": asked.candidate,
                "interview_reference": asked.interview,
                "title": asked.title,
                "interview_sha256": asked.interview_sha256,
                "started_at": started_at,
            },
        )
        if not is_new:
            _adopt(session, kiosk)
        held, _ = Recording.objects.get_or_create(session=session)
        if asked.consent is not None:
            Consent.objects.get_or_create(session=session, defaults=plain(asked.consent))
    if is_new:
        log.info("recording opened session %s", recording)
    return answer(wire.Opened(held.state), 201 if is_new else 200)


def put_chunk(request: HttpRequest, kiosk: Kiosk, recording: str, segment: str, number: str) -> HttpResponse:
    """201 when it is durable, 200 when it was already; 409 when another one is held under that number."""
    checks.session(recording)
    held = _HELD.first(uuid.UUID(recording), kiosk.id) or _recording(recording, kiosk)
    place = (checks.number(segment, first=1), checks.number(number, first=0))
    size = bodies.length(request, wire.LARGEST_CHUNK)
    if size == 0:
        raise refuse(400, "empty", "A chunk without bytes is none.")
    sha256 = wire.parse_content_digest(str(request.headers.get(wire.DIGEST_HEADER, "")))
    if sha256 is None:
        raise refuse(400, "digest", f"The request has no {wire.DIGEST_HEADER} with a SHA-256.")
    if (known := _known(held, place)) is not None:
        bodies.discard(request, size)
        return _the_same(known, sha256)
    _room_for(size)
    tables.let_go()
    with storage.incoming() as arriving:
        hashed = hashlib.sha256()
        for piece in bodies.pieces(request, size):
            arriving.write(piece)
            hashed.update(piece)
        if hashed.hexdigest() != sha256:
            raise refuse(400, "digest", "The chunk is not what its digest says.", "Send it again.")
        arriving.finish()
        name = holdings.chunk_name(recording, *place, sha256)
        arriving.keep(name)
    try:
        known = _note(held, place, Chunk(size=size, sha256=sha256, name=name))
    except Refused:  # erased in between
        default_storage.delete(name)
        raise
    if known is not None:
        if known != sha256:
            default_storage.delete(name)
        return _the_same(known, sha256)
    log.info("chunk %d uploaded (%d bytes) session %s segment %d", place[1], size, recording, place[0])
    return answer(wire.HeldChunk(*place, size, sha256), 201)


def list_chunks(request: HttpRequest, kiosk: Kiosk, recording: str) -> HttpResponse:
    del request
    held = _recording(recording, kiosk)
    return answer(wire.Held(held.state, holdings.of(held).chunks()))


def complete(request: HttpRequest, kiosk: Kiosk, recording: str) -> HttpResponse:
    """202: everything is there, or stored already; 409 `missing` lists what is not."""
    _recording(recording, kiosk)
    asked: wire.CompleteRequest = bodies.read_json(request, wire.CompleteRequest)
    checks.totals(recording, asked)
    with transaction.atomic():
        held = _locked(recording)
        if not (_is_known(held, asked) and held.state != RecordingState.RECEIVING):
            _take(held, asked)
    return answer(wire.Opened(held.state), 202)


def receipt(request: HttpRequest, kiosk: Kiosk, recording: str) -> HttpResponse:
    """200 the receipt, 202 not yet, 409 failed. With `check=1` what is stored is read and hashed once more."""
    held = _recording(recording, kiosk)
    if held.state == RecordingState.STORED and held.receipt:
        if request.GET.get("check") != "1":
            return answer(held.receipt)
        from kiosk.server.finalise import receipts

        fresh = receipts.recheck(held)
        if fresh is not None:
            return answer(fresh)
        held.refresh_from_db()
        log.error("what was stored is gone or damaged session %s", recording)
    pending = wire.Pending(held.state, held.why)
    if held.state != RecordingState.FAILED:
        return answer(pending, 202)
    refusal = wire.Refusal("failed", held.why or "The recording could not be stored.", "The server keeps what came.")
    return answer({**plain(refusal), **plain(pending)}, 409)


# ── Open ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _interview(asked: wire.OpenRequest, kiosk: Kiosk) -> Interview | None:
    """The open interview that this is a sitting of; None leaves the session unassigned."""
    fitting = Interview.objects.filter(open=True, candidate_id=asked.candidate, definition_id=asked.interview)
    found: Interview | None = fitting.filter(kiosks=kiosk).first() or fitting.filter(kiosks=None).first()
    return found


def _adopt(session: InterviewSession, kiosk: Kiosk) -> None:
    """A kiosk that was enrolled anew goes on with what it began under its former identity."""
    former = session.kiosk
    if former == kiosk:
        return
    if former is not None and former.revoked_at is None and former.instance != kiosk.instance:
        raise refuse(
            422,
            "other-kiosk",
            f"The kiosk '{former.name}' sends this recording.",
            "Revoke that one first if it is gone.",
        )
    InterviewSession.objects.filter(pk=session.pk).update(kiosk=kiosk)


def _recording(recording: str, kiosk: Kiosk) -> Recording:
    checks.session(recording)
    rows = Recording.objects.select_related("session").filter(pk=uuid.UUID(recording))
    found: Recording | None = next(iter(rows), None)
    if found is None or found.session.kiosk_id != kiosk.id:
        raise _gone(recording)
    return found


def _locked(recording: str, *, without: tuple[str, ...] = ()) -> Recording:
    """The row, held until the transaction ends."""
    rows = Recording.objects.select_for_update().defer(*without).filter(pk=uuid.UUID(recording))
    found: Recording | None = next(iter(rows), None)
    if found is None:
        raise _gone(recording)
    return found


def _gone(recording: str) -> Refused:
    """410 when it was erased, 404 when it was never there."""
    _not_erased(recording)
    return refuse(404, "unknown", "This kiosk has not opened such a recording.", "Open it first.")


def _not_erased(recording: str) -> None:
    if Erasure.objects.filter(session=uuid.UUID(recording)).exists():
        raise refuse(410, "erased", "This recording was erased.", "Delete the copy on the kiosk too.")


# ── Chunks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _known(held: Recording, place: tuple[int, int]) -> str | None:
    """SHA-256 of the chunk that is held under these numbers."""
    chunk = _CHUNK.first(held.pk, *place)
    if chunk is not None:
        return str(chunk.sha256) if holdings.is_there(chunk) else None
    if held.completed_at is None:  # nothing of it was ever merged
        return None
    if not Segment.objects.filter(recording=held, number=place[0]).exclude(original="").exists():
        return None
    merged = holdings.of(held).merged.get(place)
    return merged.sha256 if merged is not None else None


def _note(held: Recording, place: tuple[int, int], chunk: Chunk) -> str | None:
    """Writes the row of a chunk whose bytes are durable; or returns the SHA-256 of the one that was there first."""
    chunk.recording, chunk.segment, chunk.number = held, *place
    if held.completed_at is None and _note_new(held, chunk):
        return None
    with transaction.atomic():
        held = _locked(str(held.pk), without=LONG)
        if (known := _known(held, place)) is not None:
            return known
        # In place of the row of a chunk whose file has gone, when there is one.
        Chunk.objects.bulk_create(
            [chunk],
            update_conflicts=True,
            unique_fields=["recording", "segment", "number"],
            update_fields=["size", "sha256", "name", "at"],
        )
        Recording.objects.filter(pk=held.pk).update(received_at=timezone.now())
    return None


def _note_new(held: Recording, chunk: Chunk) -> bool:
    """The way that nearly every chunk goes, in two statements: its recording was never complete, and no other chunk
    has its numbers. False, and nothing is written, when that is not so.
    """
    try:
        with transaction.atomic():
            now = timezone.now()
            if not _RECEIVED(now, held.pk):  # which holds the row until the end, too
                return False
            _ADD_CHUNK(held.pk, chunk.segment, chunk.number, chunk.size, chunk.sha256, chunk.name, now)
    except IntegrityError:
        return False
    return True


def _the_same(known: str, sha256: str) -> HttpResponse:
    if known != sha256:
        raise Refused(409, wire.Refusal("different", "Another chunk is held under this number.", sha256=known))
    return answer({"sha256": known}, 200)


def _room_for(size: int) -> None:
    disk = storage.free()
    if disk is not None and disk[0] - size < settings.RESERVE_BYTES:
        log.error("The disk is nearly full: a chunk of %d bytes was not taken.", size)
        raise no_space()


# ── Complete ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_known(held: Recording, asked: wire.CompleteRequest) -> bool:
    known = {
        segment.number: (
            segment.file,
            segment.start_s,
            segment.duration_s,
            segment.chunks,
            segment.bytes,
            segment.sha256,
        )
        for segment in Segment.objects.filter(recording=held)
    }
    told = {
        each.segment: (each.file, each.start_s, each.duration_s, each.chunks, each.bytes, each.sha256)
        for each in asked.segments
    }
    return known == told and bool(held.manifest == asked.manifest)


def _take(held: Recording, asked: wire.CompleteRequest) -> None:
    """Puts down what is to be verified. Raises Refused, and changes nothing then."""
    there = holdings.of(held)
    told = {total.segment: total for total in asked.segments}
    for number, sha256 in there.segments.items():
        if number not in told:
            raise refuse(422, "wrong", f"Segment {number} is stored already and is not among these.")
        if told[number].sha256 != sha256:
            what = f"Segment {number} is stored already with other bytes."
            raise Refused(409, wire.Refusal("different", what, sha256=sha256))
    missing = tuple(place for total in asked.segments for place in there.missing(total))
    if missing:
        what = f"{len(missing)} chunks are not here."
        raise Refused(409, wire.Refusal("missing", what, "Send them, then say so again.", missing=missing))
    for total in asked.segments:
        size = there.size(total)
        if size is not None and size != total.bytes:
            what = f"The chunks of segment {total.segment} have {size} bytes together, not {total.bytes}."
            raise refuse(422, "wrong", what)
    _write(held, asked)


def _write(held: Recording, asked: wire.CompleteRequest) -> None:
    numbers = [total.segment for total in asked.segments]
    Segment.objects.filter(recording=held).exclude(number__in=numbers).delete()  # none of these was stored
    for total in asked.segments:
        values = plain(total)
        del values["segment"]
        Segment.objects.update_or_create(recording=held, number=total.segment, defaults=values)
    held.manifest = asked.manifest
    held.state = RecordingState.COMPLETE
    held.why = ""
    held.attempts = 0
    held.claimed_until = None
    held.completed_at = timezone.now()
    held.bytes = sum(total.bytes for total in asked.segments)
    held.duration_s = sum(total.duration_s for total in asked.segments)
    held.save()
    if asked.manifest.get("ended") == "completed":
        Interview.objects.filter(sessions=held.session_id).update(open=False)
    log.info("recording complete (%d bytes) session %s", held.bytes, held.session_id)
