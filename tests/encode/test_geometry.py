"""Cameras of every shape and encoding, from the driver to what a player decodes: a circle stays a circle."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.devices.simulated import test_card
from kiosk.devices.simulated.stage import Stage
from kiosk.domain.clock import NS
from kiosk.encode.colour import planes
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.encoder import Encoder, EncoderSettings
from tests.devices.hand_clock import HandClock
from tests.encode.material import Collected

ASSETS = Path(__file__).parents[2] / "assets"


def decoded(camera: str) -> av.VideoFrame:
    """The third picture of a simulated camera, as a player shows it."""
    source, decoder, sink = (
        Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS).camera(camera),
        PictureDecoder(),
        Collected(),
    )
    encoder = Encoder(sink, EncoderSettings())
    for number in range(3):
        encoder.picture(decoder.decode(source.read()), number * NS // 30)
    encoder.close()
    with av.open(io.BytesIO(sink.data), "r") as container:
        return list(container.decode(video=0))[2]


def assert_test_card(frame: av.VideoFrame, left: int, top: int) -> None:
    """The card fills the picture between bars of `left` and `top`, with its proportions and its colours."""
    luma = planes(frame)[0].astype(np.float32)
    assert luma.shape == (720, 1280)
    shown = luma[top + 4 : 720 - top - 4, left + 4 : 1280 - left - 4]
    for bar in (luma[: max(0, top - 4)], luma[:, : max(0, left - 4)], luma[:, 1280 - max(0, left - 4) :]):
        assert bar.size == 0 or bar.max() < 12, "bars are black"
    middle = luma[360 - 310 : 360 + 310, 640 - 310 : 640 + 310]
    rows, columns = np.nonzero(middle > (235 + test_card.GREY) / 2)
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    short = min(720 - 2 * top, 1280 - 2 * left)
    assert abs(high - wide) <= 3, "a circle stays a circle"
    assert wide == pytest.approx(2 * test_card.RADIUS * short, abs=4)
    assert abs((rows.min() + rows.max()) / 2 - 309.5) <= 2, "in the middle"
    assert abs((columns.min() + columns.max()) / 2 - 309.5) <= 2
    assert np.median(shown[: shown.shape[0] // 8, shown.shape[1] // 3 : shown.shape[1] // 2]) == pytest.approx(
        test_card.GREY, abs=5
    )
    corner = round(test_card.CORNER * short)
    rgb = frame.to_ndarray(format="rgb24").astype(int)
    for number, colour in enumerate(test_card.COLOURS):
        y = 720 - top - corner // 2 if number > 1 else top + corner // 2
        x = 1280 - left - corner // 2 if number % 2 else left + corner // 2
        assert rgb[y, x] == pytest.approx(np.array(colour), abs=14), f"corner {number}"


@pytest.mark.parametrize(
    ("camera", "left", "top"),
    [
        pytest.param("1280x720", 0, 0, id="the recording's own"),
        pytest.param("1280x720,bgr", 0, 0, id="decoded by the driver"),
        pytest.param("1280x720,yuyv", 0, 0, id="raw"),
        pytest.param("640x480,yuyv", 160, 0, id="4:3, raw"),
        pytest.param("1920x1080", 0, 0, id="larger"),
        pytest.param("720x1280", 438, 0, id="portrait"),
        pytest.param("1080x1920,yuyv", 438, 0, id="larger portrait, raw"),
        pytest.param("1280x544", 0, 88, id="very wide"),
    ],
)
def test_a_picture_of_any_shape_keeps_its_proportions_and_colours(camera: str, left: int, top: int) -> None:
    assert_test_card(decoded(camera), left, top)
