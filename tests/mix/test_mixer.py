import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import SampleBlock
from kiosk.mix.microphone_track import LOST, NOT_OPEN, REOPENED, STALLED
from kiosk.mix.mixer import BLOCK, Mixer
from tests.mix.virtual import T0, VirtualMicrophone, clicks, instant_s, joined, run


def at(seconds: float) -> int:
    return T0 + round(seconds * NS)


@pytest.mark.parametrize("ppm", [-300, 0, 300])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_click_lands_within_a_millisecond(ppm: int, rate: int) -> None:
    instants = (0.7, 5.0, 17.0, 23.5)
    mixer = Mixer(T0, audible=False)
    microphone = VirtualMicrophone(clicks(*instants), rate=rate, ppm=ppm)
    mixed = joined(run(mixer, microphone, 24) + mixer.finish(at(24)))
    assert len(mixed) == 24 * 48_000
    for instant in instants[2:]:
        assert instant_s(mixed, instant) == pytest.approx(instant, abs=0.001)
    for instant in instants[:2]:
        assert instant_s(mixed, instant) == pytest.approx(instant, abs=0.005)
    assert mixer.take_gaps() == []


def test_blocks_follow_each_other_and_stay_the_delay_behind() -> None:
    mixer = Mixer(T0, audible=False, delay_ms=150)
    blocks = run(mixer, VirtualMicrophone(clicks()), 3)
    assert all(len(block.samples) % BLOCK == 0 for block in blocks)
    assert len(joined(blocks)) == pytest.approx((3 - 0.15) * 48_000, abs=2 * BLOCK)


def test_a_tone_of_a_good_clock_passes_practically_unchanged() -> None:
    mixer = Mixer(T0, audible=True)
    microphone = VirtualMicrophone(lambda t: 0.3 * np.sin(2 * np.pi * 997 * t), jitter_ms=0.5, opened_s=-2)
    mixed = joined(run(mixer, microphone, 20) + mixer.finish(at(20)))
    t = np.arange(len(mixed)) / 48_000
    error = mixed - 0.3 * np.sin(2 * np.pi * 997 * t)
    settled = error[18 * 48_000 : -4800]
    assert 20 * np.log10(np.sqrt(np.mean(settled**2)) / 0.21) < -45


def test_samples_that_the_driver_lost_become_silence_of_the_same_length_and_sync_holds() -> None:
    mixer = Mixer(T0, audible=False)

    def heard(block: SampleBlock) -> SampleBlock | None:
        return None if 480 * 200 <= block.first < 480 * 260 else block

    microphone = VirtualMicrophone(lambda t: clicks(1.0, 2.5)(t) + 0.01, opened_s=-0.5)
    mixed = joined(run(mixer, microphone, 4, heard=heard) + mixer.finish(at(4)))
    (gap,) = mixer.take_gaps()
    assert gap.cause == LOST
    assert gap.length == pytest.approx(480 * 60, abs=2)
    assert gap.first == pytest.approx(1.5 * 48_000, abs=300)
    assert not np.abs(mixed[gap.first + 100 : gap.first + gap.length - 100]).max()
    assert instant_s(mixed, 2.5) == pytest.approx(2.5, abs=0.002)


def test_a_click_right_after_a_gap_stands_where_it_belongs() -> None:
    mixer = Mixer(T0, audible=False)
    microphone = VirtualMicrophone(clicks(2.105), opened_s=-0.5)
    mixed = joined(
        run(mixer, microphone, 3, heard=lambda b: None if 480 * 150 <= b.first < 480 * 260 else b) + mixer.finish(at(3))
    )
    assert instant_s(mixed, 2.105) == pytest.approx(2.105, abs=0.002)


def test_a_stalled_microphone_is_waited_for_and_its_late_samples_are_taken() -> None:
    mixer = Mixer(T0, audible=False)
    microphone = VirtualMicrophone(clicks(1.5), opened_s=-0.5, jitter_ms=0)
    blocks = []
    waiting: list[SampleBlock] = []
    for delivered, block in microphone.blocks(4):
        if 1.0 < (delivered - T0) / NS < 2.5:
            waiting.append(block)
        else:
            for late in [*waiting, block]:
                mixer.microphone(1, 48_000, late.first, late.t_ns, late.samples)
            waiting.clear()
        blocks += mixer.pull(delivered)
        assert not mixer.stalled
    mixed = joined(blocks + mixer.finish(at(4)))
    assert mixer.take_gaps() == []
    assert instant_s(mixed, 1.5) == pytest.approx(1.5, abs=0.001)


