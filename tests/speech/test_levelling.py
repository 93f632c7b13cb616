"""A voice is made as loud as all others, without clipping and without long silence."""

import numpy as np
import pytest

from kiosk.domain.devices import RATE, Samples
from kiosk.media.loudness import integrated_lufs, true_peak_dbtp
from kiosk.speech.levelling import MARGIN_S, limit, prepare, trim, true_peak

MARGIN = round(MARGIN_S * RATE)


def words(seconds: float, level: float = 0.1, rate: int = RATE) -> Samples:
    """Noise that swells as syllables do."""
    count = round(seconds * rate)
    noise = np.random.default_rng(3).standard_normal(count)
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * np.arange(count) / rate)
    return (level * noise * swell).astype(np.float32)


@pytest.mark.parametrize("level", [0.003, 0.05, 0.3])
def test_every_voice_comes_out_at_20_lufs_below_full_scale(level: float) -> None:
    samples = prepare(np.clip(words(3, level), -1, 1), RATE)
    assert integrated_lufs(samples, RATE) == pytest.approx(-20, abs=1)
    assert true_peak_dbtp(samples, RATE) <= -1.5


def test_a_voice_with_high_peaks_is_limited_and_still_loud() -> None:
    samples = words(3, 0.02)
    samples[::4800] = 0.9
    ready = prepare(samples, RATE)
    assert true_peak_dbtp(ready, RATE) <= -1.5
    assert integrated_lufs(ready, RATE) == pytest.approx(-20, abs=1)


def test_another_rate_keeps_its_length() -> None:
    assert prepare(words(2, rate=22_050), 22_050).size == pytest.approx(2 * RATE + 2 * MARGIN, abs=500)


def test_a_single_short_word_is_levelled_too() -> None:
    ready = prepare(words(0.1), RATE)
    repeated = np.tile(ready, 20)
    assert integrated_lufs(repeated, RATE) == pytest.approx(-20, abs=1.5)


def test_silence_is_trimmed_to_a_margin() -> None:
    said = words(1)
    for before, after in ((0, 0), (RATE, 2 * RATE), (MARGIN // 2, 0)):
        padded = np.concatenate((np.zeros(before, np.float32), said, np.zeros(after, np.float32)))
        assert trim(padded).size == pytest.approx(RATE + 2 * MARGIN, abs=200)


def test_nothing_but_silence_is_nothing() -> None:
    assert prepare(np.zeros(RATE, np.float32), RATE).size == 0
    assert prepare(np.zeros(0, np.float32), 22_050).size == 0


def test_what_is_below_the_ceiling_passes_the_limiter_untouched() -> None:
    samples = words(1, 0.05)
    assert limit(samples, 0.8) is samples


def test_the_limiter_holds_its_ceiling_between_the_samples_too() -> None:
    tone = np.sin(2 * np.pi * 12_000 * np.arange(RATE) / RATE + np.pi / 4).astype(np.float32)
    assert np.max(np.abs(tone)) < 0.72
    assert true_peak(tone) > 0.9
    assert true_peak(limit(tone, 0.5)) <= 0.505
