"""Clips are played in order, each once, and what is reported is what sounded."""

import numpy as np
import pytest

from kiosk.capture.playout import Playout
from kiosk.domain.devices import RATE, Samples

BLOCK = 480
NS_PER_BLOCK = 10_000_000


def clip(size: int, level: float = 0.5) -> Samples:
    return np.full(size, level, np.float32)


class Loudspeaker:
    """Asks for blocks one after the other, as a device would."""

    def __init__(self, playout: Playout) -> None:
        self._playout = playout
        self.heard: Samples = np.zeros(0, np.float32)

    def play(self, blocks: int) -> None:
        for _ in range(blocks):
            out = np.full(BLOCK, 9.0, np.float32)  # what is in the buffer before is garbage
            first = self.heard.size
            self._playout.fill(out, first, first * NS_PER_BLOCK // BLOCK)
            self.heard = np.concatenate((self.heard, out))


def test_without_a_clip_there_is_silence() -> None:
    loudspeaker = Loudspeaker(Playout())
    loudspeaker.play(2)
    assert not loudspeaker.heard.any()


def test_a_clip_sounds_whole_and_is_reported_with_its_samples() -> None:
    playout = Playout()
    loudspeaker = Loudspeaker(playout)
    loudspeaker.play(1)
    playout.play(clip(1000), token=7)
    loudspeaker.play(4)
    assert np.flatnonzero(loudspeaker.heard).tolist() == list(range(480, 1480))
    started, ended = playout.take_reports()
    assert (started.token, started.started, started.sample, started.t_ns) == (7, True, 480, 10_000_000)
    assert (ended.token, ended.started, ended.whole, ended.sample) == (7, False, True, 1480)
    assert ended.t_ns == 1480 * NS_PER_BLOCK // BLOCK
    assert playout.take_reports() == []


def test_clips_follow_each_other_without_a_gap_in_one_block() -> None:
    playout = Playout()
    loudspeaker = Loudspeaker(playout)
    for token in range(3):
        playout.play(clip(100, 0.1 * (token + 1)), token)
    loudspeaker.play(1)
    assert [round(float(loudspeaker.heard[at]), 1) for at in (0, 100, 200, 300)] == [0.1, 0.2, 0.3, 0.0]
    assert [(r.token, r.started, r.sample) for r in playout.take_reports()] == [
        (0, True, 0), (0, False, 100), (1, True, 100), (1, False, 200), (2, True, 200), (2, False, 300),
    ]  # fmt: skip


def test_silence_fades_what_plays_and_forgets_what_waits() -> None:
    playout = Playout()
    loudspeaker = Loudspeaker(playout)
    playout.play(clip(RATE), 1)
    playout.play(clip(RATE), 2)
    loudspeaker.play(2)
    playout.silence()
    loudspeaker.play(3)
    after = loudspeaker.heard[960:]
    assert np.max(np.abs(np.diff(after[:300]))) < 0.01
    assert not after[300:].any()
    reports = {(r.token, r.started): r for r in playout.take_reports()}
    assert not reports[1, False].whole
    assert reports[1, False].sample == 960 + 240
    assert not reports[2, False].whole
    assert (2, True) not in reports


def test_silence_without_a_clip_does_not_shorten_the_next_one() -> None:
    playout = Playout()
    loudspeaker = Loudspeaker(playout)
    playout.silence()
    playout.play(clip(960), 1)
    loudspeaker.play(3)
    assert playout.take_reports()[-1].whole
    assert np.count_nonzero(loudspeaker.heard) == 960


def test_a_lost_loudspeaker_ends_everything_where_it_was() -> None:
    playout = Playout()
    loudspeaker = Loudspeaker(playout)
    playout.play(clip(RATE), 1)
    playout.play(clip(RATE), 2)
    loudspeaker.play(3)
    playout.lost()
    ends = [report for report in playout.take_reports() if not report.started]
    assert [(end.token, end.whole, end.sample) for end in ends] == [(1, False, 1440), (2, False, 1440)]
    assert not playout.busy


def test_another_rate_plays_for_the_same_time() -> None:
    playout = Playout(rate=44_100)
    loudspeaker = Loudspeaker(playout)
    playout.play(clip(RATE), 1)
    loudspeaker.play(100)
    start, end = playout.take_reports()
    assert end.sample - start.sample == pytest.approx(44_100, abs=100)


def test_a_clip_at_another_rate_is_resampled_whole_without_a_seam() -> None:
    playout = Playout(rate=44_100)
    t = np.arange(3 * RATE) / RATE
    playout.play((0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32), 1)
    out = np.zeros(3 * 44_100, np.float32)
    playout.fill(out, 0, 0)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(out.size) / 44_100)
    assert np.abs(out - expected)[100:-200].max() < 1e-3


def test_stamps_are_handed_out_once_and_bounded() -> None:
    playout = Playout()
    Loudspeaker(playout).play(3)
    assert playout.take_stamps() == [(0, 0), (480, 10_000_000), (960, 20_000_000)]
    assert playout.take_stamps() == []
    for first in range(5000):
        playout.fill(np.zeros(1, np.float32), first, first)
    assert len(playout.take_stamps()) == 4096
