import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from kiosk.contract import receipt
from kiosk.domain.errors import BadRequest
from kiosk.server import keys
from kiosk.server.catalogue.models import AuditEntry, RecordingState
from kiosk.server.finalise import receipts
from kiosk.server.finalise.worker import Worker
from tests.server.finalise.material import Sent, add_chunk, cuts, send

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def sent() -> Sent:
    sent = send(4.0)
    Worker(threading.Event()).drain()
    assert sent.row().state == RecordingState.STORED
    return sent


def test_a_recheck_reads_again_and_signs_anew(sent: Sent) -> None:
    before = receipt.check(sent.row().receipt, sent.session, keys.receipt_public(settings.DATA))

    fresh = receipts.recheck(sent.row())

    after = receipt.check(fresh, sent.session, keys.receipt_public(settings.DATA))
    assert after.checked_at > before.checked_at
    assert (after.stored_at, after.segments) == (before.stored_at, before.segments)
    assert after.server == "test-server"
    assert sent.row().receipt == fresh


def test_a_receipt_is_for_its_recording_and_key_only(sent: Sent) -> None:
    values = sent.row().receipt
    with pytest.raises(BadRequest):
        receipt.check(
            {**values, "checked_at": "2099-01-01T00:00:00+00:00"}, sent.session, keys.receipt_public(settings.DATA)
        )
    with pytest.raises(BadRequest):
        receipt.check(values, "00000000-0000-0000-0000-000000000000", keys.receipt_public(settings.DATA))


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_what_is_damaged_is_never_signed_for_and_comes_again(sent: Sent, damage: str) -> None:
    path = Path(default_storage.path(sent.recording.segments.get().original))
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "cut" else data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])

    assert receipts.recheck(sent.row()) is None

    row = sent.row()
    assert (row.state, row.receipt) == (RecordingState.RECEIVING, {})
    assert "damaged or lost" in row.why
    assert row.segments.get().original == ""
    assert not path.exists()
    assert AuditEntry.objects.filter(what="re-check failed", subject=sent.session).count() == 1
    assert receipts.recheck(row) is None

    for number, piece in enumerate(cuts(4.0)):
        add_chunk(row, 1, number, piece)
    row.state = RecordingState.COMPLETE
    row.save()
    Worker(threading.Event()).drain()
    assert sent.row().state == RecordingState.STORED
    assert receipts.recheck(sent.row()) is not None


def test_only_a_stored_recording_has_a_receipt() -> None:
    assert receipts.recheck(send(2.0).row()) is None
