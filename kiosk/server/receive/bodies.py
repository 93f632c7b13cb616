"""Reading a request's body: never more than it said it has, never more than it may have.

The length is checked before the first byte is read; `request.body` is never touched, since it reads everything.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from django.http import HttpRequest

from kiosk.contract import wire
from kiosk.domain.wire import build
from kiosk.server.receive.answers import refuse

PIECE: Final = 256 * 1024
"""Bytes that are read at a time."""


def length(request: HttpRequest, largest: int) -> int:
    """What the request says its body has, in bytes. Raises Refused: 411, 400 or 413."""
    text = str(request.META.get("CONTENT_LENGTH") or "")
    if not text or "HTTP_TRANSFER_ENCODING" in request.META:
        raise refuse(411, "length", "The request does not say how long its body is.", "Send Content-Length.")
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise refuse(400, "length", "The body's length is not a number.")
    found = int(text)
    if found > largest:
        raise refuse(413, "too-large", f"The body has {found} bytes; {largest} is the most.")
    return found


def pieces(request: HttpRequest, size: int) -> Iterator[bytes]:
    """The body, piece by piece. Raises Refused 400 when the connection ends before `size` bytes have come."""
    left = size
    while left > 0:
        try:
            piece = request.read(min(PIECE, left))
        except OSError:  # the client is gone
            piece = b""
        if not piece:
            raise refuse(400, "cut-off", f"The body ended {left} bytes too early.")
        left -= len(piece)
        yield piece


def discard(request: HttpRequest, size: int) -> None:
    """Reads what is not needed, so that a client that is still sending sees the answer rather than a reset."""
    for _ in pieces(request, size):
        pass


def read_json(request: HttpRequest, kind: type[Any]) -> Any:
    """The body as a dataclass of the contract. Raises Refused, or BadRequest with a sentence about the field."""
    size = length(request, wire.LARGEST_BODY)
    text = b"".join(pieces(request, size))
    _check_digest(request, text)
    try:
        value = json.loads(text, parse_constant=_no_number)
        wire.canonical(value)  # half characters, 1e999 and such pass the parser, and would fail in the database
    except (ValueError, RecursionError) as error:
        raise refuse(400, "bad-request", "The body is not JSON in order.") from error
    if not isinstance(value, dict):
        raise refuse(400, "bad-request", "The body is not a JSON object.")
    try:
        return build(kind, value)
    except (OverflowError, RecursionError) as error:
        raise refuse(400, "bad-request", "A number in the body is too large.") from error


def _check_digest(request: HttpRequest, text: bytes) -> None:
    given = request.headers.get(wire.DIGEST_HEADER)
    if given and wire.parse_content_digest(given) not in {None, hashlib.sha256(text).hexdigest()}:
        raise refuse(400, "digest", "The body is not what its digest says.")


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
