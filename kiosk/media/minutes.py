"""Adds up how good each minute is, while it is recorded or when a file is read. Judges nothing.

Cheap, so that it may always run: 40 ms of processor for a minute. A minute is handed over a few seconds after it has
passed, for sound may come late. Of one thread; times are media time, nanoseconds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.media.loudness import LoudnessMeter
from kiosk.media.quality import Minute

MINUTE_NS: Final = 60 * NS
LATE_NS: Final = 5 * NS
"""Later than this no sound comes: silence has taken its place."""
QUIETEST_DBFS: Final = -120.0
AT_ONCE: Final = RATE
"""Samples that are measured together: many small pieces would cost twice as much."""


@dataclass(slots=True)
class _Open:
    """A minute to which something may still come."""

    first_ns: int
    end_ns: int = 0
    frames: int = 0
    intervals: int = 0
    """From one picture to the next, and how long they took together."""
    intervals_ns: int = 0
    longest_ns: int = 0
    count: int = 0
    power: float = 0.0
    peak: float = 0.0
    waiting: list[Samples] = field(default_factory=list)
    waits: int = 0
    """Samples in `waiting`."""
    meter: LoudnessMeter = field(default_factory=lambda: LoudnessMeter(RATE, peaks=False))


@dataclass(frozen=True, slots=True)
class Lost:
    """Totals since the recording began, and the microphone's drift now."""

    dropped: int
    damaged: int
    drift_ppm: float | None


class Minutes:
    """Args:
    take: takes each minute, in order.
    """

    def __init__(self, take: Callable[[Minute], None]) -> None:
        self._take = take
        self._open: dict[int, _Open] = {}
        self._newest_ns: int | None = None
        self._told: Lost | None = None

    def begin(self, lost: Lost) -> None:
        """A segment begins; what was lost before the first one is not counted."""
        self._told = self._told or lost

    def forget(self) -> None:
        """What was recorded is no more; another recording may begin."""
        self._open.clear()
        self._newest_ns = self._told = None

    def picture(self, at_ns: int) -> None:
        """A picture of the camera is in the file."""
        minute = self._at(at_ns)
        minute.frames += 1
        minute.end_ns = max(minute.end_ns, at_ns)
        if self._newest_ns is not None:
            minute.intervals += 1
            minute.intervals_ns += at_ns - self._newest_ns
            minute.longest_ns = max(minute.longest_ns, at_ns - self._newest_ns)
        self._newest_ns = at_ns

    def sound(self, at_ns: int, samples: Samples) -> None:
        """Consecutive samples of the one track; they must not be changed afterwards."""
        minute = self._at(at_ns)
        minute.end_ns = max(minute.end_ns, at_ns + len(samples) * NS // RATE)
        minute.waiting.append(samples)
        minute.waits += len(samples)
        if minute.waits >= AT_ONCE:
            _measure(minute)

    def look(self, now_ns: int, lost: Lost, *, held: bool) -> None:
        """Hands over what has passed by `now_ns`. `held`: it is paused, and no picture is expected."""
        if held:
            self._newest_ns = None
        for number in sorted(self._open):
            if (number + 1) * MINUTE_NS + LATE_NS > now_ns:
                return
            self._hand_over(number, lost)

    def end(self, lost: Lost) -> None:
        """The recording ends: hands over the rest."""
        for number in sorted(self._open):
            self._hand_over(number, lost)

    def _at(self, at_ns: int) -> _Open:
        number = at_ns // MINUTE_NS
        minute = self._open.get(number)
        if minute is None:
            minute = self._open[number] = _Open(max(at_ns, number * MINUTE_NS), at_ns)
        minute.first_ns = min(minute.first_ns, at_ns)
        return minute

    def _hand_over(self, number: int, lost: Lost) -> None:
        minute = self._open.pop(number)
        _measure(minute)
        minute.meter.add(np.zeros(RATE // 10, np.float32))  # it tells its findings every 100 ms
        seconds = (min(minute.end_ns, (number + 1) * MINUTE_NS) - minute.first_ns) / NS
        told, self._told = self._told or lost, lost
        fps = minute.intervals * NS / minute.intervals_ns if minute.intervals_ns else 0.0
        self._take(
            Minute(
                start_s=round(minute.first_ns / NS, 3),
                seconds=round(seconds, 3),
                frames=minute.frames,
                fps=round(fps, 2),
                longest_ms=round(minute.longest_ns * 1000 / NS, 1),
                level_dbfs=_dbfs(math.sqrt(minute.power / minute.count)) if minute.count else QUIETEST_DBFS,
                peak_dbfs=_dbfs(minute.peak),
                lufs=round(minute.meter.integrated_lufs(), 1),
                dropped=lost.dropped - told.dropped,
                damaged=lost.damaged - told.damaged,
                drift_ppm=None if lost.drift_ppm is None else round(lost.drift_ppm, 1),
            )
        )


def _measure(minute: _Open) -> None:
    if not minute.waiting:
        return
    samples = np.concatenate(minute.waiting)
    minute.waiting.clear()
    minute.waits = 0
    minute.count += len(samples)
    minute.power += float(np.dot(samples, samples))
    minute.peak = max(minute.peak, float(np.abs(samples).max()))
    minute.meter.add(samples)


def _dbfs(amplitude: float) -> float:
    return round(max(QUIETEST_DBFS, 20 * math.log10(amplitude)), 1) if amplitude > 0 else QUIETEST_DBFS
