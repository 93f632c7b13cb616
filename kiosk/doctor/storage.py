"""The output folder: its database, what waits to be sent, and what an earlier run left."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.contract import names
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError
from kiosk.domain.finding import Finding, Grade
from kiosk.ledger.health import health
from kiosk.ledger.ledger import ENDED
from kiosk.ledger.upload_rows import UploadRow, UploadState
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.process import enrolled
from kiosk.outbox.service import PROBLEM
from kiosk.system import host

LONG: Final = timedelta(hours=24)
"""After which a recording that still waits to be sent deserves a look."""


def examine_database(output: Path, *, recording: bool) -> list[Finding]:
    """The session database, and sessions that nobody ended."""
    try:
        found = health(output / names.LEDGER)
    except KioskError as error:
        return [Finding("database", Grade.BAD, error.what, "Run 'kiosk recover': recordings are not affected.")]
    if found is None:
        return [Finding("database", Grade.OK, "There is no session database yet: nothing was recorded here.")]
    if found.version > found.newest:
        fact = f"The session database is of a newer program (version {found.version}, this one knows {found.newest})."
        return [Finding("database", Grade.BAD, fact, "Install that program again.", found.version, "version")]
    count = sum(found.sessions.values())
    fact = f"The session database is whole: {count} session{'' if count == 1 else 's'}, {found.bytes // 1024} KiB."
    findings = [Finding("database", Grade.OK, fact, "", count, "sessions")]
    open_ones = sum(number for state, number in found.sessions.items() if state not in ENDED)
    if open_ones and not recording:
        fact = f"{open_ones} session{' was' if open_ones == 1 else 's were'} cut off and not put in order yet."
        remedy = "Start the kiosk, which does it by itself, or run 'kiosk recover'."
        findings.append(Finding("leftovers", Grade.WARN, fact, remedy, open_ones, "sessions"))
    return findings


def held(output: Path) -> bool:
    """Whether a recorder holds the output folder, of whichever account."""
    try:
        fd = host.open_private(output / names.LOCK) if (output / names.LOCK).exists() else None
    except OSError:  # of another account, which may be recording
        return True
    if fd is None:
        return False
    with open(fd, "rb"):  # noqa: PTH123  # a descriptor
        return not host.try_lock(fd)


def examine_sending(output: Path, clock: Clock) -> Finding:
    """What still has to travel, and whether something keeps it."""
    if not (output / names.LEDGER).exists() or not enrolled():
        return Finding("sending", Grade.OK, "Nothing waits to be sent.", "", 0, "recordings")
    try:
        uploads = Uploads.open(output / names.LEDGER)
    except KioskError as error:
        return Finding("sending", Grade.BAD, error.what, error.remedy)
    try:
        waiting, parked, problem = uploads.open_rows(), uploads.parked(), uploads.said(PROBLEM)
    finally:
        uploads.close()
    if parked:
        fact = f"{_recordings(len(parked))} cannot be sent. {parked[0].error}"
        return Finding(
            "sending", Grade.BAD, fact, "Put that right, then 'kiosk sync --retry'.", len(parked), "recordings"
        )
    if problem:
        return Finding(
            "sending", Grade.WARN, problem, "'kiosk doctor' tells more below 'server'.", len(waiting), "recordings"
        )
    old = [row for row in waiting if row.state is not UploadState.COMPLETE and _is_old(row, clock)]
    if old:
        fact = f"{_recordings(len(old))} has waited for more than a day to be sent."
        return Finding("sending", Grade.WARN, fact, "See that 'kiosk sync' runs.", len(old), "recordings")
    fact = f"{_recordings(len(waiting))} on the way to the server." if waiting else "Nothing waits to be sent."
    return Finding("sending", Grade.OK, fact, "", len(waiting), "recordings")


def _is_old(row: UploadRow, clock: Clock) -> bool:
    try:
        return clock.wall() - datetime.fromisoformat(row.started_at) > LONG
    except (ValueError, TypeError):
        return False


def _recordings(count: int) -> str:
    return f"{count} recording{'' if count == 1 else 's'}"
