"""Wrong clocks through the whole mix, in virtual time, measured by clicks in what comes out.

The tests run minutes of it. A whole hour of each, 20 s each: `python -m tests.mix.clocks`.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kiosk.domain.devices import Samples
from kiosk.mix.mixer import Mixer
from tests.mix.virtual import T0, VirtualMicrophone

EVERY_S = 4.0
"""A click at each multiple of this, session clock."""
PULL_EVERY = 10
"""Blocks: the recorder, too, takes sound ten times a second."""
SETTLED_S = 300.0


def ticking(t: np.ndarray) -> np.ndarray:
    """A click of a third of a millisecond every `EVERY_S`."""
    since = (t + EVERY_S / 2) % EVERY_S - EVERY_S / 2
    if np.abs(since).min() > 0.005:
        return np.zeros_like(t)
    return np.asarray(0.6 * np.exp(-0.5 * (since / 0.00015) ** 2))


def wandering(ppm: float, period_s: float) -> Callable[[float], float]:
    """How far a clock is behind after so many of its own seconds, when its rate swings by ±`ppm`, in seconds."""
    depth = ppm * 1e-6 * period_s / (2 * math.pi)
    return lambda t: depth * (1 - math.cos(2 * math.pi * t / period_s))


@dataclass(frozen=True)
class Errors:
    """Worst errors of a click's place in the mix, in milliseconds: in the first five minutes, and after."""

    early_ms: float
    late_ms: float
    clicks: int


def through_the_mix(microphone: VirtualMicrophone, length_s: float) -> Errors:
    """Records `length_s` of clicks and measures where each of them ended up."""
    mixer = Mixer(T0, audible=False)
    early = late = 0.0
    found = 0
    kept: Samples = np.zeros(0, np.float32)
    kept_first = 0
    due = EVERY_S
    for number, (delivered, block) in enumerate(microphone.blocks(length_s)):
        mixer.microphone(1, microphone.rate, block.first, block.t_ns, block.samples)
        if number % PULL_EVERY:
            continue
        mixed = mixer.pull(max(delivered, T0))
        kept = np.concatenate([kept, *(each.samples for each in mixed)])
        while (due + 0.5) * 48_000 < kept_first + len(kept):
            error = abs(_peak(kept, (due - 0.5) * 48_000 - kept_first) / 48_000 - 0.5) * 1e3
            early, late = (max(early, error), late) if due < SETTLED_S else (early, max(late, error))
            found += 1
            due += EVERY_S
            drop = min(len(kept), round((due - 1) * 48_000) - kept_first)
            kept, kept_first = kept[drop:], kept_first + drop
    assert mixer.take_gaps() == []
    return Errors(early, late, found)


def _peak(samples: Samples, begin: float) -> float:
    """Samples from `begin` to the strongest one within a second, with fractions."""
    first = max(0, round(begin))
    part = np.abs(samples[first : first + 48_000]).astype(float)
    at = int(np.argmax(part))
    assert part[at] > 0.3, "the click is not there"
    before, here, after = part[at - 1 : at + 2]
    return float(first - begin + at + (before - after) / (2 * (before - 2 * here + after)))


CASES = {
    "+300 ppm": VirtualMicrophone(ticking, ppm=300, jitter_ms=15),
    "-300 ppm": VirtualMicrophone(ticking, ppm=-300, jitter_ms=15),
    "+300 ppm, 44.1 kHz": VirtualMicrophone(ticking, ppm=300, jitter_ms=15, rate=44_100),
    "wander ±60 ppm in 10 min": VirtualMicrophone(ticking, behind=wandering(60, 600)),
    "wander ±60 ppm in 20 min": VirtualMicrophone(ticking, behind=wandering(60, 1200)),
}


def main() -> None:
    """Prints a table; the argument is the length in seconds."""
    length_s = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    print(f"{length_s / 60:.0f} minutes; worst error of a click in the mix, ms")
    print(f"{'clock':<28}{'first 5 min':>14}{'after':>10}{'clicks':>10}")
    for name, microphone in CASES.items():
        errors = through_the_mix(microphone, length_s)
        print(f"{name:<28}{errors.early_ms:>14.3f}{errors.late_ms:>10.3f}{errors.clicks:>10}", flush=True)


if __name__ == "__main__":
    main()
