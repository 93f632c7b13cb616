"""What a screen shows: the director's state as one immutable value. What people can ask stands in `domain.requests`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kiosk.domain.devices import DeviceIdentity
from kiosk.domain.events import Progress, Stopped, Verdict
from kiosk.domain.interview import Accommodations, ConsentText, Interview, Question
from kiosk.domain.requests import (
    Agree,
    Choose,
    CodeChanged,
    Dismiss,
    EndHere,
    GoOn,
    Next,
    PauseSession,
    Refuse,
    Repeat,
    Request,
    ResumeSession,
    StopSession,
)

__all__ = [  # requests are known under this name too
    "Agree",
    "Choose",
    "CodeChanged",
    "Dismiss",
    "EndHere",
    "GoOn",
    "Next",
    "PauseSession",
    "Refuse",
    "Repeat",
    "Request",
    "ResumeSession",
    "StopSession",
]


class SessionState(StrEnum):
    """Where an interview is, and what the screen of it is for. The table of moves stands in `session.states`.

    Read the way down as a candidate walks it. "Next" is what the primary action posts there.
    """

    IDLE = "idle"
    """Welcome: the kiosk's name and `readiness`, readable from five metres; a candidate's number and an interview can
    be chosen (`assigned`, `interviews`). Choose → CONFIRMING."""
    CONFIRMING = "confirming"
    """Who you are and which interview: `candidate`, `interview`. Confirm → CONSENT, Deny → IDLE."""
    CONSENT = "consent"
    """The text `consent`. Agree → OPENING, Refuse → REFUSED."""
    OPENING = "opening"
    """Camera and microphone are opened for the check. Nothing to press; goes on by itself."""
    CAMERA = "camera"
    """The check's camera: the `preview` with a framing guide. Next → LOUDSPEAKER, unless `held`."""
    LOUDSPEAKER = "loudspeaker"
    """A test sound was played: "Did you hear it?" Next is yes, Again plays it again, NotHeard is no; SetVolume."""
    MICROPHONE = "microphone"
    """A live meter (`progress`), and a sentence to say. Next → SPEAKING."""
    SPEAKING = "speaking"
    """The sentence is being recorded until `deadline_ns`, or Next. Nothing of it is kept."""
    PLAYBACK = "playback"
    """What was said is played back, picture into the `preview`. Next ends it early."""
    HEARD = "heard"
    """How it was: `verdict`. Next → PRACTICE, unless `held`; Again → MICROPHONE; NotHeard calls the proctor."""
    PRACTICE = "practice"
    """A practice question is offered; nothing of it is kept. Next → PRACTICE_ASKING, SkipPractice → READY."""
    PRACTICE_ASKING = "practice-asking"
    """As ASKING; `question` is the practice question."""
    PRACTICE_ANSWERING = "practice-answering"
    """As ANSWERING."""
    PRACTICE_PLAYBACK = "practice-playback"
    """The candidate's answer is played back. Next ends it early. → READY."""
    READY = "ready"
    """All is ready: "The interview begins when you press the button." Next → PREPARING, Again → PRACTICE. Without an
    interview (the proctor rehearsed) Next → IDLE. After a check with a `verdict`, this is the place to tell it."""
    PREPARING = "preparing"
    """The devices are opened for the interview. Goes on by itself."""
    RESUMING = "resuming"
    """A recorder is being started for an interview that was interrupted."""
    STARTING = "starting"
    ASKING = "asking"
    """The question is spoken and captioned. Nothing to press."""
    THINKING = "thinking"
    """Time to think until `deadline_ns`. Next → ANSWERING; Repeat; MoreTime."""
    ANSWERING = "answering"
    """Next → the next question; Repeat; MoreTime; in coding questions CodeChanged."""
    PAUSED = "paused"
    FINISHING = "finishing"
    FINISHED = "finished"
    """Thanks: `delivery` says where the recording is by now, `session` is the receipt number. Dismiss → IDLE, which
    comes by itself when nobody touches anything for two minutes."""
    REFUSED = "refused"
    FAILED = "failed"


CHECKING: Final = (
    SessionState.OPENING,
    SessionState.CAMERA,
    SessionState.LOUDSPEAKER,
    SessionState.MICROPHONE,
    SessionState.SPEAKING,
    SessionState.PLAYBACK,
    SessionState.HEARD,
    SessionState.PRACTICE,
    SessionState.PRACTICE_ASKING,
    SessionState.PRACTICE_ANSWERING,
    SessionState.PRACTICE_PLAYBACK,
)
"""The device check and the rehearsal, of which nothing is kept."""


class Notice(StrEnum):
    """What is wrong, for the candidate: the screens have a sentence for each in the candidate's language. The
    recording goes on; when `View.called` is set, the sentence ends with "the proctor has been called".
    """

    NOT_HEARD = "not-heard"
    """We can't hear you (well)."""
    NOT_SEEN = "not-seen"
    """We can't see you; the answer is still recorded as sound."""
    NOT_SOUNDING = "not-sounding"
    """You may not hear the question; please read it here."""
    INTERRUPTED = "interrupted"
    """The recording was interrupted and goes on; what was said until then is stored."""
    ANSWER_ANYWAY = "answer-anyway"
    """Something else is wrong with the kiosk; you need not do anything."""


