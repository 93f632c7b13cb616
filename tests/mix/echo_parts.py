"""What exactly becomes of the echo, and of who talks, when both go through the remover at once.

What a remover does is one signal taken away and gains for each frequency. Both are written down while it works on the
whole microphone; then the same is done to the echo, to the person and to the noise alone, which are known here. The
parts must add up to the track that it made: that is the proof that nothing is overlooked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.devices import RATE, Samples
from kiosk.mix.doubling import DoublingCheck
from kiosk.mix.echo import BEFORE, WARM_UP, Echo, EchoFigure
from kiosk.mix.echo_path import BLOCK, EchoPath, Rest
from kiosk.mix.echo_remover import EchoRemover
from kiosk.mix.frames import Frames, Spectrum
from kiosk.mix.gate import FADE
from tests.mix.echo_room import Scene, down_db, mixed_in

SOON = 2 * RATE
LEAD = BEFORE + FADE + WARM_UP
"""Samples before a question from which on the remover listens."""


@dataclass
class Written:
    """What was done to one question's microphone, block by block."""

    taken_away: list[Samples] = field(default_factory=list)
    gains: list[NDArray[np.float32]] = field(default_factory=list)


class WritingPath(EchoPath):
    """Writes down what it takes away."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Written] = []

    def begin(self) -> None:
        self.written.append(Written())
        super().begin()

    def take(self, near: Samples, far: Samples) -> Rest:
        rest = super().take(near, far)
        self.written[-1].taken_away.append(near - rest.samples)
        return rest

    def gain(self, gain: NDArray[np.float32]) -> NDArray[np.float32]:
        """The gains that are used."""
        return gain


@dataclass(frozen=True)
class Parts:
    """Of one question, from its first sample to its last: the track, and what it consists of."""

    track: Samples
    echo: Samples
    person: Samples
    noise: Samples
    echo_before: Samples
    person_before: Samples
    heard: Samples
    question: Samples

    @property
    def down_db(self) -> tuple[float, float]:
        """By how much the echo fell in the first 2 s, and later."""
        before, after = self.echo_before, self.echo
        return down_db(before[:SOON], after[:SOON]), down_db(before[SOON:], after[SOON:])

    @property
    def unexplained_db(self) -> float:
        """Of the track, what its parts do not add up to."""
        return -down_db(self.track, self.track - self.echo - self.person - self.noise)

    @property
    def second_peak_db(self) -> float:
        """The highest repetition of the question, 5 to 400 ms after itself, in what is left of the echo."""
        check = DoublingCheck()
        check.add(self.question, self.echo)
        check.finish()
        return check.peak().db


def dissected(seen: Scene, path: Callable[[], WritingPath] = WritingPath) -> tuple[list[Parts], list[EchoFigure]]:
    """Each question of the scene, taken apart; and what the product says of them."""
    way = path()

    class WritingFrames(Frames):
        def shaped(self, spectrum: Spectrum, gain: NDArray[np.float32]) -> Samples:
            used = way.gain(gain)
            way.written[-1].gains.append(used)
            return super().shaped(spectrum, used)

    track, figures = mixed_in(seen, Echo(audible=True, make=lambda: EchoRemover(path=way, frames=WritingFrames)))
    parts = []
    for written, at, question in zip(way.written, seen.begins, seen.questions, strict=True):
        begin = at - LEAD
        taken = np.concatenate(written.taken_away)
        whole = slice(begin, begin + len(taken))
        noise = (seen.heard - seen.echo - seen.person)[whole]
        skip, count = at - begin, len(question)
        echo, person, rest = (
            _shaped(part, written.gains)[skip : skip + count]
            for part in (seen.echo[whole] - taken, seen.person[whole], noise)
        )
        inside = slice(at, at + count)
        parts.append(
            Parts(
                track[inside],
                echo,
                person,
                rest,
                seen.echo[inside],
                seen.person[inside],
                seen.heard[inside],
                question,
            )
        )
    return parts, figures


def _shaped(part: Samples, gains: list[NDArray[np.float32]]) -> Samples:
    """The part with the gains that the whole got."""
    frames = Frames(BLOCK)
    blocks = [
        frames.shaped(frames.spectrum(part[at * BLOCK : (at + 1) * BLOCK]), gain) for at, gain in enumerate(gains)
    ]
    return np.concatenate(blocks[1:])
