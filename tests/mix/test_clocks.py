"""Clocks that are wrong, samples that are lost, callbacks that stall: whatever comes in, sound stands where it sounded.

Minutes in virtual time, measured in what comes out of the whole mix. `python -m tests.mix.clocks` does an hour of each.
"""

import dataclasses

import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import SampleBlock, Samples
from kiosk.mix.microphone_track import LOST
from kiosk.mix.mixer import Mixer
from tests.mix.clocks import CASES, through_the_mix
from tests.mix.echo_room import voices
from tests.mix.virtual import T0, VirtualMicrophone, clicks, instant_s, joined, run

GAP_S = 16.0
"""Where samples are lost: late enough that the clock's speed is known."""
NEAR_S = 0.03
QUESTION_S = 3.0


def test_a_wrong_clock_is_within_5_ms_at_first_and_within_1_ms_after_five_minutes() -> None:
    errors = through_the_mix(CASES["+300 ppm, 44.1 kHz"], 320)
    assert errors.early_ms < 5
    assert errors.late_ms < 1
    assert errors.clicks > 70


def test_a_wandering_clock_is_within_2_ms() -> None:
    errors = through_the_mix(CASES["wander ±60 ppm in 10 min"], 200)
    assert max(errors.early_ms, errors.late_ms) < 2


@dataclasses.dataclass
class Loses:
    """Loses the samples from `GAP_S` on for `gap_ms`. A driver that counts them says so in its count; one that does
    not, by `anew`.
    """

    gap_ms: int
    microphone: VirtualMicrophone
    counts: bool
    told: bool = False

    def __call__(self, block: SampleBlock) -> SampleBlock | None:
        step = (1 + self.microphone.ppm * 1e-6) / self.microphone.rate
        begin = round((GAP_S - self.microphone.opened_s) / step)
        lost = round(self.gap_ms / 1000 / step)
        until = begin + lost
        first, end = block.first, block.first + len(block.samples)
        if begin <= first and end <= until:
            return None
        samples, t_ns, anew = block.samples, block.t_ns, False
        if first < begin < end:
            samples = samples[: begin - first]
        elif first < until < end:
            t_ns += (until - first) * NS // self.microphone.rate
            samples, first = samples[until - first :], until
        if not self.counts and first >= until:
            anew, self.told, first = not self.told, True, first - lost
        return SampleBlock(first, t_ns, samples, anew)


@pytest.mark.parametrize(
    ("asked", "counts"), [(False, True), (True, False)], ids=["counted, in an answer", "not counted, in mid-question"]
)
@pytest.mark.parametrize("gap_ms", [10, 100, 350, 1500])
def test_lost_samples_are_silence_of_their_length_and_their_neighbours_stay_in_place(
    gap_ms: int, *, asked: bool, counts: bool
) -> None:
    end_s = GAP_S + gap_ms / 1000
    around = (GAP_S - NEAR_S, end_s + NEAR_S, GAP_S + 2.3)
    microphone = VirtualMicrophone(lambda t: clicks(*around)(t) + 0.01, ppm=300)
    mixer = Mixer(T0, audible=False)
    question: Samples = np.zeros(round(QUESTION_S * 48_000), np.float32)
    question[::24_000] = 0.7
    if asked:
        mixer.voice("one", question, T0 + (GAP_S - 1) * NS)
    blocks = run(mixer, microphone, GAP_S + 3, heard=Loses(gap_ms, microphone, counts))
    mixed = joined(blocks + mixer.finish(T0 + round((GAP_S + 3) * NS)))
    (gap,) = mixer.take_gaps()
    assert gap.cause == LOST
    assert gap.first / 48 == pytest.approx(GAP_S * 1000, abs=1)
    assert gap.length / 48 == pytest.approx(gap_ms, abs=1)
    quiet = mixed - _placed(question, len(mixed), GAP_S - 1) if asked else mixed
    inside = quiet[gap.first + 60 : gap.first + gap.length - 60]
    assert len(inside) > 300
    assert np.abs(inside).max() < 1e-3
    for instant in around:
        assert instant_s(quiet, instant, 0.02) == pytest.approx(instant, abs=0.001)
    if asked:
        heard = np.flatnonzero(mixed > 0.65) / 48_000
        assert len(heard) >= 5, "the question itself has no gap"


@pytest.mark.parametrize("gap_ms", [10, 100, 350, 1500])
def test_lost_samples_keep_their_length_also_while_the_question_is_taken_out_of_the_room(gap_ms: int) -> None:
    after = (GAP_S + 4.5, GAP_S + 5.5)
    microphone = VirtualMicrophone(lambda t: clicks(*after)(t) + 0.01 * np.sin(2000 * t), ppm=300)
    mixer = Mixer(T0, audible=True)
    (question, *_), _ = voices()
    mixer.voice("one", question[: 3 * 48_000], T0 + round((GAP_S - 1) * NS))
    mixed = joined(
        run(mixer, microphone, GAP_S + 6, heard=Loses(gap_ms, microphone, counts=True))
        + mixer.finish(T0 + round((GAP_S + 6) * NS))
    )
    (gap,) = mixer.take_gaps()
    assert gap.cause == LOST
    assert gap.first / 48 == pytest.approx(GAP_S * 1000, abs=1)
    assert gap.length / 48 == pytest.approx(gap_ms, abs=1)
    assert len(mixed) == round((GAP_S + 6) * 48_000)
    for instant in after:
        assert instant_s(mixed, instant, 0.02) == pytest.approx(instant, abs=0.001)


def _placed(clip: Samples, length: int, at_s: float) -> Samples:
    out = np.zeros(length, np.float32)
    out[round(at_s * 48_000) :][: len(clip)] = clip
    return out
