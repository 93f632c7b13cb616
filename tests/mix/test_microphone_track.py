from itertools import pairwise

import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import Samples
from kiosk.mix.microphone_track import LOOKAHEAD, LOST, MicrophoneTrack
from tests.mix.virtual import T0, VirtualMicrophone, clicks, instant_s


def constant(count: int, value: float = 0.25) -> Samples:
    return np.full(count, value, np.float32)


def push(track: MicrophoneTrack, first: int, count: int, *, epoch: int = 1, offset_s: float = 0.0) -> None:
    """A block of a perfect 48 kHz clock whose sample 0 sounded `offset_s` after t0."""
    at_ns = T0 + round(offset_s * NS) + first * NS // 48_000
    track.push(epoch, 48_000, first, at_ns, constant(count))


def test_only_what_came_is_given_until_one_gives_up() -> None:
    track = MicrophoneTrack(T0)
    assert track.available_until() == 0
    assert len(track.pull(1000, give_up=False)) == 0
    push(track, 0, 4800)
    assert 4800 - LOOKAHEAD - 2 <= track.available_until() <= 4800 - LOOKAHEAD + 2
    assert len(track.pull(1000, give_up=False)) == 1000
    came = track.pull(10_000, give_up=False)
    assert 4700 < 1000 + len(came) <= 4800
    assert len(track.pull(10_000, give_up=True)) == 10_000 - 1000 - len(came)
    assert track.position == 10_000


def test_pulling_backwards_or_twice_gives_nothing() -> None:
    track = MicrophoneTrack(T0)
    push(track, 0, 4800)
    track.pull(2000, give_up=False)
    assert len(track.pull(2000, give_up=True)) == 0
    assert len(track.pull(1000, give_up=True)) == 0
    assert track.position == 2000


def test_sound_from_before_the_first_instant_is_left_out() -> None:
    track = MicrophoneTrack(T0)
    microphone = VirtualMicrophone(clicks(-0.5, 0.25), jitter_ms=0, opened_s=-3)
    for _, block in microphone.blocks(1):
        track.push(1, 48_000, block.first, block.t_ns, block.samples)
    out = track.pull(40_000, give_up=False)
    assert instant_s(out, 0.25) == pytest.approx(0.25, abs=1e-4)
    assert np.abs(out[:10_000]).max() < 1e-3
    assert track.take_gaps() == []


def test_a_microphone_that_opens_late_leaves_a_gap_at_the_beginning() -> None:
    track = MicrophoneTrack(T0)
    for number in range(20):
        push(track, number * 480, 480, offset_s=0.5)
    out = track.pull(30_000, give_up=False)
    assert not out[:23_990].any()
    assert out[24_100] == pytest.approx(0.25, abs=1e-3)
    (gap,) = track.take_gaps()
    assert gap.first == 0
    assert gap.length == pytest.approx(24_000, abs=2)


def test_overlapping_and_repeated_blocks_count_once() -> None:
    track = MicrophoneTrack(T0)
    for first in (0, 480, 240, 480, 960, 0):
        push(track, first, 480)
    out = track.pull(1400, give_up=False)
    assert len(out) == 1400
    assert np.allclose(out[100:1300], 0.25, atol=2e-3)
    assert track.take_gaps() == []


def test_every_lost_sample_is_counted() -> None:
    track = MicrophoneTrack(T0)
    first = 0
    for number in range(200):
        push(track, first, 480)
        first += 480 + (7 if number == 50 else 0) + (1 if number == 120 else 0)
    track.pull(90_000, give_up=False)
    gaps = track.take_gaps()
    assert [(gap.length, gap.cause) for gap in gaps] == [(7, LOST), (1, LOST)]
    assert gaps[0].first == pytest.approx(51 * 480, abs=2)


def test_an_older_opening_is_left_out_once_a_newer_one_spoke() -> None:
    track = MicrophoneTrack(T0)
    push(track, 0, 4800, epoch=2)
    push(track, 4800, 4800, epoch=1)
    assert len(track.pull(9000, give_up=False)) < 4801


