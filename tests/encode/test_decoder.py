import cv2
import numpy as np
import pytest

from kiosk.domain.devices import CameraFrame, Pixels
from kiosk.encode.colour import RANGE, planes
from kiosk.encode.decoder import PictureDamaged, PictureDecoder
from tests.encode.material import COLOURS, SAMPLINGS, bars, camera_frame, jpeg


def ycc(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    """BT.601 in full range, by the formulas of ITU-T T.871."""
    red, green, blue = colour
    return (
        0.299 * red + 0.587 * green + 0.114 * blue,
        128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
        128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
    )


def assert_bars(frame_planes: list[np.ndarray]) -> None:
    for number, (name, colour) in enumerate(COLOURS.items()):
        found = []
        for plane in frame_planes:
            height, width = plane.shape
            found.append(float(plane[height // 2, (2 * number + 1) * width // 16]))
        assert found == pytest.approx(ycc(colour), abs=2.5), name


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_jpeg_keeps_its_colours_and_full_range(sampling: str) -> None:
    frame = PictureDecoder().decode(camera_frame(jpeg(bars(), sampling)))

    assert (frame.width, frame.height, frame.format.name) == (1280, 720, "yuvj420p")
    assert frame.color_range == RANGE
    assert_bars([*planes(frame)])


def test_a_bgr_picture_gets_the_colours_that_its_jpeg_would_have() -> None:
    assert_bars([*planes(PictureDecoder().decode(camera_frame(bars())))])


def test_a_picture_of_two_bytes_a_point_keeps_its_colours() -> None:
    packed = cv2.cvtColor(bars(), cv2.COLOR_BGR2YUV_YUY2)
    decoded = PictureDecoder().decode(CameraFrame(0, "yuyv", packed, 1280, 720))
    assert decoded.color_range == RANGE
    assert_bars([*planes(decoded)])


@pytest.mark.parametrize("shape", [(720, 1280, 3), (720, 1280), (720, 1279, 2), (0, 1280, 2)])
def test_what_has_not_two_bytes_a_point_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(PictureDamaged):
        PictureDecoder().decode(CameraFrame(0, "yuyv", np.zeros(shape, np.uint8), 1280, 720))


def test_a_grey_jpeg_becomes_a_grey_picture() -> None:
    _, data = cv2.imencode(".jpg", np.full((720, 1280), 200, np.uint8))

    luma, blue, red = planes(PictureDecoder().decode(camera_frame(data.tobytes())))

    assert abs(int(luma[300, 300]) - 200) <= 2
    assert {int(blue[100, 100]), int(red[100, 100])} == {128}


@pytest.mark.parametrize(
    ("width", "height", "left", "top"), [(640, 480, 160, 0), (1920, 1080, 0, 0), (1000, 400, 0, 104), (1281, 721, 0, 0)]
)
def test_a_picture_of_another_shape_gets_black_bars_and_is_not_stretched(
    width: int, height: int, left: int, top: int
) -> None:
    picture: Pixels = np.full((height, width, 3), 180, np.uint8)
    side = height // 2
    y, x = (height - side) // 2, (width - side) // 2
    picture[y : y + side, x : x + side] = 20  # a square

    luma = planes(PictureDecoder().decode(camera_frame(jpeg(picture), width, height)))[0]

    assert luma[:, :left].max(initial=0) <= 4
    assert luma[:top].max(initial=0) <= 4
    assert abs(int(luma[top + 8, left + 8]) - 180) <= 4
    wide = int((luma[360] < 100).sum()) - 2 * left
    high = int((luma[:, 640] < 100).sum()) - 2 * top
    assert abs(wide - high) <= 4


@pytest.mark.parametrize("kept", [3, 200, 0.3, 0.6, 0.95, -30])
def test_a_truncated_jpeg_is_refused_and_the_next_is_decoded(kept: float) -> None:
    decoder = PictureDecoder()
    whole = jpeg(bars(), "4:2:2")
    size = round(kept * len(whole)) if 0 < kept < 1 else int(kept)

    with pytest.raises(PictureDamaged, match="damaged"):
        decoder.decode(camera_frame(whole[:size]))

    assert_bars([*planes(decoder.decode(camera_frame(whole)))])


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"RIFF" * 100, b"\xff\xd8" + b"\x00" * 5000])
def test_what_is_no_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(PictureDamaged):
        PictureDecoder().decode(camera_frame(data))


def test_a_decoded_picture_is_the_callers_to_draw_on() -> None:
    decoder = PictureDecoder()
    data = jpeg(bars())
    first = decoder.decode(camera_frame(data))
    for plane in planes(first):
        plane[:] = 7
    second = decoder.decode(camera_frame(data))
    decoder.decode(camera_frame(jpeg(255 - bars())))

    assert_bars([*planes(second)])
    assert all((plane == 7).all() for plane in planes(first))
