"""What people can ask of the director. Every request may come at any time; one that does not fit changes nothing.

Requests under "The proctor" are taken only while the proctor's lock is open (`View.lock.open`), which it always is
when no PIN is configured.
"""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from kiosk.domain.interview import Accommodations, Consent, Interview

# ── The candidate ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Choose:
    """An interview and a candidate are set, by either. IDLE → CONFIRMING, or CONSENT when `confirmed`."""

    interview: Interview
    candidate: str
    confirmed: bool = True
    """Somebody has made sure already that this is the person. The screens leave that to Confirm: False."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """This is me, and that is my interview. CONFIRMING → CONSENT."""


@dataclass(frozen=True, slots=True)
class Deny:
    """That is not me, or simply back. CONFIRMING → IDLE."""


@dataclass(frozen=True, slots=True)
class Agree:
    """The candidate consents. CONSENT → OPENING (the check), or PREPARING when check and rehearsal are off."""

    consent: Consent


@dataclass(frozen=True, slots=True)
class Refuse:
    """The candidate does not consent: nothing is recorded, the proctor is called. CONSENT → REFUSED."""


@dataclass(frozen=True, slots=True)
class Next:
    """The one primary action of a screen: what it does is written at each state (`view.SessionState`)."""


@dataclass(frozen=True, slots=True)
class Again:
    """Once more: the test sound (LOUDSPEAKER), the sentence (HEARD), the practice question (READY)."""


@dataclass(frozen=True, slots=True)
class NotHeard:
    """No, I did not hear it. LOUDSPEAKER: the proctor is called; the candidate may try again or go on with Next,
    and questions can be read in any case. HEARD: the same about one's own voice.
    """


@dataclass(frozen=True, slots=True)
class SkipPractice:
    """The candidate does without the practice question. PRACTICE → READY."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Speak the question again. While `View.repeats_left`; in THINKING, ANSWERING and PRACTICE_ANSWERING."""


@dataclass(frozen=True, slots=True)
class MoreTime:
    """I need more time: the limit that runs ends `View.extension_ns` later. While `View.extensions_left`."""


@dataclass(frozen=True, slots=True)
class CodeChanged:
    """The editor's whole text, as it stands now."""

    text: str


@dataclass(frozen=True, slots=True)
class SetVolume:
    """How loud the loudspeaker plays, 0 to 100; for this session. Shown in `View.volume`."""

    percent: int


@dataclass(frozen=True, slots=True)
class ReadAloud:
    """Read this text aloud in the kiosk's own voice; an empty one ends the reading. Nothing while somebody answers or
    a question is asked. `View.reading` says whether it goes on.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Active:
    """Somebody touched something that is no request of its own: a key, the pointer. Once a second at most."""


@dataclass(frozen=True, slots=True)
class CallProctor:
    """The candidate wants the proctor. Shown in `View.called` until the proctor attends."""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Back to the welcome screen after an end. FINISHED, REFUSED, FAILED → IDLE."""


# ── The proctor's lock ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class EnterPin:
    """The PIN as it was typed. The answer is `View.lock`: open, or one wrong more, or locked until a time."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lock:
    """The proctor's panel is closed: the PIN is asked for again next time."""


@dataclass(frozen=True, slots=True)
class Attend:
    """The proctor is here: `View.called` ends. Posted when the panel opens."""


@dataclass(frozen=True, slots=True)
class TriedToLeave:
    """Somebody tried to get out of kiosk mode; goes on record, and into `View.tries_to_leave`."""

    how: str
    """In two or three words: a key, a button, another window."""


# ── The proctor ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PauseSession:
    """ASKING, THINKING, ANSWERING → PAUSED."""


@dataclass(frozen=True, slots=True)
class ResumeSession:
    """PAUSED → ASKING: the question in work is put again, with the time that was left."""


@dataclass(frozen=True, slots=True)
class GrantTime:
    """The limit that runs, or the time that is left when it is interrupted, grows by so many seconds. No number of
    them is too many.
    """

    seconds: int = 60


@dataclass(frozen=True, slots=True)
class SkipQuestion:
    """On to the next question, or to the end after the last. ASKING, THINKING, ANSWERING, PAUSED."""


@dataclass(frozen=True, slots=True)
class GoBack:
    """The question before is asked once more, with all its time. ASKING, THINKING, ANSWERING, PAUSED."""


@dataclass(frozen=True, slots=True)
class RepeatQuestion:
    """As Repeat, without being counted."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the proctor noticed goes into the recording's manifest at this instant; without a name, please."""

    text: str


@dataclass(frozen=True, slots=True)
class Accommodate:
    """From now on for this candidate, also in mid-session. In IDLE: for the next one. Shown in `View.accommodations`;
    forgotten at the end.
    """

    accommodations: Accommodations


@dataclass(frozen=True, slots=True)
class SkipCheck:
    """Done with check and rehearsal, whatever they found. OPENING to PRACTICE_PLAYBACK → READY."""


@dataclass(frozen=True, slots=True)
class Rehearse:
    """IDLE: the proctor walks through check and rehearsal, without a candidate; ends in IDLE. READY: once more for
    the candidate.
    """


@dataclass(frozen=True, slots=True)
class TryDevices:
    """IDLE: the run that proves readiness, now. Needs no PIN: the kiosk asks for it too, at the hour that is set."""


@dataclass(frozen=True, slots=True)
class FindDevices:
    """Look for cameras, microphones and loudspeakers. The answer comes in `View.devices`, after a few seconds."""


@dataclass(frozen=True, slots=True)
class ChooseDevices:
    """Use these (SPECs) until the kiosk is started again. Not while an interview is recorded; during the check they
    are opened at once.
    """

    camera: str
    microphone: str
    speaker: str


@dataclass(frozen=True, slots=True)
class StopSession:
    """End in order now, from CONFIRMING on. Before anything is recorded this leads to IDLE."""

    reason: str
    """`stopped` and `aborted` are the proctor's; `interrupted`: the kiosk ends, which needs no PIN."""
    why: str = ""
    """The proctor's own words, when `aborted`; goes into ledger and manifest."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """The interview that was cut off (`View.unfinished`) goes on, at the question at which it was."""


@dataclass(frozen=True, slots=True)
class EndHere:
    """The interview that was cut off has ended there."""


@dataclass(frozen=True, slots=True)
class LeaveKiosk:
    """The program ends. Not while an interview is recorded. `View.leaving` says that it may go."""


@dataclass(frozen=True, slots=True)
class ShutDown:
    """The program ends and the machine is switched off. Not while an interview is recorded."""


ProctorRequest: TypeAlias = (
    PauseSession
    | ResumeSession
    | GrantTime
    | SkipQuestion
    | GoBack
    | RepeatQuestion
    | Note
    | Accommodate
    | SkipCheck
    | Rehearse
    | FindDevices
    | ChooseDevices
    | GoOn
    | EndHere
    | LeaveKiosk
    | ShutDown
)
"""Refused while the lock is closed; so is a StopSession that is not `interrupted`."""

Request: TypeAlias = (
    Choose
    | Confirm
    | Deny
    | Agree
    | Refuse
    | Next
    | Again
    | NotHeard
    | SkipPractice
    | Repeat
    | MoreTime
    | CodeChanged
    | SetVolume
    | ReadAloud
    | Active
    | CallProctor
    | Dismiss
    | EnterPin
    | Lock
    | Attend
    | TriedToLeave
    | StopSession
    | TryDevices
    | ProctorRequest
)

INTERRUPTED: Final = "interrupted"
"""Reason of a StopSession that is the kiosk's own."""
