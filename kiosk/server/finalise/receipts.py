"""Receipts: what the server promises, and whether it still holds it. Signs only what was read back from the store."""

import logging
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kiosk.contract import receipt, wire
from kiosk.server import keys
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import Recording, RecordingState
from kiosk.server.finalise import stored

log: Final = logging.getLogger(__name__)


class Damaged(Exception):
    """A stored original is gone or not what it was. `args[0]`: the number of its segment."""


def make(recording: Recording) -> dict[str, Any]:
    """A signed receipt, after reading every original to its end. It is not kept anywhere yet.

    Raises Damaged, WorldFailed.
    """
    now = timezone.now().isoformat()
    segments = []
    for segment in recording.segments.all():
        if not segment.original or not stored.holds(segment.original, segment.bytes, segment.sha256):
            raise Damaged(segment.number)
        segments.append(receipt.StoredSegment(segment.number, segment.bytes, segment.sha256))
    before = recording.receipt.get("stored_at") if isinstance(recording.receipt, dict) else None
    made = receipt.Receipt(
        schema=receipt.SCHEMA,
        recording=str(recording.pk),
        server=settings.SERVER_NAME,
        key_id=keys.receipt_key_id(settings.DATA),
        stored_at=str(before or now),
        checked_at=now,
        segments=tuple(segments),
        manifest_sha256=wire.sha256_of(recording.manifest),
    )
    return receipt.sign(made, keys.receipt_seed(settings.DATA))


def recheck(recording: Recording) -> dict[str, Any] | None:
    """Reads and hashes what is stored once more: a fresh receipt, which the row keeps too.

    None when the recording is not stored, or not any more: then it is receiving again, with the reason, and a broken
    original is gone, so that the kiosk sends it anew. Raises WorldFailed when the store cannot be read now.
    """
    if recording.state != RecordingState.STORED:
        return None
    try:
        fresh = make(recording)
    except Damaged as damage:
        _send_again(recording, int(damage.args[0]))
        return None
    before = recording.receipt
    mine = Recording.objects.filter(pk=recording.pk, state=RecordingState.STORED, receipt=before)
    if not mine.update(receipt=fresh):
        recording.refresh_from_db()
        return recording.receipt if recording.state == RecordingState.STORED else None
    recording.receipt = fresh
    return fresh


def _send_again(recording: Recording, number: int) -> None:
    why = f"Segment {number} was damaged or lost on the server; the kiosk is asked to send it again."
    with transaction.atomic():
        row = Recording.objects.select_for_update().get(pk=recording.pk)
        segment = row.segments.filter(number=number).first()
        if row.state != RecordingState.STORED or segment is None:
            return
        name = segment.original
        row.segments.filter(number=number).update(original="")
        row.state, row.why, row.receipt = RecordingState.RECEIVING, why, {}
        row.save(update_fields=["state", "why", "receipt"])
        audit.record("server", "re-check failed", str(recording.pk), why)
        if name:
            stored.remove(name)
    log.error("recording %s: %s", recording.pk, why)
    recording.refresh_from_db()
