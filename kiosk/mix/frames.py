"""Blocks of samples to spectra over two blocks each, and back: a spectrum's gains change softly from block to block."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.devices import Samples

Spectrum = NDArray[np.complex64]


class Frames:
    """Of one stream of blocks of `block` samples."""

    def __init__(self, block: int) -> None:
        self._block: Final = block
        self._window: Samples = np.sqrt(np.hanning(2 * block + 1)[:-1]).astype(np.float32)
        self._before: Samples = np.zeros(block, np.float32)
        self._overlap: Samples = np.zeros(block, np.float32)

    def spectrum(self, block: Samples) -> Spectrum:
        """Of the block before and this one."""
        both = np.concatenate([self._before, block]) * self._window
        self._before = block
        return np.fft.rfft(both).astype(np.complex64)

    def shaped(self, spectrum: Spectrum, gain: NDArray[np.float32]) -> Samples:
        """The older of the spectrum's two blocks, with those gains; the very first is the silence before all."""
        back = (np.fft.irfft(spectrum * gain) * self._window).astype(np.float32)
        done: Samples = self._overlap + back[: self._block]
        self._overlap = back[self._block :]
        return done
