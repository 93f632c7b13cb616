"""Which of the modes that a camera offers is asked for first: sharp, fluent and cheap, in that order. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 1280
HEIGHT: Final = 720
FPS: Final = 30.0
FLUENT: Final = 20.0
"""Pictures a second; with fewer, movement jerks, and a smaller picture is the better one."""
CODED: Final = ("MJPG", "JPEG")
READABLE: Final = (*CODED, "YUYV", "UYVY", "NV12", "NV21", "YU12", "YV12", "RGB3", "BGR3", "GREY")
"""Encodings that can be read at all."""
MOST_TRIED: Final = 3


@dataclass(frozen=True, slots=True)
class Format:
    """One mode that a camera offers; `fps` is its fastest, 0 when it does not say."""

    encoding: str
    width: int
    height: int
    fps: float


USUAL: Final = Format("MJPG", WIDTH, HEIGHT, FPS)
"""What is asked for when the camera does not say what it offers."""


def to_try(offers: Iterable[Format]) -> list[Format]:
    """What to ask for, the best first. A camera's word is not proof: the first picture is."""
    readable = [offer for offer in offers if offer.encoding in READABLE]
    return sorted(readable, key=_merit, reverse=True)[:MOST_TRIED] or [USUAL]


def _merit(offer: Format) -> tuple[bool, int, bool, bool, int, float]:
    """Greater is better; of the recording's own size and coded in the camera is what costs least to record."""
    scale = min(WIDTH / offer.width, HEIGHT / offer.height)
    shown = min(1.0, scale) ** 2 * offer.width * offer.height
    return (
        not offer.fps or offer.fps >= FLUENT,
        round(shown),
        offer.encoding in CODED,
        (offer.width, offer.height) == (WIDTH, HEIGHT),
        -offer.width * offer.height,
        -abs(offer.fps - FPS),
    )
