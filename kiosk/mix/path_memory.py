"""What an earlier question taught of the way from loudspeaker to microphone, moved to where a new question stands.

From one question to the next the way stays the same but for its instant: a stream begins up to half a millisecond
earlier or later than it says. A few blocks of the new question tell by how much. What was learned is used only if it
explains those blocks better than what they taught themselves: who moved the loudspeaker begins anew.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.devices import RATE, Samples

BLOCKS: Final = 10
"""0.2 s of the question's sound tell how it is placed."""
FARTHEST: Final = 38
"""Samples either way: 0.8 ms."""
_FINE: Final = 8
"""Steps of an eighth of a sample."""
_LOUD: Final = 1e-2
"""Mean power of a block's spectrum above which it tells something."""
_EMPTY: Final = 0.05
_EXACT_S: Final = 4e-5
"""By so much the instant that was found may be wrong."""

_Way = NDArray[np.complex64]
_Doubt = NDArray[np.float32]
_Spectrum = NDArray[np.complex128]


class PathMemory:
    """Of one earlier question, for one new one.

    Args:
        path: spectra over two blocks of the way's parts of a block each, (parts, bins).
        doubt: the error's power that each may have.
    """

    def __init__(self, path: _Way, doubt: _Doubt) -> None:
        self._path, self._doubt = path, doubt
        self._block = path.shape[1] - 1
        self._seen: list[tuple[_Spectrum, _Spectrum]] = []
        """Of each block: the microphone's spectrum, and the echo's as the old way would have it."""
        self._rest = 0.0
        """Energy that the new question's own way leaves."""

    def compare(self, far: _Way, near: Samples, rest: Samples) -> bool:
        """The question's spectra as the way's parts see them, a block of the microphone, and what the new way leaves
        of that. True when enough was heard for `placed`.
        """
        if np.square(np.abs(far[0])).mean() < _LOUD:
            return False
        quiet = np.zeros(self._block)
        echo = np.fft.irfft((far * self._path).sum(axis=0))[self._block :]
        self._seen.append((np.fft.rfft(np.concatenate([quiet, near])), np.fft.rfft(np.concatenate([quiet, echo]))))
        self._rest += float(np.square(rest).sum())
        return len(self._seen) >= BLOCKS

    def placed(self) -> tuple[_Way, _Doubt] | None:
        """The way and its doubt at the new question's instant; None when it explains less than the new way."""
        power = sum((np.square(np.abs(echo)) for _, echo in self._seen), np.zeros(self._block + 1))
        if not power.any():
            return None
        later = self._later(power)
        turn = np.exp(-1j * np.pi * np.arange(self._block + 1) / self._block * later)
        left = sum(float(np.square(np.abs(near - echo * turn)).sum()) for near, echo in self._seen) / self._block
        if not left < self._rest:
            return None
        parts = len(self._path)
        whole = np.fft.irfft(self._path, axis=1)[:, : self._block].ravel()
        spectrum = np.fft.rfft(whole, 2 * len(whole))
        spectrum *= np.exp(-1j * np.pi * np.arange(len(spectrum)) / (len(spectrum) - 1) * later)
        moved = np.fft.irfft(spectrum)[: len(whole)].reshape(parts, self._block)
        path = np.fft.rfft(moved, 2 * self._block, axis=1).astype(np.complex64)
        frequency = np.arange(self._block + 1) / self._block * RATE / 2
        misplaced = np.minimum(1, np.square(2 * np.pi * frequency * _EXACT_S))
        return path, (self._doubt + np.square(np.abs(path)) * misplaced).astype(np.float32)

    def _later(self, power: NDArray[np.float64]) -> float:
        """By how many samples the new question's echo comes later than the old way says."""
        cross = sum((np.conj(echo) * near for near, echo in self._seen), np.zeros(self._block + 1, np.complex128))
        likeness = np.fft.irfft(cross / (power + _EMPTY * power.mean()), 2 * self._block * _FINE)
        shifts = np.arange(-FARTHEST * _FINE, FARTHEST * _FINE + 1)
        return int(shifts[likeness[shifts].argmax()]) / _FINE
