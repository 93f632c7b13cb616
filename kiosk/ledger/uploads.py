"""The outbox's queue: for each recording what is to be sent, what the server holds, and its receipt.

Written by the outbox alone, one process per output folder (it holds a lock); read by whoever shows progress. The
server's list of chunks is the truth, this is what was last known of it.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.domain.clock import Clock, SystemClock
from kiosk.ledger import upload_rows
from kiosk.ledger.database import Database
from kiosk.ledger.upload_rows import ChunkRow, UploadRow, UploadState


class Uploads:
    """The queue in one output folder's database; for any thread. Every call is durable when it returns.

    Raises NoSpace when the disk is full, WorldFailed when the database cannot be read or written.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Clock | None = None, *, outbox: bool = False) -> "Uploads":
        """Opens the database there; `outbox` is true for the one process that sends, which also checkpoints."""
        return cls(Database(path, checkpoints=outbox), clock or SystemClock())

    def close(self) -> None:
        """Safe to call twice."""
        self._database.close()

    def checkpoint(self) -> None:
        """Writes the log back and empties it, so that nothing that was erased stays in it."""
        with self._database.reading() as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # ── What there is ───────────────────────────────────────────────────────────────────────────────────────────

    def index(self, session: str, started_at: str, chunks: Sequence[ChunkRow], sealed: str) -> None:
        """Writes down what the disk holds of a recording. What was sent stays so, unless it is another chunk now.

        `sealed` is the hash of the final manifest, empty while there is none. Something new brings a recording back
        that was complete, stored or parked.
        """
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO uploads (session, started_at) VALUES (?, ?) ON CONFLICT (session) DO NOTHING",
                (session, started_at),
            )
            before = database.execute("SELECT * FROM uploads WHERE session = ?", (session,)).fetchone()
            if before["state"] == UploadState.ERASED or before["leaving"] or before["removed_at"]:
                return
            new = before["sealed"] != sealed
            for chunk in chunks:
                values = (chunk.file, chunk.offset, chunk.size, chunk.sha256, session, *chunk.key)
                database.execute(
                    "INSERT INTO chunks (file, offset, size, sha256, session, segment, number)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session, segment, number) DO NOTHING",
                    values,
                )
                new = new or bool(database.execute("SELECT changes()").fetchone()[0])
                changed = database.execute(
                    "UPDATE chunks SET file = ?, offset = ?, size = ?, sha256 = ?, state = 'waiting', error = ''"
                    " WHERE session = ? AND segment = ? AND number = ?"
                    " AND (sha256 IS NOT ? OR offset IS NOT ? OR size IS NOT ?)",
                    (*values, chunk.sha256, chunk.offset, chunk.size),
                )
                new = new or changed.rowcount > 0
            if not new:
                return
            database.execute(
                "UPDATE uploads SET sealed = ?, started_at = CASE WHEN ? = '' THEN started_at ELSE ? END,"
                " state = CASE WHEN state = 'sending' THEN state ELSE 'waiting' END,"
                " next_try = CASE WHEN sealed IS NOT ? OR state <> 'waiting' THEN '' ELSE next_try END,"
                " error = CASE WHEN state = 'parked' THEN '' ELSE error END"
                " WHERE session = ?",
                (sealed, started_at, started_at, sealed, session),
            )
            if sealed:  # what the manifest does not know was never whole
                keys = {chunk.key for chunk in chunks}
                for found in self._keys(database, session) - keys:
                    database.execute(
                        "DELETE FROM chunks WHERE session = ? AND segment = ? AND number = ?", (session, *found)
                    )

    def rows(self) -> list[UploadRow]:
        """All, the oldest first."""
        with self._database.reading() as database:
            return [
                upload_rows.read(entry)
                for entry in database.execute(f"{upload_rows.SELECT} ORDER BY u.started_at, u.rowid")
            ]

    def open_rows(self) -> list[UploadRow]:
        """Those that still have to travel, the oldest first. Quick however many have arrived."""
        where = "u.state IN ('waiting', 'sending', 'complete') AND u.leaving = ''"
        return self._where(where)

    def parked(self) -> list[UploadRow]:
        """Those that cannot be sent as they are."""
        return self._where("u.state = 'parked' AND u.leaving = ''")

    def leaving(self) -> list[UploadRow]:
        """Those whose copy here is to go."""
        return self._where("u.leaving <> ''")

    def removable(self) -> list[UploadRow]:
        """Those that are stored and still lie here."""
        return self._where("u.state = 'stored' AND u.leaving = '' AND u.removed_at = ''")

    def _where(self, where: str) -> list[UploadRow]:
        """`where` is ours, never a value from outside."""
        with self._database.reading() as database:
            found = database.execute(f"{upload_rows.SELECT} WHERE {where} ORDER BY u.started_at, u.rowid").fetchall()
        return [upload_rows.read(entry) for entry in found]

    def row(self, session: str) -> UploadRow | None:
        with self._database.reading() as database:
            found = database.execute(f"{upload_rows.SELECT} WHERE u.session = ?", (session,)).fetchone()
        return upload_rows.read(found) if found is not None else None

    def chunks(self, session: str, *, state: str = "") -> list[ChunkRow]:
        """In order; those in that state, or all."""
        with self._database.reading() as database:
            found = database.execute(
                "SELECT segment, number, file, offset, size, sha256, state, error FROM chunks"
                " WHERE session = ? AND (? = '' OR state = ?) ORDER BY segment, number",
                (session, state, state),
            ).fetchall()
        return [ChunkRow(*entry) for entry in found]

    # ── Sending ─────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """A new outbox starts, holding the folder's lock: what a dead one had claimed is free again."""
        with self._database.writing() as database:
            database.execute("UPDATE uploads SET state = 'waiting' WHERE state = 'sending'")

    def claim(self, session: str) -> bool:
        """Whether it is ours now; no when it is sent, parked, to be deleted, or claimed already."""
        with self._database.writing() as database:
            done = database.execute(
                "UPDATE uploads SET state = 'sending' WHERE session = ? AND leaving = ''"
                " AND state IN ('waiting', 'complete')",
                (session,),
            )
        return done.rowcount == 1

    def release(self, session: str, state: UploadState = UploadState.WAITING, *, in_s: float = 0) -> None:
        """Lets go after a turn that went well; the next one `in_s` seconds from now."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE uploads SET state = ?, attempts = 0, error = '', next_try = ?, delay_s = ?"
                " WHERE session = ? AND state = 'sending'",
                (state, self._later(in_s), in_s, session),
            )

    def postpone(self, session: str, in_s: float, error: str) -> None:
        """Lets go after a failure that may pass."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE uploads SET state = 'waiting', attempts = attempts + 1, error = ?, next_try = ?, delay_s = ?"
                " WHERE session = ? AND state = 'sending'",
                (error, self._later(in_s), in_s, session),
            )

    def park(self, session: str, error: str) -> None:
        """It cannot be sent as it is; others go on."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE uploads SET state = 'parked', error = ?, next_try = '' WHERE session = ? AND state <> 'erased'",
                (error, session),
            )

    def retry(self) -> None:
        """Everything may be tried again at once, what is parked too."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE uploads SET state = 'waiting', attempts = 0, error = '', next_try = ''"
                " WHERE state IN ('parked', 'waiting', 'complete')"
            )
            database.execute("UPDATE chunks SET state = 'waiting', error = '' WHERE state = 'parked'")

    def opened(self, session: str, *, known: bool) -> None:
        """Whether the server knows the recording. When it does not, it holds nothing of it either."""
        with self._database.writing() as database:
            database.execute("UPDATE uploads SET opened = ? WHERE session = ?", (known, session))
            if not known:
                database.execute("UPDATE uploads SET told = '' WHERE session = ?", (session,))
                database.execute("UPDATE chunks SET state = 'waiting' WHERE session = ? AND state = 'sent'", (session,))

    def sent(self, session: str, keys: Iterable[tuple[int, int]]) -> None:
        """The server says that it holds these."""
        self._set_chunks(session, keys, "sent", "")

    def missing(self, session: str, keys: Iterable[tuple[int, int]]) -> None:
        """The server says that it lacks these."""
        self._set_chunks(session, keys, "waiting", "")

    def park_chunk(self, session: str, key: tuple[int, int], error: str) -> None:
        self._set_chunks(session, [key], "parked", error)

    def believe(self, session: str, held: Mapping[tuple[int, int], str]) -> list[tuple[int, int]]:
        """Takes over what the server holds (SHA-256 by chunk), also when it is less than it once was.

        Returns the chunks of which it holds something else.
        """
        different = []
        with self._database.writing() as database:
            for key in sorted(self._keys(database, session)):
                entry = database.execute(
                    "SELECT sha256, state FROM chunks WHERE session = ? AND segment = ? AND number = ?", (session, *key)
                ).fetchone()
                if key in held and held[key] != entry["sha256"]:
                    different.append(key)
                    continue
                state = "sent" if key in held else "waiting"
                if entry["state"] not in {state, "parked"}:
                    database.execute(
                        "UPDATE chunks SET state = ? WHERE session = ? AND segment = ? AND number = ?",
                        (state, session, *key),
                    )
        return different

    def told(self, session: str, manifest_sha256: str) -> None:
        """`complete` was accepted with that manifest."""
        with self._database.writing() as database:
            database.execute("UPDATE uploads SET told = ? WHERE session = ?", (manifest_sha256, session))

    def stored(self, session: str, receipt: dict[str, Any]) -> None:
        """There is a valid receipt for what the disk holds. The hour of the first one for it stays."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE uploads SET receipt = ?, error = '', attempts = 0, next_try = '', told = sealed,"
                " stored_at = CASE WHEN state = 'stored' THEN stored_at ELSE ? END,"
                " state = 'stored' WHERE session = ? AND state <> 'erased'",
                (json.dumps(receipt), self._now(), session),
            )
            database.execute(
                "UPDATE chunks SET state = 'sent', error = '' WHERE session = ? AND state <> 'sent'", (session,)
            )

    def lost(self, session: str) -> None:
        """The server does not hold any more what its receipt said: it is to be sent again."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE uploads SET state = 'waiting', opened = 0, told = '', receipt = '', stored_at = '',"
                " attempts = 0, next_try = '' WHERE session = ? AND state = 'stored' AND removed_at = ''",
                (session,),
            )
            database.execute("UPDATE chunks SET state = 'waiting' WHERE session = ?", (session,))

    # ── Deleting ────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self, session: str, why: str) -> None:
        """The copy here is to go: `remove` because the server has it, `erase` because nobody may. Before any file."""
        with self._database.writing() as database:
            database.execute("INSERT INTO uploads (session) VALUES (?) ON CONFLICT DO NOTHING", (session,))
            database.execute(
                "UPDATE uploads SET leaving = ? WHERE session = ? AND state <> 'erased'"
                " AND (? = 'erase' OR state = 'stored')",
                (why, session, why),
            )

    def removed(self, session: str) -> None:
        """The files are gone, the receipt stays."""
        with self._database.writing() as database:
            database.execute(
                "UPDATE uploads SET leaving = '', removed_at = ? WHERE session = ?", (self._now(), session)
            )

    def erased(self, session: str) -> None:
        """The files are gone, and so is everything that the database knew of it but its id."""
        with self._database.writing() as database:
            database.execute("PRAGMA secure_delete = ON").fetchall()
            for table in ("chunks", "events", "uploads", "sessions"):
                database.execute(f"DELETE FROM {table} WHERE session = ?", (session,))  # noqa: S608  # our own names
            database.execute(
                "INSERT INTO uploads (session, state, removed_at) VALUES (?, 'erased', ?)", (session, self._now())
            )
        self.checkpoint()

    def unconfirmed(self) -> list[str]:
        """Erased recordings of which the server was not told yet."""
        with self._database.reading() as database:
            found = database.execute("SELECT session FROM uploads WHERE state = 'erased' AND NOT confirmed").fetchall()
        return [entry["session"] for entry in found]

    def confirm(self, sessions: Iterable[str]) -> None:
        with self._database.writing() as database:
            database.executemany("UPDATE uploads SET confirmed = 1 WHERE session = ?", [(s,) for s in sessions])

    def erase_asked_again(self, session: str) -> None:
        """The server asks once more: it has not heard that it is done."""
        with self._database.writing() as database:
            database.execute("UPDATE uploads SET confirmed = 0 WHERE session = ? AND state = 'erased'", (session,))

    # ── What holds for all ──────────────────────────────────────────────────────────────────────────────────────

    def say(self, name: str, value: str) -> None:
        """Keeps a sentence for whoever shows progress; writes only when it changed."""
        if self.said(name) != value:
            with self._database.writing() as database:
                database.execute("INSERT OR REPLACE INTO outbox (name, value) VALUES (?, ?)", (name, value))

    def said(self, name: str) -> str:
        with self._database.reading() as database:
            found = database.execute("SELECT value FROM outbox WHERE name = ?", (name,)).fetchone()
        return str(found["value"]) if found is not None else ""

    def _set_chunks(self, session: str, keys: Iterable[tuple[int, int]], state: str, error: str) -> None:
        with self._database.writing() as database:
            database.executemany(
                "UPDATE chunks SET state = ?, error = ? WHERE session = ? AND segment = ? AND number = ?",
                [(state, error, session, *key) for key in keys],
            )

    @staticmethod
    def _keys(database: sqlite3.Connection, session: str) -> set[tuple[int, int]]:
        found = database.execute("SELECT segment, number FROM chunks WHERE session = ?", (session,))
        return {(entry["segment"], entry["number"]) for entry in found}

    def _now(self) -> str:
        return self._clock.wall().isoformat(timespec="milliseconds")

    def _later(self, in_s: float) -> str:
        return (self._clock.wall() + timedelta(seconds=in_s)).isoformat(timespec="milliseconds") if in_s else ""
