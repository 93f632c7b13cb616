"""A microphone whose clock is wrong and whose callbacks are late, in virtual time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from kiosk.domain.clock import NS
from kiosk.domain.devices import SampleBlock, Samples
from kiosk.mix.mixer import MixedBlock, Mixer

T0 = 7_000_000_000_000_000


@dataclass
class VirtualMicrophone:
    """Hears `sound(seconds since t0)`; `opened_s` is when its sample 0 sounded, since t0."""

    sound: Callable[[np.ndarray], np.ndarray]
    rate: int = 48_000
    ppm: float = 0.0
    jitter_ms: float = 5.0
    opened_s: float = -0.5
    block: int = 480
    seed: int = 1
    behind: Callable[[float], float] = lambda _t: 0.0
    """Seconds that the device has fallen behind after so many of its own: a clock that wanders."""

    def blocks(self, until_s: float) -> Iterator[tuple[int, SampleBlock]]:
        """(instant of delivery, block) up to `until_s`, in order."""
        rng = np.random.default_rng(self.seed)
        step = (1 + self.ppm * 1e-6) / self.rate
        first = 0
        delivered = 0
        while (begin := self.opened_s + first * step + self.behind(first / self.rate)) < until_s:
            at = begin + np.arange(self.block) * step
            late = rng.exponential(self.jitter_ms / 3) / 1e3
            delivered = max(delivered, T0 + int((at[-1] + step + late) * NS))
            # The driver knows when the callback came and how long a block nominally lasts.
            stamp = delivered - self.block * NS // self.rate
            yield delivered, SampleBlock(first, stamp, self.sound(at).astype(np.float32))
            first += self.block


def clicks(*at_s: float) -> Callable[[np.ndarray], np.ndarray]:
    """Short, band-limited clicks whose middle is at these instants."""

    def sound(t: np.ndarray) -> np.ndarray:
        out = np.zeros_like(t)
        for instant in at_s:
            near = np.abs(t - instant) < 0.003
            out[near] += 0.6 * np.exp(-0.5 * ((t[near] - instant) / 0.00015) ** 2)
        return out

    return sound


def run(
    mixer: Mixer,
    microphone: VirtualMicrophone,
    until_s: float,
    *,
    heard: Callable[[SampleBlock], SampleBlock | None] = lambda block: block,
    epoch: int = 1,
) -> list[MixedBlock]:
    """Pushes and pulls as the recorder does, to `until_s`; does not finish. `heard` may lose blocks."""
    mixed: list[MixedBlock] = []
    for delivered, block in microphone.blocks(until_s):
        kept = heard(block)
        if kept is not None:
            mixer.microphone(epoch, microphone.rate, kept.first, kept.t_ns, kept.samples, anew=kept.anew)
        mixed += mixer.pull(max(delivered, T0))
    return mixed


def joined(blocks: list[MixedBlock]) -> Samples:
    """The samples of blocks that must follow each other from position 0 on."""
    at = 0
    for block in blocks:
        assert block.first == at
        at += len(block.samples)
    return np.concatenate([block.samples for block in blocks])


def instant_s(samples: Samples, near_s: float, width_s: float = 0.1) -> float:
    """Where, in seconds, the strongest sample stands around `near_s`."""
    begin = max(0, round((near_s - width_s) * 48_000))
    part = np.abs(samples[begin : round((near_s + width_s) * 48_000)])
    return float(begin + int(np.argmax(part))) / 48_000
