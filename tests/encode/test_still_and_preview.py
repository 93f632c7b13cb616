from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.devices import means
from kiosk.domain.errors import WorldFailed
from kiosk.domain.preview import HEIGHT, PICTURE_BYTES, WIDTH
from kiosk.encode.colour import duplicate, planes
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.preview import PreviewScaler
from kiosk.encode.still import load_still
from kiosk.system.places import asset
from tests.encode.material import COLOURS, bars, camera_frame, jpeg


def test_a_still_has_the_colours_of_its_png(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    cv2.imwrite(str(path), bars())

    still = load_still(path)

    camera = PictureDecoder().decode(camera_frame(bars()))
    assert (still.width, still.height, still.format.name) == (1280, 720, "yuvj420p")
    for mine, theirs in zip(planes(still), planes(camera), strict=True):
        assert np.abs(mine.astype(int) - theirs).max() <= 2


@pytest.mark.parametrize("name", ["camera-lost", "paused"])
def test_the_products_stills_fill_the_picture(name: str) -> None:
    still = load_still(asset(f"stills/{name}.png"))
    assert (still.width, still.height) == (1280, 720)
    assert planes(still)[0].std() > 5  # there are words on it


def test_drawing_on_a_copy_leaves_the_still_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    cv2.imwrite(str(path), bars())
    still = load_still(path)
    copy = duplicate(still)
    planes(copy)[0][:] = 0
    assert planes(still)[0].max() > 200


@pytest.mark.parametrize("content", [None, b"", b"\x89PNG\r\n\x1a\n and then nothing"])
def test_a_still_that_cannot_be_read_is_told_by_name(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "camera-lost.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WorldFailed, match=r"camera-lost\.png"):
        load_still(path)


@pytest.mark.parametrize(
    "scaler",
    [PreviewScaler(quarter=means.quarter), PreviewScaler(), PreviewScaler(turbo=False)],
    ids=["by OpenCV and libjpeg-turbo", "by FFmpeg and libjpeg-turbo", "by FFmpeg alone"],
)
def test_the_preview_is_small_packed_and_has_the_right_colours(scaler: PreviewScaler) -> None:
    frame = PictureDecoder().decode(camera_frame(jpeg(bars(), "4:2:2")))

    data = scaler.scale(frame)

    assert len(data) == PICTURE_BYTES
    rgb = np.frombuffer(data, np.uint8).reshape(HEIGHT, WIDTH, 3)
    for number, (name, colour) in enumerate(COLOURS.items()):
        assert [int(value) for value in rgb[180, number * 80 + 40]] == pytest.approx(colour, abs=4), name
