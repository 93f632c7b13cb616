"""What an earlier question taught of the way from loudspeaker to microphone, moved to where a new question stands.

From one question to the next the way stays the same but for its instant (a stream begins up to half a millisecond
earlier or later than it says; one that is opened anew, some milliseconds) and its loudness (somebody turned the
volume). What the microphone hears tells both, by
how it follows what the old way expects: each frequency says the more, the less else sounds in it and the better the
way is known there. What was learned is used as soon as its place is certain, and only if it explains what is heard
better than what the new question taught itself: who moved the loudspeaker begins anew.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.devices import Samples

PATIENCE: Final = 300
"""Blocks of a question in which the old way was not found again: then nobody asks any more."""
NEAR: Final = 38
"""Samples either way: 0.8 ms. So far apart are the questions of one opening of the devices..."""
FAR: Final = 480
"""...and 10 ms those of two."""
_FINE: Final = 8
"""Steps of an eighth of a sample."""
_SURE: Final = 7.0
"""So many times as strong as accident is, by its standard deviation."""
_CAUTION: Final = 0.25
"""What a likelihood is raised to: frequencies side by side tell the same, and what else sounds is no plain noise."""
_EXACT: Final = 1.0
"""Variance of the place, in samples squared, below which it is certain."""
_LOUDER: Final = 4.0
"""A volume may have been turned by so much, either way, as an amplitude."""
_KNOWN: Final = 4.0
"""A frequency is asked when its echo is expected with so many times the power that is doubted."""
_MOVED: Final = 0.001
"""Part of the way's power that may have changed since: people moved."""
_NEIGHBOURS: Final = np.ones(15) / 15
_NOISE: Final = 1e-6

Spectra = NDArray[np.complex64]
Power = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Way:
    """From the loudspeaker to the microphone."""

    path: Spectra
    """Spectra over two blocks of the way's parts of a block each, (parts, bins)."""
    doubt: Power
    """The error's power that each may have."""

    @property
    def found(self) -> bool:
        """Whether more is known of it than doubted: a loudspeaker was heard."""
        return bool(np.square(np.abs(self.path)).sum() > self.doubt.sum())


class PathMemory:
    """Of one earlier question, for one new one.

    Args:
        way: what that one taught.
        farthest: samples by which its instant may differ, either way.
    """

    def __init__(self, way: Way, farthest: int = NEAR) -> None:
        self._way = way
        self._shifts = np.arange(-farthest * _FINE, farthest * _FINE + 1)
        self._block = way.path.shape[1] - 1
        # Without a window the ends of both blocks would be alike, and that at no shift at all.
        self._window: Samples = np.hanning(self._block).astype(np.float32)
        self._doubted = float(np.square(self._window).mean()) / 2
        """What a window leaves of a doubt's power over two blocks."""
        self._blocks = 0
        self._begin()

    def _begin(self) -> None:
        power = np.square(np.abs(self._way.path))
        self._expected = (self._way.path * (power / (power + self._way.doubt))).astype(np.complex64)
        self._cross = np.zeros(self._block + 1, np.complex128)
        self._power = np.zeros(self._block + 1)
        self._heard = 0.0
        self._rest = 0.0
        """Energy of what was heard, and of what the new question's own way leaves of it."""

    @property
    def exhausted(self) -> bool:
        """Whether it was looked for long enough."""
        return self._blocks >= PATIENCE

    def placed(self, far: Spectra, near: Samples, rest: Samples) -> Way | None:
        """The way at the new question's instant, once that is certain and explains more.

        Args:
            far: the question's spectra as the way's parts see them.
            near: the same block of the microphone.
            rest: what the new question's own way, not yet taught by this block, leaves of it.
        """
        self._blocks += 1
        if not self._listen(far, near, rest):
            return None
        total = float(self._power.sum())
        if total < 1:
            return None
        likeness = np.fft.irfft(self._cross, 2 * self._block * _FINE) * (self._block * _FINE)
        shifts = self._shifts
        strength = np.maximum(likeness[shifts], 0) / np.sqrt(total / 2)
        best = int(strength.argmax())
        chance = np.exp(_CAUTION * (np.square(strength) - np.square(strength[best])) / 2)
        variance = float((chance * np.square(shifts - shifts[best])).sum() / chance.sum()) / _FINE**2
        found = float(likeness[shifts[best]])
        louder = found / total
        if strength[best] < _SURE or variance > _EXACT or not 1 / _LOUDER < louder < _LOUDER:
            return None
        if self._heard - found * louder > self._rest:
            return None
        later = float(shifts[best]) / _FINE
        variance += 1 / (12 * _FINE**2)
        if abs(later) > NEAR:  # so far apart that a block heard and expected hold different sound: look again there
            self._way = self._moved(later, variance, 1)
            self._shifts = np.arange(-NEAR * _FINE, NEAR * _FINE + 1)
            self._begin()
            return None
        return self._moved(later, variance, louder)

    def _listen(self, far: Spectra, near: Samples, rest: Samples) -> bool:
        """Adds a block to what is known of the place; whether it said anything."""
        echo: Samples = np.fft.irfft((far * self._expected).sum(axis=0))[self._block :].astype(np.float32)
        heard, expected, left = (self._spectrum(each) for each in (near, echo, rest))
        doubt = self._doubted * (self._way.doubt * np.square(np.abs(far))).sum(axis=0)
        power = np.square(np.abs(expected))
        known = _smooth(power) > _KNOWN * _smooth(doubt)
        loudness = np.square(np.abs(heard))
        else_there = _smooth(loudness) + doubt + _NOISE
        self._cross += np.where(known, np.conj(expected) * heard / else_there, 0)
        self._power += np.where(known, power / else_there, 0)
        self._heard += float((loudness / else_there).sum())
        self._rest += float((np.square(np.abs(left)) / else_there).sum())
        return bool(known.any())

    def _spectrum(self, block: Samples) -> NDArray[np.complex128]:
        return np.fft.rfft(block * self._window, 2 * self._block)

    def _moved(self, later: float, variance: float, louder: float) -> Way:
        """The way, so many samples later; `variance`: of that, in samples squared."""
        parts = len(self._way.path)
        whole = np.fft.irfft(self._way.path, axis=1)[:, : self._block].ravel()
        spectrum = np.fft.rfft(whole, 2 * len(whole))
        spectrum *= np.exp(-1j * np.pi * np.arange(len(spectrum)) / (len(spectrum) - 1) * later)
        moved = louder * np.fft.irfft(spectrum)[: len(whole)].reshape(parts, self._block)
        path = np.fft.rfft(moved, 2 * self._block, axis=1).astype(np.complex64)
        turn = np.pi * np.arange(self._block + 1) / self._block
        misplaced = np.minimum(1, np.square(turn) * variance + _MOVED)
        doubt = louder**2 * self._way.doubt + np.square(np.abs(path)) * misplaced
        return Way(path, doubt.astype(np.float32))


def _smooth(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.convolve(power, _NEIGHBOURS, mode="same")
