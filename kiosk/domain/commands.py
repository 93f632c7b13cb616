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
    """x264's, or `auto`: the best one that keeps up, by a trial. Prepared tells which; kept for the session."""
    questions: dict[str, str] = field(default_factory=dict)
    """Question id → the text that is spoken and captioned."""
    continues: bool = False
    """The session was cut off before: what there is of it is recovered, and Start begins a further segment."""
    rehearsal: bool = False
    """A trial: needs no consent, and nothing of it stays. What Start records lies in a private folder until Replay has
    played it back, or until the recorder ends."""
    gain_db: float = 0.0
    """Fixed gain of the microphone, as the device check found it."""
    sound_offset_ns: int = 0
    """How much later than the picture this kiosk's sound arrives; taken out of the microphone's stamps."""


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
class Volume:
    """How loud the loudspeaker plays from now on; what is mixed in stays as it is."""

    percent: int
    """0 to 100 of what the sound card is set to."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Ends what a rehearsal has recorded, and plays it back: pictures into the preview, sound to the loudspeaker.

    Answered by Rehearsed at once and by Replayed at the end; then nothing of it is left, and the recorder is prepared
    again, so that Start may come once more. Silence ends it early. Refused when this is no rehearsal.
    """


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


Command: TypeAlias = (
    Prepare | Start | Speak | Play | Silence | Volume | Replay | Mark | Pause | Resume | Stop | Simulate
)
