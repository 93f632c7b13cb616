"""How far the sending is, for screens and the command line: read from the ledger, whoever sends."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.contract import names
from kiosk.ledger.upload_rows import UploadRow
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.service import PROBLEM


@dataclass(frozen=True, slots=True)
class Progress:
    """`sessions` still have to travel; `chunks_sent` of `chunks_total` are of these; `problem` is for the proctor."""

    sessions: int = 0
    chunks_sent: int = 0
    chunks_total: int = 0
    problem: str = ""


def progress(output: Path) -> Progress:
    """How far the outbox of a folder is; all zero when it never ran. Raises NoSpace, WorldFailed."""
    path = output / names.LEDGER
    if not path.exists():
        return Progress()
    uploads = Uploads.open(path)
    try:
        return of(uploads)
    finally:
        uploads.close()


def of(uploads: Uploads) -> Progress:
    """The same of an open queue."""
    waiting = uploads.open_rows()
    return Progress(
        len(waiting),
        sum(row.chunks_sent for row in waiting),
        sum(row.chunks_total for row in waiting),
        uploads.said(PROBLEM) or _alert(uploads.parked()) or uploads.said("server"),
    )


def _alert(parked: list[UploadRow]) -> str:
    if not parked:
        return ""
    others = f" {len(parked) - 1} more cannot be sent either." if len(parked) > 1 else ""
    return f"Recording {parked[0].session} cannot be sent. {parked[0].error}{others}"
