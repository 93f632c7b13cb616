"""The microphone while a question plays: the loudspeaker is taken out of it, and what a person says stays in.

Outside of questions every sample passes unchanged and at once, and this costs nothing. Around one the microphone is
held back for some 60 ms, handed to `EchoRemover` together with what the loudspeaker played at the same instants, and
cross-faded there and back. While it plays, what is left is searched for the question (`DoublingCheck`): if it can
still be heard a second time, the gate shuts at once, for this question and for those that follow. The gate is also
what remains when the remover is missing or fails. A sound that is no question (a tone) gets the gate: it is over
before anything could be learned. A question right after one gets the remover as soon as it is known.

`EchoFigure` is what the recording's manifest gets for each question: `echo_down_db`, `second_peak_db`, `method`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import KioskError
from kiosk.mix.doubling import LIMIT_DB, DoublingCheck
from kiosk.mix.echo_remover import DELAY, EchoRemover
from kiosk.mix.gate import FADE, Gate
from kiosk.mix.path_memory import Way
from kiosk.mix.voice_track import Passage, VoiceTrack

log = logging.getLogger(__name__)

BEFORE: Final = RATE // 100
"""10 ms: what the instant of sounding may be wrong by. The remover hears the question so much early."""
WARM_UP: Final = RATE // 10
"""Samples from before a question that the remover hears first, so that its filters have swung in."""
LEAK_DB: Final = -27.0
"""A second peak above this, found while the question plays, shuts the gate; a little above the limit, for a part of a
question tells less than the whole."""


SAME: Final = RATE // 1000
"""An echo comes back at the same place within a millisecond; an accident does not."""


class Method(StrEnum):
    """How the loudspeaker was taken out."""

    AEC3 = "aec3"
    GATE = "gate"
    NONE = "none"
    """Nobody can hear the loudspeaker."""


@dataclass(frozen=True, slots=True)
class EchoFigure:
    """What became of one question's echo. `token` is the one that its clip was placed with."""

    token: str
    method: Method
    echo_down_db: float | None
    """By how much at least the echo became quieter, peak against peak; None when there was none to speak of."""
    second_peak_db: float | None
    """The question's highest repetition 5 to 400 ms after itself, against itself; -60 at least. What may as well be
    an accident, because somebody talked, is told as -30 at most. None: nobody could hear the loudspeaker."""


@dataclass(slots=True)
class _Passage:
    """What is under way: one or more clips that follow each other closely."""

    remover: EchoRemover | None
    tokens: tuple[str, ...]
    fed: int
    """Position up to which the remover has heard the microphone."""
    clean_at: int
    """Position of the first sample that it gave and that is not used yet."""
    clean: Samples
    method: Method
    before: DoublingCheck
    after: DoublingCheck
    leaks_at: int = -SAME
    """Samples after the question at which its echo was found the last time; negative when it was not."""
    tone: bool = False
    """It began with a sound that is no question, and no question is known yet."""
    opens: int | None = None
    """Position from which the remover followed on the gate."""
    passes: float = 1.0
    """Share of the remover's output that goes into the track; falls to 0 when the gate takes over."""


