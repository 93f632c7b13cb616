"""Whether the line keeps up with its camera, or falls behind for want of speed. Pure.

A queue that fills says little by itself: a machine that stood still has one too, and works it off. It is too slow when
pictures are old by the time they are encoded, and each takes longer than the next one takes to come.
"""

from collections import deque
from statistics import median
from typing import Final

from kiosk.domain.clock import NS

BEHIND_NS: Final = NS * 3 // 2
"""So old a picture is too old."""
CAUGHT_UP_NS: Final = NS // 4
JUDGED: Final = 30
"""Pictures by whose cost it is judged."""
LONGEST_INTERVAL_NS: Final = NS // 4
"""A longer one is a camera that was away."""


class Pace:
    """One for all segments. Driven by the line's thread."""

    def __init__(self) -> None:
        self.behind = False
        """Whether it has fallen behind and not caught up since."""
        self._spent: deque[int] = deque(maxlen=JUDGED)
        self._intervals: deque[int] = deque(maxlen=JUDGED)
        self._last_ns = 0
        self._done_ns = 0
        self._waited_ns = 0
        """Since the picture before was done."""

    def waited(self, spent_ns: int) -> None:
        """So long nothing was done but to wait for pictures: they come in pairs, of which the first one is old."""
        self._waited_ns += spent_ns

    def worked(self, t_ns: int, now_ns: int) -> bool:
        """A picture that arrived at `t_ns` is done at `now_ns`; whether less must be done from now on.

        True once: the next judgement is by the pictures that come after it.
        """
        if self._done_ns:
            self._spent.append(now_ns - self._done_ns - self._waited_ns)  # with all that was done since the one before
        self._done_ns, self._waited_ns = now_ns, 0
        if 0 < t_ns - self._last_ns < LONGEST_INTERVAL_NS:
            self._intervals.append(t_ns - self._last_ns)
        self._last_ns = t_ns
        age_ns = now_ns - t_ns
        if age_ns < CAUGHT_UP_NS:
            self.behind = False
        if age_ns < BEHIND_NS or len(self._spent) < JUDGED or not self._intervals:
            return False
        slow = median(self._spent) > median(self._intervals)  # a single hold-up says nothing
        if slow:
            self.behind = True
            self.begin_anew()
        return slow

    def begin_anew(self) -> None:
        """What was measured before says nothing any more."""
        self._spent.clear()
        self._intervals.clear()
