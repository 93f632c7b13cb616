"""Keeps the mix below a true-peak ceiling, without being heard and without a shift in time.

Looks 5 ms ahead: the gain is down before the peak comes, and comes back slowly. Below the ceiling every
sample passes unchanged, unless it is one of many: what was clipped before (a shouting voice at a microphone that is set
too high) has flat tops, and AAC gives them back up to 3.4 dB higher, because it drops the harmonics that make them
flat. Only such sound is as strong as `DENSE` over 10 ms: so its ceiling is that.
"""

from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from kiosk.domain.devices import RATE, Samples

CEILING: Final = 10 ** (-3.0 / 20)
"""-3 dBTP: AAC adds up to 1.5 dB to the peaks of somebody who shouts over a question, and a player is to decode
-1 dBTP or less."""
AHEAD: Final = RATE // 200
DENSE: Final = 10 ** (-9.5 / 20)
"""Root mean square over `DENSE_WITHIN` that nothing exceeds for long. The questions, at -20 LUFS, stay below; the
strongest vowel of somebody as loud reaches 0.8 dB more."""
DENSE_WITHIN: Final = 2 * AHEAD
FLAT: Final = 10 ** (-15.0 / 20)
"""What is left of it when it is nothing but flat tops, as noise that was clipped, and above `FLAT_FROM`: AAC gives the
peaks of such noise back 11 dB above this."""
FLAT_FROM: Final = 10 ** (-11.5 / 20)
FLAT_CREST: Final = 3.5
"""Power of the highest sample over the mean of `DENSE_WITHIN`, below which it is so. A voice has 4 or more."""
RELEASE_S: Final = 0.15
"""Time constant of the gain's return."""
SURELY_BELOW: Final = 0.5
"""Between two samples that are both below this part of the ceiling nothing is looked for: a peak there rarely
adds 3 dB, let alone 6."""
_TAPS: Final = 12
_DECAY: Final = -1 / (RELEASE_S * RATE)

_Floats = NDArray[np.float64]


def _between(quarter: int) -> NDArray[np.float32]:
    """Filter for the value `quarter` quarters of a sample after the middle of `2 * _TAPS` samples' left half."""
    at = np.arange(-_TAPS + 1, _TAPS + 1) - quarter / 4
    taps = np.sinc(at) * np.cos(np.pi * at / (2 * _TAPS + 1)) ** 2
    filtered: NDArray[np.float32] = (taps / taps.sum()).astype(np.float32)
    return filtered


_FILTERS: Final = np.stack([_between(quarter) for quarter in (1, 2, 3)], axis=1)


class Limiter:
    """A stream's limiter: what goes in comes out `delay` samples later, at its own position.

    `push` gives back as many samples as are decided; `flush` the rest.
    """

    delay: Final = AHEAD + _TAPS

    def __init__(self, ceiling: float = CEILING) -> None:
        self._ceiling = ceiling
        self._surely_below = SURELY_BELOW * ceiling
        self._held = np.zeros(_TAPS - 1, np.float32)
        """Samples from `_TAPS - 1` before the first whose peak is not known yet."""
        self._waiting = np.zeros(0, np.float32)
        """Samples that are not given out yet."""
        self._heard = np.zeros(DENSE_WITHIN, np.float32)
        """The last samples whose peak is known."""
        self._needed = np.zeros(0)
        """Decibels (as natural logarithm) to take off at each sample of `_waiting` whose peak is known."""
        self._off: _Floats | None = None
        """What the last samples' windows held, oldest first; None before the first."""
        self._release = 0.0

    def push(self, samples: Samples) -> Samples:
        """The next samples; returns those that are decided, at most as many."""
        self._held = np.concatenate([self._held, samples])
        self._waiting = np.concatenate([self._waiting, samples])
        known = len(self._held) - (2 * _TAPS - 1)
        if known > 0:
            self._needed = np.concatenate([self._needed, self._reduction(self._held, known)])
            self._held = self._held[known:]
        return self._give(len(self._needed) - AHEAD)

    def flush(self) -> Samples:
        """What is left, once no more comes."""
        count = len(self._waiting)
        rest = self.push(np.zeros(self.delay, np.float32))
        return rest[:count]

    def _reduction(self, held: Samples, count: int) -> _Floats:
        """For each of `count` samples how much too loud it, or what lies beside it, is (log; 0 when it is not)."""
        middle = held[_TAPS - 1 : _TAPS - 1 + count]
        peak = np.abs(middle)
        loud = np.flatnonzero(np.abs(held[_TAPS - 1 : _TAPS + count]) > self._surely_below)
        if len(loud):
            beside = np.zeros(count + 1, np.bool_)
            beside[loud] = True
            beside[np.maximum(loud - 1, 0)] = True
            at = np.flatnonzero(beside[:count])
            between = np.abs(sliding_window_view(held, 2 * _TAPS)[at] @ _FILTERS)
            peak[at] = np.maximum(peak[at], between.max(axis=1, initial=0))
        over = np.maximum(peak.astype(np.float64) / self._ceiling, 1)
        reduction: _Floats = np.log(over)
        reduction[1:] = np.maximum(reduction[1:], reduction[:-1])
        heard = np.concatenate([self._heard, middle])
        self._heard = heard[-DENSE_WITHIN:]
        if np.abs(heard).max() > FLAT_FROM:
            energy = np.cumsum(np.square(heard, dtype=np.float64))
            mean = (energy[DENSE_WITHIN:] - energy[:-DENSE_WITHIN]) / DENSE_WITHIN
            highest = np.square(_ahead(np.abs(heard[1:]), count, DENSE_WITHIN), dtype=np.float64)
            flat = (mean > FLAT_FROM**2) & (highest < FLAT_CREST * mean)
            most = np.where(flat, FLAT**2, DENSE**2)
            reduction = np.maximum(reduction, np.log(np.maximum(mean / most, 1)) / 2)
        return reduction

    def _give(self, count: int) -> Samples:
        if count <= 0:
            return np.zeros(0, np.float32)
        out, self._waiting = self._waiting[:count], self._waiting[count:]
        needed, self._needed = self._needed[: count + AHEAD], self._needed[count:]
        if self._off is None:  # as if the first samples had been seen coming
            self._off = np.full(AHEAD, needed[: AHEAD + 1].max(initial=0))
        if not needed.any() and not self._off.any() and self._release == 0:
            return out
        off = _released(_ahead(needed, count, AHEAD + 1), self._release)
        self._release = float(off[-1]) if off[-1] > 1e-5 else 0.0
        window = np.concatenate([self._off, off])
        self._off = window[-AHEAD:]
        total = np.cumsum(np.concatenate([[0.0], window]))
        mean = (total[AHEAD + 1 :] - total[: -AHEAD - 1]) / (AHEAD + 1)
        gained: Samples = (out * np.exp(-mean)).astype(np.float32)
        return gained


def _ahead(values: NDArray[Any], count: int, reach: int) -> NDArray[Any]:
    """The largest of each value and those after it, `reach` in all, by doubling windows."""
    width = 1
    largest = values
    while width < reach:
        shift = min(width, reach - width)
        largest = np.maximum(largest[:-shift], largest[shift:])
        width += shift
    return largest[:count]


def _released(wanted: _Floats, before: float) -> _Floats:
    """`wanted`, but falling no faster than exponentially, from `before` on."""
    at = np.arange(1, len(wanted) + 1) * _DECAY
    with np.errstate(divide="ignore"):
        logs = np.log(np.concatenate([[before], wanted])) - np.concatenate([[0.0], at])
    held: _Floats = np.exp(np.maximum.accumulate(logs)[1:] + at)
    return held
