import numpy as np
import pytest

from kiosk.domain.devices import Samples
from kiosk.mix.gate import FADE, Gate
from kiosk.mix.voice_track import VoiceTrack


def ones(count: int) -> Samples:
    return np.ones(count, np.float32)


def test_outside_its_spans_the_gate_hands_back_the_very_samples() -> None:
    samples = ones(1024)
    assert Gate(480).apply(samples, 0, [(100_000, 200_000)]) is samples


def test_the_gate_is_shut_around_a_span_and_fades_outside_of_that() -> None:
    out = Gate(480).apply(ones(20_000), 0, [(5000, 8000)])
    assert not out[5000 - 480 : 8000].any()
    assert out[5000 - 480 - FADE - 1] == 1
    assert out[5000 - 480 - FADE // 2] == pytest.approx(0.5, abs=0.01)
    assert out[8000 + FADE] == 1
    assert np.abs(np.diff(out)).max() <= 1.001 / FADE


def test_block_by_block_is_the_same_as_at_once() -> None:
    whole = Gate(480).apply(ones(20_000), 0, [(5000, 8000)])
    gate = Gate(480)
    parts = [gate.apply(ones(500), at, [(5000, 8000)]) for at in range(0, 20_000, 500)]
    assert np.allclose(np.concatenate(parts), whole)


def test_a_span_that_is_known_too_late_still_fades() -> None:
    gate = Gate(480)
    first = gate.apply(ones(6000), 0, [])
    second = gate.apply(ones(6000), 6000, [(5000, 8000)])
    assert np.abs(np.diff(np.concatenate([first, second]))).max() <= 1.001 / FADE
    assert not second[FADE : 8000 - 6000].any()


def test_a_span_that_is_empty_shuts_nothing() -> None:
    samples = ones(1000)
    assert Gate(480).apply(samples, 0, [(500, 500)]) is samples


def test_clips_stand_where_they_sounded_and_overlapping_ones_add_up() -> None:
    track = VoiceTrack()
    track.place("a", ones(100), 10.4)
    track.place("b", ones(100), 60)
    out = track.pull(0, 200)
    assert out[:10].sum() == 0
    assert out[10] == 1
    assert out[60] == 2
    assert out[159] == 1
    assert out[160:].sum() == 0


def test_a_clip_is_pulled_in_pieces_without_a_seam() -> None:
    track = VoiceTrack()
    clip = np.arange(1, 1001, dtype=np.float32)
    track.place("a", clip, 300)
    pieces = np.concatenate([track.pull(at, 128) for at in range(0, 1536, 128)])
    assert np.array_equal(pieces[300:1300], clip)


def test_a_clip_that_is_cut_ends_softly_there() -> None:
    track = VoiceTrack()
    track.place("a", ones(48_000), 0)
    track.cut("a", 24_000)
    out = track.pull(0, 48_000)
    assert out[23_000] == 1
    assert np.abs(np.diff(out)).max() < 0.01
    assert not out[24_000:].any()
    assert track.spans() == [(0, 24_000)]
    assert not track.is_sounding(24_000, 100)
    assert track.is_sounding(23_950, 100)


def test_a_clips_span_has_its_tail_in_it() -> None:
    track = VoiceTrack()
    track.place("a", ones(100), 1000, tail=50)
    assert track.spans() == [(1000, 1150)]
    track.cut("a", 1040)
    assert track.spans() == [(1000, 1090)]
    track.cut("a", 500)
    assert track.spans() == []


def test_a_clip_that_is_cut_before_it_began_never_sounds() -> None:
    track = VoiceTrack()
    track.place("a", ones(100), 1000)
    track.cut("a", 500)
    track.cut("never placed", 500)
    assert not track.pull(0, 2000).any()


def test_clips_are_forgotten_after_they_sounded() -> None:
    track = VoiceTrack()
    track.place("a", ones(100), 0)
    track.pull(0, 1000)
    assert track.spans()
    track.pull(200_000, 1000)
    assert track.spans() == []
