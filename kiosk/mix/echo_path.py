"""The way from the loudspeaker to the microphone, learned while a question plays.

A linear filter in the frequency domain whose every coefficient knows how sure it is of itself (a Kalman filter on
blocks; Enzner and Vary 2006, Kuech and others 2014). What it takes away is exactly what it can explain by the
question, so a person who talks over it stays as they are. It knows nothing of distortion, and it needs about a
second to learn: `Rest.echo` says how much echo may still be there. What an earlier question taught is used again as
soon as it is known by how much its instant differs (`PathMemory`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.devices import Samples
from kiosk.mix.path_memory import FAR, PathMemory, Way

BLOCK: Final = 960
"""20 ms."""
PARTS: Final = 20
"""400 ms of echo: the way there, and the room."""
_FIRST_GUESS: Final = 0.04
"""Power gain that is thought possible before anything was heard, in the first 20 ms; less and less in later ones."""
_LATER: Final = 0.9
_FORGETS: Final = 0.997
"""Of its certainty, at every block: people move, doors open, and it is never as right as it takes itself to be."""
_NEIGHBOURS: Final = np.ones(15, np.float32) / 15
"""375 Hz. All that is in a block and that the question does not explain is taken for somebody else, at once: who
begins to talk must not be learned as if they were an echo. A bin alone says too little of that."""
_HALF: Final = 0.5
"""A block's spectrum is taken over two blocks, of which only one counts."""
_SILENT: Final = 1e-6
"""Power spectrum below which the question pauses: nothing is learned."""
_CERTAIN: Final = 1e-10
_NOISE: Final = 1e-6
_LIKELY: Final = 2.0
"""From one question to the next the echo is as strong as it was, or twice that..."""
_SURPRISE: Final = 0.03
"""...or what was thought possible at first, by this part: somebody put the headphones down."""

Power = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a block of `BLOCK` samples, and the power spectrum of the echo that may still be in it."""

    samples: Samples
    echo: Power
    removed: Power
    """Power spectrum of what was taken away."""
    played: Power
    """Power spectrum of the question."""


class EchoPath:
    """Fed in blocks of `BLOCK` samples that follow each other; `begin` before each question."""

    def __init__(self) -> None:
        bins = BLOCK + 1
        self._guess: Power = np.broadcast_to(
            (_FIRST_GUESS * _LATER ** np.arange(PARTS, dtype=np.float32))[:, None], (PARTS, bins)
        ).astype(np.float32)
        self._memory: PathMemory | None = None
        self._recalled: Way | None = None
        self._heard_any = False
        self._far = np.zeros((PARTS, bins), np.complex64)
        self._path = np.zeros((PARTS, bins), np.complex64)
        self._doubt = self._guess.copy()
        self._before = np.zeros(BLOCK, np.float32)

    def recall(self, way: Way) -> None:
        """Before the first question: what was learned with the same devices, opened at another time."""
        if way.path.shape == self._path.shape:
            self._recalled = way

    @property
    def way(self) -> Way | None:
        """What the present question taught; None while it taught nothing."""
        return Way(self._path, self._doubt) if self._heard_any else None

    def begin(self) -> None:
        """A question begins, and learning too: from one to the next its instants differ by more than a sample."""
        doubt, learned = self._guess, self.way
        if learned is not None:
            self._memory, self._recalled = PathMemory(learned), None
            likely = _LIKELY * _smooth(learned.doubt + np.square(np.abs(learned.path)))
            doubt = np.minimum(doubt, likely + _SURPRISE * doubt)
        elif self._recalled is not None:
            self._memory = PathMemory(self._recalled, FAR)
        self._heard_any = False
        self._far = np.zeros_like(self._far)
        self._path = np.zeros_like(self._path)
        self._doubt = doubt.astype(np.float32)
        self._before = np.zeros(BLOCK, np.float32)

    def take(self, near: Samples, far: Samples) -> Rest:
        """The microphone's next block and the question's samples of the same instants (or a little ahead)."""
        newest = np.fft.rfft(np.concatenate([self._before, far])).astype(np.complex64)
        self._before = far
        self._far = np.concatenate([newest[None], self._far[:-1]])
        power = np.square(self._far.real) + np.square(self._far.imag)
        rest = self._without_echo(near)
        if power.mean() > _SILENT:
            self._heard_any = True
            self._learn(rest, power)
            rest = self._remembered(near, rest)
        doubt = _FORGETS * self._doubt + np.float32(1 - _FORGETS) * np.square(np.abs(self._path))
        self._doubt = np.asarray(doubt, np.float32)
        echo: Power = np.asarray((self._doubt * power).sum(axis=0), np.float32)
        removed: Power = np.square(np.abs((self._far * self._path).sum(axis=0)))
        return Rest(rest, echo, removed, power[0])

    def _without_echo(self, near: Samples) -> Samples:
        echo = np.fft.irfft((self._far * self._path).sum(axis=0))[BLOCK:]
        rest: Samples = (near - echo).astype(np.float32)
        return rest

    def _learn(self, rest: Samples, power: Power) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), rest])).astype(np.complex64)
        somebody = np.convolve(np.square(np.abs(error)), _NEIGHBOURS, mode="same")
        expected = _HALF * (self._doubt * power).sum(axis=0) + somebody + np.float32(_NOISE)
        step = self._doubt / expected
        change = np.fft.irfft(step * np.conj(self._far) * error, axis=1)
        change[:, BLOCK:] = 0
        self._path = (self._path + np.fft.rfft(change, axis=1)).astype(np.complex64)
        self._doubt = np.maximum((1 - _HALF * step * power) * self._doubt, np.float32(_CERTAIN))

    def _remembered(self, near: Samples, rest: Samples) -> Samples:
        """The block's rest by what is known now; from the block on in which an earlier question's way proves the
        better one, by that. `rest`: by what was known before.
        """
        better = self._memory.placed(self._far, near, rest) if self._memory is not None else None
        if better is not None:
            self._path, self._doubt = better.path, better.doubt
        if better is not None or (self._memory is not None and self._memory.exhausted):
            self._memory = None
        return self._without_echo(near)


def _smooth(power: Power) -> Power:
    """Each part's power, over neighbouring frequencies."""
    return np.stack([np.convolve(part, _NEIGHBOURS, mode="same") for part in power])
