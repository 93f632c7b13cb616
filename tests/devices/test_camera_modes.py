"""Which mode of a camera is asked for first."""

import pytest

from kiosk.devices.camera_modes import USUAL, Format, to_try

HD = Format("MJPG", 1280, 720, 30.0)
FULL_HD = Format("MJPG", 1920, 1080, 30.0)


@pytest.mark.parametrize(
    ("offers", "best"),
    [
        pytest.param([FULL_HD, HD, Format("YUYV", 1280, 720, 10.0)], HD, id="the recording's own size, coded"),
        pytest.param([FULL_HD, Format("MJPG", 640, 480, 30.0)], FULL_HD, id="a larger one is scaled down"),
        pytest.param([Format("MJPG", 3840, 2160, 30.0), FULL_HD], FULL_HD, id="no larger than it need be"),
        pytest.param([Format("MJPG", 1280, 720, 60.0), HD], HD, id="no faster than it need be"),
        pytest.param([Format("MJPG", 1280, 720, 5.0), Format("MJPG", 640, 480, 25.0)],
                     Format("MJPG", 640, 480, 25.0), id="fluent before sharp"),
        pytest.param([Format("YUYV", 1280, 720, 10.0), Format("YUYV", 640, 480, 30.0)],
                     Format("YUYV", 640, 480, 30.0), id="raw over USB 2"),
        pytest.param([Format("YUYV", 1280, 720, 30.0), Format("MJPG", 640, 480, 30.0)],
                     Format("YUYV", 1280, 720, 30.0), id="raw over USB 3"),
        pytest.param([Format("H264", 1920, 1080, 30.0), Format("YUYV", 640, 480, 30.0)],
                     Format("YUYV", 640, 480, 30.0), id="what cannot be read is no offer"),
        pytest.param([Format("MJPG", 720, 1280, 30.0)], Format("MJPG", 720, 1280, 30.0), id="portrait"),
        pytest.param([Format("YUYV", 640, 480, 0.0), Format("YUYV", 320, 240, 0.0)],
                     Format("YUYV", 640, 480, 0.0), id="who tells no rate is asked"),
        pytest.param([], USUAL, id="who tells nothing is asked for the usual"),
    ],
)  # fmt: skip
def test_the_best_mode_for_the_recording_is_asked_for_first(offers: list[Format], best: Format) -> None:
    assert to_try(offers)[0] == best
    assert to_try(reversed(offers))[0] == best, "whatever the order in which the camera names them"


def test_only_a_few_are_tried() -> None:
    assert len(to_try([Format("MJPG", side, side, 30.0) for side in range(100, 1000, 100)])) == 3