class Call(StrEnum):
    """Why the proctor is called."""

    HELP = "help"
    """The candidate asked for it."""
    AWAY = "away"
    """Nobody has moved, spoken or touched anything for a long time."""
    REFUSED = "refused"
    """The candidate did not agree to the recording and waits."""
    TROUBLE = "trouble"
    """A device does not work: see `View.troubles`."""
    CHECK = "check"
    """The candidate cannot get through the check."""


class ReadyState(StrEnum):
    UNKNOWN = "unknown"
    """Not tried since the kiosk started."""
    CHECKING = "checking"
    READY = "ready"
    NOT_READY = "not-ready"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether an interview could begin here now, proven by a run through the real devices."""

    state: ReadyState = ReadyState.UNKNOWN
    what: str = ""
    """Why it is not ready, for the proctor; empty otherwise."""
    remedy: str = ""
    tried_at: str = ""
    """When the run ended, ISO 8601 with offset; empty before the first."""
    device: str = ""
    """What is at fault, when one thing is: camera, microphone, loudspeaker or disk. For screens in other languages."""
    tried: tuple[str, ...] = ()
    """What was tried, by the names of `domain.self_test`."""
    hears: tuple[str, ...] = ()
    """Names of the microphone and the loudspeaker, when the one was found to hear the other."""


class Delivery(StrEnum):
    """Where the recording is."""

    STORED = "stored"
    """On this kiosk, which sends nothing."""
    WILL_BE_SENT = "will-be-sent"
    """On this kiosk, and on its way to the server."""
    SENT = "sent"
    """The server has it and has said so."""


class Leaving(StrEnum):
    """The proctor has ended the kiosk: the screens close, whatever keeps them up."""

    PROGRAM = "program"
    MACHINE = "machine"
    """And the machine is to be switched off."""


@dataclass(frozen=True, slots=True)
class PanelLock:
    """The lock of the proctor's panel. While it is not `open` the panel shows nothing but a field for the PIN."""

    required: bool = False
    """A PIN is configured. False: the panel opens without, and says so."""
    open: bool = True
    wrong: int = 0
    """How often a wrong PIN was entered since the last right one."""
    until_ns: int = 0
    """Session clock until which no PIN is taken; 0 when one is."""
    checking: bool = False
    """A PIN is being compared, which takes a moment."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """The server assigned this interview to this candidate."""

    candidate: str
    interview: Interview
    note: str = ""


@dataclass(frozen=True, slots=True)
class Devices:
    """SPECs in use, and what was found when somebody looked (FindDevices)."""

    camera: str = ""
    microphone: str = ""
    speaker: str = ""
    found: tuple[DeviceIdentity, ...] = ()
    looking: bool = False
    problem: str = ""
    """Why nothing could be found."""


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
    interviews: tuple[Interview, ...] = ()
    """That can be held here."""
    assigned: tuple[Assigned, ...] = ()
    """What the server assigned. To be looked up by what a candidate types; the whole list is for the proctor only."""
    readiness: Readiness = Readiness()
    lock: PanelLock = PanelLock()
    devices: Devices = Devices()
    consent: ConsentText | None = None
    """The text to agree to, in the interview's language."""
    practice: Question | None = None
    """The practice question, while there is a check and rehearsal."""
    verdict: Verdict | None = None
    """How the sentence or the practice answer came out."""
    verdict_words: str = ""
    """The same as a sentence for the proctor."""
    held: bool = False
    """In CAMERA and HEARD: something is so wrong that Next does nothing (`notice` says what). The proctor may skip."""
    notice: Notice | None = None
    """What to tell the candidate; stays until it is over."""
    called: Call | None = None
    """The proctor is called, until somebody attends or what it was for is over."""
    still_there: bool = False
    """Ask: "Are you still there?" Active, or any other request, ends it. The proctor is called if nobody answers."""
    extensions_left: int = 0
    """How often MoreTime helps, while a limit runs."""
    extension_ns: int = 0
    """How much longer the limit gets each time."""
    accommodations: Accommodations = field(default_factory=Accommodations)
    volume: int = 100
    reading: bool = False
    """A text is being read aloud."""
    delivery: Delivery = Delivery.STORED
    leaving: Leaving | None = None
    tries_to_leave: int = 0
    """How often somebody tried to get out of kiosk mode since the proctor's panel was open last."""

    @property
    def question(self) -> Question | None:
        """The one in work: of the interview, or the practice question."""
        if self.state in {SessionState.PRACTICE_ASKING, SessionState.PRACTICE_ANSWERING}:
            return self.practice
        if self.interview is None or not 0 <= self.index < len(self.interview.questions):
            return None
        return self.interview.questions[self.index]
