"""What a manifest says of a recording's time, as a player shows it: chapters, captions, where segments join.

Pure functions of values; times are seconds of media time. Reads no file and knows no codec.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kiosk.contract.manifest import Manifest

GAP_SHOWN_S: Final = 3.0
"""A gap has no media time of its own; its chapter and its caption take this much of what follows."""
CAPTION_S: Final = 8.0
"""A caption that never ended is shown for this long."""
LONGEST_TITLE: Final = 120
_NEAR_S: Final = 0.5
"""A gap this near to a seam is the seam's."""
_SHORTEST_S: Final = 0.05
_ANSWER_SETTLED_S: Final = 1.0
"""The poster shows the candidate this long after the first answer began."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A named part of a recording: a chapter's title or a caption's text. `end_s` is after `start_s`."""

    start_s: float
    end_s: float
    text: str


def seams(manifest: Manifest, starts_s: Sequence[float]) -> list[tuple[float, str]]:
    """Where each segment but the first begins, and a sentence of what is missing there.

    `starts_s`: media time of each segment's start, in order.
    """
    found = []
    for at_s in starts_s[1:]:
        lost_s = max((gap.lost_s for gap in manifest.gaps if abs(gap.at_s - at_s) <= _NEAR_S), default=0.0)
        length = f"{_length(lost_s)} not recorded" if lost_s > 0 else "some time not recorded"
        found.append((at_s, f"Gap: {length}"))
    return found


def chapters(manifest: Manifest, starts_s: Sequence[float], duration_s: float) -> list[Stretch]:
    """One per question, from its first word to the next question; a gap between segments has one of its own.

    They cover the recording without holes or overlaps; none when the manifest has no question and no gap.
    """
    marks = [(span.start_s, _title(manifest, span.question)) for span in manifest.chapters]
    for at_s, sentence in seams(manifest, starts_s):
        before = [mark for mark in marks if mark[0] <= at_s]
        after = [mark for mark in marks if at_s < mark[0] <= at_s + GAP_SHOWN_S]
        marks.append((at_s, sentence))
        if before and not after:
            title = max(before, key=lambda mark: mark[0])[1]
            marks.append((at_s + GAP_SHOWN_S, title if title.endswith(" (continued)") else f"{title} (continued)"))
    inside = sorted((max(0.0, at_s), title) for at_s, title in marks if at_s < duration_s - _SHORTEST_S)
    if not inside:
        return []
    if inside[0][0] > _SHORTEST_S:
        inside.insert(0, (0.0, str(manifest.interview.get("title") or "Beginning")[:LONGEST_TITLE]))
    ends = [at_s for at_s, _ in inside[1:]] + [duration_s]
    return [
        Stretch(at_s, end_s, title)
        for (at_s, title), end_s in zip(inside, ends, strict=True)
        if end_s - at_s >= _SHORTEST_S
    ]


def captions(manifest: Manifest, starts_s: Sequence[float], duration_s: float) -> list[Stretch]:
    """What was asked while it was asked, and a line at each gap between segments. In order, never two at once."""
    shown = [
        Stretch(caption.start_s, caption.start_s + CAPTION_S if caption.end_s is None else caption.end_s, caption.text)
        for caption in manifest.captions
    ]
    shown += [Stretch(at_s, at_s + GAP_SHOWN_S, f"[{words}]") for at_s, words in seams(manifest, starts_s)]
    shown = sorted((each for each in shown if 0 <= each.start_s < duration_s), key=lambda each: each.start_s)
    cut = [
        Stretch(this.start_s, min(this.end_s, following.start_s), _lines(this.text))
        for this, following in pairwise([*shown, Stretch(duration_s, duration_s, "")])
    ]
    return [each for each in cut if each.end_s > each.start_s and each.text]


def webvtt(manifest: Manifest) -> str:
    """The captions as a WebVTT file, for a player's `<track>`."""
    starts = [segment.start_s for segment in manifest.segments]
    ends = [segment.start_s + segment.duration_s for segment in manifest.segments]
    duration = max([manifest.duration_s, *ends])
    cues = [
        f"{_stamp(each.start_s)} --> {_stamp(each.end_s)}\n{html.escape(each.text, quote=False)}\n"
        for each in captions(manifest, starts, duration)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def poster_time(manifest: Manifest, duration_s: float) -> float:
    """A little after the first answer began; without one, early in the recording."""
    answer = min((span.start_s for span in manifest.answers), default=duration_s / 10)
    return max(0.0, min(answer + _ANSWER_SETTLED_S, duration_s - 0.1))


def _title(manifest: Manifest, question: str) -> str:
    text = next((caption.text for caption in manifest.captions if caption.question == question), "")
    line = " ".join(text.split()) or question
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def _lines(text: str) -> str:
    """Without empty lines, which would end a cue, and without arrows, which no cue's text may have."""
    kept = [" ".join(line.split()) for line in text.replace("-->", "→").splitlines()]
    return "\n".join(line for line in kept if line)


def _length(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    return (
        f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
    )
