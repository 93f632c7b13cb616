import numpy as np
import pytest

from kiosk.domain.devices import Samples
from kiosk.domain.events import Problem
from kiosk.mix.meter import CLIPPING, FLOOR_DBFS, MUTED, NOBODY, QUIET, SILENT, Watch, level

SECOND = 48_000


def hear(watch: Watch, samples: Samples, start: int = 0) -> list[tuple[float, Problem]]:
    """Hands over tenths of a second; returns (when, what was said)."""
    said = []
    for at in range(0, len(samples), SECOND // 10):
        problem = watch.hear(start + at, samples[at : at + SECOND // 10])
        if problem is not None:
            said.append(((start + at) / SECOND, problem))
    return said


def noise(seconds: float, db: float) -> Samples:
    return (np.random.default_rng(1).normal(size=int(seconds * SECOND)) * 10 ** (db / 20)).astype(np.float32)


def test_levels_are_decibels_below_full_scale() -> None:
    rms, peak = level(np.tile(np.array([0.5, -0.5], np.float32), 500))
    assert rms == pytest.approx(-6.02, abs=0.01)
    assert peak == pytest.approx(-6.02, abs=0.01)
    assert level(np.zeros(10, np.float32)) == (FLOOR_DBFS, FLOOR_DBFS)
    assert level(np.zeros(0, np.float32)) == (FLOOR_DBFS, FLOOR_DBFS)


def test_digital_silence_is_a_muted_microphone_within_ten_seconds() -> None:
    watch = Watch()
    ((when, problem),) = hear(watch, np.zeros(30 * SECOND, np.float32))
    assert 8 < when < 10
    assert "muted" in problem.what
    assert "9 s" in problem.what
    assert problem.remedy
    assert watch.wrong == MUTED


def test_a_problem_is_over_with_the_next_sound() -> None:
    watch = Watch()
    hear(watch, np.zeros(11 * SECOND, np.float32))
    ((when, problem),) = hear(watch, noise(1, -40), 11 * SECOND)
    assert when < 11.2
    assert problem == Problem("microphone", "", "")
    assert not watch.wrong


def test_a_dead_cable_is_silent_but_not_muted() -> None:
    watch = Watch()
    ((_, problem),) = hear(watch, noise(20, -95))
    assert problem.what == "Microphone silent for 12 s."
    assert watch.wrong == SILENT


def test_a_quiet_room_is_well_while_nobody_is_asked_to_speak() -> None:
    assert hear(Watch(), noise(40, -62)) == []


def whisper(seconds: float) -> Samples:
    """Words of half a second at -55 dBFS, in a quiet room."""
    samples = noise(seconds, -70)
    for at in range(0, len(samples) - SECOND, 2 * SECOND):
        samples[at : at + SECOND // 2] += noise(0.5, -55)
    return samples


def test_a_whisper_into_a_low_microphone_is_too_quiet_while_answering() -> None:
    watch = Watch()
    watch.answering(0)
    ((when, problem),) = hear(watch, whisper(40))
    assert when == pytest.approx(15, abs=0.3)
    assert "quiet" in problem.what
    assert watch.wrong == QUIET


def test_with_its_gain_the_same_whisper_is_loud_enough() -> None:
    watch = Watch(gain_db=12)
    watch.answering(0)
    assert hear(watch, whisper(40)) == []


def test_once_somebody_speaks_up_it_is_not_too_quiet_any_more() -> None:
    watch = Watch()
    watch.answering(0)
    hear(watch, whisper(20))
    assert watch.wrong == QUIET
    ((when, problem),) = hear(watch, noise(1, -30), 20 * SECOND)
    assert when < 20.2
    assert problem == Problem("microphone", "", "")


def test_an_answer_in_which_nobody_is_heard_is_told_after_half_a_minute_and_over_with_the_first_word() -> None:
    watch = Watch()
    watch.answering(0)
    ((when, problem),) = hear(watch, noise(50, -62))
    assert when == pytest.approx(30, abs=0.3)
    assert "Nobody has been heard for 30 s" in problem.what
    assert watch.wrong == NOBODY
    ((_, over),) = hear(watch, noise(1, -30), 50 * SECOND)
    assert over == Problem("microphone", "", "")


def test_who_answered_and_then_thinks_is_left_in_peace_for_half_a_minute() -> None:
    watch = Watch()
    watch.answering(0)
    said = hear(watch, np.concatenate([noise(3, -30), noise(35, -62)]))
    assert [round(when) for when, _ in said] == [33]


def test_when_the_answer_ends_nobody_is_missed_any_more() -> None:
    watch = Watch()
    watch.answering(0)
    hear(watch, noise(31, -62))
    watch.answering(None)
    ((_, over),) = hear(watch, noise(40, -62), 31 * SECOND)
    assert not over.what


def test_somebody_who_speaks_and_pauses_is_not_too_quiet() -> None:
    watch = Watch()
    watch.answering(0)
    assert hear(watch, np.concatenate([noise(2, -30), noise(12, -62)] * 3)) == []


def test_a_distorted_microphone_is_named_and_forgiven() -> None:
    watch = Watch()
    loud = np.clip(noise(2, 3), -1, 1)
    said = hear(watch, np.concatenate([loud, noise(10, -30)]))
    assert [bool(problem.what) for _, problem in said] == [True, False]
    assert "distorts" in said[0][1].what


def test_one_clap_is_no_distortion() -> None:
    watch = Watch()
    samples = noise(5, -30)
    samples[1000:1010] = 1.0
    assert hear(watch, samples) == []
    assert watch.wrong != CLIPPING


def test_after_a_reopening_the_count_begins_anew() -> None:
    watch = Watch()
    hear(watch, np.zeros(8 * SECOND, np.float32))
    watch.reset()
    assert hear(watch, np.zeros(8 * SECOND, np.float32), 8 * SECOND) == []


def test_no_samples_say_nothing() -> None:
    assert Watch().hear(0, np.zeros(0, np.float32)) is None
