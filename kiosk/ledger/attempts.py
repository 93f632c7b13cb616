"""Every attempt at the proctor's PIN, and to get out of kiosk mode. Knows no PIN and decides nothing: who may try again
is `session.lockout`'s.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.clock import Clock
from kiosk.ledger.database import Database

MOST: int = 1000
"""So many of the newest are ever looked at."""


HOW_LENGTH: int = 80


class Outcome(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    CARRIED = "carried"
    """Nobody tried: a lock-out went on after the machine was started again."""


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """`at` is ISO 8601 with offset; `boot_ns` counts since the machine's start that `boot` names."""

    at: str
    boot: str
    boot_ns: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Somebody tried to get out, `times` times in a few seconds; `at` is ISO 8601 with offset."""

    at: str
    how: str
    times: int


class Attempts:
    """Of one output folder's database; for any thread. Every call is durable when it returns.

    Raises NoSpace when the disk is full, WorldFailed when the database cannot be read or written.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, boot: str, boot_ns: int, outcome: Outcome) -> None:
        at = self._clock.wall().isoformat(timespec="milliseconds")
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO pin_attempts (at, boot, boot_ns, outcome) VALUES (?, ?, ?, ?)",
                (at, boot, boot_ns, outcome.value),
            )

    def add_leaving(self, how: str, times: int) -> None:
        """Somebody tried to get out. The newest `MOST` entries are kept: a disk is never filled with them."""
        at = self._clock.wall().isoformat(timespec="milliseconds")
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO leave_attempts (at, how, times, seen) VALUES (?, ?, ?, 0)", (at, how[:HOW_LENGTH], times)
            )
            database.execute(
                "DELETE FROM leave_attempts WHERE number <= (SELECT MAX(number) FROM leave_attempts) - ?", (MOST,)
            )

    def leaving(self) -> list[LeaveRow]:
        """The attempts to get out that are kept, in order."""
        with self._database.reading() as database:
            found = database.execute("SELECT at, how, times FROM leave_attempts ORDER BY number").fetchall()
        return [LeaveRow(e["at"], e["how"], e["times"]) for e in found]

    def unseen_leaving(self) -> int:
        """How often somebody tried to get out since `see_leaving`."""
        with self._database.reading() as database:
            found = database.execute("SELECT COALESCE(SUM(times), 0) FROM leave_attempts WHERE seen = 0").fetchone()
        return int(found[0])

    def see_leaving(self) -> None:
        """The proctor has seen them all."""
        with self._database.writing() as database:
            database.execute("UPDATE leave_attempts SET seen = 1 WHERE seen = 0")

    def since_right(self) -> list[AttemptRow]:
        """Those after the last right one, in order."""
        with self._database.reading() as database:
            found = database.execute(
                "SELECT * FROM pin_attempts WHERE number >"
                " (SELECT COALESCE(MAX(number), 0) FROM pin_attempts WHERE outcome = 'right')"
                " ORDER BY number DESC LIMIT ?",
                (MOST,),
            ).fetchall()
        rows = [AttemptRow(e["at"], e["boot"], e["boot_ns"], Outcome(e["outcome"])) for e in found]
        return rows[::-1]
