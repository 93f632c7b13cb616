"""Every session that this kiosk knows: who, which interview, consent, state, where the recording lies.

The disk is the truth and this is its index. One process writes sessions: the kiosk, or `kiosk record`.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.contract.names import SESSION
from kiosk.domain.clock import Clock, SystemClock
from kiosk.domain.errors import BadRequest
from kiosk.domain.interview import Consent
from kiosk.domain.view import SessionState
from kiosk.ledger.attempts import Attempts
from kiosk.ledger.database import Database

ENDED: Final = (SessionState.FINISHED, SessionState.REFUSED, SessionState.FAILED)
"""States that a session never leaves."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session. Times are ISO 8601 with offset, empty while they have not come; paths are relative to the
    output folder, with slashes.
    """

    session: str
    interview: str
    title: str
    interview_sha256: str
    candidate: str
    state: SessionState
    created_at: str
    consent: Consent | None = None
    started_at: str = ""
    ended_at: str = ""
    reason: str = ""
    recording: str = ""
    """The first segment."""
    manifest: str = ""
    duration_ns: int = 0
    trouble: str = ""
    """The last thing that went wrong, in plain words."""


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """Something that happened to a session (or, with an empty one, to the kiosk)."""

    number: int
    session: str
    at: str
    what: str
    detail: str


class Ledger:
    """The sessions in one output folder's database; for any thread. Every call is durable when it returns.

    Methods raise BadRequest for a session that is not known or a value that does not fit, NoSpace when the
    disk is full, WorldFailed when the database cannot be read or written.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.attempts = Attempts(database, clock)
        """At the proctor's PIN."""

    @classmethod
    def open(cls, path: Path, clock: Clock | None = None) -> "Ledger":
        """Opens the database there, makes or upgrades it when needed."""
        return cls(Database(path), clock or SystemClock())

    def close(self) -> None:
        """Safe to call twice."""
        self._database.close()

    def new_session(self, row: SessionRow) -> None:
        """Writes a session down, before anything else is done for it."""
        if not SESSION.fullmatch(row.session):
            raise BadRequest(f"{row.session[:50]!r} is not the id of a session.")
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO sessions (session, interview, title, interview_sha256, candidate, state, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    row.session,
                    row.interview,
                    row.title,
                    row.interview_sha256,
                    row.candidate,
                    row.state.value,
                    row.created_at,
                ),
            )
            self._note(database, row.session, "created", row.interview)

    def set_state(self, session: str, state: SessionState, *, reason: str = "") -> None:
        """Where the session is now; `reason` is kept when it is given."""
        with self._database.writing() as database:
            self._update(
                database,
                session,
                "state = ?, reason = CASE WHEN ? = '' THEN reason ELSE ? END",
                (state.value, reason, reason),
            )
            if state in ENDED:
                self._update(
                    database,
                    session,
                    "ended_at = CASE WHEN ended_at = '' THEN ? ELSE ended_at END",
                    (self._now(),),
                )
            self._note(database, session, state.value, reason)

    def consented(self, session: str, consent: Consent) -> None:
        """The candidate agreed. Must be written before the first frame is."""
        with self._database.writing() as database:
            self._update(
                database,
                session,
                "consent_reference = ?, consent_text_sha256 = ?, consent_language = ?, consent_given_at = ?",
                (consent.reference, consent.text_sha256, consent.language, consent.given_at),
            )
            self._note(database, session, "consented", consent.reference)

    def started(self, session: str, started_at: str, recording: str | Path) -> None:
        """The first fragment is durable. `recording` may be absolute; it lies in the output folder."""
        where = self._relative(recording)
        with self._database.writing() as database:
            self._update(database, session, "started_at = ?, recording = ?", (started_at, where))
            self._note(database, session, "started", where)

    def ended(
        self,
        session: str,
        reason: str,
        duration_ns: int,
        manifest: str | Path,
        *,
        state: SessionState = SessionState.FINISHED,
    ) -> None:
        """The recording is sealed, or ended otherwise; `manifest` may be empty when there is none."""
        where = self._relative(manifest) if str(manifest) not in {"", "."} else ""
        with self._database.writing() as database:
            self._update(
                database,
                session,
                "state = ?, reason = ?, duration_ns = ?, manifest = ?, ended_at = ?",
                (state.value, reason, duration_ns, where, self._now()),
            )
            self._note(database, session, "ended", reason)

    def troubled(self, session: str, what: str) -> None:
        """Something went wrong, in plain words without a name."""
        with self._database.writing() as database:
            self._update(database, session, "trouble = ?", (what,))
            self._note(database, session, "trouble", what)

    def note(self, session: str, what: str, detail: str = "") -> None:
        """Writes down that something happened; an empty session means: to the kiosk."""
        with self._database.writing() as database:
            if session:
                self._update(database, session, "session = session", ())
            self._note(database, session, what, detail)

    def restore(self, row: SessionRow, note: str) -> None:
        """Writes a whole row as the recording's own files tell it, also over one that is there; `note` says why."""
        if not SESSION.fullmatch(row.session):
            raise BadRequest(f"{row.session[:50]!r} is not the id of a session.")
        values = {
            "session": row.session,
            "interview": row.interview,
            "title": row.title,
            "interview_sha256": row.interview_sha256,
            "candidate": row.candidate,
            "state": row.state.value,
            "created_at": row.created_at,
            "consent_reference": row.consent.reference if row.consent else None,
            "consent_text_sha256": row.consent.text_sha256 if row.consent else None,
            "consent_language": row.consent.language if row.consent else None,
            "consent_given_at": row.consent.given_at if row.consent else None,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "reason": row.reason,
            "recording": self._relative(row.recording) if row.recording else "",
            "manifest": self._relative(row.manifest) if row.manifest else "",
            "duration_ns": row.duration_ns,
            "trouble": row.trouble,
        }
        columns, places = ", ".join(values), ", ".join("?" * len(values))
        changes = ", ".join(f"{name} = excluded.{name}" for name in values)
        with self._database.writing() as database:
            database.execute(
                f"INSERT INTO sessions ({columns}) VALUES ({places}) ON CONFLICT (session) DO UPDATE SET {changes}",  # noqa: S608  # names of ours
                tuple(values.values()),
            )
            self._note(database, row.session, "recovered", note)

    def sessions(self) -> list[SessionRow]:
        """All, the newest first."""
        with self._database.reading() as database:
            found = database.execute("SELECT * FROM sessions ORDER BY created_at DESC, rowid DESC").fetchall()
        return [_row(entry) for entry in found]

    def unfinished(self) -> list[SessionRow]:
        """Those that never came to an end: cut off, or still running."""
        return [row for row in self.sessions() if row.state not in ENDED]

    def session(self, session: str) -> SessionRow:
        """One by its id."""
        with self._database.reading() as database:
            found = database.execute("SELECT * FROM sessions WHERE session = ?", (session,)).fetchone()
        if found is None:
            raise _unknown(session)
        return _row(found)

    def events(self, session: str) -> list[LedgerEvent]:
        """What happened to it, in order; of the kiosk itself when `session` is empty."""
        with self._database.reading() as database:
            found = database.execute(
                "SELECT * FROM events WHERE session IS ? ORDER BY number", (session or None,)
            ).fetchall()
        return [LedgerEvent(e["number"], e["session"] or "", e["at"], e["what"], e["detail"]) for e in found]

    def _now(self) -> str:
        return self._clock.wall().isoformat(timespec="milliseconds")

    def _note(self, database: sqlite3.Connection, session: str, what: str, detail: str) -> None:
        database.execute(
            "INSERT INTO events (session, at, what, detail) VALUES (?, ?, ?, ?)",
            (session or None, self._now(), what, detail),
        )

    def _update(self, database: sqlite3.Connection, session: str, what: str, values: tuple[object, ...]) -> None:
        """`what` is ours, never a value from outside."""
        done = database.execute(f"UPDATE sessions SET {what} WHERE session = ?", (*values, session))  # noqa: S608
        if done.rowcount != 1:
            raise _unknown(session)

    def _relative(self, path: str | Path) -> str:
        folder = self._database.path.absolute().parent
        given = Path(path)
        if not given.is_absolute():
            return given.as_posix()
        for base, inside in ((folder, given), (folder.resolve(), given.resolve())):
            if inside.is_relative_to(base):
                return inside.relative_to(base).as_posix()
        raise BadRequest(f"{given} does not lie in the output folder {folder}.")


def _unknown(session: str) -> BadRequest:
    return BadRequest(f"There is no session {session[:50]!r} in this folder.")


def _row(entry: sqlite3.Row) -> SessionRow:
    consent = None
    if entry["consent_reference"] is not None:
        consent = Consent(
            entry["consent_reference"],
            entry["consent_text_sha256"],
            entry["consent_language"],
            entry["consent_given_at"],
        )
    return SessionRow(
        session=entry["session"],
        interview=entry["interview"],
        title=entry["title"],
        interview_sha256=entry["interview_sha256"],
        candidate=entry["candidate"],
        state=SessionState(entry["state"]),
        created_at=entry["created_at"],
        consent=consent,
        started_at=entry["started_at"],
        ended_at=entry["ended_at"],
        reason=entry["reason"],
        recording=entry["recording"],
        manifest=entry["manifest"],
        duration_ns=entry["duration_ns"],
        trouble=entry["trouble"],
    )
