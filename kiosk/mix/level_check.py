"""From a rehearsal's speech to the microphone's fixed gain. Pure; decides once, so that nothing moves afterwards."""

from typing import Final

import numpy as np

from kiosk.domain.devices import Samples
from kiosk.media.loudness import integrated_lufs

TARGET_LUFS: Final = -20.0
"""As loud as the questions are."""
LARGEST_DB: Final = 20.0
"""More would bring up mostly noise: that microphone wants to be set right, or to be nearer."""
SHORTEST_S: Final = 1.0
"""Less than this of sound tells nothing about how somebody speaks."""
QUIETEST_LUFS: Final = -65.0
SWING_DB: Final = 8.0
"""Speech has syllables and pauses: its loud tenths of a second are this much above its quiet ones. A hum has not."""
_TENTH: Final = 10


def proposed_gain_db(samples: Samples, rate: int) -> float | None:
    """The gain, within ±20 dB, that makes this speech as loud as the questions; None when nobody spoke.

    Args:
        samples: what the microphone gave while somebody answered, before any gain, and no question in it.
        rate: samples a second.
    """
    if len(samples) < SHORTEST_S * rate or not _is_speech(samples, rate):
        return None
    loudness = integrated_lufs(samples, rate)
    if loudness < QUIETEST_LUFS:
        return None
    return round(max(-LARGEST_DB, min(LARGEST_DB, TARGET_LUFS - loudness)), 1)


def _is_speech(samples: Samples, rate: int) -> bool:
    """Whether it swells and falls."""
    length = rate // _TENTH
    count = len(samples) // length
    power = np.square(samples[: count * length].reshape(count, length), dtype=np.float64).mean(axis=1)
    quiet, loud = np.percentile(power, (10, 95))
    return bool(loud > 0 and loud >= quiet * 10 ** (SWING_DB / 10))
