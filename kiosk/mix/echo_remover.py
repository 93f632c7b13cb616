"""Takes the loudspeaker out of the microphone while a question plays, and leaves in what a person says over it.

Two removers listen side by side. WebRTC's AEC3 takes away nearly all from the first instant, but damps a person who
talks over the question. `EchoPath` takes away only what it can explain by the question. Where nothing but the
echo's rest is left, AEC3 has the word; where somebody talks, the other one, with a soft filter over what may remain.

Must never raise for samples of any kind; a library that is missing is told when it is made.
"""

from collections.abc import Callable
from typing import Final, Protocol

import numpy as np

from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import WorldFailed
from kiosk.mix.echo_path import BLOCK, EchoPath, Power

AEC3_DELAY: Final = 430
"""By how many samples AEC3 gives out what it takes, at 48 kHz: its filter banks. Measured with a pulse; the test tells
when another version differs."""
DELAY: Final = 3 * BLOCK
"""60 ms at most from what goes in to what comes out: it works in blocks, and looks one ahead."""
_DISTORTION: Final = 0.02
"""Part of the echo's power that no linear filter explains."""
_NOISE_POWER: Final = 1e-6
"""A quiet room's."""
_TALKS: Final = 10.0
"""So many times the power that the echo's rest can have is a person."""
_AHEAD: Final = 1
"""Blocks that must be talked in after the first: then somebody talks."""
_AFTER: Final = 8
"""Blocks after the last talking one that count as such: words end softly."""
_OVER: Final = 2.0
_LEAST: Final = 0.05
"""The soft filter's deepest gain."""
_RISE: Final = 0.5
_SMEAR: Final = np.ones(9, np.float32) / 9
_WINDOW: Final = np.sqrt(np.hanning(2 * BLOCK + 1)[:-1]).astype(np.float32)


class Canceller(Protocol):
    """What is used of `pywebrtc_audio.EchoCanceller`."""

    def process(self, near: Samples, far: Samples) -> Samples: ...


def aec3() -> Canceller:
    """A new AEC3. Raises WorldFailed when the library is not there or does not start."""
    try:
        from pywebrtc_audio import EchoCanceller

        return EchoCanceller(sample_rate=RATE, num_channels=1)
    except Exception as error:  # whatever it raises, the gate takes over
        raise WorldFailed(f"The echo canceller cannot be used ({error}).", "The gate takes its place.") from error


class EchoRemover:
    """Of one microphone, over all questions: AEC3 keeps what it learned.

    Args:
        make: makes the canceller; raises WorldFailed when there is none.
    """

    def __init__(self, make: Callable[[], Canceller] = aec3) -> None:
        self._canceller = make()
        self._path = EchoPath()
        self._start_anew()

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
        self._rests: list[Samples] = []
        self._echoes: list[Power] = []
        self._overlap = np.zeros(BLOCK, np.float32)
        self._gain: Power | None = None
        self._soft: list[Samples] = []
        """Blocks of the filtered rest that wait for the decision who has the word."""
        self._talks: list[bool] = []
        self._until_quiet = 0
        self._share = 0.0

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
        echo = rest.echo + np.float32(_DISTORTION) * rest.removed
        power = float(np.square(rest.samples).sum())
        # A spectrum over two blocks of which half is counted, by Parseval's theorem.
        left = float(echo.sum()) / (2 * BLOCK) + _NOISE_POWER * BLOCK
        self._talks.append(power > _TALKS * left)
        self._rests.append(rest.samples)
        self._echoes.append(echo)
        self._filter()

    def _filter(self) -> None:
        """The newest two blocks of the rest, less what may be echo in them; completes the older of the two."""
        first = len(self._rests) == 1
        before, newest = (np.zeros(BLOCK, np.float32), *self._rests)[-2:]
        self._rests = [newest]
        spectrum = np.fft.rfft(np.concatenate([before, newest]) * _WINDOW).astype(np.complex64)
        echo = sum(self._echoes[-2:], np.zeros(BLOCK + 1, np.float32)) / len(self._echoes)
        self._echoes = self._echoes[-1:]
        power = np.convolve(np.square(np.abs(spectrum)), _SMEAR, mode="same")
        left = np.convolve(echo * np.float32(0.5), _SMEAR, mode="same")
        gain = np.clip(1 - _OVER * left / (power + 1e-9), _LEAST, 1).astype(np.float32)
        if self._gain is not None:
            gain = np.where(gain > self._gain, _RISE * (self._gain + gain), gain)
        self._gain = gain
        back = (np.fft.irfft(spectrum * gain) * _WINDOW).astype(np.float32)
        if not first:
            self._soft.append(self._overlap + back[:BLOCK])
        self._overlap = back[BLOCK:]

    def _decide(self) -> "Samples | None":
        """The oldest block for which both are there and it is known whether somebody talks next."""
        if not self._soft or len(self._strict) < BLOCK or len(self._talks) <= _AHEAD:
            return None
        soft = self._soft.pop(0)
        now = self._talks[: 1 + _AHEAD]
        if all(now) or (self._until_quiet and any(now)):  # one block alone may be a sound that was not learned yet
            self._until_quiet = _AFTER
        else:
            self._until_quiet = max(0, self._until_quiet - 1)
        del self._talks[0]
        share = 1.0 if self._until_quiet else 0.0
        weight = np.linspace(self._share, share, BLOCK, dtype=np.float32)
        self._share = share
        strict, self._strict = self._strict[:BLOCK], self._strict[BLOCK:]
        return soft * weight + strict * (1 - weight)
