"""Chooses x264's preset by a trial on this machine, with pictures of this camera. Writes nothing anywhere.

What counts is what one picture costs, from the camera's JPEG to the encoded packet, against the time until the next one
comes.
"""

import dataclasses
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import av

from kiosk.domain.clock import NS
from kiosk.domain.devices import CameraFrame
from kiosk.encode.colour import duplicate
from kiosk.encode.decoder import PictureDamaged, PictureDecoder
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink

log = logging.getLogger(__name__)

AUTO: Final = "auto"
"""Instead of a preset's name: choose it by a trial."""
PRESETS: Final = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium")
"""x264's, the fastest first."""
FLOOR: Final = "ultrafast"
FPS: Final = 30
TRIED: Final = {"superfast": (0.6, 1.2), "veryfast": (0.35, 0.6)}
"""In this order; each may take so large a share, at this rate, of one processor and of the time until the next picture,
with all that this machine does beside it. The usual preset must leave a reserve for pictures with much movement, though
the machine may be busy just now, with voices for instance; a better one must leave it nearly idle. What is slower still
gains too little to be worth the heat."""
USUAL: Final = "superfast"
PICTURES: Final = 16
LIMIT_NS: Final = NS * 12 // 10
"""The trial ends after so long, with what is known then."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The preset that was chosen, and each tried one's share of the time between two pictures: (CPU, wall)."""

    preset: str
    shares: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watches:
    """The clocks of the trial, in nanoseconds: of this thread's CPU time, and of the wall."""

    cpu_ns: Callable[[], int] = time.thread_time_ns
    wall_ns: Callable[[], int] = time.perf_counter_ns


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)


def faster_than(preset: str) -> str:
    """The next faster preset; the same when there is none."""
    return PRESETS[max(0, PRESETS.index(preset) - 1)] if preset in PRESETS else FLOOR


def choose(
    pictures: Sequence[CameraFrame],
    settings: EncoderSettings,
    *,
    make_encoder: Callable[[Sink, EncoderSettings], Encoder] = Encoder,
    watches: Watches | None = None,
) -> Trial:
    """Encodes `pictures`, some 16 on end, with one preset after the other, and takes the best that keeps up.

    Blocks for a second at most. With hardly any pictures nothing is tried, and the usual preset is chosen.
    """
    watches = watches or Watches()
    until_ns = watches.wall_ns() + LIMIT_NS
    decoder = PictureDecoder(settings.width, settings.height)
    frames: list[av.VideoFrame] = []
    began = watches.cpu_ns(), watches.wall_ns()
    for picture in pictures[-PICTURES:]:
        try:
            frames.append(decoder.decode(picture))
        except PictureDamaged:
            continue
    if len(frames) < 2:
        return Trial(USUAL)
    decoding = _shares(watches, began, len(frames))
    chosen, shares = FLOOR, {}
    for preset, (most_cpu, most_wall) in TRIED.items():
        encoding = _try(frames, preset, settings, make_encoder, watches, until_ns)
        if encoding is None:
            break
        cpu, wall = decoding[0] + encoding[0], decoding[1] + encoding[1]
        shares[preset] = (round(cpu, 3), round(wall, 3))
        if cpu > most_cpu or wall > most_wall:
            break
        chosen = preset
    log.info("the encoder's trial: %s of %s", chosen, shares)
    return Trial(chosen, shares)


def _try(
    frames: Sequence[av.VideoFrame],
    preset: str,
    settings: EncoderSettings,
    make_encoder: Callable[[Sink, EncoderSettings], Encoder],
    watches: Watches,
    until_ns: int,
) -> tuple[float, float] | None:
    """The shares of CPU and wall; None when there was no time to find out.

    The first picture is not counted: it is a keyframe, of which there is one in thirty.
    """
    encoder = make_encoder(_Nowhere(), dataclasses.replace(settings, preset=preset))
    try:
        began, count = (0, 0), 0
        for number, frame in enumerate(frames):
            encoder.picture(duplicate(frame), number * NS // FPS)
            if not number:
                began = watches.cpu_ns(), watches.wall_ns()
                continue
            count = number
            if watches.wall_ns() > until_ns:
                break
        return _shares(watches, began, count) if count * 2 >= len(frames) - 1 else None
    finally:
        encoder.abandon()


def _shares(watches: Watches, began: tuple[int, int], count: int) -> tuple[float, float]:
    cpu, wall = watches.cpu_ns() - began[0], watches.wall_ns() - began[1]
    return cpu * FPS / NS / count, wall * FPS / NS / count
