"""Notices that the machine slept, that somebody set the clock on the wall, or that the process stood still. Pure: it is
shown the clocks.

The session clock stands still while the machine sleeps, the time since its start does not, and the wall clock may
jump. Nothing of a recording is measured by the wall clock; that it jumped is on record all the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.domain.clock import NS

ASLEEP_NS: Final = NS // 2
STILL_STAND_NS: Final = NS * 3 // 2
"""Who should look ten times a second and has not for so long has stood still."""
JUMP_NS: Final = NS
"""Smaller steps are a clock that is being set right little by little."""
CHANGED: Final = "ClockChanged"
"""A journal line: `by_s`, how far the wall clock jumped."""
UNSYNCHRONISED: Final = "ClockUnsynchronised"
"""A journal line: the system does not vouch for the wall clock."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Since the last look. 0 for nothing."""

    asleep_ns: int = 0
    jumped_ns: int = 0


class Timekeeping:
    """Look at least every few seconds; the first look is what later ones are compared with."""

    def __init__(self) -> None:
        self._slept_ns: int | None = None
        self._set_ns: int | None = None

    def look(self, now_ns: int, since_start_ns: int, wall: datetime) -> Noticed:
        """Args:
        now_ns: session clock.
        since_start_ns: since the machine's start, its sleep included; 0 when the system does not tell.
        wall: aware.
        """
        slept_ns = since_start_ns - now_ns if since_start_ns else 0
        set_ns = round(wall.timestamp() * NS) - now_ns - slept_ns
        before_slept, before_set = self._slept_ns, self._set_ns
        self._slept_ns, self._set_ns = slept_ns, set_ns
        if before_slept is None or before_set is None:
            return Noticed()
        asleep, jumped = slept_ns - before_slept, set_ns - before_set
        return Noticed(asleep if asleep > ASLEEP_NS else 0, jumped if abs(jumped) > JUMP_NS else 0)


class Stillness:
    """Notices that somebody stopped the whole process and let it go on, or that the machine had no time for it."""

    def __init__(self) -> None:
        self._looked_ns = 0

    def look(self, now_ns: int) -> int:
        """How long nobody looked until now, by the session clock; 0 when that was no longer than usual."""
        before, self._looked_ns = self._looked_ns, now_ns
        return now_ns - before if before and now_ns - before > STILL_STAND_NS else 0