def test_after_two_seconds_silence_takes_the_place_of_a_microphone() -> None:
    mixer = Mixer(T0, audible=False)
    blocks = run(mixer, VirtualMicrophone(lambda t: 0.1 + 0 * t), 1)
    assert mixer.pull(at(2.9)) != []
    before = mixer.position
    assert mixer.pull(at(2.95)) == []
    assert not mixer.stalled
    later = mixer.pull(at(3.1))
    assert mixer.stalled
    assert later[0].first == before
    assert mixer.position == pytest.approx((3.1 - 0.15) * 48_000, abs=2 * BLOCK)
    assert not np.abs(np.concatenate([block.samples for block in later])[2000:]).max()
    mixer.finish(at(5))
    (gap,) = mixer.take_gaps()
    assert gap.cause == STALLED
    assert gap.first == pytest.approx(48_000, abs=600)
    assert gap.first + gap.length == 5 * 48_000
    assert blocks


def test_a_reopened_microphone_goes_on_at_the_right_place() -> None:
    mixer = Mixer(T0, audible=False)
    first = VirtualMicrophone(lambda t: 0.01 + clicks(0.5)(t), ppm=200)
    second = VirtualMicrophone(lambda t: 0.01 + clicks(6.5, 9.0)(t), rate=44_100, ppm=-200, opened_s=6.0, seed=2)
    blocks = run(mixer, first, 1)
    for tenth in range(11, 60):
        blocks += mixer.pull(at(tenth / 10))
    blocks += run(mixer, second, 10, epoch=2)
    mixed = joined(blocks + mixer.finish(at(10)))
    (gap,) = mixer.take_gaps()
    assert gap.cause in {STALLED, REOPENED}
    assert gap.first == pytest.approx(48_000, abs=600)
    assert gap.length == pytest.approx(5 * 48_000, abs=900)
    assert len(mixed) == 480_000
    assert instant_s(mixed, 6.5) == pytest.approx(6.5, abs=0.003)
    assert instant_s(mixed, 9.0) == pytest.approx(9.0, abs=0.003)


def test_a_quick_reopening_is_a_short_gap() -> None:
    mixer = Mixer(T0, audible=False)
    blocks = run(mixer, VirtualMicrophone(lambda t: 0.01 + 0 * t), 1)
    second = VirtualMicrophone(lambda t: 0.01 + clicks(2.0)(t), opened_s=1.3, seed=2)
    mixed = joined(blocks + run(mixer, second, 3, epoch=2) + mixer.finish(at(3)))
    (gap,) = mixer.take_gaps()
    assert gap.cause == REOPENED
    assert gap.length == pytest.approx(0.3 * 48_000, abs=700)
    assert instant_s(mixed, 2.0) == pytest.approx(2.0, abs=0.003)


def test_a_microphone_that_never_comes_leaves_silence_of_the_right_length() -> None:
    mixer = Mixer(T0, audible=False)
    blocks = [block for tenth in range(40) for block in mixer.pull(at(tenth / 10))]
    mixed = joined(blocks + mixer.finish(at(4)))
    assert len(mixed) == 4 * 48_000
    assert not mixed.any()
    (gap,) = mixer.take_gaps()
    assert (gap.first, gap.length, gap.cause) == (0, 4 * 48_000, NOT_OPEN)


def test_a_suspended_device_whose_count_stood_still_finds_its_place_again() -> None:
    mixer = Mixer(T0, audible=False)
    blocks = run(mixer, VirtualMicrophone(lambda t: 0.01 + 0 * t, jitter_ms=0), 1)
    for tenth in range(11, 60):
        blocks += mixer.pull(at(tenth / 10))
    later = VirtualMicrophone(lambda t: 0.01 + clicks(14.0)(t), opened_s=6.0, jitter_ms=0)
    offset = 480 * 150  # the count that the first run ended with

    def heard(block: SampleBlock) -> SampleBlock:
        return SampleBlock(block.first + offset, block.t_ns, block.samples)

    mixed = joined(blocks + run(mixer, later, 16, heard=heard) + mixer.finish(at(16)))
    assert instant_s(mixed, 14.0) == pytest.approx(14.0, abs=0.002)


def test_a_tone_stands_at_the_instant_it_sounded_and_its_leak_is_taken_out() -> None:
    mixer = Mixer(T0, audible=True)
    clip = np.zeros(48_000, np.float32)
    clip[100] = 0.5
    mixer.voice("tone", clip, at(1.0), question=False)
    leak = VirtualMicrophone(clicks(1.0 + 100 / 48_000 + 0.02, 1.9, 2.4), jitter_ms=0)
    mixed = joined(run(mixer, leak, 3) + mixer.finish(at(3)))
    assert int(np.argmax(np.abs(mixed[48_000:60_000]))) == 100
    assert np.abs(mixed[48_000 + 200 : 48_000 * 2]).max() < 1e-6
    assert np.abs(mixed[round(2.39 * 48_000) : round(2.41 * 48_000)]).max() > 0.5


