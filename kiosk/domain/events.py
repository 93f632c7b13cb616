"""What the recorder tells. Facts are journalled before they are sent; Progress is not a fact and may be dropped.

`at_ns` is media time: nanoseconds since the first instant of the recording, over all segments.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from kiosk.domain.devices import DeviceIdentity

PROTOCOL = 1


class MarkKind(StrEnum):
    """What a Mark can say."""

    QUESTION = "question"
    THINK = "think"
    ANSWER_STARTED = "answer-started"
    """`text` is `coding` where somebody is to write: who reads and types may be silent. Else it is empty."""
    ANSWER_ENDED = "answer-ended"
    REPEAT = "repeat"
    CAPTIONS_ONLY = "captions-only"
    CODE = "code"
    NOTE = "note"
    EXTENDED = "extended"
    """The candidate took more time; `text` is how many seconds."""
    GRANTED = "granted"
    """The proctor gave more time; `text` is how many seconds."""
    SKIPPED = "skipped"
    WENT_BACK = "went-back"
    ACCOMMODATIONS = "accommodations"
    """`text` is a `domain.interview.Accommodations` as JSON; in force from here on."""


class RecorderState(StrEnum):
    IDLE = "idle"
    PREPARED = "prepared"
    STARTING = "starting"
    RECORDING = "recording"
    PAUSED = "paused"
    STOPPING = "stopping"
    REPLAYING = "replaying"
    """What a rehearsal recorded is played back."""
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How it goes, several times a second. Ages and levels are of the instant `now_ns` (session clock)."""

    state: RecorderState
    now_ns: int
    rec: bool
    """The REC light: recorded and durable, not wished."""
    rec_reason: str
    """Why it is not lit, or what is missing while it is, in plain words; empty when all is well."""
    media_ns: int = 0
    durable_ns: int = 0
    frames: int = 0
    dropped: int = 0
    gaps: int = 0
    chunks: int = 0
    bytes: int = 0
    fps: float = 0.0
    level_dbfs: float = -120.0
    """Microphone, RMS over the last 100 ms."""
    peak_dbfs: float = -120.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The first thing that whoever connects gets."""

    protocol: int
    program: str
    pid: int
    session: str
    interview: str
    started_at: str
    """ISO 8601 with offset; empty before Start."""
    recording: str
    """Path of the newest segment; empty before Start."""
    preview: str
    """Path of the preview file."""
    progress: Progress
    led: bool = True
    """Somebody is connected who leads the interview, and does not only look at it."""
    rehearsal: bool = False
    """It is only a trial: no interview is being recorded, whatever the state."""


@dataclass(frozen=True, slots=True)
class Prepared:
    camera: DeviceIdentity
    microphone: DeviceIdentity
    loudspeaker: DeviceIdentity
    width: int
    height: int
    fps: float
    """Measured, not promised."""
    microphone_rate: int
    preset: str


@dataclass(frozen=True, slots=True)
class Started:
    """The first fragment of a segment is durable."""

    session: str
    segment: int
    recording: str
    started_at: str
    """Wall clock of the segment's first instant, ISO 8601 with offset."""
    t0_ns: int
    """Session clock of the segment's first instant."""
    start_ns: int = 0
    """Media time of it: where the segment before ended."""


@dataclass(frozen=True, slots=True)
class ChunkReady:
    """A chunk is durable: whole fragments from a keyframe on, about 10 s."""

    segment: int
    number: int
    offset: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Durable:
    """Everything before `at_ns` is on disk and survives a power cut."""

    segment: int
    at_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """The first sample of the question sounded."""

    question: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    question: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class VoiceLost:
    """The question could not be played (to the end): captions only."""

    question: str
    at_ns: int
    what: str


@dataclass(frozen=True, slots=True)
class Marked:
    what: str
    question: str
    text: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Picture or sound is missing inside the recording."""

    device: str
    at_ns: int
    lost_ns: int
    cause: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something is wrong, in the proctor's words; `what` and `remedy` empty means that it is over."""

    device: str
    what: str
    remedy: str


class Verdict(StrEnum):
    """How good a recording is, for people."""

    GOOD = "good"
    USABLE = "usable"
    """Everything can be seen and understood, but something is worse than it should be."""
    WRONG = "wrong"
    """Something is missing or cannot be understood."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal found."""

    verdict: Verdict
    sentence: str
    """For people: what is wrong and what to do, or that all is well."""
    gain_db: float
    """With this gain of the microphone, speech would be about as loud as the questions."""
    sound_offset_ns: int | None
    """How much later than the picture the sound came, where flashes and clicks were there to tell."""
    figures: dict[str, float]
    """The quality report's figures by name, as in the manifest."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A rehearsal was played back, or that was ended early; nothing of it is left."""


@dataclass(frozen=True, slots=True)
class Paused:
    at_ns: int


@dataclass(frozen=True, slots=True)
class Resumed:
    at_ns: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The recording is finished and sealed."""

    session: str
    reason: str
    recording: str
    manifest: str
    duration_ns: int
    frames: int
    """Of all recorders that the session had, as `dropped` and `gaps` are."""
    dropped: int
    gaps: int
    took_ns: int = 0
    """From the command to the sealed file."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A command could not be done, or the recorder had to end. `code` as in `domain.errors`."""

    command: str
    code: str
    what: str
    remedy: str
    fatal: bool = False


Event: TypeAlias = (
    Progress
    | Snapshot
    | Prepared
    | Started
    | ChunkReady
    | Durable
    | VoiceStarted
    | VoiceEnded
    | VoiceLost
    | Marked
    | Gap
    | Problem
    | Rehearsed
    | Replayed
    | Paused
    | Resumed
    | Stopped
    | Failed
)
