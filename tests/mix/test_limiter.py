import numpy as np
import pytest
import samplerate

from kiosk.domain.devices import Samples
from kiosk.mix.limiter import CEILING, DENSE, DENSE_WITHIN, FLAT, Limiter
from tests.mix.echo_room import voices


def limited(samples: Samples, block: int = 1024) -> Samples:
    limiter = Limiter()
    parts = [limiter.push(samples[at : at + block]) for at in range(0, len(samples), block)]
    return np.concatenate([*parts, limiter.flush()])


def noise(level: float, seed: int = 1) -> Samples:
    """Noise below 16 kHz, as sound is."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=48_000))
    spectrum[np.fft.rfftfreq(48_000, 1 / 48_000) > 16_000] = 0
    return (np.fft.irfft(spectrum) * level).astype(np.float32)


def true_peak_db(samples: Samples) -> float:
    return float(20 * np.log10(np.abs(samplerate.resample(samples, 8, "sinc_best")).max()))


def test_what_is_below_the_ceiling_passes_unchanged_and_unshifted() -> None:
    samples = noise(0.05)
    assert np.array_equal(limited(samples), samples)


@pytest.mark.parametrize("level", [0.4, 2.0])
def test_peaks_stay_below_the_ceiling(level: float) -> None:
    out = limited(noise(level))
    assert np.abs(out).max() <= CEILING + 1e-6
    assert true_peak_db(out) < -1.2


def test_a_peak_between_two_samples_is_found() -> None:
    tone = np.sin(2 * np.pi * 12_000 * (np.arange(9600) + 0.5) / 48_000).astype(np.float32)
    assert np.abs(tone).max() < 0.71
    assert true_peak_db(limited(tone)[2000:8000]) < -1.4


def test_a_loud_first_sample_is_limited_too() -> None:
    samples = np.zeros(4800, np.float32)
    samples[0] = 1.0
    assert abs(limited(samples)[0]) <= CEILING + 1e-6


def test_the_size_of_blocks_changes_nothing() -> None:
    samples = noise(0.8)
    assert np.allclose(limited(samples, 1024), limited(samples, 480), atol=1e-6)


def test_the_gain_is_down_before_the_peak_and_comes_back_slowly() -> None:
    samples = np.full(48_000, 0.1, np.float32)
    samples[24_000:24_010] = 1.6
    out = limited(samples)
    assert np.array_equal(out[:23_700], samples[:23_700])
    steps = np.abs(np.diff(out[23_700:23_999]))
    assert steps.max() < 0.001
    assert out[24_300] < out[30_000] < 0.1
    assert out[47_000] == pytest.approx(0.1, abs=5e-3)


def strongest(samples: Samples) -> float:
    """The highest root mean square over `DENSE_WITHIN`."""
    energy = np.cumsum(np.concatenate([[0.0], np.square(samples, dtype=np.float64)]))
    return float(np.sqrt((energy[DENSE_WITHIN:] - energy[:-DENSE_WITHIN]).max() / DENSE_WITHIN))


def test_flat_tops_are_kept_lower_and_a_question_is_not_touched_by_that() -> None:
    square = np.sign(np.sin(2 * np.pi * 100 * np.arange(48_000) / 48_000)).astype(np.float32)
    assert strongest(limited(square)[2 * DENSE_WITHIN :]) == pytest.approx(FLAT, rel=0.02)
    questions, _ = voices()
    for question in questions:
        assert strongest(question) < DENSE


def test_an_empty_stream_ends_empty() -> None:
    assert len(Limiter().flush()) == 0
