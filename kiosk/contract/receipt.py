"""The server's signed word that a recording is stored: the only thing that allows a kiosk to delete its copy.

Ed25519 (RFC 8032) over the canonical JSON of everything but the signature, behind a fixed line so that the signature
can never be taken for one over something else. A captive portal's answer of the right shape is no receipt.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.contract.wire import canonical
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build, plain

SCHEMA: Final = 1
PREFACE: Final = b"interview-kiosk-receipt-1\n"


@dataclass(frozen=True, slots=True)
class StoredSegment:
    segment: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is stored, as the server read it back from its own store. Times are ISO 8601 with offset."""

    schema: int
    recording: str
    server: str
    key_id: str
    stored_at: str
    checked_at: str
    """When the stored bytes were last read and hashed."""
    segments: tuple[StoredSegment, ...]
    manifest_sha256: str
    """Of the manifest's canonical form."""
    signature: str = ""
    """Base64."""


def key_id(public_key: bytes) -> str:
    """The name of a key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def sign(receipt: Receipt, private_key: bytes) -> dict[str, Any]:
    """The receipt as JSON values, signed. `private_key` is the 32 bytes of the seed."""
    body = _body(plain(receipt))
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(PREFACE + canonical(body))
    return {**body, "signature": base64.b64encode(signature).decode()}


def check(values: Any, recording: str, public_key: bytes) -> Receipt:
    """The receipt in an answer's JSON, when it is one: for that recording, signed with that key.

    Unknown keys are signed too. Raises BadRequest, with a sentence that says what is wrong with it.
    """
    if not isinstance(values, dict):
        raise BadRequest("The server's answer is no receipt.")
    try:
        signature = base64.b64decode(str(values.get("signature", "")), validate=True)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, PREFACE + canonical(_body(values)))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise BadRequest("The server's receipt is not signed by the server that this kiosk enrolled with.") from error
    receipt: Receipt = build(Receipt, values)
    if receipt.schema != SCHEMA:
        raise BadRequest(f"The receipt has schema {receipt.schema}; this program knows {SCHEMA}.")
    if receipt.recording != recording:
        raise BadRequest("The server's receipt is for another recording.")
    return receipt


def _body(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "signature"}
