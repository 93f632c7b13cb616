"""How a ledger does, without changing it: no migration, no log written back, nothing made."""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kiosk.domain.errors import WorldFailed
from kiosk.ledger.database import damaged, migrations


@dataclass(frozen=True, slots=True)
class Health:
    """Counts only: whose interviews they are stays in the database."""

    version: int
    newest: int
    """The version that this program writes."""
    bytes: int
    sessions: dict[str, int]
    """State → how many."""
    uploads: dict[str, int]


def health(path: Path) -> Health | None:
    """None when there is no database yet. Raises WorldFailed when it is damaged or cannot be read."""
    if not path.is_file():
        return None
    try:
        address = f"file:{quote(str(path.absolute()))}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
            run = connection.execute
            if run("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise damaged(path)
            version = run("PRAGMA user_version").fetchone()[0]
            tables = {name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")}
            counts: dict[str, dict[str, int]] = {"sessions": {}, "uploads": {}}
            for table in counts.keys() & tables:
                counts[table] = dict(run(f"SELECT state, count(*) FROM {table} GROUP BY state").fetchall())  # noqa: S608  # names of our own
            return Health(version, len(migrations()), path.stat().st_size, counts["sessions"], counts["uploads"])
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise damaged(path) from error
        raise WorldFailed(f"The session database {path} cannot be read now ({error}).", "Try again.") from error
