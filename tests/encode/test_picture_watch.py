"""What the watch says of pictures: of those that cameras really give, and of those that are worth nothing."""

import functools
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.devices import jpeg
from kiosk.devices.simulated import test_card
from kiosk.domain.clock import NS
from kiosk.domain.devices import CameraFrame, Pixels
from kiosk.domain.preview import HEIGHT, WIDTH
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.picture_watch import Look, PictureWatch
from kiosk.encode.preview import PreviewScaler
from kiosk.encode.rate_watch import RateWatch

SIMULATED = Path(__file__).parents[2] / "assets" / "simulated"
T0 = 1000 * NS
Light: TypeAlias = NDArray[np.float32]
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)


@functools.cache
def _noise(number: int) -> Light:
    return np.random.default_rng(number).normal(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)


def noisy(picture: Light, number: int, by: float = 3.0) -> Pixels:
    """With the noise that every camera has."""
    return np.clip(picture.reshape(HEIGHT, WIDTH, -1) + by * _noise(number % 4), 0, 255).astype(np.uint8)


def room(light: float = 1.0) -> Light:
    """A face before a wall, as far as brightness goes."""
    wall = 150 + 20 * X / WIDTH
    face = (np.hypot(X - 320, Y - 160) < 80) * -30.0
    hair = (np.hypot(X - 320, Y - 90) < 50) * -90.0
    shirt = ((Y > 250) & (np.abs(X - 320) < 160)) * -100.0
    edges = ((X.astype(int) // 24 + Y.astype(int) // 24) % 2) * (np.abs(X - 320) < 160) * 12.0
    seen: Light = (np.clip(wall + face + hair + shirt + edges, 0, 255) * light).astype(np.float32)
    return seen


def dark(level: int) -> Light:
    return np.full((HEIGHT, WIDTH), level, np.float32)


def finger() -> Light:
    """Red light that comes through a finger, brighter to one side."""
    shade = (20 + 50 * X / WIDTH)[..., None]
    seen: Light = (shade * np.array([2.0, 0.4, 0.3])).astype(np.float32)
    return seen


BAD = {
    "a lens cap": (dark(3), Look.BLACK),
    "a lens cap, and video range taken for full": (dark(16), Look.BLACK),
    "a grey shutter": (dark(90), Look.COVERED),
    "a finger": (finger(), Look.COVERED),
    "a lamp in the lens": (room() * 3, Look.GLARE),
    "a room at night": (room(0.15), Look.DARK),
}


def watch(pictures: list[Light], watching: PictureWatch, seconds: float, since_ns: int = T0) -> list[Look]:
    """What stands after each look, four a second."""
    told = []
    for number in range(round(seconds * 4)):
        picture = noisy(pictures[number % len(pictures)], number)
        told.append(watching.look(picture.tobytes(), since_ns + number * NS // 4))
    return told


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_picture_is_named_within_three_seconds_and_over_within_one(kind: str) -> None:
    picture, look = BAD[kind]
    watching = PictureWatch()
    assert set(watch([room()], watching, 5)) == {Look.GOOD}
    told = watch([picture], watching, 3, T0 + 5 * NS)
    assert told[:4] == [Look.GOOD] * 4, "not at once: a hand before the lens is no fault"
    assert told[-1] is look
    assert watch([room()], watching, 1.25, T0 + 8 * NS)[-1] is Look.GOOD


def test_a_picture_that_stands_still_to_the_last_bit_is_frozen() -> None:
    watching = PictureWatch()
    watch([room()], watching, 2)
    still = noisy(room(), 99).tobytes()
    told = [watching.look(still, T0 + 2 * NS + number * NS // 4) for number in range(12)]
    assert told[:8] == [Look.GOOD] * 8
    assert told[-1] is Look.FROZEN
    assert watch([room()], watching, 1.25, T0 + 5 * NS)[-1] is Look.GOOD


def test_a_picture_that_comes_again_after_a_time_without_any_does_not_stand_still() -> None:
    watching = PictureWatch()
    still = noisy(room(), 99).tobytes()
    told = [watching.look(still, T0 + number * NS // 4) for number in range(4)]
    told += [watching.look(still, T0 + 5 * NS + number * NS // 4) for number in range(8)]
    assert set(told) == {Look.GOOD}
    told = [watching.look(still, T0 + 7 * NS + number * NS // 4) for number in range(8)]
    assert told[-1] is Look.FROZEN, "from there it is judged anew"


def test_a_very_quiet_camera_is_not_frozen() -> None:
    watching = PictureWatch()
    quiet = [noisy(room(), 0, by=0.3), noisy(room(), 0, by=0.3)]
    quiet[1][103, 100] ^= 1
    quiet[1][124, 100] ^= 1
    told = [watching.look(quiet[number % 2].tobytes(), T0 + number * NS // 4) for number in range(16)]
    assert set(told) == {Look.GOOD}


def test_it_is_known_how_a_picture_looks_soon_after_the_camera_was_opened() -> None:
    watching = PictureWatch()
    watch([room(0.05), room(0.3), room(0.8)], watching, 0.75)
    assert not watching.settled, "exposure is being found"
    watch([room()], watching, 1.25, T0 + NS)
    assert (watching.settled, watching.standing) == (True, Look.GOOD)


def test_the_simulated_cameras_show_what_they_say() -> None:
    decoder, scaler, good, looks = PictureDecoder(), PreviewScaler(), PictureWatch(), {}
    loop = jpeg.split((SIMULATED / "camera.mjpeg").read_bytes())
    for number in range(16):
        frame = CameraFrame(0, "jpeg", loop[number * 7 % len(loop)], 1280, 720)
        good.look(scaler.scale(decoder.decode(frame)), T0 + number * NS // 4)
    assert good.standing is Look.GOOD
    for size in ((640, 480), (720, 1280), (1920, 1080)):
        card, watching = test_card.card(*size, 3), PictureWatch()
        for number in range(16):
            frame = CameraFrame(0, "bgr", test_card.card(*size, number) if number else card, *size)
            watching.look(scaler.scale(decoder.decode(frame)), T0 + number * NS // 4, *size)
        looks[size] = watching.standing
    assert set(looks.values()) == {Look.GOOD}, "black bars at its sides are no fault"


@pytest.mark.parametrize(("size", "left", "top"), [((480, 640), 186, 0), ((640, 480), 80, 0), ((1000, 400), 0, 52)])
@pytest.mark.parametrize(
    ("level", "look"), [(90, Look.COVERED), (255, Look.GLARE), (3, Look.BLACK), (None, Look.GOOD), (0.15, Look.DARK)]
)
def test_black_bars_are_not_looked_at(
    size: tuple[int, int], left: int, top: int, level: float | None, look: Look
) -> None:
    shown = room(0.5) if level is None else room(level) if level < 1 else dark(int(level))
    watching = PictureWatch()
    for number in range(8):
        picture = noisy(shown, number)
        picture[:, :left] = picture[:, WIDTH - left :] = 0
        picture[:top] = picture[HEIGHT - top :] = 0
        watching.look(picture.tobytes(), T0 + number * NS // 4, *size)
    assert watching.standing is look


def rates(fps: list[float], watching: RateWatch) -> list[float]:
    """What is told, each rate for five seconds."""
    told, t_ns = [], T0
    for rate in fps:
        for _ in range(round(5 * rate)):
            if watching.picture(t_ns):
                told.append(round(watching.low, 1))
            t_ns += round(NS / rate)
    return told


@pytest.mark.parametrize(
    ("fps", "told"),
    [
        ([30, 15], [15]),
        ([30, 5, 30], [5, 0]),
        ([30, 15, 5], [15, 5]),
        ([30, 15, 16, 14], [15]),
        ([30, 25, 24, 60], []),
        ([10], [10]),
        ([19, 21, 19, 23], [19, 0]),
    ],
)
def test_a_low_rate_is_told_once_as_it_is_measured(fps: list[float], told: list[float]) -> None:
    assert rates(fps, RateWatch()) == pytest.approx(told, abs=0.6)


def test_a_second_without_pictures_is_no_low_rate() -> None:
    watching = RateWatch()
    times = [T0 + number * NS // 30 + (NS if number > 100 else 0) for number in range(300)]
    assert not any(watching.picture(t_ns) for t_ns in times)
