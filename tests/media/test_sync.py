"""Flashes and clicks are found where they were put, and nowhere else."""

from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.domain.errors import BadRequest
from kiosk.encode.encoder import Encoder
from kiosk.media.sync import SyncMeter, sync_offsets
from tests.encode.material import SMALL, Collected, flat, moving

LENGTH_S = 8
PUT = {1.0: 0.0, 2.5: 0.028, 4.0: -0.015, 6.5: 0.004}
"""Instant of each flash → how much later its click is."""
ALONE_S = 5.2
"""A flash without a click."""


@pytest.fixture(scope="module")
def data() -> bytes:
    """A person who speaks before a moving picture, with flashes of two pictures and clicks of a millisecond."""
    sink = Collected()
    encoder = Encoder(sink, SMALL)
    at = np.arange(LENGTH_S * RATE) / RATE
    rng = np.random.default_rng(1)
    voice = sum(0.05 * np.sin(2 * np.pi * 140 * n * at + n) / n for n in range(1, 12)) * np.abs(np.sin(9 * at))
    sound = (voice + 0.003 * rng.standard_normal(len(at))).astype(np.float32)
    for flash_s, later_s in PUT.items():
        first = round((flash_s + later_s) * RATE)
        sound[first : first + 48] = np.repeat([0.5, -0.5], 24)
    for number in range(LENGTH_S * 30):
        now_s = number / 30
        lit = any(0 <= now_s - flash_s < 1.9 / 30 for flash_s in (*PUT, ALONE_S))
        encoder.picture(flat(235) if lit else moving(number), number * NS // 30)
        first = max(0, number - 5) * RATE // 30
        if number >= 5:
            encoder.sound(sound[first : first + RATE // 30], first)
    encoder.sound(sound[(LENGTH_S * 30 - 5) * RATE // 30 :], (LENGTH_S * 30 - 5) * RATE // 30)
    encoder.close()
    return sink.data


@pytest.mark.parametrize("counted", [False, True])
def test_each_flash_has_its_own_click_and_the_one_without_is_left_out(
    tmp_path: Path, data: bytes, *, counted: bool
) -> None:
    path = tmp_path / "whole.mp4"
    path.write_bytes(data)
    marks = sync_offsets(path, counted=counted)
    assert [mark.at_s for mark in marks] == pytest.approx(list(PUT), abs=0.001)
    assert [mark.sound_later_s for mark in marks] == pytest.approx(list(PUT.values()), abs=0.001)


def test_a_file_that_was_cut_off_is_measured_as_far_as_it_is_whole(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: len(data) * 6 // 10])
    marks = sync_offsets(path)
    assert [mark.at_s for mark in marks] == pytest.approx([1.0, 2.5, 4.0], abs=0.001)
    assert [mark.sound_later_s for mark in marks] == pytest.approx([0.0, 0.028, -0.015], abs=0.001)


def test_sound_that_is_counted_shows_a_hole_that_its_times_hide() -> None:
    found = []
    for counted in (False, True):
        meter = SyncMeter(counted=counted)
        for number in range(90):
            meter.picture(number / 30, flat(235) if number in {60, 61} else flat(50))
        sound = np.zeros(3 * RATE, np.float32)
        sound[2 * RATE : 2 * RATE + 24] = 0.5
        meter.sound(0.0, sound[:RATE])
        meter.sound(1.05, sound[RATE + RATE // 20 :])
        (mark,) = meter.marks()
        found.append(mark.sound_later_s)
    assert found == pytest.approx([0.0, -0.05], abs=0.001)


def test_a_light_that_stays_on_and_a_voice_alone_are_no_markers() -> None:
    meter = SyncMeter()
    for number in range(120):
        meter.picture(number / 30, flat(200 if number >= 60 else 50))
    meter.sound(0.0, (0.3 * np.sin(np.arange(4 * RATE) / 50)).astype(np.float32))
    assert meter.marks() == []


def test_nothing_at_all_has_no_markers() -> None:
    assert SyncMeter().marks() == []


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    with pytest.raises(BadRequest, match="cannot be read"):
        sync_offsets(path)
    path.write_bytes(b"no video at all, only words")
    with pytest.raises(BadRequest):
        sync_offsets(path)
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(BadRequest, match="picture and sound"):
        sync_offsets(path)
