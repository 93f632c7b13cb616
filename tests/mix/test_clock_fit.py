import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.mix.clock_fit import ClockFit

BLOCK = 480


def worst_error_ms(fit: ClockFit, ppm: float, jitter_ms: float, length_s: int, seed: int = 1) -> tuple[float, float]:
    """The largest errors before and after the first five minutes, of the newest sample's instant."""
    rng = np.random.default_rng(seed)
    blocks = length_s * fit.rate // BLOCK
    late = rng.exponential(jitter_ms / 3, blocks).clip(0, jitter_ms) * 1e6
    true = np.arange(blocks) * BLOCK * (NS / fit.rate) * (1 + ppm * 1e-6) + 7e15
    early_worst = late_worst = 0.0
    for number in range(blocks):
        fit.add(number * BLOCK, int(true[number] + late[number]))
        if number > 30:
            error = abs(fit.instant_of(number * BLOCK) - true[number]) / 1e6
            if number * BLOCK < 300 * fit.rate:
                early_worst = max(early_worst, error)
            else:
                late_worst = max(late_worst, error)
    return early_worst, late_worst


@pytest.mark.parametrize("ppm", [-300, 0, 300])
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_ten_minutes_of_a_drifting_clock_stay_within_a_millisecond(ppm: int, rate: int) -> None:
    early, late = worst_error_ms(ClockFit(rate), ppm, 15, 600)
    assert early < 5
    assert late < 1


def test_an_hour_of_a_drifting_clock_stays_within_a_millisecond() -> None:
    fit = ClockFit(48_000)
    early, late = worst_error_ms(fit, 300, 15, 3600)
    assert early < 5
    assert late < 1
    assert fit.ppm == pytest.approx(300, abs=20)


def test_the_memory_of_a_clock_is_bounded() -> None:
    fit = ClockFit(48_000)
    for number in range(40_000):
        fit.add(number * BLOCK, number * 10_000_000)
    assert len(fit._closed) <= 121


def test_sample_and_instant_are_each_others_inverse() -> None:
    fit = ClockFit(44_100)
    for number in range(3000):
        fit.add(1000 + number * BLOCK, int(5e15 + number * BLOCK * NS / 44_100 * 1.0001))
    assert fit.sample_at(fit.instant_of(123_456.5)) == pytest.approx(123_456.5, abs=1e-3)


def test_before_the_first_point_a_clock_says_nothing() -> None:
    fit = ClockFit(48_000)
    assert not fit.ready
    with pytest.raises(ValueError, match="without a point"):
        fit.instant_of(0)


def test_the_visible_line_never_jumps_by_a_millisecond() -> None:
    fit = ClockFit(48_000)
    rng = np.random.default_rng(3)
    previous = None
    for number in range(12_000):
        late = float(rng.exponential(5e6))
        fit.add(number * BLOCK, int(number * 10_003_000 + late))
        newest = fit.instant_of(number * BLOCK)
        if previous is not None and number > 12:
            assert abs(newest - previous - 1e7) < 1e6
        previous = newest


def test_a_second_of_late_callbacks_moves_nothing() -> None:
    fit = ClockFit(48_000)
    for number in range(6000):
        backlog = max(0, 4100 - number) * 10_000_000 if 4000 <= number < 4100 else 0
        fit.add(number * BLOCK, number * 10_000_000 + backlog)
        assert abs(fit.instant_of(number * BLOCK) - number * 1e7) < 1e5


def test_samples_that_were_lost_in_silence_are_noticed_within_six_seconds() -> None:
    fit = ClockFit(48_000)
    for number in range(3000):
        fit.add(number * BLOCK, number * 10_000_000)
    for number in range(3000, 3600):
        fit.add(number * BLOCK, number * 10_000_000 + 500_000_000)
    assert fit.instant_of(3600 * BLOCK) == pytest.approx(3600e7 + 5e8, abs=1e6)


def test_a_first_block_that_came_far_too_late_is_corrected_at_once() -> None:
    fit = ClockFit(48_000)
    fit.add(0, 300_000_000)
    for number in range(1, 20):
        fit.add(number * BLOCK, number * 10_000_000)
    assert fit.instant_of(0) == pytest.approx(0, abs=1e4)


