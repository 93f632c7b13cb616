"""The gain that a rehearsal proposes brings speech to the loudness of the questions."""

import numpy as np
import pytest

from kiosk.domain.devices import Samples
from kiosk.media.loudness import integrated_lufs
from kiosk.mix.level_check import LARGEST_DB, proposed_gain_db

SECOND = 48_000


def speech(seconds: float, db: float, rate: int = SECOND) -> Samples:
    """Noise that comes in syllables and leaves pauses, over a quiet room."""
    random = np.random.default_rng(5)
    t = np.arange(int(seconds * rate)) / rate
    syllables = np.clip(np.sin(2 * np.pi * 3 * t), 0, 1) * (np.sin(2 * np.pi * 0.4 * t) > -0.5)
    said = random.standard_normal(t.size) * syllables * 10 ** (db / 20)
    heard: Samples = (said + random.standard_normal(t.size) * 1e-4).astype(np.float32)
    return heard


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("db", [-32.0, -20.0, -6.0])
def test_speech_with_the_proposed_gain_is_as_loud_as_the_questions(db: float, rate: int) -> None:
    said = speech(5, db, rate)
    gain = proposed_gain_db(said, rate)
    assert gain is not None
    assert integrated_lufs(said * np.float32(10 ** (gain / 20)), rate) == pytest.approx(-20, abs=0.5)


def test_long_pauses_do_not_make_it_louder() -> None:
    without = proposed_gain_db(speech(4, -25), SECOND)
    pauses = np.concatenate([speech(4, -25), speech(8, -120)])
    assert proposed_gain_db(pauses, SECOND) == pytest.approx(without, abs=0.5)


def test_the_gain_has_its_limits() -> None:
    assert proposed_gain_db(speech(3, -48), SECOND) == LARGEST_DB
    assert proposed_gain_db(np.asarray(speech(3, 12), np.float32) * 4, SECOND) == -LARGEST_DB


@pytest.mark.parametrize(
    "nobody",
    [
        np.zeros(3 * SECOND, np.float32),
        np.zeros(0, np.float32),
        (0.02 * np.sin(np.arange(3 * SECOND) / 50)).astype(np.float32),
        (0.001 * np.random.default_rng(2).standard_normal(3 * SECOND)).astype(np.float32),
        speech(0.5, -20),
    ],
    ids=["silence", "nothing", "a hum", "a hiss", "half a second"],
)
def test_where_nobody_spoke_no_gain_is_proposed(nobody: Samples) -> None:
    assert proposed_gain_db(nobody, SECOND) is None