def test_an_empty_block_is_nothing() -> None:
    track = MicrophoneTrack(T0)
    track.push(1, 48_000, 0, T0, constant(0))
    assert track.available_until() == 0


def test_a_queue_that_nobody_pulls_is_bounded_and_what_is_left_out_becomes_a_gap() -> None:
    track = MicrophoneTrack(T0)
    for second in range(60):
        push(track, second * 48_000, 48_000)
    assert sum(len(samples) for _, samples in track._streams[0].waiting) <= 32 * 48_000
    out = track.pull(59 * 48_000, give_up=False)
    for second in range(60, 62):
        push(track, second * 48_000, 48_000)
    out = np.concatenate([out, track.pull(61 * 48_000, give_up=False)])
    assert len(out) == 61 * 48_000
    (gap,) = track.take_gaps()
    assert gap.length > 25 * 48_000
    assert out[-1000] == pytest.approx(0.25, abs=1e-3)


@pytest.mark.parametrize("leap", [10**15, -480 * 2000])
def test_a_count_that_begins_anew_without_a_word_is_heard_on(leap: int) -> None:
    track = MicrophoneTrack(T0)
    before = 480 * 2000
    for number in range(10):
        push(track, before + number * 480, 480, offset_s=-20)
    for number in range(10, 200):
        at_ns = T0 + number * 10_000_000
        track.push(1, 48_000, before + leap + number * 480, at_ns, constant(480))
    out = track.pull(90_000, give_up=False)
    assert len(out) == 90_000
    assert np.allclose(out[200:4000], 0.25, atol=1e-3)
    assert np.allclose(out[6000:], 0.25, atol=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_device_does_the_track_is_whole_finite_and_accounted_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    track = MicrophoneTrack(T0)
    out: list[Samples] = []
    epoch, first, opened = 1, 0, 0.0
    rate = 48_000
    now = 0.0
    for _ in range(600):
        kind = rng.integers(0, 40)
        if kind == 0:
            epoch, first, rate, opened = epoch + 1, 0, int(rng.choice([44_100, 48_000])), now + float(rng.random())
        elif kind == 1:
            first += int(rng.integers(1, 20_000))
        elif kind == 2:
            first = max(0, first - int(rng.integers(1, 2000)))
        elif kind == 3:
            now += float(rng.random()) * 3
        count = int(rng.integers(1, 2000))
        late = float(rng.exponential(0.005))
        t_ns = T0 + round((opened + first / rate + late) * NS)
        track.push(epoch, rate, first, t_ns, rng.uniform(-0.1, 0.1, count).astype(np.float32))
        first += count
        now = max(now, opened + first / rate)
        out.append(track.pull(int((now - 0.2) * 48_000), give_up=bool(rng.integers(0, 2))))
    end = track.position + 48_000
    out.append(track.pull(end, give_up=True))
    track.close_gap(end)
    whole = np.concatenate(out)
    assert len(whole) == track.position == end
    assert np.isfinite(whole).all()
    assert np.abs(whole).max() < 0.3
    gaps = track.take_gaps()
    for gap, following in pairwise(gaps):
        assert gap.length > 0
        assert gap.first + gap.length <= following.first + LOOKAHEAD
    for gap in gaps:
        if gap.length > 400:
            assert np.abs(whole[max(0, gap.first + 100) : gap.first + gap.length - 100]).max(initial=0) < 1e-4


@pytest.mark.parametrize("reopened", [False, True])
def test_an_overflow_or_a_reopening_keeps_the_speed_that_was_measured(*, reopened: bool) -> None:
    track = MicrophoneTrack(T0)
    microphone = VirtualMicrophone(np.zeros_like, ppm=300)
    for number, (_, block) in enumerate(microphone.blocks(25)):
        again = number >= 2000
        epoch = 2 if reopened and again else 1
        track.push(epoch, 48_000, block.first, block.t_ns, block.samples, anew=number == 2000 and not reopened)
        track.pull(max(0, number - 60) * 480, give_up=False)
    assert track.ppm == pytest.approx(300, abs=20)
