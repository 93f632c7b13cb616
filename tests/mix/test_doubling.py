"""A second voice is found where there is one, and not where somebody else talks."""

import numpy as np
import pytest

from kiosk.domain.devices import RATE, Samples
from kiosk.mix.doubling import LIMIT_DB, NOTHING_DB, DoublingCheck, Peak
from tests.mix.echo_room import voices


def later(samples: Samples, lag: int, db: float) -> Samples:
    """The same after `lag` samples, at `db`."""
    out = np.zeros_like(samples)
    out[lag:] = samples[:-lag] * np.float32(10 ** (db / 20))
    return out


def found(clean: Samples, heard: Samples) -> Peak:
    check = DoublingCheck()
    for at in range(0, len(clean), 4800):
        check.add(clean[at : at + 4800], heard[at : at + 4800])
    check.finish()
    return check.peak()


@pytest.mark.parametrize("lag_ms", [6, 60, 390])
@pytest.mark.parametrize("db", [-10, -28])
def test_an_echo_is_found_at_its_place_and_with_its_level(lag_ms: int, db: float) -> None:
    (question, *_), _ = voices()
    lag = lag_ms * RATE // 1000
    peak = found(question, later(question, lag, db))
    assert peak.sure
    assert peak.lag == pytest.approx(lag, abs=1)
    assert peak.db == pytest.approx(db, abs=2)


def test_it_is_found_also_while_somebody_talks_over_it() -> None:
    (question, *_), said = voices()
    heard = later(question, 60 * RATE // 1000, -15)
    heard[: len(said)] += said[: len(heard)]
    peak = found(question, heard)
    assert peak.sure
    assert peak.lag == pytest.approx(60 * RATE // 1000, abs=2)
    assert peak.db == pytest.approx(-15, abs=2)


def test_somebody_else_who_talks_is_no_echo() -> None:
    questions, said = voices()
    for question in questions:
        heard = np.zeros_like(question)
        heard[: len(said)] = said[: len(heard)]
        peak = found(question, heard)
        assert not peak.sure or peak.db <= LIMIT_DB


def test_how_loud_somebody_talks_hides_no_second_voice_and_makes_none() -> None:
    """What sounds in a frequency beside the question lets it count for less: a shout changes little."""
    questions, said = voices()
    for question in questions:
        heard = later(question, 60 * RATE // 1000, -12)
        heard[: len(said)] += 3 * said[: len(heard)]
        peak = found(question, heard)
        assert peak.sure
        assert peak.lag == pytest.approx(60 * RATE // 1000, abs=2)
        assert peak.db == pytest.approx(-12, abs=2)


def test_silence_and_a_question_that_never_sounded_have_no_echo() -> None:
    (question, *_), _ = voices()
    assert found(question, np.zeros_like(question)).db == NOTHING_DB
    assert found(np.zeros_like(question), question) == Peak(NOTHING_DB, 0, sure=False)
    assert DoublingCheck().peak().db == NOTHING_DB
