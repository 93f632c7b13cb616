"""The clean questions, at the instants that they sounded. Never touches the microphone.

Knows them twice: as they are mixed in (`pull`), and as the loudspeaker really played them (`played`), whose clock is
a little faster or slower than ours: in a long question that is several samples.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from kiosk.domain.devices import RATE, Samples

CUT_FADE: Final = RATE // 200
"""5 ms: a clip that is silenced early ends without a click."""
KEPT_AFTER: Final = 2 * RATE
"""A clip's span is remembered this long after its end: the room still answers."""


_TAPS: Final = 16
_PHASES: Final = 64


def _between() -> Samples:
    """For each 64th of a sample the filter that tells the value there from the `_TAPS` samples around."""
    at = np.arange(_TAPS)[None] - (_TAPS // 2 - 1) - np.arange(_PHASES)[:, None] / _PHASES
    taps = np.sinc(at) * np.cos(np.pi * at / (_TAPS + 1)) ** 2
    table: Samples = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return table


_TABLE: Final = _between()


@dataclass(frozen=True, slots=True)
class Passage:
    """Output positions within which clips sound, the last one's tail included; `questions` are those clips' tokens."""

    first: int
    end: int
    questions: tuple[str, ...]


@dataclass(slots=True)
class _Clip:
    token: str
    first: int
    samples: Samples
    tail: int
    question: bool = True
    slow: float = 0.0
    """By which part the loudspeaker's second is longer than ours."""
    told: bool = False
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.end = self.first + len(self.samples)


class VoiceTrack:
    """Clips by output position. Clips may overlap: they add up."""

    def __init__(self) -> None:
        self._clips: list[_Clip] = []

    def place(
        self, token: str, samples: Samples, start: float, tail: int = 0, *, question: bool = True, slow: float = 0.0
    ) -> None:
        """Puts a clip where its first sample sounded; what lies before what was pulled already is lost.

        `tail` is for how many samples after its end the room still answers, `question` whether it is one and not a
        tone, `slow` by which part the loudspeaker's second is longer than the session's.
        """
        self._clips.append(_Clip(token, round(start), samples, min(tail, KEPT_AFTER), question, slow))

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

    def passages(self, apart: int) -> list[Passage]:
        """The spans, those less than `apart` samples from each other as one, in order."""
        found: list[Passage] = []
        for clip in sorted(self._clips, key=lambda each: each.first):
            if clip.end <= clip.first:
                continue
            tokens = (clip.token,) if clip.question else ()
            end = clip.end + clip.tail
            if found and clip.first - found[-1].end < apart:
                last = found.pop()
                found.append(Passage(last.first, max(last.end, end), last.questions + tokens))
            else:
                found.append(Passage(clip.first, end, tokens))
        return found

    def take_new(self) -> list[str]:
        """The tokens of the questions that were placed since the last call."""
        new = [clip for clip in self._clips if clip.question and not clip.told]
        for clip in new:
            clip.told = True
        return [clip.token for clip in new]

    def played(self, first: int, count: int) -> Samples:
        """What the loudspeaker plays at those output positions, by its own clock."""
        out = np.zeros(count, np.float32)
        for clip in self._clips:
            if clip.first < first + count and clip.end > first:
                out += _at(clip, first, count)
        return out

    def clean(self, first: int, count: int) -> Samples:
        """The sum of all clips there, as `pull` gives it; forgets nothing."""
        out = np.zeros(count, np.float32)
        for clip in self._clips:
            begin = max(first, clip.first)
            end = min(first + count, clip.end)
            if begin < end:
                out[begin - first : end - first] += clip.samples[begin - clip.first : end - clip.first]
        return out

    def is_sounding(self, first: int, count: int) -> bool:
        """Whether any clip sounds within `count` samples from `first` on."""
        return any(clip.first < first + count and clip.end > first for clip in self._clips)

    def pull(self, first: int, count: int) -> Samples:
        """The sum of all clips there; positions must not go back by more than two seconds."""
        out = self.clean(first, count)
        self._clips = [clip for clip in self._clips if clip.end + KEPT_AFTER > first]
        return out


def _at(clip: _Clip, first: int, count: int) -> Samples:
    """The clip at the loudspeaker's speed."""
    position = np.arange(first - clip.first, first - clip.first + count) / (1 + clip.slow)
    whole = np.floor(position).astype(np.int64)
    begin, length = int(whole[0]) - _TAPS // 2 + 1, int(whole[-1] - whole[0]) + _TAPS
    padded = np.zeros(length, np.float32)
    low, high = max(begin, 0), min(begin + length, len(clip.samples))
    if low < high:
        padded[low - begin : high - begin] = clip.samples[low:high]
    around = np.lib.stride_tricks.sliding_window_view(padded, _TAPS)[whole - whole[0]]
    phase = np.minimum(((position - whole) * _PHASES + 0.5).astype(np.int64), _PHASES - 1)
    there: Samples = np.einsum("ij,ij->i", around, _TABLE[phase])
    return there
