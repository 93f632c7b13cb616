"""Looks at the camera's small picture and says when it shows nothing that is worth recording. Pure.

Looks a few times a second at the picture that the preview has anyway, never at a full one. Only judges the picture:
whether one comes at all is for others to know.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.clock import NS
from kiosk.domain.preview import CHANNELS, HEIGHT, WIDTH

LOOK_NS: Final = NS // 4
HOLD_NS: Final = NS * 3 // 2
"""What is wrong is told when it has stood for so long: a hand before the lens is no fault."""
OVER_NS: Final = NS * 3 // 4
"""It is over when it has been right for so long."""
FROZEN_NS: Final = NS * 9 // 4
"""Pictures that are the same to the last bit for so long stand still: a living camera has noise."""

AWAY_NS: Final = NS
"""Where no picture was looked at for so long nobody knows what it was like: what stands is judged from there."""
COMPARED: Final = 3
"""Every third row is compared with the one before: what moves in a drawn picture may be small."""
ROWS: Final = 16
"""For all else every sixteenth row is looked at, ..."""
STEP: Final = 8
"""... in pieces of eight points, whose mean has little of the camera's noise."""
BLACK: Final = 24
"""Of 255, as all limits here; when hardly anything is brighter, the picture is black."""
EVEN: Final = 24
"""Hardly any two places of an even picture differ by more."""
SOFT: Final = 0.8
SOFT_SPREAD: Final = 80
"""A finger on the lens lets light through at its edge: a wide spread of brightness, but no edges at all in it."""
FULL: Final = 72.0
"""In a picture that is darker than this on the whole, smaller differences make it uneven."""
DIM: Final = 38
DIM_LIGHTS: Final = 150
"""Dark on the whole, and nothing in it is lit."""
GLARING: Final = 250
MOST_GLARE: Final = 0.5
"""With so large a share of the picture burnt out, a face cannot be seen."""

Grid: TypeAlias = NDArray[np.float32]


class Look(StrEnum):
    """How the picture looks."""

    GOOD = "good"
    BLACK = "black"
    GLARE = "glare"
    COVERED = "covered"
    FROZEN = "frozen"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class _Seen:
    look: Look
    since_ns: int


class PictureWatch:
    """One per opening of a camera. One thread."""

    def __init__(self) -> None:
        self.standing = Look.GOOD
        """What is wrong, and has been for a while."""
        self.settled = False
        """Whether that has been judged at all: exposure and focus need a moment after the camera was opened."""
        self._due_ns = 0
        self._looked_ns = 0
        self._last: NDArray[np.uint8] | None = None
        self._same_since_ns = 0
        self._seen: _Seen | None = None

    def due(self, t_ns: int) -> bool:
        """Whether a picture that arrived at `t_ns` should be looked at."""
        return t_ns >= self._due_ns

    def look(self, rgb: bytes | memoryview, t_ns: int, width: int = WIDTH, height: int = HEIGHT) -> Look:
        """Looks at a picture of the preview's layout (`domain.preview`); returns what stands.

        `width` and `height` are the camera's: where its shape is another one the picture has black bars.
        """
        if t_ns - self._looked_ns > AWAY_NS:
            self._last = self._seen = None
        self._looked_ns = t_ns
        self._due_ns = t_ns + LOOK_NS - LOOK_NS // 8
        picture = np.frombuffer(rgb, np.uint8).reshape(HEIGHT, WIDTH * CHANNELS)
        compared = picture[1::COMPARED]
        if self._last is None or not np.array_equal(compared, self._last):
            self._last, self._same_since_ns = compared.copy(), t_ns
        top, left = bars(width, height)
        now = judge(picture[top + ROWS // 2 : HEIGHT - top : ROWS, left * CHANNELS : (WIDTH - left) * CHANNELS])
        since_ns = t_ns
        if now is Look.GOOD and t_ns - self._same_since_ns >= FROZEN_NS:
            now, since_ns = Look.FROZEN, self._same_since_ns
        if self._seen is None or self._seen.look is not now:
            self._seen = _Seen(now, since_ns)
        stood_ns = t_ns - self._seen.since_ns
        if stood_ns >= (OVER_NS if now is Look.GOOD else HOLD_NS):
            self.standing, self.settled = now, True
        return self.standing


def bars(width: int, height: int) -> tuple[int, int]:
    """Rows above and below, and points at either side (whole pieces), that a picture of such a shape leaves black."""
    scale = min(WIDTH / width, HEIGHT / height)
    top, left = (HEIGHT - height * scale) / 2, (WIDTH - width * scale) / 2
    return math.ceil(top), math.ceil(left / STEP) * STEP


def judge(rows: NDArray[np.uint8]) -> Look:
    """How a single picture looks; `rows` are some of its rows, red first. Never FROZEN."""
    grid: Grid = rows.reshape(len(rows), -1, STEP * CHANNELS).mean(axis=2, dtype=np.float32)
    low, high = (float(value) for value in np.percentile(grid, (5, 95)))
    if high < BLACK:
        return Look.BLACK
    if float((grid >= GLARING).mean()) > MOST_GLARE:
        return Look.GLARE
    mean = float(grid.mean())
    if high - low < EVEN * min(1.0, mean / FULL):
        return Look.COVERED
    if mean < DIM and high < DIM_LIGHTS:
        return Look.DARK
    edges = float(np.abs(np.diff(grid, axis=0)).mean() + np.abs(np.diff(grid, axis=1)).mean()) / 2
    return Look.COVERED if high - low < SOFT_SPREAD and edges < SOFT else Look.GOOD
