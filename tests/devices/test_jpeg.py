"""JPEGs are told apart and measured without decoding."""

from pathlib import Path

import cv2
import numpy as np

from kiosk.devices import jpeg

ASSETS = Path(__file__).parents[2] / "assets" / "simulated"


def encoded(width: int, height: int) -> bytes:
    picture = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    return bytes(cv2.imencode(".jpg", picture)[1])


def test_size_is_read_from_the_frame_header() -> None:
    assert jpeg.size_of(encoded(320, 200)) == (320, 200)


def test_what_is_no_jpeg_has_no_size() -> None:
    assert jpeg.size_of(b"") is None
    assert jpeg.size_of(b"\xff\xd8") is None
    assert jpeg.size_of(b"\xff\xd8\x00\x00\x00\x00") is None
    assert jpeg.size_of(b"RIFF" * 100) is None


def test_a_header_cut_at_any_byte_is_no_error() -> None:
    whole = encoded(16, 16)
    for length in range(len(whole)):
        assert jpeg.size_of(whole[:length]) in {None, (16, 16)}


def test_a_loop_is_split_into_its_pictures_and_a_torn_tail_is_left_out() -> None:
    pictures = [encoded(64, 48), encoded(32, 32), encoded(16, 16)]
    assert jpeg.split(b"".join(pictures)) == pictures
    assert jpeg.split(b"".join(pictures)[:-5]) == pictures[:2]
    assert jpeg.split(b"nothing here") == []


def test_the_simulated_cameras_loop_is_four_seconds_of_720p() -> None:
    pictures = jpeg.split((ASSETS / "camera.mjpeg").read_bytes())
    assert len(pictures) == 120
    assert {jpeg.size_of(picture) for picture in pictures} == {(1280, 720)}
    assert (ASSETS / "camera.mjpeg").stat().st_size < 6_000_000
