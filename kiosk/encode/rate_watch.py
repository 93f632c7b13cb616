"""Counts a camera's pictures and says when it gives too few. Pure: it goes by the pictures' own times."""

from typing import Final

from kiosk.domain.clock import NS

SPAN_NS: Final = NS
"""The rate is taken over so long, and told when it was as low twice: the first time it may have fallen in between."""
LOW: Final = 20.0
"""Pictures a second. Cameras of 24, 25 and 30 are good ones."""
ENOUGH: Final = 22.0
OTHER: Final = 0.25
"""A rate that differs by no more than this share is the same one; when it becomes another one it is told anew."""


class RateWatch:
    """One per opening of a camera. One thread."""

    def __init__(self) -> None:
        self.low = 0.0
        """The rate while it is too low; 0 while it is not."""
        self._first_ns = 0
        self._count = 0
        self._before = 0.0

    def picture(self, t_ns: int) -> bool:
        """A picture arrived at `t_ns`; whether `low` changed."""
        if not self._first_ns:
            self._first_ns = t_ns
        span_ns = t_ns - self._first_ns
        if span_ns < SPAN_NS:
            self._count += 1
            return False
        rate = self._count * NS / span_ns
        self._first_ns, self._count = t_ns, 1
        told, before, self._before = self.low, self._before, rate
        if rate >= (ENOUGH if told else LOW):
            self.low = 0.0
        elif abs(rate - before) <= OTHER * before and not abs(rate - told) <= OTHER * told:
            self.low = rate
        return self.low != told
