"""Makes the two tones around the time to answer. Run from the checkout's root:

python assets/sounds/make.py

Two soft sines a fifth apart: rising before the answer, falling after it. 300 ms, 48 kHz, mono, 16 bit,
about -26 LUFS: 6 dB below the voice that asks.
"""

import math
import struct
import sys
import wave
from pathlib import Path
from typing import Final

RATE: Final = 48_000
LENGTH: Final = RATE * 300 // 1000
LOW_HZ: Final = 523.25
HIGH_HZ: Final = 783.99
SECOND_STARTS: Final = RATE * 110 // 1000
ATTACK: Final = RATE * 12 // 1000
RELEASE: Final = RATE * 90 // 1000
PEAK: Final = 0.15
"""Full scale is 1."""
OVERTONE: Final = 0.18


def note(frequency: float, first: int) -> list[float]:
    """A sine with a little of its octave, from sample `first` to the end, faded in and out."""
    samples = [0.0] * LENGTH
    for at in range(first, LENGTH):
        t = (at - first) / RATE
        attack = min(1.0, (at - first) / ATTACK)
        release = min(1.0, (LENGTH - 1 - at) / RELEASE)
        envelope = math.sin(attack * math.pi / 2) ** 2 * math.sin(release * math.pi / 2) ** 2 * math.exp(-4.0 * t)
        tone = math.sin(2 * math.pi * frequency * t) + OVERTONE * math.sin(4 * math.pi * frequency * t)
        samples[at] = envelope * tone
    return samples


def write(path: Path, first_hz: float, second_hz: float) -> None:
    mixed = [one + other for one, other in zip(note(first_hz, 0), note(second_hz, SECOND_STARTS), strict=True)]
    scale = PEAK / max(abs(sample) for sample in mixed)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(struct.pack("<h", round(sample * scale * 32767)) for sample in mixed))


def main() -> int:
    here = Path(__file__).parent
    write(here / "answer-starts.wav", LOW_HZ, HIGH_HZ)
    write(here / "answer-ends.wav", HIGH_HZ, LOW_HZ)
    return 0


if __name__ == "__main__":
    sys.exit(main())
