import math

import numpy as np
import pytest

from kiosk.domain.errors import BadRequest
from kiosk.media.loudness import SILENT_DBTP, SILENT_LUFS, LoudnessMeter, integrated_lufs, true_peak_dbtp

RATE = 48_000


def sine(seconds: float, level_db: float, hertz: float = 997.0, phase: float = 0.0, rate: int = RATE) -> np.ndarray:
    at = np.arange(round(seconds * rate)) / rate
    return (10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * at + phase)).astype(np.float32)


@pytest.mark.parametrize("rate", [RATE, 44_100, 22_050])
@pytest.mark.parametrize("level_db", [-10, -20, -40])
def test_a_sine_measures_three_lu_below_its_level(level_db: float, rate: int) -> None:
    assert integrated_lufs(sine(3, level_db, rate=rate), rate) == pytest.approx(level_db - 3.01, abs=0.1)


def test_pauses_do_not_count() -> None:
    speech = np.concatenate([sine(3, -20), np.zeros(10 * RATE, np.float32), sine(3, -20)])
    assert integrated_lufs(speech, RATE) == pytest.approx(-23.0, abs=0.4)


def test_a_peak_between_two_samples_is_found() -> None:
    between = sine(1, -6, hertz=RATE / 4, phase=math.pi / 4)
    between *= np.hanning(len(between)).astype(np.float32)  # an edge would overshoot
    assert 20 * math.log10(np.abs(between).max()) == pytest.approx(-9.0, abs=0.1)
    assert true_peak_dbtp(between, RATE) == pytest.approx(-6.0, abs=0.4)


def test_silence_and_nothing_have_a_floor() -> None:
    for samples in (np.zeros(RATE, np.float32), np.zeros(0, np.float32)):
        assert integrated_lufs(samples, RATE) == SILENT_LUFS
        assert true_peak_dbtp(samples, RATE) == SILENT_DBTP


def test_pieces_measure_like_the_whole() -> None:
    samples = sine(2, -18)
    meter = LoudnessMeter(RATE)
    for at in range(0, len(samples), 1237):
        meter.add(samples[at : at + 1237])
    assert meter.integrated_lufs() == pytest.approx(integrated_lufs(samples, RATE), abs=0.1)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    samples = np.zeros(1000, np.float32)
    samples[500] = bad
    with pytest.raises(BadRequest, match="no numbers"):
        integrated_lufs(samples, RATE)
