"""How long to wait after a failure: twice as long each time, five minutes at most, at random in between.

At random over the whole span ("full jitter"), so that kiosks which lost the same server do not come back together.
"""

import random
from dataclasses import dataclass
from typing import Final

BASE_S: Final = 1.0
CAP_S: Final = 300.0
LEAST_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Backoff:
    """`delay` in seconds, by the number of failures in a row before this one."""

    random: random.Random
    base_s: float = BASE_S
    cap_s: float = CAP_S

    def delay(self, attempts: int, after_s: float | None = None) -> float:
        """`after_s`: what the server asked for; it is never undercut."""
        longest = min(self.cap_s, self.base_s * 2.0 ** min(attempts, 30))
        own = max(min(LEAST_S, self.base_s), self.random.uniform(0, longest))
        return own if after_s is None else after_s + own * 0.1
