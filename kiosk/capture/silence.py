"""Whether a device has been silent for too long, told to whoever watches it. Pure: it is shown the clock.

A watcher must not judge time in which it did not run itself. Where the process was stopped or the machine had no time,
nothing came because nobody was there to take it, and the clock alone would call every device dead. So looks count too.
"""

from typing import Final

from kiosk.domain.clock import NS

LOOK_S: Final = 0.1
"""Between two looks of a watcher."""
LOOK_NS: Final = NS // 10


class Silence:
    """Belongs to the watcher's thread."""

    def __init__(self) -> None:
        self._heard_ns = 0
        self._looks = 0
        """Made since then, each after the pause between two looks."""

    def too_long(self, now_ns: int, heard_ns: int, limit_ns: int, *, paused: bool) -> bool:
        """One look: whether nothing came for so long, and three quarters of the looks of that time were made.

        Three quarters, since looks come a little late; a machine that has time makes all of them.

        Args:
            now_ns: session clock.
            heard_ns: when something came last, or the device was opened.
            limit_ns: how long it may be silent.
            paused: whether this look comes after the whole pause; where something woke the watcher it does not count.
        """
        if heard_ns != self._heard_ns:
            self._heard_ns, self._looks = heard_ns, 0
        self._looks += paused
        return now_ns - heard_ns > limit_ns and self._looks >= limit_ns * 3 // (LOOK_NS * 4)
