"""What the outbox's queue holds of one recording and of one chunk, and how a row of the ledger is read as such."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final


class UploadState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    """Claimed by the outbox that runs."""
    COMPLETE = "complete"
    """All is sent and told; the receipt has not come."""
    STORED = "stored"
    """There is a valid receipt."""
    PARKED = "parked"
    """It cannot be sent as it is; somebody has to look at it."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """One chunk. `file` is the segment's name in the session's folder; `offset` and `size` are bytes."""

    segment: int
    number: int
    file: str
    offset: int
    size: int
    sha256: str
    state: str = "waiting"
    error: str = ""

    @property
    def key(self) -> tuple[int, int]:
        return self.segment, self.number


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One recording. Times are ISO 8601 with offset, empty while they have not come."""

    session: str
    state: UploadState
    started_at: str
    opened: bool
    sealed: str
    told: str
    attempts: int
    next_try: str
    delay_s: float
    error: str
    receipt: dict[str, Any] | None
    stored_at: str
    leaving: str
    removed_at: str
    chunks_sent: int = 0
    chunks_total: int = 0
    bytes_waiting: int = 0

    def due(self, now: datetime) -> bool:
        """Whether it may be tried. A clock that went back makes it wait for the same delay again at most."""
        if not self.next_try:
            return True
        at = datetime.fromisoformat(self.next_try)
        return now >= at or now < at - timedelta(seconds=self.delay_s)

    @property
    def open_work(self) -> bool:
        """Whether something of it still has to travel."""
        return self.state in {UploadState.WAITING, UploadState.SENDING, UploadState.COMPLETE} and not self.leaving


SELECT: Final = """
    SELECT u.*,
           (SELECT count(*) FROM chunks c WHERE c.session = u.session AND c.state = 'sent') AS chunks_sent,
           (SELECT count(*) FROM chunks c WHERE c.session = u.session) AS chunks_total,
           (SELECT coalesce(sum(size), 0) FROM chunks c WHERE c.session = u.session AND c.state = 'waiting')
               AS bytes_waiting
    FROM uploads u
"""


def read(entry: sqlite3.Row) -> UploadRow:
    """One recording, from a row of SELECT."""
    return UploadRow(
        session=entry["session"],
        state=UploadState(entry["state"]),
        started_at=entry["started_at"],
        opened=bool(entry["opened"]),
        sealed=entry["sealed"],
        told=entry["told"],
        attempts=entry["attempts"],
        next_try=entry["next_try"],
        delay_s=entry["delay_s"],
        error=entry["error"],
        receipt=json.loads(entry["receipt"]) if entry["receipt"] else None,
        stored_at=entry["stored_at"],
        leaving=entry["leaving"],
        removed_at=entry["removed_at"],
        chunks_sent=entry["chunks_sent"],
        chunks_total=entry["chunks_total"],
        bytes_waiting=entry["bytes_waiting"],
    )