class Echo:
    """One microphone's, for one segment.

    Args:
        audible: whether the loudspeaker can be heard at all.
        make: makes the remover; raises KioskError when there is none.
        recalled: what was learned with the same devices at another time.
        on_learned: told after each question what it taught.
    """

    def __init__(
        self,
        *,
        audible: bool,
        make: Callable[[], EchoRemover] = EchoRemover,
        recalled: Way | None = None,
        on_learned: Callable[[Way], None] = lambda _: None,
    ) -> None:
        self._audible = audible
        self._make = make
        self._recalled = recalled
        self._on_learned = on_learned
        self._remover: EchoRemover | None = None
        self._gated = False
        """The remover is missing or has failed: the gate has its place from now on."""
        self._gate = Gate(BEFORE)
        self._history: Samples = np.zeros(0, np.float32)
        self._waiting: Samples = np.zeros(0, np.float32)
        self._passage: _Passage | None = None
        self._figures: list[EchoFigure] = []

    def push(self, samples: Samples, first: int, voice: VoiceTrack) -> Samples:
        """The microphone from output position `first` on, which follows on what was pushed before.

        Returns what is decided: nothing at all for a while around a question, and more afterwards. It follows on
        what was returned before, without a hole. `voice` must not have been pulled beyond that.
        """
        if not self._audible:
            self._figures += [EchoFigure(token, Method.NONE, None, None) for token in voice.take_new()]
            return samples
        waiting = np.concatenate([self._waiting, samples]) if len(self._waiting) else samples
        at = first + len(samples) - len(waiting)
        decided = []
        while len(waiting):
            ahead = [each for each in voice.passages(WARM_UP) if each.end + FADE > at]
            zone = ahead[0] if ahead else None
            if zone is None or at < zone.first - BEFORE - FADE:
                piece = self._outside(waiting if zone is None else waiting[: zone.first - BEFORE - FADE - at], at)
            else:
                piece = self._inside(zone, waiting, at, voice)
            if not len(piece):
                break
            decided.append(piece)
            self._history = np.concatenate([self._history, waiting[: len(piece)]])[-WARM_UP:]
            at += len(piece)
            waiting = waiting[len(piece) :]
        self._waiting = waiting
        if len(decided) == 1:
            return decided[0]
        return np.concatenate(decided) if decided else np.zeros(0, np.float32)

    def flush(self, first: int, voice: VoiceTrack) -> Samples:
        """What is left, once no more comes; `first` is the position after the last sample pushed."""
        count = len(self._waiting)
        rest = self.push(np.zeros(DELAY + WARM_UP, np.float32), first, voice)[:count] if count else self._waiting
        self._end()
        return rest

    def take_figures(self) -> list[EchoFigure]:
        """Of the questions that ended since the last call."""
        figures, self._figures = self._figures, []
        return figures

    def _outside(self, samples: Samples, at: int) -> Samples:
        self._end()
        return self._gate.apply(samples, at, [])

    def _inside(self, zone: Passage, waiting: Samples, at: int, voice: VoiceTrack) -> Samples:
        """As much as can be given out of the beginning of `waiting`, within the zone and its fades."""
        passage = self._passage or self._begin(zone, at)
        if passage.tone and zone.questions:
            passage = self._begin(zone, at)
            passage.opens = at
        passage.tokens = zone.questions
        count = min(len(waiting), zone.end + FADE - at)
        clean = self._removed(passage, waiting, at, voice)
        if clean is None:
            wet = np.zeros(count, np.float32)
        else:
            count = min(count, len(clean))
            wet = clean[:count]
            passage.clean = clean[count:]
            passage.clean_at += count
        if not count:
            return wet
        dry = waiting[:count]
        if passage.method is Method.GATE:
            wet = self._shut(passage, wet)
        elif passage.opens is not None:
            since = at - passage.opens + np.arange(1, count + 1, dtype=np.float32)
            wet = (wet * np.minimum(1, since / FADE)).astype(np.float32)
        gain = self._gate.gain(at, count, [(zone.first, zone.end)])
        piece: Samples = (dry * gain + wet * (1 - gain)).astype(np.float32)
        if zone.questions:
            self._judge(passage, voice.clean(at, count), dry, piece)
        return piece

    def _begin(self, zone: Passage, at: int) -> _Passage:
        remover = self._ready_remover() if zone.questions else None
        method = Method.GATE if remover is None else Method.AEC3
        warm = at - len(self._history)
        self._passage = passage = _Passage(
            remover, (), warm, warm, np.zeros(0, np.float32), method, DoublingCheck(), DoublingCheck()
        )
        passage.tone = not zone.questions
        if remover is not None:
            remover.begin()
        return passage

    def _ready_remover(self) -> EchoRemover | None:
        if self._gated:
            return None
        try:
            if self._remover is None:
                self._remover = self._make()
                if self._recalled is not None:
                    self._remover.recall(self._recalled)
        except KioskError as error:
            log.warning("the gate takes the echo out: %s", error)
            self._gated = True
        return self._remover

    def _removed(self, passage: _Passage, waiting: Samples, at: int, voice: VoiceTrack) -> "Samples | None":
        """What the remover makes of the microphone, from `at` on; None when there is no remover (any more)."""
        if passage.remover is None:
            return None
        heard = np.concatenate([self._history, waiting])[passage.fed - (at - len(self._history)) :]
        if not len(heard):
            return passage.clean
        played = voice.played(passage.fed + BEFORE, len(heard))
        passage.fed += len(heard)
        try:
            made = passage.remover.push(heard, played)
        except Exception:  # a foreign library fails in its own ways, and the recording must go on
            log.exception("the echo canceller failed: the gate takes its place")
            passage.remover, passage.method, self._gated = None, Method.GATE, True
            return None
        clean = np.concatenate([passage.clean, made])
        early = min(len(clean), max(0, at - passage.clean_at))  # what it made of the warm-up
        passage.clean_at += early
        passage.clean = clean[early:]
        return passage.clean

    def _shut(self, passage: _Passage, wet: Samples) -> Samples:
        """The remover's output while the gate takes over, without a click."""
        if not passage.passes:
            return np.zeros(len(wet), np.float32)
        gain = np.maximum(0, passage.passes - np.arange(1, len(wet) + 1, dtype=np.float32) / FADE)
        passage.passes = float(gain[-1])
        shut: Samples = (wet * gain).astype(np.float32)
        return shut

    def _judge(self, passage: _Passage, clean: Samples, heard: Samples, kept: Samples) -> None:
        passage.before.add(clean, heard)
        if not passage.after.add(clean, kept) or passage.method is Method.GATE:
            return
        peak = passage.after.peak()
        leaks = peak.sure and peak.db > LEAK_DB
        again = leaks and abs(peak.lag - passage.leaks_at) < SAME
        passage.leaks_at = peak.lag if leaks else -SAME
        if again:  # twice at the same place
            log.warning("a question is heard twice (%.0f dB): the gate takes over", peak.db)
            passage.method, self._gated = Method.GATE, True

    def _end(self) -> None:
        """The passage is over: its figures are known."""
        passage, self._passage = self._passage, None
        if passage is None or not passage.tokens:
            return
        passage.before.finish()
        passage.after.finish()
        before, after = passage.before.peak(), passage.after.peak()
        down = round(max(0.0, before.db - after.db), 1) if before.sure else None
        peak = after.db if after.sure else min(after.db, LIMIT_DB)
        self._figures += [EchoFigure(token, passage.method, down, peak) for token in passage.tokens]
        way = passage.remover.way if passage.remover is not None else None
        if way is not None and passage.method is Method.AEC3:
            self._on_learned(way)
