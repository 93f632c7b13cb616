from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kiosk.devices import means
from kiosk.domain.devices import Pixels
from kiosk.encode import colour
from kiosk.encode.colour import planes
from kiosk.encode.decoder import PictureDamaged, PictureDecoder
from kiosk.encode.turbo import TurboDecoder
from tests.encode.material import bars, camera_frame, jpeg


@pytest.fixture
def turbo() -> TurboDecoder:
    return TurboDecoder(1280, 720)  # ./dev installs the library: without it this fails, and does not skip


def noise() -> Pixels:
    blocks = np.random.default_rng(3).integers(0, 255, (72, 128, 3), np.uint8)
    return np.asarray(cv2.resize(blocks, (1280, 720), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.parametrize("halve", [colour.halve_rows, means.halve_rows], ids=["plain", "quick"])
@pytest.mark.parametrize("sampling", ["4:2:0", "4:2:2"])
def test_both_decoders_see_the_same_picture(sampling: str, halve: Callable[[Pixels, Pixels], None]) -> None:
    data = jpeg(noise(), sampling)

    ours = TurboDecoder(1280, 720, halve).decode(data)
    theirs = PictureDecoder(turbo=False).decode(camera_frame(data))

    assert ours is not None
    assert (ours.format.name, ours.color_range) == (theirs.format.name, theirs.color_range)
    for mine, other in zip(planes(ours), planes(theirs), strict=True):
        apart = np.abs(mine.astype(int) - other.astype(int))  # its quick transform rounds a little otherwise
        assert apart.max() <= 4
        assert np.square(apart).mean() < 1, "less than 48 dB"


@pytest.mark.parametrize(
    "data",
    [
        jpeg(bars(), "4:4:4"),
        jpeg(bars()[:480, :640], "4:2:2"),
        jpeg(bars(), "4:2:2")[:20_000],
        b"\xff\xd8" + b"\x00" * 5000,
        b"",
    ],
    ids=["another sampling", "another size", "half a picture", "no picture", "nothing"],
)
def test_what_is_not_for_it_is_left_to_the_other_decoder(turbo: TurboDecoder, data: bytes) -> None:
    assert turbo.decode(data) is None
    assert turbo.decode(jpeg(bars(), "4:2:2")) is not None, "and the next one is decoded again"


def test_a_damaged_picture_is_refused_by_both() -> None:
    half = camera_frame(jpeg(bars(), "4:2:2")[:20_000])
    for turbo in (True, False):
        with pytest.raises(PictureDamaged):
            PictureDecoder(turbo=turbo).decode(half)
