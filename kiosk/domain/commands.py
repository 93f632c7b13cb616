"""What the recorder can be told. Each is answered by an event (`domain.events`)."""

from dataclasses import dataclass, field
from typing import TypeAlias

from kiosk.domain.interview import Consent


@dataclass(frozen=True, slots=True)
class Prepare:
    """Open the devices and measure them, for this session. Answered by Prepared or Failed. Nothing is written yet."""

    session: str
    """UUID, lower case, with hyphens."""
    interview: str
    interview_title: str
    interview_sha256: str
    language: str
    candidate: str
    consent: Consent | None
    """None while devices are only tried; Start is refused then."""
    camera: str
    microphone: str
    speaker: str
    rec_mark: bool = True
    timestamp: bool = True
    preset: str = "superfast"
    """x264's; kept for the session."""
    questions: dict[str, str] = field(default_factory=dict)
    """Question id → the text that is spoken and captioned."""
    continues: bool = False
    """The session was cut off before: what there is of it is recovered, and Start begins a further segment."""


@dataclass(frozen=True, slots=True)
class Start:
    """Begin to record. Answered by Started once the first fragment is durable, or Failed."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Play a rendered question and mix it in. Answered by VoiceStarted, then VoiceEnded (or VoiceLost)."""

    question: str
    wav: str
    """Path of a 48 kHz mono WAV."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound that is no question, a tone for instance, and mix it in."""

    wav: str


@dataclass(frozen=True, slots=True)
class Silence:
    """End what is being played at once."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Write down that something happened now. `what` is one of `domain.events.MarkKind`."""

    what: str
    question: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """From now on a still and silence, until Resume."""


@dataclass(frozen=True, slots=True)
class Resume:
    """End a pause."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Finish the file, seal it, write the manifest, answer Stopped, and end the process."""

    reason: str
    """completed, stopped, aborted, interrupted, abandoned, failed; by itself also no-space."""


@dataclass(frozen=True, slots=True)
class Simulate:
    """Do something to a simulated device; refused when the device is real."""

    device: str
    action: str
    value: str = ""


Command: TypeAlias = Prepare | Start | Speak | Play | Silence | Mark | Pause | Resume | Stop | Simulate
