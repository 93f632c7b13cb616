"""Whether REC may be lit. It tells the truth of the disk, not of a button. Pure."""

from dataclasses import dataclass
from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.events import RecorderState

DURABLE_LAG_NS: Final = 2 * NS
FRAME_AGE_NS: Final = 2 * NS
SAMPLE_AGE_NS: Final = 1 * NS

_QUIET: Final = {
    RecorderState.IDLE: "Not recording",
    RecorderState.PREPARED: "Ready, not recording",
    RecorderState.STARTING: "Starting",
    RecorderState.PAUSED: "Paused",
    RecorderState.STOPPING: "Finishing",
    RecorderState.REPLAYING: "Playing back, not recording",
    RecorderState.STOPPED: "Recording finished",
    RecorderState.FAILED: "Not recording: the recorder failed",
}


@dataclass(frozen=True, slots=True)
class RecFacts:
    """Instants on the session clock; 0 means never."""

    state: RecorderState
    now_ns: int
    durable_ns: int
    """Instant up to which everything is on disk."""
    frame_ns: int
    """Arrival of the newest picture."""
    sample_ns: int
    """Arrival of the newest sound."""


def rec_light(facts: RecFacts) -> tuple[bool, str]:
    """Lit or not, and why not, in plain words; empty when all is well."""
    if facts.state is not RecorderState.RECORDING:
        return False, _QUIET[facts.state]
    if not facts.durable_ns or facts.now_ns - facts.durable_ns > DURABLE_LAG_NS:
        return False, "Not recording: the disk does not keep up"
    camera = bool(facts.frame_ns) and facts.now_ns - facts.frame_ns <= FRAME_AGE_NS
    sound = bool(facts.sample_ns) and facts.now_ns - facts.sample_ns <= SAMPLE_AGE_NS
    if camera and sound:
        return True, ""
    if sound:
        return False, "Sound only: the camera is lost"
    if camera:
        return False, "Picture only: the microphone is lost"
    return False, "Not recording: camera and microphone are lost"
