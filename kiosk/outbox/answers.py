"""What can come of asking the server, beside an answer: each kind says what is to be done about it."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from kiosk.contract.wire import Refusal
from kiosk.domain.errors import BadRequest, WorldFailed

LONGEST_RETRY_AFTER_S: Final = 3600.0


class Later(WorldFailed):
    """It may go well another time: no network, a busy server, an answer that is not the server's.

    `for_all`: whether it concerns the server or the way to it, and so everything that waits.
    `after_s`: how long the server asked to wait; None when it did not.
    """

    def __init__(self, what: str, remedy: str = "", *, for_all: bool = True, after_s: float | None = None) -> None:
        super().__init__(what, remedy)
        self.for_all = for_all
        self.after_s = after_s


class NotAllowed(WorldFailed):
    """This kiosk may not, or not any more. Everything waits until somebody does something about it."""


class Refused(BadRequest):
    """The server refuses this one request; the same again would be refused again."""

    def __init__(self, status: int, refusal: Refusal, body: dict[str, Any]) -> None:
        super().__init__(refusal.what or f"The server refuses this (status {status}).", refusal.remedy)
        self.status = status
        self.refusal = refusal
        self.body = body


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for, in either form, an hour at most; None when it says nothing useful."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_S)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        return None
    return min(max(0.0, (at - now).total_seconds()), LONGEST_RETRY_AFTER_S)
