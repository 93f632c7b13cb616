"""Takes the loudspeaker out of the microphone while a question plays, and leaves in what a person says over it.

`EchoPath` takes away what it can explain by the question, and a filter weakens what may still be echo in the rest
(`RestFilter`), so that the echo falls as far as it is to, also while somebody talks. WebRTC's AEC3 listens beside: it
takes away nearly all from the first instant, distortion too, but damps a person who talks. So where nothing but the
echo's rest is left, no frequency stays stronger than AEC3 leaves it.

All of it is one signal taken away and one gain for each frequency: what becomes of the echo while somebody talks can
be told exactly, by doing the same to the echo alone.

Must never raise for samples of any kind; a library that is missing is told when it is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import WorldFailed
from kiosk.mix.echo_path import BLOCK, EchoPath, Power
from kiosk.mix.frames import Frames, Spectrum
from kiosk.mix.path_memory import Way
from kiosk.mix.rest_filter import RestFilter

AEC3_DELAY: Final = 430
"""By how many samples AEC3 gives out what it takes, at 48 kHz: its filter banks. Measured with a pulse; the test tells
when another version differs."""
DELAY: Final = 3 * BLOCK
"""60 ms at most from what goes in to what comes out: it works in blocks, and looks one ahead."""
_DISTORTION: Final = 0.02
"""Part of the echo's power that no linear filter explains."""
_NOISE_POWER: Final = 1e-6
"""A quiet room's."""
_TALKS: Final = 4.0
"""So many times the power that the echo's rest can have is a person."""
_AHEAD: Final = 1
"""Frames that must be talked in after the first: then somebody talks."""
_AFTER: Final = 15
"""Frames after the last talking one that count as such: words end softly."""
_NOTHING: Final = 1e-12


class Canceller(Protocol):
    """What is used of `pywebrtc_audio.EchoCanceller`."""

    def process(self, near: Samples, far: Samples) -> Samples: ...


@dataclass(frozen=True, slots=True)
class _Frame:
    """Two blocks of the rest, and the powers of the echo that may be in it and that was taken away."""

    spectrum: Spectrum
    power: Power
    left: Power
    removed: Power
    played: float
    """Energy of the question, by the same measure."""
    talks: bool


def aec3() -> Canceller:
    """A new AEC3. Raises WorldFailed when the library is not there or does not start."""
    try:
        from pywebrtc_audio import EchoCanceller

        return EchoCanceller(sample_rate=RATE, num_channels=1)
    except Exception as error:  # whatever it raises, the gate takes over
        raise WorldFailed(f"The echo canceller cannot be used ({error}).", "The gate takes its place.") from error


class EchoRemover:
    """Of one microphone, over all questions: both keep what they learned.

    Args:
        make: makes the canceller; raises WorldFailed when there is none.
        path: takes away what the question explains.
        frames: makes the rest's frames, and samples of them again.
    """

    def __init__(
        self,
        make: Callable[[], Canceller] = aec3,
        *,
        path: EchoPath | None = None,
        frames: Callable[[int], Frames] = Frames,
    ) -> None:
        self._canceller = make()
        self._path = path or EchoPath()
        self._make_frames = frames
        self._start_anew()

    def recall(self, way: Way) -> None:
        """Before the first question: what was learned at another time."""
        self._path.recall(way)

    @property
    def way(self) -> Way | None:
        """What the present question taught of the way from the loudspeaker to the microphone."""
        return self._path.way

    def begin(self) -> None:
        """A question begins: what is pushed now does not follow on what was pushed before."""
        self._path.begin()
        self._start_anew()

    def _start_anew(self) -> None:
        self._near = np.zeros(0, np.float32)
        self._far = np.zeros(0, np.float32)
        self._strict: Samples = np.zeros(0, np.float32)
        """AEC3's output that is not used yet."""
        self._too_early = AEC3_DELAY
        """Samples of AEC3's output that lie before the beginning."""
        self._frames = self._make_frames(BLOCK)
        self._strict_frames = Frames(BLOCK)
        self._filter = RestFilter()
        self._last: tuple[Power, Power, Power] | None = None
        """Echo that may be left, echo that was taken away and question, of the block before."""
        self._waiting: list[_Frame] = []
        self._until_quiet = 0
        self._first = True

    def push(self, near: Samples, far: Samples) -> Samples:
        """The microphone's next samples and the loudspeaker's of the same instants; returns what is decided.

        Outputs follow each other; all of them together lag by at most `DELAY` samples.
        """
        self._near = np.concatenate([self._near, near])
        self._far = np.concatenate([self._far, far])
        out = []
        while len(self._near) >= BLOCK:
            heard, played = self._near[:BLOCK], self._far[:BLOCK]
            self._near, self._far = self._near[BLOCK:], self._far[BLOCK:]
            self._take(np.nan_to_num(heard), played)
            decided = self._decide()
            if decided is not None:
                out.append(decided)
        return np.concatenate(out) if out else np.zeros(0, np.float32)

    def _take(self, heard: Samples, played: Samples) -> None:
        strict = self._canceller.process(np.ascontiguousarray(heard), np.ascontiguousarray(played))
        skipped = min(self._too_early, len(strict))
        self._too_early -= skipped
        self._strict = np.concatenate([self._strict, strict[skipped:]])
        rest = self._path.take(heard, played)
        now = (rest.echo + np.float32(_DISTORTION) * rest.removed, rest.removed, rest.played)
        before = self._last or now
        self._last = now
        # A path's spectrum is of two blocks that count alike; a frame's window lets half of their power through.
        left, removed, played_power = (np.float32(0.25) * (one + other) for one, other in zip(before, now, strict=True))
        spectrum = self._frames.spectrum(rest.samples)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        talks = float(power.sum()) > _TALKS * (float(left.sum()) + _NOISE_POWER * BLOCK * BLOCK)
        self._waiting.append(_Frame(spectrum, power, left, removed, float(played_power.sum()), talks))

    def _decide(self) -> "Samples | None":
        """The block that the oldest frame completes, once it is known whether somebody talks in the next one."""
        if len(self._waiting) <= _AHEAD:
            return None
        frame = self._waiting.pop(0)
        strict, self._strict = self._strict[:BLOCK], self._strict[BLOCK:]
        spectrum = self._strict_frames.spectrum(strict)
        gain = self._filter.gain(frame.power, frame.left, frame.removed, frame.played)
        now = [frame.talks, *(each.talks for each in self._waiting)]
        if all(now) or (self._until_quiet and any(now)):  # one frame alone may be a sound that was not learned yet
            self._until_quiet = _AFTER
        else:
            self._until_quiet = max(0, self._until_quiet - 1)
        if not self._until_quiet:
            gain = np.minimum(gain, np.abs(spectrum) / np.sqrt(frame.power + np.float32(_NOTHING)))
        done = self._frames.shaped(frame.spectrum, gain)
        first, self._first = self._first, False
        return None if first else done
