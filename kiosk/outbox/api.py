"""The server's calls as the contract has them, typed: values in, checked values out."""

import contextlib
from typing import Any, Final, TypeVar

from kiosk.contract import receipt as receipts
from kiosk.contract import wire
from kiosk.contract.receipt import Receipt
from kiosk.contract.wire import (
    Assignments,
    CompleteRequest,
    Heartbeat,
    HeartbeatAnswer,
    Held,
    Opened,
    OpenRequest,
    Pending,
)
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build, plain
from kiosk.outbox.answers import Later, Refused
from kiosk.outbox.connections import Span
from kiosk.outbox.link import PORTAL, Link

OK: Final = frozenset({200})
OK_OR_SAME: Final = frozenset({200, 304})
DONE: Final = frozenset({200, 201})
ACCEPTED: Final = frozenset({200, 202})

T = TypeVar("T")


class Api:
    """Every call raises Later, NotAllowed or Refused.

    Args:
        key: the public key that signs receipts, as given at enrolment.
    """

    def __init__(self, link: Link, key: bytes) -> None:
        self._link = link
        self._key = key

    def open(self, recording: str, request: OpenRequest) -> Opened:
        path = wire.recording_path(recording)
        return _built(Opened, self._link.call("PUT", path, accept=DONE, message=plain(request)).body)

    def held(self, recording: str) -> Held:
        """What the server holds of it now."""
        return _built(Held, self._link.call("GET", wire.chunks_path(recording), accept=OK).body)

    def send(self, recording: str, segment: int, number: int, data: Span, sha256: str) -> None:
        """Returns when the server says that the chunk is durable."""
        path = wire.chunk_path(recording, segment, number)
        self._link.call("PUT", path, accept=DONE, data=data, digest=sha256)

    def complete(self, recording: str, request: CompleteRequest) -> Opened:
        path = wire.complete_path(recording)
        return _built(Opened, self._link.call("POST", path, accept=ACCEPTED, message=plain(request)).body)

    def receipt(self, recording: str, *, check: bool = False) -> tuple[Receipt, dict[str, Any]] | Pending:
        """A valid receipt with the JSON that it came as, or why there is none."""
        try:
            answer = self._link.call("GET", wire.receipt_path(recording, check=check), accept=ACCEPTED)
        except Refused as refused:
            if refused.status == 409 and "state" in refused.body:
                with contextlib.suppress(BadRequest):
                    pending: Pending = build(Pending, refused.body)
                    return pending
            raise
        if answer.status == 202:
            return _built(Pending, answer.body)
        try:
            return receipts.check(answer.body, recording, self._key), answer.body
        except BadRequest as error:
            raise Later(error.what, "Nothing is deleted here.", for_all=False) from error

    def heartbeat(self, facts: Heartbeat) -> HeartbeatAnswer:
        return _built(HeartbeatAnswer, self._link.call("POST", wire.HEARTBEAT, accept=OK, message=plain(facts)).body)

    def assignments(self, etag: str) -> tuple[Assignments | None, str]:
        """What is assigned to this kiosk, with its tag; None when that is still what has `etag`."""
        answer = self._link.call("GET", wire.ASSIGNMENTS, accept=OK_OR_SAME, etag=etag)
        if answer.status == 304:
            return None, etag
        return _built(Assignments, answer.body), answer.etag


def _built(kind: type[T], body: dict[str, Any]) -> T:
    try:
        value: T = build(kind, body)
    except BadRequest as error:
        raise Later(f"The server's answer is not what it should be: {error.what}", PORTAL) from error
    return value
