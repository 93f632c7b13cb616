"""What the director needs from others, as protocols; `app` brings the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.domain.commands import Command
from kiosk.domain.devices import DeviceIdentity
from kiosk.domain.interview import Consent, ConsentText, Interview
from kiosk.domain.view import Assigned, Delivery, SessionState
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
    pace: float = 1.0
    """Of the usual words a minute."""


class Narrator(Protocol):
    """Renders spoken texts ahead of time. Each result comes back through the director's inbox as Narrated."""

    def prepare(self, lines: Sequence[Line]) -> None:
        """Begins to render these, in this order; forgets earlier ones."""
        ...

    def hurry(self, line: Line) -> None:
        """Renders this one before what is waiting."""
        ...


class Voice(Protocol):
    """What is heard while no recorder runs: a text that is read aloud."""

    def say(self, wav: Path) -> None:
        """Plays a file, in place of what is played."""
        ...

    def hush(self) -> None:
        """Ends what is played."""
        ...


@dataclass(frozen=True, slots=True)
class Narrated:
    """A text is rendered, or could not be: then `wav` is None and `what` says why."""

    key: str
    wav: Path | None
    seconds: float = 0.0
    what: str = ""
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class RecorderLost:
    """The recorder process is gone though nobody stopped it."""

    what: str


@dataclass(frozen=True, slots=True)
class LookBack:
    """The kiosk has just started: see whether an interview was interrupted."""


@dataclass(frozen=True, slots=True)
class DevicesFound:
    """Somebody looked for devices; `problem` says why nothing could be found."""

    found: tuple[DeviceIdentity, ...]
    problem: str = ""


class Hall(Protocol):
    """What a kiosk has around it: interviews to hold, texts to agree to, devices to find."""

    def interviews(self) -> tuple[Interview, ...]:
        """That can be held here now."""
        ...

    def assigned(self) -> tuple[Assigned, ...]:
        """What the server assigned, as far as it is known here."""
        ...

    def consent(self, language: str) -> ConsentText | None:
        """The text in that language; None when there is none at all."""
        ...

    def find_devices(self) -> None:
        """Begins to look; the answer comes through the director's inbox as DevicesFound."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """A PIN was entered. `boot` names the start of the machine, `boot_ns` is the time since then, sleep included."""

    boot: str
    boot_ns: int
    right: bool
    carried: bool = False
    """Nobody entered anything: a lock-out of an earlier start of the machine goes on in this one."""


class Guard(Protocol):
    """The PIN, and what is remembered of those who entered one. Instants are not of the wall clock."""

    def required(self) -> bool: ...
    def matches(self, pin: str) -> bool: ...
    def since_start(self) -> tuple[str, int]:
        """Which start of the machine this is, and nanoseconds since then."""
        ...

    def attempts(self) -> Sequence[Attempt]:
        """Those since the last right one, in order."""
        ...

    def remember(self, attempt: Attempt) -> None: ...
    def remember_leaving(self, how: str, times: int) -> None:
        """Somebody tried to get out of kiosk mode, so many times in a few seconds."""
        ...

    def unseen_leaving(self) -> int:
        """How often somebody did since the proctor saw it last, over all starts of the program."""
        ...

    def see_leaving(self) -> None:
        """The proctor has seen what is on record."""
        ...


class Archive(Protocol):
    """What earlier runs of the kiosk left."""

    def running(self) -> Standing | None:
        """The interview whose recorder runs though its kiosk is gone; the Recorder is connected to it then."""
        ...

    def unfinished(self) -> Standing | None:
        """The newest interview, if it was cut off and can go on."""
        ...

    def delivery(self, session: str) -> Delivery:
        """Where the recording of an interview that has ended is by now."""
        ...


class Book(Protocol):
    """The ledger, as far as a session writes in it."""

    def opened(self, session: str, interview: Interview, candidate: str, consent: Consent, at: str) -> None: ...
    def moved(self, session: str, state: SessionState, reason: str = "") -> None: ...
    def started(self, session: str, started_at: str, recording: str) -> None: ...
    def noted(self, session: str, what: str, detail: str = "") -> None: ...
    def continued(self, session: str) -> None: ...
    def ended_before(self, session: str) -> None: ...
    def ended(self, session: str, state: SessionState, reason: str, duration_ns: int, manifest: str) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a director needs of others, but for the recorder."""

    narrator: Narrator
    book: Book
    archive: Archive
    hall: Hall
    guard: Guard
    voice: Voice
