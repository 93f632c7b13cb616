import io
from datetime import datetime, timedelta, timezone
from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.devices.jpeg import split
from kiosk.domain.clock import NS
from kiosk.domain.errors import WorldFailed
from kiosk.encode.colour import duplicate, planes
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.encode.overlay import MARGIN, PADDING, Overlay, _load
from kiosk.system.places import asset
from tests.encode.material import Collected, camera_frame, flat

ATLAS = asset("overlay")
WALL = datetime(2026, 11, 22, 14, 3, 7, 999_999, tzinfo=timezone(timedelta(hours=1)))
NEWFOUNDLAND = timezone(-timedelta(hours=3, minutes=30))


def noise(width: int = 1280, height: int = 720) -> av.VideoFrame:
    frame = flat(0, width, height)
    generator = np.random.default_rng(5)
    for plane in planes(frame):
        plane[:] = generator.integers(0, 256, plane.shape, np.uint8)
    return frame


def read_time(frame: av.VideoFrame, letters: int = 26) -> str:
    """What stands there, each place compared with every glyph."""
    glyphs, height, space = _load(ATLAS)
    del glyphs["REC"]
    luma = planes(frame)[0].astype(np.float32) / 255
    x, y, text = MARGIN + PADDING, MARGIN + PADDING, ""
    for _ in range(letters):
        rows = slice(y, y + height)
        fits = {" ": float(np.abs(luma[rows, x : x + space] - 0.15).mean())}
        for letter, glyph in glyphs.items():
            fits[letter] = float(np.abs(luma[rows, x : x + glyph.shape[1]] - np.maximum(glyph, 0.15)).mean())
        letter = min(fits, key=lambda each: fits[each])
        x += space if letter == " " else glyphs[letter].shape[1]
        text += letter
    return text


@pytest.mark.parametrize("ground", [0, 90, 255, "noise"])
def test_the_time_can_be_read_on_any_ground(ground: int | str) -> None:
    frame = noise() if isinstance(ground, str) else flat(ground, 1280, 720)
    Overlay(ATLAS, rec_mark=True, timestamp=True).draw(frame, WALL, recording=True)
    assert read_time(frame) == "2026-11-22 14:03:07 +01:00"


def test_every_second_and_every_offset_is_drawn_anew() -> None:
    overlay = Overlay(ATLAS, rec_mark=False, timestamp=True)
    shown = []
    for wall in (WALL, WALL + timedelta(seconds=1), WALL.astimezone(NEWFOUNDLAND)):
        frame = flat(40, 1280, 720)
        overlay.draw(frame, wall, recording=True)
        shown.append(read_time(frame))
    assert shown == ["2026-11-22 14:03:07 +01:00", "2026-11-22 14:03:08 +01:00", "2026-11-22 09:33:07 -03:30"]


@pytest.mark.parametrize("preset", ["ultrafast", "superfast", "veryfast"])
def test_the_time_and_the_mark_are_sharp_in_what_a_player_decodes(preset: str) -> None:
    loop = split((asset("simulated") / "camera.mjpeg").read_bytes())
    decoder, overlay, sink = PictureDecoder(), Overlay(ATLAS, rec_mark=True, timestamp=True), Collected()
    encoder = Encoder(sink, EncoderSettings(preset=preset))
    drawn = []
    for number in range(24):  # the second changes at every eighth picture: harder than it ever is
        frame = decoder.decode(camera_frame(loop[5 * number]))
        overlay.draw(frame, WALL + timedelta(seconds=number // 8), recording=True)
        drawn.append(planes(frame)[0][MARGIN : MARGIN + 30, MARGIN : MARGIN + 400].copy())
        encoder.picture(frame, number * NS // 30)
    encoder.close()
    with av.open(io.BytesIO(sink.data), "r") as container:
        shown = list(container.decode(video=0))
    assert len(shown) == 24
    for number, frame in enumerate(shown):
        assert read_time(frame) == f"2026-11-22 14:03:{7 + number // 8:02} +01:00", f"picture {number}"
        assert red_points(frame) > 20, "the mark is there, and red"
        there = planes(frame)[0][MARGIN : MARGIN + 30, MARGIN : MARGIN + 400].astype(np.float32)
        error = float(np.square(there - drawn[number]).mean())
        assert 10 * np.log10(255**2 / error) > 30, "strokes have kept their edges"


def red_points(frame: av.VideoFrame) -> int:
    return int((planes(frame)[2] > 190).sum())


@pytest.mark.parametrize(
    ("wanted", "recording", "marked"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_the_red_mark_is_there_only_when_it_is_wanted_and_recorded(wanted: bool, recording: bool, marked: bool) -> None:
    frame = flat(60, 1280, 720)
    Overlay(ATLAS, rec_mark=wanted, timestamp=True).draw(frame, WALL, recording)
    assert (red_points(frame) > 20) is marked


def test_the_mark_stands_alone_when_the_time_is_not_wanted() -> None:
    frame = flat(60, 1280, 720)
    Overlay(ATLAS, rec_mark=True, timestamp=False).draw(frame, WALL, recording=True)
    assert red_points(frame) > 20
    assert (planes(frame)[0][:, 140:] == 60).all()


def test_only_its_corner_is_touched() -> None:
    before = noise()
    after = duplicate(before)
    Overlay(ATLAS, rec_mark=True, timestamp=True).draw(after, WALL, recording=True)
    for number, (old, new) in enumerate(zip(planes(before), planes(after), strict=True)):
        scale = 2 if number else 1
        assert (old[60 // scale :] == new[60 // scale :]).all()
        assert (old[:, 480 // scale :] == new[:, 480 // scale :]).all()
        assert (old[: 14 // scale] == new[: 14 // scale]).all()


def test_nothing_is_drawn_when_nothing_is_wanted() -> None:
    before = noise()
    after = duplicate(before)
    Overlay(ATLAS, rec_mark=False, timestamp=False).draw(after, WALL, recording=True)
    assert all((old == new).all() for old, new in zip(planes(before), planes(after), strict=True))


def test_lines_with_padding_are_respected() -> None:
    frame = noise(1002, 202)  # FFmpeg pads such lines
    assert any(plane.line_size != plane.width for plane in frame.planes)
    Overlay(ATLAS, rec_mark=True, timestamp=True).draw(frame, WALL, recording=True)
    assert read_time(frame) == "2026-11-22 14:03:07 +01:00"


def test_a_picture_that_is_too_small_gets_what_fits() -> None:
    Overlay(ATLAS, rec_mark=True, timestamp=True).draw(flat(60, 64, 32), WALL, recording=True)


def test_a_missing_atlas_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorldFailed, match="missing or damaged"):
        Overlay(tmp_path, rec_mark=True, timestamp=True)
