"""A ledger that is damaged is set aside, never repaired: the recordings' own files fill a new one.

What is set aside tells whoever looks into the damage, and names people. It is kept for `KEPT`, and goes at once when
somebody is erased: of a damaged file nobody can say that it holds nothing of them any more. No interview is lost by
that, since none was ever in it.
"""

import contextlib
import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.ledger.database import damaged
from kiosk.ledger.ledger import Ledger
from kiosk.system import host

COMPANIONS = ("-wal", "-shm", "")
"""What SQLite keeps beside a database, and the database. In this order: a log that is left alone beside a new
database would be played into it.
"""

KEPT: Final = timedelta(days=30)
STAMP: Final = "%Y%m%d-%H%M%S"
_ASIDE: Final = re.compile(r"\.damaged-(\d{8}-\d{6})(?:\.\d+)?(?:-wal|-shm)?")


def open_sound(path: Path, clock: Clock, *, may_replace: bool) -> tuple[Ledger, str]:
    """Opens a ledger, a new one in place of one that is damaged; tells the name that this has now, mostly "".

    Raises as `Ledger.open` does, also for a damaged one when it may not be replaced: somebody may have it open.
    """
    try:
        return Ledger.open(path, clock), ""
    except WorldFailed:
        if not may_replace or not is_damaged(path):
            raise
    aside = set_aside(path, clock)
    return Ledger.open(path, clock), aside.name


def delete_aside(path: Path, *, until: datetime | None = None) -> list[str]:
    """Deletes the ledgers that were set aside beside this one, or those that were until then; durably. Their names.

    Raises WorldFailed when the disk does not let it.
    """
    gone = []
    try:
        for file in sorted(path.parent.glob(f"{path.name}.damaged-*")):
            named = _ASIDE.fullmatch(file.name.removeprefix(path.name))
            if named is not None and (until is None or named[1] <= f"{until:{STAMP}}"):
                file.unlink(missing_ok=True)
                gone.append(file.name)
        if gone:
            host.sync_folder(path.parent)
    except OSError as error:
        raise WorldFailed(f"A ledger that was set aside cannot be deleted: {error.strerror}.") from error
    return gone


def is_damaged(path: Path) -> bool:
    """Whether what lies there is no database, or not a whole one. An error of the disk is not damage."""
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=5)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def set_aside(path: Path, clock: Clock) -> Path:
    """Gives a ledger and its companions another name, durably; returns that of the database itself.

    Raises WorldFailed when the disk does not let it.
    """
    stamp = f"{clock.wall():{STAMP}}"
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{stamp}" + (f".{number}" if number > 1 else ""))).exists():
        number += 1
    try:
        for ending in COMPANIONS:
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + ending).replace(aside.with_name(aside.name + ending))
        host.sync_folder(path.parent)
    except OSError as error:
        why: KioskError = damaged(path)
        raise WorldFailed(f"{why.what} It cannot be set aside: {error.strerror}.", why.remedy) from error
    return aside
