import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.contract import receipt, wire
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build, plain

ID = "0b9f6f0e-0000-4000-8000-000000000001"
OTHER = "0b9f6f0e-0000-4000-8000-000000000002"
SEED = bytes(range(32))


def public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def stored() -> receipt.Receipt:
    key_id = receipt.key_id(public(SEED))
    segments = (receipt.StoredSegment(1, 123, "ab" * 32),)
    return receipt.Receipt(1, ID, "here", key_id, "2026-11-22T14:00:00Z", "2026-11-22T14:00:00Z", segments, "cd" * 32)


def test_a_digest_header_comes_back_as_the_hash_that_it_was_made_of() -> None:
    sha256 = hashlib.sha256(b"chunk").hexdigest()
    header = wire.content_digest(sha256)
    assert header == f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"  # RFC 9530
    assert wire.parse_content_digest(header) == sha256
    assert wire.parse_content_digest(f"sha-512=:AAAA:, {header}") == sha256


@pytest.mark.parametrize(
    "text", ["", "sha-256", "sha-256=::", "sha-256=:" + "A" * 44 + ":x", "md5=:AAAA:", "sha-256=:" + "*" * 44]
)
def test_what_is_no_digest_header_gives_none(text: str) -> None:
    assert wire.parse_content_digest(text) is None


def test_the_canonical_form_does_not_depend_on_the_order_of_keys() -> None:
    assert (
        wire.canonical({"b": [1, 2.5], "a": "ä"})
        == wire.canonical({"a": "ä", "b": [1, 2.5]})
        == '{"a":"ä","b":[1,2.5]}'.encode()
    )
    with pytest.raises(ValueError, match="JSON"):
        wire.canonical({"a": float("nan")})


def test_bodies_come_back_from_json_as_they_were() -> None:
    totals = (wire.SegmentTotal(1, "x.mp4", 0.0, 12.5, 2, 99, "00"),)
    for body in (
        wire.CompleteRequest(totals, {"schema": 1, "gaps": []}),
        wire.Refusal("missing", "Two chunks are missing.", missing=((1, 4), (2, 0))),
        wire.Heartbeat("K1", "kiosk 0.1", "ready", ("The disk is full.",), 3.5, wire.QueueFacts(1, 2, 3), "t", (ID,)),
        wire.OpenRequest("C-17", "general", "General", "00", "t", wire.ConsentGiven("P-1", "00", "en", "t")),
    ):
        assert build(type(body), plain(body)) == body


def test_paths_are_those_of_the_description() -> None:
    assert wire.chunk_path(ID, 1, 0) == f"/api/v1/recordings/{ID}/segments/1/chunks/0"
    assert wire.receipt_path(ID, check=True) == f"/api/v1/recordings/{ID}/receipt?check=1"


def test_a_receipt_is_believed_when_the_enrolled_server_signed_it() -> None:
    signed = receipt.sign(stored(), SEED)
    believed = receipt.check(signed, ID, public(SEED))
    assert believed.segments == stored().segments
    more = receipt.sign(stored(), SEED) | {"later": 1}
    with pytest.raises(BadRequest, match="not signed"):  # what a newer server adds it signs too
        receipt.check(more, ID, public(SEED))


@pytest.mark.parametrize(
    "key", ["recording", "server", "stored_at", "segments", "manifest_sha256", "schema", "signature"]
)
def test_a_receipt_of_which_one_word_was_changed_is_refused(key: str) -> None:
    signed = receipt.sign(stored(), SEED)
    changed = signed | {key: [] if key == "segments" else 2 if key == "schema" else "AAAA"}
    with pytest.raises(BadRequest, match="not signed"):
        receipt.check(changed, ID, public(SEED))


def test_a_receipt_of_another_server_or_for_another_recording_is_refused() -> None:
    signed = receipt.sign(stored(), SEED)
    with pytest.raises(BadRequest, match="not signed"):
        receipt.check(signed, ID, public(bytes(32)))
    with pytest.raises(BadRequest, match="another recording"):
        receipt.check(signed, OTHER, public(SEED))


@pytest.mark.parametrize(
    "answer", [None, [], "<html>", {}, {"ok": True}, {"signature": 3}, {"recording": ID, "signature": "é"}]
)
def test_a_captive_portals_answer_is_no_receipt(answer: object) -> None:
    with pytest.raises(BadRequest):
        receipt.check(answer, ID, public(SEED))