def test_a_clock_that_wanders_with_the_temperature_is_followed() -> None:
    fit = ClockFit(48_000)
    rng = np.random.default_rng(2)
    blocks = 900 * 100
    ppm = 60 * np.sin(2 * np.pi * np.arange(blocks) / (600 * 100))
    true = np.cumsum(1e7 * (1 + ppm * 1e-6))
    late = rng.exponential(3e6, blocks)
    worst = 0.0
    for number in range(blocks):
        fit.add(number * BLOCK, int(true[number] + late[number]))
        if number > 30_000:
            worst = max(worst, abs(fit.instant_of(number * BLOCK) - true[number]))
    assert worst < 1e6


def test_a_latency_that_grew_is_not_taken_for_a_wild_clock() -> None:
    """A sound server that begins to deliver 15 ms later: the error stays near that, and the speed sane."""
    fit = ClockFit(48_000)
    for number in range(20_000):
        fit.add(number * BLOCK, number * 10_000_000 + (15_000_000 if number > 10_000 else 0))
        assert abs(fit.instant_of(number * BLOCK) - number * 1e7) < 20e6
        assert abs(fit.ppm) <= 501


def test_a_stumble_at_the_start_of_a_stream_misleads_for_a_moment_only() -> None:
    """As PulseAudio does: in the first second single blocks come 5 ms before the even pace that follows."""
    fit = ClockFit(48_000)
    rng = np.random.default_rng(4)
    for number in range(6000):
        early = 5e6 if number in {67, 71} else 0.0
        fit.add(number * BLOCK, int(number * 1e7 - early + rng.exponential(2e6)))
        if number > 400:
            assert abs(fit.instant_of(number * BLOCK) - number * 1e7) < 1e6
            assert abs(fit.ppm) < 100


@pytest.mark.parametrize("ppm", [-50, 300])
def test_two_seconds_of_blocks_that_come_10_ms_sooner_than_ever_after_make_no_slope(ppm: int) -> None:
    """As PulseAudio did when a second stream began: taken for a slope, it cost 6 ms within ten seconds."""
    fit = ClockFit(48_000)
    rng = np.random.default_rng(5)
    for number in range(6000):
        true = number * 1e7 * (1 + ppm * 1e-6)
        fit.add(number * BLOCK, int(true + (0 if number < 200 else 1e7) + rng.exponential(3e6)))
        if number > 2000:
            assert abs(fit.instant_of(number * BLOCK) - true - 1e7) < 1e6
            assert abs(fit.ppm - ppm) < 20


@pytest.mark.parametrize("step_ms", [-9, 9])
def test_a_latency_that_changes_in_mid_recording_bends_nothing(step_ms: int) -> None:
    """A shorter one is the truth at once, a longer one only when nothing else was seen for long."""
    fit = ClockFit(48_000)
    rng = np.random.default_rng(6)
    for number in range(12_000):
        true = number * 1e7
        fit.add(number * BLOCK, int(true + (step_ms * 1e6 if number >= 3000 else 0) + rng.exponential(3e6)))
        if number > 1500:
            error_ms = (fit.instant_of(number * BLOCK) - true) / 1e6
            assert min(0, step_ms) - 2 < error_ms < max(0, step_ms) + 2
            assert abs(fit.ppm) < 100
    assert error_ms == pytest.approx(step_ms, abs=0.5)


def test_what_is_known_of_a_crystal_holds_until_it_is_measured_anew() -> None:
    def begun(fit: ClockFit, seconds: int) -> float:
        """The largest error after the first second, in milliseconds."""
        rng = np.random.default_rng(7)
        worst = 0.0
        for number in range(seconds * 100):
            true = number * 1e7 * (1 + 3e-4)
            fit.add(number * BLOCK, int(true + rng.exponential(2e6)))
            if number > 100:
                worst = max(worst, abs(fit.instant_of(number * BLOCK) - true) / 1e6)
        return worst

    first = ClockFit(48_000)
    assert begun(first, 10) > 0.5
    assert first.known_ppm == 0, "ten seconds are not enough to know it"
    begun(first := ClockFit(48_000), 20)
    assert first.known_ppm == pytest.approx(300, abs=20)
    again = ClockFit(48_000, first.known_ppm)
    assert begun(again, 10) < 0.5
    assert again.known_ppm == pytest.approx(first.known_ppm)
