"""What can be heard in the simulated room, at any instant. Pure but for its lock: no thread, no clock of its own.

Sounds are placed on the session clock; the microphone asks for the instants of its own samples, so its clock may run
at any speed. The loudspeaker is heard late and quiet, a person at the level of the file, and it is never digitally
silent.
"""

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples

_STRIDE: Final = 100_003
"""From the beginning of one block's piece of the noise to that of the next one's: a prime, so that none comes twice."""
_HISS_S: Final = 5
"""Seconds of noise that are made once; each block takes another piece of it."""
_KEPT_S: Final = 2
"""Seconds of the loudspeaker that are remembered; nobody asks for older ones."""


@dataclass(frozen=True, slots=True)
class _Sound:
    start_ns: int
    samples: Samples


def _at(samples: Samples, positions: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Samples:
    """Linear interpolation at fractional positions; silence outside."""
    base = np.floor(positions).astype(np.int64)
    if base[-1] < -1 or base[0] >= samples.size:
        return np.zeros(positions.size, np.float32)
    low = max(int(base[0]) - 1, 0)
    high = min(int(base[-1]) + 3, samples.size)
    heard = np.interp(positions, np.arange(low, high), samples[low:high], left=0.0, right=0.0)
    return heard.astype(np.float32)


class SimulatedRoom:
    """Delay and attenuation between loudspeaker and microphone, noise, and what a person says."""

    def __init__(self, *, delay_ms: float = 60.0, echo_db: float = -18.0, noise_dbfs: float = -65.0) -> None:
        self._delay_ns = int(delay_ms * 1e6)
        self._echo = 10 ** (echo_db / 20)
        noise = np.random.default_rng(20261122).standard_normal(_HISS_S * RATE) * 10 ** (noise_dbfs / 20)
        self._hiss: Samples = noise.astype(np.float32)
        self._hiss_at = 0
        self._lock = threading.Lock()
        self._person: list[_Sound] = []
        self._tail: Samples = np.zeros(0, np.float32)
        self._tail_first = 0
        self._tail_origin_ns = 0
        self._tail_rate = float(RATE)

    def loudspeaker_on(self, origin_ns: int, rate: float) -> None:
        """A loudspeaker begins: its sample 0 sounds at `origin_ns`, and it really plays `rate` samples a second."""
        with self._lock:
            self._tail = np.zeros(0, np.float32)
            self._tail_first, self._tail_origin_ns, self._tail_rate = 0, origin_ns, rate

    def loudspeaker_plays(self, first: int, samples: Samples) -> None:
        """Samples of the loudspeaker from its sample `first` on; what was left out before was silence."""
        with self._lock:
            end = self._tail_first + self._tail.size
            left_out = min(max(first - end, 0), _KEPT_S * RATE)
            self._tail = np.concatenate((self._tail, np.zeros(left_out, np.float32), samples))[-_KEPT_S * RATE :]
            self._tail_first = first + samples.size - self._tail.size

    def say(self, start_ns: int, samples: Samples) -> None:
        """A person makes a sound (at `RATE`) that begins at `start_ns`."""
        with self._lock:
            self._person.append(_Sound(start_ns, samples))

    def hush(self) -> None:
        """The person ends at once whatever is being said."""
        with self._lock:
            self._person.clear()

    def hear(self, t_ns: int, count: int, rate: float) -> Samples:
        """What a microphone hears in `count` samples from `t_ns` on, when it really takes `rate` a second."""
        with self._lock:
            at = self._hiss_at = (self._hiss_at + _STRIDE) % (self._hiss.size - count)
            heard = self._hiss[at : at + count].copy()
            since_s = (t_ns - self._delay_ns - self._tail_origin_ns) / NS
            begin = since_s * self._tail_rate - self._tail_first
            echo = bool(self._tail.size) and -count <= begin < self._tail.size
            if not echo and not self._person:
                return heard  # as nearly always: nobody speaks
            steps = np.arange(count, dtype=np.float64)
            if echo:
                heard += np.float32(self._echo) * _at(self._tail, begin + steps * (self._tail_rate / rate))
            for sound in self._person:
                positions = (t_ns - sound.start_ns) * RATE / NS + steps * (RATE / rate)
                heard += _at(sound.samples, positions)
            self._person = [s for s in self._person if t_ns <= s.start_ns + s.samples.size * NS // RATE]
        return np.clip(heard, -1.0, 1.0)
