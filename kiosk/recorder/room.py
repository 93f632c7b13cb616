"""How many minutes of recording the disk still has room for, and when to say so. Pure."""

from typing import Final

from kiosk.domain.events import Problem
from kiosk.files.disk import BYTES_A_SECOND

THRESHOLDS_MIN: Final = (1, 2, 5, 10)
"""Minutes left at which whoever watches is told."""
CALM_MIN: Final = 12
"""From so many on it is over."""


class Room:
    """Looked at every few seconds."""

    def __init__(self) -> None:
        self._told_min = 0
        """The threshold that was told last; 0 when none is."""

    def look(self, free_bytes: int) -> Problem | None:
        """What there is to say now, once for each threshold."""
        minutes = free_bytes // (BYTES_A_SECOND * 60)
        reached = next((limit for limit in THRESHOLDS_MIN if minutes < limit), 0)
        if reached and (not self._told_min or reached < self._told_min):
            self._told_min = reached
            left = "less than a minute" if minutes < 1 else f"{minutes} minute{'' if minutes == 1 else 's'}"
            return Problem("disk", f"The disk has room for {left} more.", "Free some space, or end the interview.")
        if self._told_min and minutes >= CALM_MIN:
            self._told_min = 0
            return Problem("disk", "", "")
        return None
