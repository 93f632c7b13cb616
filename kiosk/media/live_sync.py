"""Finds flashes and clicks that belong together while they are recorded, as `media.sync` does in a file.

Keeps some seconds only, and looks closer only around a flash: an hour costs a few seconds of processor and no memory.
Judges nothing. Of one thread; times are media time, nanoseconds.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

import av

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.media.sync import APART_S, LEAST_RISE, LONGEST_FLASH_S, SyncMark, SyncMeter, lower_half

BEFORE_S: Final = 1.5
"""So much before a flash tells how the picture changes without one."""
AFTER_S: Final = max(APART_S, LONGEST_FLASH_S) + 0.05
KEPT_S: Final = 6.0
"""Sound may come some seconds after its picture."""


class LiveSync:
    """Args:
    take: takes each mark, in order, when all around it has come.
    """

    def __init__(self, take: Callable[[SyncMark], None]) -> None:
        self._take = take
        self._pictures: deque[tuple[float, float]] = deque()
        self._pieces: deque[tuple[float, Samples]] = deque()
        self._flashes: deque[float] = deque()
        self._heard_s = 0.0

    def forget(self) -> None:
        """What was recorded is no more; another recording may begin."""
        self._pictures.clear()
        self._pieces.clear()
        self._flashes.clear()
        self._heard_s = 0.0

    def picture(self, at_ns: int, frame: av.VideoFrame) -> None:
        """A planar YUV picture that is in the recording."""
        at_s, bright = at_ns / NS, lower_half(frame)
        if self._pictures and bright - self._pictures[-1][1] >= LEAST_RISE:
            self._flashes.append(at_s)
        self._pictures.append((at_s, bright))
        while self._pictures[0][0] < at_s - KEPT_S:
            self._pictures.popleft()
        while self._flashes and min(at_s, self._heard_s) >= self._flashes[0] + AFTER_S:
            self._look(self._flashes.popleft())

    def sound(self, at_ns: int, samples: Samples) -> None:
        """Samples as they stand in the recording, from `at_ns` on."""
        at_s = at_ns / NS
        self._pieces.append((at_s, samples))
        self._heard_s = at_s + len(samples) / RATE
        while self._pieces[0][0] < self._heard_s - KEPT_S:
            self._pieces.popleft()

    def _look(self, flash_s: float) -> None:
        meter = SyncMeter()
        for at_s, bright in self._pictures:
            if flash_s - BEFORE_S <= at_s <= flash_s + AFTER_S:
                meter.light(at_s, bright)
        for at_s, samples in self._pieces:
            if flash_s - AFTER_S <= at_s <= flash_s + AFTER_S:
                meter.sound(at_s, samples)
        for mark in meter.marks():
            if abs(mark.at_s - flash_s) < 1e-3:
                self._take(mark)
