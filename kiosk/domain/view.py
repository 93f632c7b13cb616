"""What a screen shows: the director's state as one immutable value, and what people can ask of the director."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from kiosk.domain.events import Progress, Stopped
from kiosk.domain.interview import Consent, Interview, Question


class SessionState(StrEnum):
    """Where an interview is. The table of moves stands in `session.states`."""

    IDLE = "idle"
    CONSENT = "consent"
    PREPARING = "preparing"
    RESUMING = "resuming"
    """A recorder is being started for an interview that was interrupted."""
    STARTING = "starting"
    ASKING = "asking"
    THINKING = "thinking"
    ANSWERING = "answering"
    PAUSED = "paused"
    FINISHING = "finishing"
    FINISHED = "finished"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem that stands: the proctor's words; `device` says whose."""

    device: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An interview that was cut off, by a crash or a power cut, and can go on."""

    session: str
    title: str
    candidate: str
    index: int
    """Of the question at which it would go on, from 0."""
    questions: int
    """How many it has."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How far the recordings of this kiosk are on their way to the server. `problem` is one sentence, or empty."""

    recordings: int = 0
    chunks: int = 0
    """Not on the server yet, of all recordings."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Everything that screens may render. Replaced as a whole at every change."""

    state: SessionState = SessionState.IDLE
    session: str = ""
    interview: Interview | None = None
    candidate: str = ""
    index: int = -1
    """Of the question in work, from 0."""
    deadline_ns: int = 0
    """Session clock at which thinking or answering ends by itself; 0 means no limit runs."""
    limit_ns: int = 0
    """The whole limit that `deadline_ns` ends."""
    repeats_left: int = 0
    captions_only: bool = False
    """The question could not be spoken."""
    code: str = ""
    """What the editor begins with: the question's starter, or what stood there when the kiosk was interrupted."""
    progress: Progress | None = None
    preview: str = ""
    """Path of the preview file; empty when there is none."""
    troubles: tuple[Trouble, ...] = ()
    recording: str = ""
    manifest: str = ""
    duration_ns: int = 0
    stopped: Stopped | None = None
    """The recorder's own account of the end."""
    message: str = ""
    """Why it is refused, failed or stopped early, in plain words."""
    failure: str = ""
    """Code of `domain.errors` when it failed."""
    unfinished: Unfinished | None = None
    """While idle: the newest interview, when it was cut off. Answered by GoOn or EndHere."""

    @property
    def question(self) -> Question | None:
        if self.interview is None or not 0 <= self.index < len(self.interview.questions):
            return None
        return self.interview.questions[self.index]


@dataclass(frozen=True, slots=True)
class Choose:
    """An interview and a candidate are set: show the consent."""

    interview: Interview
    candidate: str


@dataclass(frozen=True, slots=True)
class Agree:
    """The candidate consents: prepare and begin."""

    consent: Consent


@dataclass(frozen=True, slots=True)
class Refuse:
    """The candidate does not consent: nothing is recorded."""


@dataclass(frozen=True, slots=True)
class Next:
    """Start answering, or the answer is done."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Speak the question again."""


@dataclass(frozen=True, slots=True)
class CodeChanged:
    """The editor's whole text, as it stands now."""

    text: str


@dataclass(frozen=True, slots=True)
class PauseSession:
    """The proctor pauses."""


@dataclass(frozen=True, slots=True)
class ResumeSession:
    """The proctor goes on."""


@dataclass(frozen=True, slots=True)
class StopSession:
    """End in order now. `reason` as in `domain.commands.Stop`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Back to the welcome screen after an end."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """The interview that was cut off goes on, at the question at which it was."""


@dataclass(frozen=True, slots=True)
class EndHere:
    """The interview that was cut off has ended there."""


Request: TypeAlias = (
    Choose
    | Agree
    | Refuse
    | Next
    | Repeat
    | CodeChanged
    | PauseSession
    | ResumeSession
    | StopSession
    | Dismiss
    | GoOn
    | EndHere
)
