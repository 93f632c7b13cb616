"""The clean questions, at the instants that they sounded. Never touches the microphone."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from kiosk.domain.devices import RATE, Samples

CUT_FADE: Final = RATE // 200
"""5 ms: a clip that is silenced early ends without a click."""
KEPT_AFTER: Final = 2 * RATE
"""A clip's span is remembered this long after its end: the room still answers."""


@dataclass(slots=True)
class _Clip:
    token: str
    first: int
    samples: Samples
    tail: int
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.end = self.first + len(self.samples)


class VoiceTrack:
    """Clips by output position. Clips may overlap: they add up."""

    def __init__(self) -> None:
        self._clips: list[_Clip] = []

    def place(self, token: str, samples: Samples, start: float, tail: int = 0) -> None:
        """Puts a clip where its first sample sounded; what lies before what was pulled already is lost.

        `tail` is for how many samples after its end the room still answers.
        """
        self._clips.append(_Clip(token, round(start), samples, min(tail, KEPT_AFTER)))

    def cut(self, token: str, position: float) -> None:
        """The clip was silenced at that position. An unknown or ended one is left as it is."""
        at = round(position)
        for clip in self._clips:
            if clip.token != token or at >= clip.end:
                continue
            keep = max(0, at - clip.first)
            samples = clip.samples[:keep].copy()
            fade = min(CUT_FADE, keep)
            if fade:
                samples[keep - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
            clip.samples = samples
            clip.end = clip.first + keep

    def spans(self) -> list[tuple[int, int]]:
        """(first, end with its tail) of each clip that sounds, will sound or sounded lately."""
        return [(clip.first, clip.end + clip.tail) for clip in self._clips if clip.end > clip.first]

    def is_sounding(self, first: int, count: int) -> bool:
        """Whether any clip sounds within `count` samples from `first` on."""
        return any(clip.first < first + count and clip.end > first for clip in self._clips)

    def pull(self, first: int, count: int) -> Samples:
        """The sum of all clips there; positions must not go back by more than two seconds."""
        out = np.zeros(count, np.float32)
        for clip in self._clips:
            begin = max(first, clip.first)
            end = min(first + count, clip.end)
            if begin < end:
                out[begin - first : end - first] += clip.samples[begin - clip.first : end - clip.first]
        self._clips = [clip for clip in self._clips if clip.end + KEPT_AFTER > first]
        return out
