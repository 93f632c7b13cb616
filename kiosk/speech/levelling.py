"""A rendered voice made ready for the recording: 48 kHz, trimmed, -20 LUFS, no peak above -1.5 dBTP. Pure functions."""

from typing import Final

import numpy as np
import samplerate

from kiosk.domain.devices import RATE, Samples
from kiosk.media.loudness import integrated_lufs

TARGET_LUFS: Final = -20.0
CEILING_DBTP: Final = -1.5
MARGIN_S: Final = 0.1
SILENCE: Final = 10 ** (-50 / 20)
_FADE_S: Final = 0.005
_AHEAD: Final = RATE // 200
_HEADROOM_DB: Final = 0.2
"""The limiter works on samples; 16 bits and the oversampling's ripple stay within this."""
_LOUDEST_GAIN: Final = 10 ** (40 / 20)
_PASSES: Final = 5
_NEAR_DB: Final = 0.3
_SHORTEST: Final = RATE * 2 // 5
"""Loudness is defined from 0.4 s on."""


def prepare(samples: Samples, rate: int) -> Samples:
    """A voice at `rate` as the recording wants it, or empty when there is nothing but silence in it."""
    if rate != RATE:
        samples = np.asarray(samplerate.resample(samples, RATE / rate, "sinc_best"), np.float32)
    samples = trim(samples)
    if samples.size == 0:
        return samples
    gain = 1.0
    ready = samples
    for _ in range(_PASSES):  # the limiter takes loudness away, which the next pass gives back
        step = _gain(ready)
        if abs(20 * np.log10(step)) < _NEAR_DB:
            break
        gain = min(gain * step, _LOUDEST_GAIN)
        ready = limit(samples * np.float32(gain), 10 ** ((CEILING_DBTP - _HEADROOM_DB) / 20))
    return limit(ready, 10 ** ((CEILING_DBTP - _HEADROOM_DB) / 20))


def trim(samples: Samples) -> Samples:
    """Without long silence at both ends: 100 ms stay, silent if need be, and nothing begins with a click."""
    loud = np.flatnonzero(np.abs(samples) > SILENCE)
    if loud.size == 0:
        return np.zeros(0, np.float32)
    margin = round(MARGIN_S * RATE)
    first, last = int(loud[0]) - margin, int(loud[-1]) + 1 + margin
    before, after = max(-first, 0), max(last - samples.size, 0)
    trimmed = np.pad(samples[max(first, 0) : min(last, samples.size)], (before, after)).astype(np.float32)
    fade = np.linspace(0, 1, round(_FADE_S * RATE), dtype=np.float32)
    trimmed[: fade.size] *= fade
    trimmed[-fade.size :] *= fade[::-1]
    return trimmed


def true_peak(samples: Samples) -> float:
    """Highest amplitude between the samples too, 1.0 is full scale (four times oversampled)."""
    if samples.size == 0:
        return 0.0
    between = samplerate.resample(samples, 4.0, "sinc_medium")
    return float(max(np.max(np.abs(between)), np.max(np.abs(samples))))


def limit(samples: Samples, ceiling: float) -> Samples:
    """Turned down around peaks above `ceiling` only, smoothly, 5 ms ahead of them."""
    if true_peak(samples) <= ceiling:
        return samples
    # Peaks between the samples count: each sample stands for the highest of its four.
    between = np.asarray(samplerate.resample(np.pad(samples, (0, 64)), 4.0, "sinc_medium"), np.float32)
    height = np.abs(samples)
    quarters = np.abs(between[: samples.size * 4])
    quarters = np.pad(quarters, (0, samples.size * 4 - quarters.size)).reshape(-1, 4).max(axis=1)
    height = np.maximum(height, quarters)
    height[1:] = np.maximum(height[1:], quarters[:-1])
    height[:-1] = np.maximum(height[:-1], quarters[1:])
    wanted = np.minimum(1.0, ceiling / np.maximum(height, 1e-9))
    lowest = _lowest_around(wanted, _AHEAD)
    window = np.hanning(2 * _AHEAD + 3)[1:-1]
    gain = np.convolve(np.pad(lowest, _AHEAD, mode="edge"), window / window.sum(), mode="valid")
    return np.asarray(samples * gain, np.float32)


def _lowest_around(
    values: "np.ndarray[tuple[int], np.dtype[np.floating]]", reach: int
) -> "np.ndarray[tuple[int], np.dtype[np.floating]]":
    """Minimum over `reach` values to each side."""
    padded = np.pad(values, reach, constant_values=1.0)
    width, have = 2 * reach + 1, 1
    while have < width:
        step = min(have, width - have)
        padded = np.minimum(padded[: padded.size - step], padded[step:])
        have += step
    return padded


def _gain(samples: Samples) -> float:
    """What brings a voice to the target; a word shorter than 0.4 s is measured as if repeated."""
    measured = np.tile(samples, -(-_SHORTEST * 2 // samples.size)) if samples.size < _SHORTEST else samples
    lufs = integrated_lufs(measured, RATE)
    if not np.isfinite(lufs):
        return 1.0
    return float(10 ** ((TARGET_LUFS - lufs) / 20))
