"""Times of pictures, evened out so that an hour's index fits through a slow line in a moment.

An index has an entry for each change of distance between two pictures. A camera's pictures come a little early and
a little late, each at another distance: an hour of them is 0.9 MB of index that a browser must fetch before it shows
anything. Never moves a picture by more than it may, never changes the order, and only ever a copy for watching.
"""

from collections import deque
from typing import Final

REMEMBERED: Final = 31


class Steady:
    """Places pictures at an even distance for as long as that is near enough to when they really came.

    Args:
        most: ticks that a picture may be moved by.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._step = 0
        self._last: int | None = None
        self._true: deque[int] = deque(maxlen=REMEMBERED)

    def place(self, tick: int) -> int:
        """Where a picture of `tick` is shown; ticks grow from call to call, and so do the answers."""
        self._true.append(tick)
        last = self._last
        at = tick if last is None else last + self._step
        if last is not None and (not self._step or abs(at - tick) > self._most):
            self._step = round((self._true[-1] - self._true[0]) / (len(self._true) - 1))
            at = max(tick, last + 1)
        self._last = at
        return at
