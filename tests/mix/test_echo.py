"""A question is in the track once, and who talks over it stays in it."""

import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import WorldFailed
from kiosk.mix.echo import BEFORE, Echo, Method
from kiosk.mix.echo_remover import AEC3_DELAY, DELAY, EchoRemover, aec3
from kiosk.mix.gate import FADE
from kiosk.mix.mixer import Mixer
from kiosk.mix.path_memory import Way
from kiosk.mix.voice_track import VoiceTrack
from tests.mix.echo_room import TAIL, Scene, down_db, mixed_in, scene, voices
from tests.mix.virtual import T0, VirtualMicrophone, joined, run


def likeness(one: Samples, other: Samples) -> float:
    """1: the same but for its loudness."""
    return float(np.dot(one, other) / np.sqrt(np.dot(one, one) * np.dot(other, other)))


def talked(seen: Scene) -> list[slice]:
    """Where the person talks over each question."""
    return [slice(first + RATE, end) for first, end in seen.spans()]


def outside(seen: Scene) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Where no question plays and no fade is."""
    mask = np.ones(len(seen.heard), np.bool_)
    for first, end in seen.spans():
        mask[first - BEFORE - FADE : end + TAIL + FADE] = False
    return mask


class NoRemover(EchoRemover):
    """Takes nothing away."""

    def begin(self) -> None:
        pass

    def push(self, near: Samples, far: Samples) -> Samples:
        assert len(near) == len(far)
        return near


class FailingRemover(EchoRemover):
    """Fails in its own way after two seconds of work."""

    def __init__(self) -> None:
        super().__init__()
        self._heard = 0

    def push(self, near: Samples, far: Samples) -> Samples:
        self._heard += len(near)
        if self._heard > 2 * RATE:
            raise MemoryError("deep inside")
        return super().push(near, far)


def missing() -> EchoRemover:
    raise WorldFailed("There is no such library.")


@pytest.mark.parametrize(("delay_ms", "ppm"), [(20, 100), (150, -100)])
def test_a_question_is_taken_out_by_20_db_at_once_and_by_30_db_soon(delay_ms: float, ppm: float) -> None:
    seen = scene(delay_ms=delay_ms, ppm=ppm)
    kept, figures = mixed_in(seen, Echo(audible=True))
    for first, end in seen.spans():
        soon = first + 2 * RATE
        assert down_db(seen.echo[first:soon], kept[first:soon]) > 20
        assert down_db(seen.echo[soon:end], kept[soon:end]) > 30
    assert [each.token for each in figures] == ["q0", "q1"]
    for figure in figures:
        assert figure.method is Method.AEC3
        assert figure.second_peak_db is not None
        assert figure.second_peak_db <= -40
        assert figure.echo_down_db is not None
        assert figure.echo_down_db > 20


@pytest.mark.parametrize("delay_ms", [20, 150])
def test_who_talks_over_a_question_stays_in_the_track(delay_ms: float) -> None:
    seen = scene(delay_ms=delay_ms, talks=True, questions=3, listens=1)
    kept, figures = mixed_in(seen, Echo(audible=True))
    for where in talked(seen)[1:]:
        assert likeness(seen.person[where], kept[where]) > 0.95
        assert -2.5 < down_db(kept[where], seen.person[where]) < 1
    for figure in figures:
        assert figure.method is Method.AEC3
        assert figure.second_peak_db is not None
        assert figure.second_peak_db <= -30


@pytest.mark.parametrize("tone_before", [RATE * 3 // 10, RATE * 4 // 10])
def test_who_talks_over_a_question_right_after_a_tone_stays_in_the_track_without_a_click(tone_before: int) -> None:
    seen = scene(delay_ms=60, talks=True, questions=2, turns=((0.0, 60.0),))
    without, _ = mixed_in(seen, Echo(audible=True))
    kept, figures = mixed_in(seen, Echo(audible=True), tone_before=tone_before)
    assert [each.method for each in figures] == [Method.AEC3] * 2
    for first, end in seen.spans():
        where = slice(first + RATE // 10, end)
        assert down_db(without[where], kept[where] - without[where]) > 15
        around = slice(first - tone_before - RATE // 10, first + RATE // 2)
        assert np.abs(np.diff(kept[around])).max() < 2 * np.abs(np.diff(seen.heard[around])).max()


@pytest.mark.parametrize("delay_ms", [20, 150])
def test_who_talks_over_the_very_first_question_stays_in_the_track_though_weaker(delay_ms: float) -> None:
    seen = scene(delay_ms=delay_ms, talks=True, questions=1)
    kept, (figure,) = mixed_in(seen, Echo(audible=True))
    (where,) = talked(seen)
    assert likeness(seen.person[where], kept[where]) > 0.85
    assert -6 < down_db(kept[where], seen.person[where]) < 1
    assert figure.method is Method.AEC3


def test_who_wears_headphones_loses_next_to_nothing() -> None:
    seen = scene(delay_ms=60, echo_db=-120, talks=True)
    kept, figures = mixed_in(seen, Echo(audible=True))
    for where, alike, weaker in zip(talked(seen), (0.9, 0.93), (-4, -2.5), strict=True):
        assert likeness(seen.person[where], kept[where]) > alike
        assert down_db(kept[where], seen.person[where]) > weaker
    assert [(each.method, each.echo_down_db) for each in figures] == [(Method.AEC3, None)] * 2


def learned_before(seen: Scene) -> Way:
    """What the questions of another recording taught."""
    ways: list[Way] = []
    mixed_in(seen, Echo(audible=True, on_learned=ways.append))
    assert len(ways) == len(seen.questions)
    return ways[-1]


@pytest.mark.parametrize("later_ms", [0.0, 4.5, -7.0])
def test_what_an_earlier_recording_taught_serves_the_first_question_also_when_the_devices_start_otherwise(
    later_ms: float,
) -> None:
    way = learned_before(scene(delay_ms=80, questions=1))
    seen = scene(delay_ms=80 + later_ms, talks=True, talk_db=0, questions=1, turns=((0.0, 60.0),))
    knowing, _ = mixed_in(seen, Echo(audible=True, recalled=way))
    unknowing, _ = mixed_in(seen, Echo(audible=True))
    ((first, end),) = seen.spans()
    where = slice(first, end)
    wrong, wrong_without = (
        down_db(seen.person[where], kept[where] - seen.person[where]) for kept in (knowing, unknowing)
    )
    assert wrong > wrong_without + 3
    assert likeness(seen.person[where], knowing[where]) > 0.93


def test_what_was_learned_in_another_room_does_no_harm() -> None:
    way = learned_before(scene(delay_ms=20, questions=1, seed=3))
    seen = scene(delay_ms=110, talks=True, questions=1, turns=((0.0, 60.0),), seed=5)
    knowing, figures = mixed_in(seen, Echo(audible=True, recalled=way))
    unknowing, _ = mixed_in(seen, Echo(audible=True))
    ((first, end),) = seen.spans()
    where = slice(first, end)
    assert down_db(unknowing[where], knowing[where]) == pytest.approx(0, abs=0.5)
    assert likeness(knowing[where], unknowing[where]) > 0.99
    assert figures[0].method is Method.AEC3


def test_where_there_was_no_echo_no_way_is_found() -> None:
    assert not learned_before(scene(delay_ms=60, echo_db=-120, talks=True, questions=1)).found
    assert learned_before(scene(delay_ms=60, questions=1)).found


def test_outside_of_questions_every_sample_passes_bit_for_bit() -> None:
    seen = scene(delay_ms=60, talks=True, questions=1)
    kept, _ = mixed_in(seen, Echo(audible=True))
    where = outside(seen)
    assert len(kept) == len(seen.heard)
    assert np.array_equal(kept[where], seen.heard[where])
    assert 0.2 < where.mean() < 0.8
    assert not np.array_equal(kept, seen.heard)


def test_nothing_is_held_back_while_no_question_is_near() -> None:
    echo, samples = Echo(audible=True), np.ones(4800, np.float32)
    assert echo.push(samples, 0, VoiceTrack()) is samples


def test_the_pieces_in_which_it_comes_change_nothing() -> None:
    seen = scene(delay_ms=60, questions=1, pause_s=0.5)
    one, _ = mixed_in(seen, Echo(audible=True), piece=4800)
    other, _ = mixed_in(seen, Echo(audible=True), piece=1234)
    assert np.allclose(one, other, atol=1e-6)


def test_the_fades_there_and_back_do_not_click() -> None:
    seen = scene(delay_ms=60, questions=1, echo_db=-120, noise_dbfs=-120)
    steady = (0.3 * np.sin(2 * np.pi * 440 * np.arange(len(seen.heard)) / RATE)).astype(np.float32)
    tone = Scene(steady, seen.echo, seen.person, seen.questions, seen.begins, 0.0)
    kept, _ = mixed_in(tone, Echo(audible=True))
    highest = 0.3 * 2 * np.pi * 440 / RATE
    assert np.abs(np.diff(kept)).max() < 2 * highest


def test_a_question_that_is_heard_twice_gets_the_gate_at_once_and_so_do_the_next_ones() -> None:
    seen = scene(delay_ms=60, talks=True)
    kept, figures = mixed_in(seen, Echo(audible=True, make=NoRemover))
    assert [each.method for each in figures] == [Method.GATE] * 2
    (_, first_end), *later = seen.spans()
    assert not kept[first_end - RATE : first_end].any()
    for first, end in later:
        assert not kept[first:end].any()
    doubled, *gated = (each.second_peak_db for each in figures)
    assert doubled is not None
    assert doubled > -30
    assert all(each is not None and each <= -30 for each in gated)


@pytest.mark.parametrize(("delay_ms", "talk_db"), [(20, 6), (150, 6), (80, -6)])
def test_a_doubled_voice_is_found_under_somebody_who_talks_as_loud_as_the_echo_or_louder(
    delay_ms: float, talk_db: float
) -> None:
    seen = scene(delay_ms=delay_ms, reverberation_s=0.5, talks=True, talk_db=talk_db, questions=1)
    _, (figure,) = mixed_in(seen, Echo(audible=True, make=NoRemover))
    assert figure.method is Method.GATE


@pytest.mark.parametrize("make", [NoRemover, EchoRemover])
def test_headphones_never_get_the_gate_whatever_is_said_over_three_questions(make: type[EchoRemover]) -> None:
    seen = scene(delay_ms=20, echo_db=-120, talks=True, questions=3, pause_s=0.7)
    _, figures = mixed_in(seen, Echo(audible=True, make=make))
    assert [each.method for each in figures] == [Method.AEC3] * 3


def test_headphones_are_no_doubled_voice_even_when_nothing_is_removed() -> None:
    seen = scene(delay_ms=60, echo_db=-120, talks=True)
    _, figures = mixed_in(seen, Echo(audible=True, make=NoRemover))
    assert [each.method for each in figures] == [Method.AEC3] * 2


@pytest.mark.parametrize(("make", "from_s"), [(missing, 0.0), (FailingRemover, 2.5)])
def test_the_gate_takes_the_place_of_a_remover_that_is_missing_or_fails(make: type[EchoRemover], from_s: float) -> None:
    seen = scene(delay_ms=60)
    kept, figures = mixed_in(seen, Echo(audible=True, make=make))
    assert [each.method for each in figures] == [Method.GATE] * 2
    (first, end), (second, second_end) = seen.spans()
    assert not kept[first + round(from_s * RATE) : end].any()
    assert not kept[second:second_end].any()
    assert np.array_equal(kept[outside(seen)], seen.heard[outside(seen)])


def test_where_nobody_hears_the_loudspeaker_nothing_is_taken_out() -> None:
    seen = scene(delay_ms=60, echo_db=-120, talks=True)
    kept, figures = mixed_in(seen, Echo(audible=False))
    assert np.array_equal(kept, seen.heard)
    assert [(each.token, each.method, each.second_peak_db) for each in figures] == [
        ("q0", Method.NONE, None),
        ("q1", Method.NONE, None),
    ]


def test_a_recording_that_ends_in_mid_question_has_its_exact_length_and_the_questions_figure() -> None:
    (question, *_), said = voices()
    mixer = Mixer(T0, audible=True)
    mixer.voice("q", question, T0 + NS)

    def speaks(t: "np.ndarray") -> "np.ndarray":
        heard: np.ndarray = np.interp(t - 0.5, np.arange(len(said)) / RATE, said, 0, 0)
        return heard

    end_ns = T0 + 2_987_654_321
    mixed = joined(run(mixer, VirtualMicrophone(speaks, block=4800), 2.9) + mixer.finish(end_ns))
    assert len(mixed) == round((end_ns - T0) * RATE / NS)
    assert likeness(mixed[RATE:] - question[: len(mixed) - RATE], said[RATE // 2 :][: len(mixed) - RATE]) > 0.6
    assert [each.token for each in mixer.take_echoes()] == ["q"]
    assert mixer.take_echoes() == []


def test_aec3_delays_by_as_much_as_is_made_good() -> None:
    pulse = np.zeros(RATE, np.float32)
    pulse[RATE // 2] = 0.5
    out = aec3().process(pulse, np.zeros(RATE, np.float32))
    assert int(np.argmax(np.abs(out))) - RATE // 2 == AEC3_DELAY


def test_samples_that_are_no_numbers_harm_nothing_for_long() -> None:
    remover = EchoRemover()
    remover.begin()
    broken = np.full(4800, np.nan, np.float32)
    remover.push(broken, np.zeros(4800, np.float32))
    after = remover.push(np.full(RATE, 0.1, np.float32), np.zeros(RATE, np.float32))
    assert len(after) >= RATE - DELAY
    assert np.isfinite(after).all()
