"""Whether a question can be heard a second time: its echo in the track, found by its own clean samples.

Estimates the way from the clean question to what the microphone adds to the track, and looks for peaks between 5 and
400 ms. A person who talks at the same time says something else, which looks like an echo only by accident and each
time at another instant: so a frequency counts the less, the more sounds in it, and the question's pieces are judged in
two halves, of which only what both find counts. Changes no sample.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.devices import RATE, Samples

NEAREST: Final = RATE * 5 // 1000
FARTHEST: Final = RATE * 400 // 1000
PIECE: Final = RATE // 2
"""Samples of the question that are judged at a time."""
LIMIT_DB: Final = -30.0
"""A second peak above this is a doubled voice."""
NOTHING_DB: Final = -60.0
SURELY: Final = 2.5
"""So much above the highest value where no echo can be, a peak is one and no accident."""
FEWEST: Final = 4
"""Pieces of the question without which nothing is sure."""
_WHOLE: Final = FARTHEST + PIECE + FARTHEST
_LENGTH: Final = 1 << 16
_LOWEST_HZ: Final = 150
_HIGHEST_HZ: Final = 7000
_EMPTY: Final = 0.01
"""Frequencies that the question holds less of than this part of its mean say nothing."""
_SOFTEST: Final = 0.3
"""What is heard counts as so much of the question's power at least: a piece without any sound does not decide alone."""
_NOISE: Final = 1e-9
_NEIGHBOURS: Final = 129
"""95 Hz."""

_Spectrum = NDArray[np.complex128]
_Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest peak of the echo against the question itself; `sure` when it is no accident."""

    db: float
    lag: int
    """Samples from the question to this."""
    sure: bool


class DoublingCheck:
    """Of one question: hand over its samples and what was heard, of the same instants, then ask for `peak`."""

    def __init__(self) -> None:
        self._halves = (_Half(), _Half())
        self._pieces = 0
        self._clean = np.zeros(0, np.float32)
        self._heard = np.zeros(FARTHEST, np.float32)
        """From `FARTHEST` samples before `_clean` on: there is no echo in those, so they tell what accident is."""
        frequency = np.fft.rfftfreq(_LENGTH, 1 / RATE)
        self._band = (frequency > _LOWEST_HZ) & (frequency < _HIGHEST_HZ)

    def add(self, clean: Samples, heard: Samples) -> bool:
        """The next samples of both. True when enough came together to judge anew."""
        self._clean = np.concatenate([self._clean, clean])
        self._heard = np.concatenate([self._heard, heard])
        judged = False
        while len(self._heard) >= _WHOLE:
            self._judge()
            judged = True
        return judged

    def finish(self) -> None:
        """Nothing follows: what is left is judged too."""
        self.add(np.zeros(PIECE + FARTHEST, np.float32), np.zeros(PIECE + FARTHEST, np.float32))

    def _judge(self) -> None:
        clean = self._clean[:PIECE]
        if clean.any():
            half = self._halves[self._pieces % 2]
            self._pieces += 1
            spectrum, heard = np.fft.rfft(clean, _LENGTH), np.fft.rfft(self._heard[:_WHOLE], _LENGTH)
            power = np.square(np.abs(spectrum))
            loudness = _smooth(np.square(np.abs(heard))) + _SOFTEST * _smooth(power) + _NOISE
            half.cross += np.conj(spectrum) * heard / loudness
            half.power += power / loudness
        self._clean, self._heard = self._clean[PIECE:], self._heard[PIECE:]

    def peak(self) -> Peak:
        """What was found in all that was handed over so far."""
        ways = [half.way(self._band) for half in self._halves if half.power.any()]
        if not ways:
            return Peak(NOTHING_DB, 0, sure=False)
        way = _agreed(*ways) if len(ways) > 1 else ways[0]
        after, accident = way[FARTHEST + NEAREST : 2 * FARTHEST], way[: FARTHEST - NEAREST]
        at = int(np.abs(after).argmax())
        highest, chance = float(abs(after[at])), float(np.abs(accident).max())
        db = max(NOTHING_DB, 20 * np.log10(highest)) if highest > 0 else NOTHING_DB
        return Peak(round(float(db), 1), NEAREST + at, sure=self._pieces >= FEWEST and highest > SURELY * chance)


class _Half:
    """Every other piece."""

    def __init__(self) -> None:
        bins = _LENGTH // 2 + 1
        self.cross: _Spectrum = np.zeros(bins, np.complex128)
        self.power: _Values = np.zeros(bins)

    def way(self, band: NDArray[np.bool_]) -> _Values:
        """What the question became, against itself, by lag from `-FARTHEST` on."""
        divisor = self.power + _EMPTY * float(self.power[band].mean())
        itself = float(np.fft.irfft(np.where(band, self.power / divisor, 0))[0])
        way: _Values = np.fft.irfft(np.where(band, self.cross / divisor, 0)) / itself
        return way


def _agreed(one: _Values, other: _Values) -> _Values:
    """The smaller of both where they have the same sign, nothing elsewhere."""
    agreed: _Values = np.where(one * other > 0, np.sign(one) * np.minimum(np.abs(one), np.abs(other)), 0)
    return agreed


def _smooth(power: _Values) -> _Values:
    """Means over `_NEIGHBOURS` frequencies."""
    sums = np.cumsum(np.concatenate([np.zeros(1), np.pad(power, _NEIGHBOURS // 2, mode="edge")]))
    means: _Values = (sums[_NEIGHBOURS:] - sums[:-_NEIGHBOURS]) / _NEIGHBOURS
    return means
