"""Pictures for simulated cameras of another size or encoding: a test card with a circle, colours, and something moving.

Drawn once when such a camera is first opened, never live. Tests know its geometry: it is given in shares of its size.
"""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

import numpy as np

from kiosk.domain.errors import BadRequest

if TYPE_CHECKING:
    from kiosk.domain.devices import Pixels

SIZES: Final = range(64, 4097)
Encoding: TypeAlias = Literal["jpeg", "yuyv", "bgr"]
PICTURES: Final = 30
"""In the loop."""
GREY: Final = 96
RADIUS: Final = 0.35
"""Of the circle, which is white and filled: a share of the shorter side. Its middle is the picture's."""
COLOURS: Final = ((220, 40, 40), (30, 170, 60), (40, 70, 210), (235, 215, 30))
"""Red, green, blue of the squares in the corners: top left, top right, bottom left, bottom right."""
CORNER: Final = 0.12
"""Side of a square, a share of the shorter side."""
FORMS: Final = "Write it as simulated:1920x1080, simulated:640x480,yuyv or simulated:720x1280,jpeg,15."


@dataclass(frozen=True, slots=True)
class Mode:
    """What a simulated camera gives."""

    width: int
    height: int
    encoding: Encoding = "jpeg"
    fps: float = 30.0


def mode_of(options: str) -> Mode:
    """What stands behind `simulated:`: WIDTHxHEIGHT, then perhaps an encoding and a rate. Raises BadRequest."""
    size, *rest = options.split(",")
    encoding: Encoding = "jpeg"
    for known in get_args(Encoding):
        if rest and rest[0] == known:
            encoding = known
            del rest[0]
    try:
        width, height = (int(side) for side in size.split("x"))
        fps = float(rest.pop(0)) if rest else 30.0
    except ValueError:
        width = height = 0
        fps = 0.0
    if width not in SIZES or height not in SIZES or width % 2 or not 0.1 <= fps <= 240 or rest:
        raise BadRequest(f"There is no simulated camera of the kind {options!r}.", FORMS)
    return Mode(width, height, encoding, fps)


def flat(width: int, height: int, level: int) -> "Pixels":
    """A picture of one grey; blue first, as all here."""
    return np.full((height, width, 3), level, np.uint8)


def card(width: int, height: int, number: int) -> "Pixels":
    """Picture `number` of the loop."""
    picture = _still_part(width, height).copy()
    side = max(2, min(width, height) // 20)
    left = (width - side) * (number % PICTURES) // PICTURES
    picture[height // 2 - side : height // 2, left : left + side] = 16  # wanders from left to right
    return picture


@functools.lru_cache(maxsize=2)
def _still_part(width: int, height: int) -> "Pixels":
    picture = flat(width, height, GREY)
    short = min(width, height)
    y, x = np.ogrid[:height, :width]
    inside = (x - (width - 1) / 2) ** 2 + (y - (height - 1) / 2) ** 2 <= (RADIUS * short) ** 2
    picture[inside] = 235
    side = round(CORNER * short)
    for number, colour in enumerate(COLOURS):
        rows = slice(height - side, height) if number > 1 else slice(0, side)
        columns = slice(width - side, width) if number % 2 else slice(0, side)
        picture[rows, columns] = colour[::-1]
    return picture
