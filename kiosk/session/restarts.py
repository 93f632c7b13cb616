"""How often a recorder that dies is replaced before it is given up. Pure."""

from collections import deque
from typing import Final

from kiosk.domain.clock import NS

MOST: Final = 3
WITHIN_NS: Final = 120 * NS
"""So many deaths in so long a time are no accident."""


class Restarts:
    """The deaths of one interview's recorders."""

    def __init__(self) -> None:
        self._deaths: deque[int] = deque(maxlen=MOST)

    def again(self, now_ns: int) -> bool:
        """A recorder died: whether another one is worth a try."""
        self._deaths.append(now_ns)
        return len(self._deaths) < MOST or now_ns - self._deaths[0] > WITHIN_NS
