"""Whether a tone that the kiosk plays is heard by its own microphone: louder than the room, both times.

A room in which somebody talks tells nothing, and neither do headphones: that is for whoever asks to judge.
"""

from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.self_test import HEARD_DB

TONES_NS: Final = (NS, 4 * NS)
"""After the beginning. Twice, so that a door that falls shut is not taken for it."""
SOUNDS_NS: Final = 3 * NS // 2
"""Within so long the tone is heard, if at all: 0.3 s, and the way through loudspeaker and microphone."""
LOUD_DBFS: Final = -40.0
"""A room that is louder may hide the tone."""
SILENT_DBFS: Final = -120.0


class ToneWatch:
    """Of one run that began at `began_ns` (session clock); 0 means none. Called by one thread."""

    def __init__(self, began_ns: int) -> None:
        self._starts = [began_ns + after for after in TONES_NS] if began_ns else []
        self._played = 0
        self._room = SILENT_DBFS
        self._tones = [SILENT_DBFS] * len(self._starts)
        self._told = False

    def due(self, now_ns: int) -> bool:
        """Whether the tone is to be played now; once for each time."""
        if self._played < len(self._starts) and now_ns >= self._starts[self._played]:
            self._starts[self._played] = now_ns
            self._played += 1
            return True
        return False

    def hear(self, now_ns: int, level_dbfs: float) -> None:
        """How loud it is at the microphone, several times a second."""
        self._told = True
        sounding = self._played - 1
        if sounding >= 0 and now_ns < self._starts[sounding] + SOUNDS_NS:
            self._tones[sounding] = max(self._tones[sounding], level_dbfs)
        else:
            self._room = max(self._room, level_dbfs)

    @property
    def heard(self) -> bool:
        """Each time the tone stood out of the room."""
        played = bool(self._tones) and self._played == len(self._tones)
        return self._told and played and min(self._tones) - self._room >= HEARD_DB

    @property
    def judged(self) -> bool:
        """Whether the room was quiet enough to tell that it was not heard."""
        return self._told and self._played == len(self._tones) > 0 and self._room < LOUD_DBFS
