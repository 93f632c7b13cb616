"""Takes the microphone out of the mix while something else has the word: a question, or a pause.

Decided by position alone, so that the same spans always give the same mix. Outside the spans every sample
passes unchanged.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from kiosk.domain.devices import RATE, Samples

FADE: Final = RATE // 50
"""20 ms from open to shut and back."""


class Gate:
    """Gain of the microphone around spans of output positions.

    Args:
        before: samples before a span from which on the gate is shut; the fade comes before that.
    """

    def __init__(self, before: int = 0) -> None:
        self._before = before
        self._last = 1.0

    def apply(self, samples: Samples, first: int, spans: Iterable[tuple[int, int]]) -> Samples:
        """The samples from output position `first` on, as far as the gate lets them pass; the very same if it does."""
        spans = tuple(spans)
        if not spans and self._last == 1:  # as nearly always
            return samples
        gain = self.gain(first, len(samples), spans)
        if gain.min(initial=1) >= 1:
            return samples
        return (samples * gain).astype(np.float32)

    def gain(self, first: int, count: int, spans: Iterable[tuple[int, int]]) -> Samples:
        """What `count` samples from output position `first` on are to be multiplied with.

        Blocks must follow each other. A span that became known too late fades in from there on.
        """
        gain = np.ones(count, np.float32)
        if not count:
            return gain
        at = np.arange(first, first + count)
        for begin, end in spans:
            shut, opened = begin - self._before, end
            if end > begin and shut - FADE < first + count and opened + FADE > first:
                outside = np.maximum(shut - at, at - opened) / FADE
                gain = np.minimum(gain, np.clip(outside, 0, 1)).astype(np.float32)
        if abs(gain[0] - self._last) > 1.5 / FADE:
            ramp = np.arange(1, count + 1) / FADE
            gain = np.clip(gain, self._last - ramp, self._last + ramp).astype(np.float32)
        self._last = float(gain[-1])
        return gain
