"""How much of each frequency may stay, once the echo that can be explained is gone.

What may still be echo is known only as a power (`EchoPath`'s doubt). So each frequency is weakened the more, the less
it stands out of that; and all of them no harder than it takes to leave the echo as far down as it is to be. A filter
that knew nothing of that goal would damp who talks where there is no need, or leave too much where they are loud.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

EARLY_FRAMES: Final = 100
"""The first 2 s of a question: the way is not known well yet."""
EARLY_DB: Final = 22.0
"""By how much the echo is to fall then..."""
DOWN_DB: Final = 31.0
"""...and later; a little more than is promised, since the power of what is left is an estimate."""
INAUDIBLE_DB: Final = -45.0
"""Against the question itself: what is left of its echo below this needs no filter, nor does a headphone's wearer."""
_HARDNESS: Final = (2.0 ** np.arange(2, 10.6, 0.5))[:, None].astype(np.float32)
"""How far above the echo's rest a frequency must stand to lose 6 dB (a power ratio): what is chosen from."""
_LEAST: Final = 0.01
"""The deepest gain."""
_STAYS: Final = 0.2
"""A gain falls at once, and of its distance to a higher one so much is left after a frame: no warbling."""
_KEEPS: Final = 0.96
"""Of the energies that are weighed against each other, at each frame: they are means over half a second."""
_NOTHING: Final = 1e-9

Power = NDArray[np.float32]


class RestFilter:
    """Of one question; fed frame by frame, 20 ms apart."""

    def __init__(self) -> None:
        self._frames = 0
        self._gains: Power | None = None
        """Of the last frame, one row for each hardness."""
        self._echo = 0.0
        """Mean energy of the whole echo."""
        self._question = 0.0
        """Mean energy of the question as it was played."""
        self._left = np.zeros(len(_HARDNESS))
        """Mean energy of the echo that each hardness leaves."""

    def gain(self, power: Power, left: Power, echo: Power, question: float) -> Power:
        """What the next frame's spectrum is to be multiplied with, 0.01 to 1.

        Args:
            power: of the frame.
            left: of the echo that may still be in it.
            echo: of all that it was before it was taken away.
            question: of the question that is played, over all frequencies.
        """
        above = np.maximum(power / (left + _NOTHING) - 1, 0)
        gains = np.maximum(above / (_HARDNESS + above), _LEAST).astype(np.float32)
        if self._gains is not None:
            gains = np.where(gains > self._gains, _STAYS * self._gains + (1 - _STAYS) * gains, gains)
        self._gains = gains
        self._echo = _KEEPS * self._echo + (1 - _KEEPS) * float(echo.sum())
        self._question = _KEEPS * self._question + (1 - _KEEPS) * question
        self._left = _KEEPS * self._left + (1 - _KEEPS) * (np.square(gains) @ left)
        down_db = EARLY_DB if self._frames < EARLY_FRAMES else DOWN_DB
        self._frames += 1
        allowed = max(self._echo * 10 ** (-down_db / 10), self._question * 10 ** (INAUDIBLE_DB / 10))
        enough = self._left <= allowed
        chosen: Power = gains[int(enough.argmax()) if enough.any() else -1]
        return chosen