def test_after_a_tone_the_microphone_is_back_sooner_than_after_a_question() -> None:
    def back_s(tail_ms: int) -> float:
        mixer = Mixer(T0, audible=True)
        mixer.voice("tone", np.zeros(9600, np.float32), at(1.0), tail_ms=tail_ms, question=False)
        mixed = joined(run(mixer, VirtualMicrophone(lambda t: 0.1 + 0 * t), 2) + mixer.finish(at(2)))
        return float(np.flatnonzero(mixed[50_000:] > 0.05)[0] + 50_000) / 48_000

    assert back_s(250) == pytest.approx(1.46, abs=0.005)
    assert back_s(60) == pytest.approx(1.27, abs=0.005)


def test_without_an_audible_loudspeaker_the_microphone_is_never_taken_out() -> None:
    mixer = Mixer(T0, audible=False)
    mixer.voice("q1", np.zeros(48_000, np.float32), at(1.0))
    mixed = joined(run(mixer, VirtualMicrophone(clicks(1.5)), 3) + mixer.finish(at(3)))
    assert np.abs(mixed[round(1.49 * 48_000) : round(1.51 * 48_000)]).max() > 0.5


def test_a_question_that_is_cut_ends_there_and_the_microphone_comes_back() -> None:
    mixer = Mixer(T0, audible=True)
    mixer.voice("q1", np.full(96_000, 0.25, np.float32), at(0.5))
    microphone = VirtualMicrophone(clicks(1.5))
    blocks = []
    for delivered, block in microphone.blocks(3):
        mixer.microphone(1, 48_000, block.first, block.t_ns, block.samples)
        if delivered > at(1.0):
            mixer.cut("q1", at(1.0))
        blocks += mixer.pull(max(delivered, T0))
    mixed = joined(blocks + mixer.finish(at(3)))
    assert mixed[round(0.9 * 48_000)] == pytest.approx(0.25)
    assert np.abs(mixed[48_010:60_000]).max() < 1e-3
    assert np.abs(mixed[round(1.49 * 48_000) : round(1.51 * 48_000)]).max() > 0.5


def test_a_pause_is_silence_and_no_gap() -> None:
    mixer = Mixer(T0, audible=False)
    microphone = VirtualMicrophone(lambda t: 0.1 + 0 * t)
    blocks = []
    for delivered, block in microphone.blocks(4):
        if delivered > at(1):
            mixer.pause(at(1))
        if delivered > at(3):
            mixer.resume(at(3))
            mixer.resume(at(3.5))
        if not at(1.5) < delivered < at(2.5):
            mixer.microphone(1, 48_000, block.first, block.t_ns, block.samples)
        blocks += mixer.pull(max(delivered, T0))
    mixed = joined(blocks + mixer.finish(at(4)))
    assert not np.abs(mixed[48_000 : 3 * 48_000]).max()
    assert mixed[round(0.9 * 48_000)] == pytest.approx(0.1, abs=1e-3)
    assert mixed[round(3.2 * 48_000)] == pytest.approx(0.1, abs=1e-3)
    assert mixer.take_gaps() == []


def test_the_end_is_exact_and_what_was_under_way_is_no_gap() -> None:
    mixer = Mixer(T0, audible=False)
    blocks = run(mixer, VirtualMicrophone(lambda t: 0.1 + 0 * t), 2)
    blocks += mixer.finish(at(2.0371))
    assert len(joined(blocks)) == round(2.0371 * 48_000)
    assert mixer.take_gaps() == []
    assert mixer.finish(at(2.0371)) == []


def test_voice_and_answer_together_stay_below_the_ceiling() -> None:
    mixer = Mixer(T0, audible=False)
    t = np.arange(96_000) / 48_000
    mixer.voice("q1", (0.8 * np.sin(2 * np.pi * 440 * t)).astype(np.float32), at(0.5))
    mixed = joined(run(mixer, VirtualMicrophone(lambda t: 0.8 * np.sin(2 * np.pi * 443 * t)), 3) + mixer.finish(at(3)))
    assert np.abs(mixed).max() <= 10 ** (-3 / 20) + 1e-6


def test_the_same_input_gives_the_same_mix() -> None:
    def once() -> np.ndarray:
        mixer = Mixer(T0, audible=True)
        mixer.voice("q", np.full(4800, 0.1, np.float32), at(0.5))
        microphone = VirtualMicrophone(lambda t: 0.1 * np.sin(3000 * t), ppm=120)
        return joined(run(mixer, microphone, 2) + mixer.finish(at(2)))

    assert np.array_equal(once(), once())
