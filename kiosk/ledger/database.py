"""Opens the database file: private, durable, at the newest version; and says in plain words what is wrong with it.

Never repairs a database: the recordings' own files are the truth, and a damaged one is set aside by whoever
starts the program.
"""

import contextlib
import errno
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Final

from kiosk.domain.errors import BadRequest, KioskError, NoSpace, WorldFailed
from kiosk.system import host

BUSY_MS: Final = 5000
ROOM_BYTES: Final = 128 * 1024
"""What SQLite needs beside the database to open it."""
_NAME: Final = re.compile(r"(\d{4})_\w+\.sql")


class Database:
    """One connection, for any thread of this process, one at a time. Every error leaves as a KioskError.

    `checkpoints`: whether this one writes the log back now and then, which only one process of a folder may do (SQLite
    before 3.51.3 can lose the log otherwise: https://sqlite.org/wal.html#walresetbug). The others leave it to that one,
    and to whoever closes the file last.
    """

    def __init__(self, path: Path, *, checkpoints: bool = False) -> None:
        self.path = path
        self._checkpoints = checkpoints
        self._lock = threading.Lock()
        try:
            host.private_folder(path.parent)
            _create(path)
        except OSError as error:
            raise _unwritable(path, error) from error
        with self._told():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told():
                self._prepare()
        except KioskError:
            self._connection.close()
            raise

    def close(self) -> None:
        """Writes back what waits and closes the file. Safe to call twice."""
        with self._lock, self._told():
            self._connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for queries."""
        with self._lock, self._told():
            yield self._connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a transaction: all of it is durable afterwards, or nothing happened."""
        with self._lock, self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _prepare(self) -> None:
        run = self._connection.execute
        self._connection.row_factory = sqlite3.Row
        run(f"PRAGMA busy_timeout = {BUSY_MS}")
        run("PRAGMA foreign_keys = ON")
        found = run("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise damaged(self.path)
        version = run("PRAGMA user_version").fetchone()[0]
        steps = migrations()
        if version > len(steps):
            raise BadRequest(
                f"The session database {self.path} was written by a newer version of this program.",
                "Install that version again. Nothing was changed.",
            )
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        if not self._checkpoints:
            run("PRAGMA wal_autocheckpoint = 0")
        for number in range(version + 1, len(steps) + 1):
            self._migrate(number, steps[number - 1])

    def _migrate(self, number: int, script: str) -> None:
        """One step up, in one transaction; another process may have done it while this one waited."""
        with self.writing() as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] >= number:
                return
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _told(self.path, error) from error


def migrations() -> list[str]:
    """The numbered scripts in order; the first makes version 1. They lie in the package, also in a frozen program."""
    scripts = {}
    for entry in resources.files("kiosk.ledger").joinpath("migrations").iterdir():
        found = _NAME.fullmatch(entry.name)
        if found:
            scripts[int(found[1])] = entry.read_text(encoding="utf-8")
    if sorted(scripts) != list(range(1, len(scripts) + 1)) or not scripts:
        raise RuntimeError(f"the migrations are not numbered from 1 on without a hole: {sorted(scripts)}")
    return [scripts[number] for number in sorted(scripts)]


def damaged(path: Path) -> WorldFailed:
    """The error for a file that is no database, or not a whole one."""
    return WorldFailed(
        f"The session database {path} is damaged. The recordings are not affected: they lie in their own folders.",
        "Move the file aside and start again.",
    )


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _create(path: Path) -> None:
    """Makes the file with the right mode before SQLite does with another; its companions take the same mode."""
    with open(host.open_private(path), "rb"):  # noqa: PTH123 a descriptor, not a path
        pass


def _unwritable(path: Path, error: OSError) -> KioskError:
    if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        return _full(path)
    return WorldFailed(
        f"The session database {path} cannot be opened: {(error.strerror or 'unknown reason').lower()}.",
        "Check that this account may write to the output folder.",
    )


def _is_full(path: Path) -> bool:
    """SQLite says "I/O error" when there is no room for its shared memory file."""
    try:
        return shutil.disk_usage(path.parent).free < ROOM_BYTES
    except OSError:
        return False


def _full(path: Path) -> NoSpace:
    return NoSpace(f"The disk with the session database {path} is full.", "Make room, then try again.")


def _told(path: Path, error: sqlite3.Error) -> KioskError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return damaged(path)
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return WorldFailed(f"The session database {path} is in use by another program.", "Close that, then try again.")
    if code == sqlite3.SQLITE_IOERR and _is_full(path):
        return _full(path)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR}:
        return WorldFailed(
            f"The session database {path} cannot be written.",
            "Check the disk, and that this account may write to the output folder.",
        )
    if code == sqlite3.SQLITE_CONSTRAINT:
        return BadRequest(f"The session database refuses this entry ({error}).")
    raise error  # anything else is a bug of ours: it stops the program loudly
