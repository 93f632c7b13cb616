"""Burns the time and a REC mark into a picture, on its planes, from an atlas of digits.

Only draws: whether it is really recorded is for the caller to know. Costs less than 0.1 ms a picture, because
what is drawn is prepared once a second.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.errors import WorldFailed
from kiosk.encode.colour import Plane, planes

Coverage: TypeAlias = NDArray[np.float32]

MARGIN: Final = 16
"""From the picture's top and left edge; even, as one sample of colour covers two by two points."""
PADDING: Final = 6
BOX: Final = 0.62
"""How much of the picture the dark box takes away, so that the text can be read on anything."""
DARK: Final = (12, 128, 128)
WHITE: Final = (250, 128, 128)
RED: Final = (96, 100, 222)
"""Y, Cb, Cr in full range: RGB 229, 36, 46."""
DOT: Final = 14


@dataclass(frozen=True, slots=True)
class _Blend:
    """One plane's part: what was there times `gain`, plus `add`, in 1/256."""

    gain: NDArray[np.uint16]
    add: NDArray[np.uint16]
    scratch: NDArray[np.uint16]

    def onto(self, plane: Plane, top: int, left: int) -> None:
        region = plane[top : top + self.gain.shape[0], left : left + self.gain.shape[1]]
        height, width = region.shape
        scratch = self.scratch[:height, :width]
        np.multiply(region, self.gain[:height, :width], out=scratch)
        np.add(scratch, self.add[:height, :width], out=scratch)
        np.right_shift(scratch, 8, out=scratch)
        region[:] = scratch


class Overlay:
    """Draws on pictures in the recording's format, in place. One thread.

    Args:
        atlas: the folder `assets/overlay`.
        rec_mark, timestamp: what is wanted; neither makes `draw` do nothing.

    Raises WorldFailed when the atlas is missing or damaged.
    """

    def __init__(self, atlas: Path, rec_mark: bool, timestamp: bool) -> None:
        self._rec_mark = rec_mark
        self._timestamp = timestamp
        self._glyphs, self._height, self._space = _load(atlas)
        self._key: tuple[datetime, timedelta | None, bool] | None = None
        self._blends: list[_Blend] = []

    def draw(self, frame: av.VideoFrame, wall: datetime, recording: bool) -> None:
        """Draws the time `wall` (aware) and, when `recording`, the REC mark onto `frame`."""
        marked = recording and self._rec_mark
        if not (marked or self._timestamp):
            return
        key = (wall.replace(microsecond=0), wall.utcoffset(), marked)
        if key != self._key:
            self._blends = self._prepare(key[0], marked)
            self._key = key
        for number, (plane, blend) in enumerate(zip(planes(frame), self._blends, strict=True)):
            at = MARGIN // 2 if number else MARGIN
            blend.onto(plane, at, at)

    def _prepare(self, wall: datetime, marked: bool) -> list[_Blend]:
        strips: list[tuple[Coverage, bool]] = []
        if self._timestamp:
            stamp = wall.isoformat(" ", "seconds")
            text = f"{stamp[:19]} {stamp[19:25]}"  # a space before the offset from UTC
            strips += [(self._glyph(letter), False) for letter in text]
        if marked:
            if strips:
                strips.append((self._blank(2 * self._space), False))
            strips += [(self._dot(), True), (self._blank(self._space), False), (self._glyph("REC"), False)]
        white = np.hstack([np.zeros_like(strip) if red else strip for strip, red in strips])
        red = np.hstack([strip if red else np.zeros_like(strip) for strip, red in strips])
        odd = white.shape[1] % 2
        edges = ((PADDING, PADDING), (PADDING, PADDING + odd))
        white, red = np.pad(white, edges), np.pad(red, edges)
        blends = [_blend(white, red, 0)]
        white, red = _halved(white), _halved(red)
        return [*blends, _blend(white, red, 1), _blend(white, red, 2)]

    def _glyph(self, letter: str) -> Coverage:
        return self._blank(self._space) if letter == " " else self._glyphs[letter]

    def _blank(self, width: int) -> Coverage:
        return np.zeros((self._height, width), np.float32)

    def _dot(self) -> Coverage:
        y, x = np.mgrid[0 : self._height, 0:DOT].astype(np.float32)
        distance = np.hypot(y - (self._height - 1) / 2, x - (DOT - 1) / 2)
        dot: Coverage = np.clip(DOT / 2 - distance, 0, 1).astype(np.float32)
        return dot


def _blend(white: Coverage, red: Coverage, plane: int) -> _Blend:
    ground = 1 - white - red
    gain = np.floor((1 - BOX) * ground * 256).astype(np.uint16)
    add = np.floor((DARK[plane] * BOX * ground + WHITE[plane] * white + RED[plane] * red) * 256)
    return _Blend(gain, add.astype(np.uint16), np.empty_like(gain))


def _halved(coverage: Coverage) -> Coverage:
    height, width = coverage.shape
    quarters: Coverage = coverage.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3), dtype=np.float32)
    return quarters


def _load(atlas: Path) -> tuple[dict[str, Coverage], int, int]:
    try:
        places = json.loads((atlas / "digits.json").read_text(encoding="utf-8"))
        with av.open(str(atlas / "digits.png")) as container:
            grey = next(container.decode(video=0)).to_ndarray(format="gray").astype(np.float32) / np.float32(255)
        height, space = int(places["height"]), int(places["space"])
        glyphs: dict[str, Coverage] = {
            letter: grey[:height, x : x + width] for letter, (x, width) in places["glyphs"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise WorldFailed(
            "The digits for the time in the picture are missing or damaged.", "Install it again."
        ) from error
    return glyphs, height, space
