"""When a local copy goes: when the server has it for long enough, when the disk is short, or when it is erased.

A copy that the server does not hold is never removed for room. A folder is only ever deleted after the ledger says
that it is leaving, so that a deletion that was cut off is finished at the next start.
"""

import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.contract import names
from kiosk.domain.clock import Clock
from kiosk.domain.errors import WorldFailed
from kiosk.ledger.rebuild import delete_aside
from kiosk.ledger.upload_rows import UploadRow
from kiosk.ledger.uploads import Uploads
from kiosk.system import host

log = logging.getLogger(__name__)

BYTES_AN_HOUR: Final = 340_000 * 3600
"""Picture and sound at their nominal rates."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long local copies stay once the server has them."""

    keep_days: int = 7
    keep_free_hours: int = 4
    """With less room than for so many hours of recording, sent copies go earlier, the oldest first."""


class Removal:
    """Deletes what may go. Called from the outbox's own thread only."""

    def __init__(
        self,
        output: Path,
        uploads: Uploads,
        clock: Clock,
        retention: Retention,
        disk_free: Callable[[], int] | None = None,
    ) -> None:
        self._output = output
        self._uploads = uploads
        self._clock = clock
        self._retention = retention
        self._disk_free = disk_free or (lambda: shutil.disk_usage(output).free)

    def candidates(self) -> list[UploadRow]:
        """Stored copies that may go once the server has confirmed them again; the oldest first."""
        rows = self._uploads.removable()
        rows.sort(key=lambda row: datetime.fromisoformat(row.stored_at))
        if self._disk_free() < self._retention.keep_free_hours * BYTES_AN_HOUR:
            return rows
        before = self._clock.wall() - timedelta(days=self._retention.keep_days)
        return [row for row in rows if datetime.fromisoformat(row.stored_at) <= before]

    def remove(self, session: str) -> None:
        """Deletes a copy that the server has just confirmed. Raises WorldFailed."""
        self._uploads.leave(session, "remove")
        self._finish(session, "remove")

    def erase(self, session: str) -> None:
        """Deletes a copy and whatever the ledger knows of it, also a ledger that was set aside. Raises WorldFailed."""
        self._uploads.leave(session, "erase")
        self._finish(session, "erase")

    def finish_what_was_begun(self, live: Callable[[str], bool]) -> None:
        """What was to go when the program was cut off, or while it was being recorded. Raises WorldFailed."""
        for row in self._uploads.leaving():
            if not live(row.session):
                self._finish(row.session, row.leaving)

    def _finish(self, session: str, why: str) -> None:
        row = self._uploads.row(session)
        if row is None or row.leaving != why or not names.SESSION.fullmatch(session):
            return
        try:
            _delete(self._output / session)
        except OSError as error:
            raise WorldFailed(f"The copy of {session} cannot be deleted: {error.strerror}.") from error
        if why == "erase":
            for name in delete_aside(self._output / names.LEDGER):  # nobody can say that it holds nothing of them
                log.info("%s, which was damaged, is deleted with %s", name, session)
            self._uploads.erased(session)
            log.info("%s is erased here", session)
        else:
            self._uploads.removed(session)
            log.info("the local copy of %s is deleted; the server has it", session)


def _delete(folder: Path) -> None:
    """The folder is gone, durably. Raises OSError."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: not entry.name.endswith(".mp4"))
    except FileNotFoundError:
        entries = []
    except NotADirectoryError:
        return
    for entry in entries:  # the pictures first: what is cut off in between leaves no recording
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            Path(entry.path).unlink(missing_ok=True)
    if folder.is_dir():
        host.sync_folder(folder)
        folder.rmdir()
    host.sync_folder(folder.parent)
