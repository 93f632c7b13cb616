"""What the director needs from others, as protocols; `app` brings the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.domain.commands import Command
from kiosk.domain.interview import Consent, Interview
from kiosk.domain.view import SessionState
from kiosk.session.standing import Standing


class Recorder(Protocol):
    """The recorder process, at the other end of a channel. Its events come back through the director's inbox."""

    def open(self) -> None:
        """Starts it, or joins the one that runs for this output folder. Raises WorldFailed."""
        ...

    def reopen(self) -> bool:
        """After a loss: whether it was only the connection. Otherwise a new one runs now. Raises WorldFailed."""
        ...

    def send(self, command: Command) -> None:
        """Hands a command over without waiting."""
        ...

    def close(self) -> None:
        """Lets go of it; it ends by itself after Stop."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A text to be spoken; `key` is the question's id."""

    key: str
    text: str
    voice: str
    language: str


class Narrator(Protocol):
    """Renders spoken texts ahead of time. Each result comes back through the director's inbox as Narrated."""

    def prepare(self, lines: Sequence[Line]) -> None:
        """Begins to render these, in this order; forgets earlier ones."""
        ...


@dataclass(frozen=True, slots=True)
class Narrated:
    """A text is rendered, or could not be: then `wav` is None and `what` says why."""

    key: str
    wav: Path | None
    seconds: float = 0.0
    what: str = ""


@dataclass(frozen=True, slots=True)
class RecorderLost:
    """The recorder process is gone though nobody stopped it."""

    what: str


@dataclass(frozen=True, slots=True)
class LookBack:
    """The kiosk has just started: see whether an interview was interrupted."""


class Archive(Protocol):
    """What earlier runs of the kiosk left."""

    def running(self) -> Standing | None:
        """The interview whose recorder runs though its kiosk is gone; the Recorder is connected to it then."""
        ...

    def unfinished(self) -> Standing | None:
        """The newest interview, if it was cut off and can go on."""
        ...


class Book(Protocol):
    """The ledger, as far as a session writes in it."""

    def opened(self, session: str, interview: Interview, candidate: str, consent: Consent, at: str) -> None: ...
    def moved(self, session: str, state: SessionState, reason: str = "") -> None: ...
    def started(self, session: str, started_at: str, recording: str) -> None: ...
    def continued(self, session: str) -> None: ...
    def ended_before(self, session: str) -> None: ...
    def ended(self, session: str, state: SessionState, reason: str, duration_ns: int, manifest: str) -> None: ...
