"""The director's entries in the ledger."""

import contextlib
import logging
from collections.abc import Iterator

from kiosk import logs
from kiosk.domain.errors import KioskError
from kiosk.domain.interview import Consent, Interview
from kiosk.domain.view import SessionState as State
from kiosk.ledger.ledger import Ledger, SessionRow

log = logging.getLogger(__name__)


class LedgerBook:
    """The director's entries in the ledger.

    A session that cannot be entered does not begin. Later on the journal beside the recording is the truth and the
    ledger its index, so that a ledger that cannot be written costs its entry and never the interview.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def opened(self, session: str, interview: Interview, candidate: str, consent: Consent, at: str) -> None:
        logs.name_session(session)
        row = SessionRow(
            session=session,
            interview=interview.id,
            title=interview.title,
            interview_sha256=interview.sha256,
            candidate=candidate,
            state=State.CONSENT,
            created_at=at,
        )
        self._ledger.new_session(row)
        self._ledger.consented(session, consent)

    def moved(self, session: str, state: State, reason: str = "") -> None:
        with noted():
            self._ledger.set_state(session, state, reason=reason)

    def started(self, session: str, started_at: str, recording: str) -> None:
        with noted():
            self._ledger.started(session, started_at, recording)

    def noted(self, session: str, what: str, detail: str = "") -> None:
        """Something that a person did; an empty session means: to the kiosk."""
        with noted():
            self._ledger.note(session, what, detail)

    def continued(self, session: str) -> None:
        """A kiosk takes up what another one began."""
        logs.name_session(session)
        with noted():
            self._ledger.note(session, "continued")

    def ended_before(self, session: str) -> None:
        """What was cut off does not go on."""
        with noted():
            self._ledger.set_state(session, State.FINISHED, reason="stopped")

    def ended(self, session: str, state: State, reason: str, duration_ns: int, manifest: str) -> None:
        with noted():
            self._ledger.ended(session, reason, duration_ns, manifest, state=state)


@contextlib.contextmanager
def noted() -> Iterator[None]:
    """What cannot be entered is logged, and costs no more than its entry."""
    try:
        yield
    except KioskError as error:
        log.error("not entered in the ledger: %s", error)  # noqa: TRY400  # the world's failure, no bug
