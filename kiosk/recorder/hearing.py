"""The microphone's side of a recording: hands its blocks to the mix and says what is wrong with it."""

import collections
import threading
from collections.abc import Callable
from typing import Final

import numpy as np

from kiosk.capture.microphone import FeedBlock, MicrophoneFeed, MicrophoneStatus
from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.interview import QuestionKind
from kiosk.mix.meter import FLOOR_DBFS, Watch, level
from kiosk.mix.mixer import Mixer

BEFORE_NS: Final = 2 * NS
"""Samples that are kept from before the start, so that the clock fit has something to begin with."""
JUDGED_A_SECOND: Final = 10
"""Levels are judged over a tenth of a second: a device's blocks are too short to say anything, and many."""
STALE_NS: Final = NS // 2
"""A level that is older than this is none."""
SETTLE: Final = RATE
"""Samples that it gives before it is called settled, so that its clock is known from the start."""


def speech_expected(mark: commands.Mark) -> bool | None:
    """Whether somebody is expected to speak from this mark on; None when it changes nothing.

    Never in a coding challenge: who reads or types may be silent for as long as they like.
    """
    match mark.what:
        case events.MarkKind.ANSWER_STARTED:
            return mark.text != QuestionKind.CODING
        case events.MarkKind.ANSWER_ENDED | events.MarkKind.CODE:
            return False
        case _:
            return None


class Hearing:
    """Polled by the line's thread (`hear`); the rest may be called from the service's.

    Args:
        gain_db: fixed gain of what is recorded. Levels are told with it, and "too quiet" is judged with it.
        later_ns: how much later than the picture its sound arrives; taken out of its stamps.
    """

    def __init__(
        self, feed: MicrophoneFeed, post: Callable[[events.Event], None], *, gain_db: float = 0.0, later_ns: int = 0
    ) -> None:
        self.settled = threading.Event()
        self.newest_ns = 0
        """Session clock of the end of the newest sample, as it goes into the mix; 0 before the first."""
        self._feed = feed
        self._gain_db = gain_db
        self._gain = np.float32(10 ** (gain_db / 20))
        self._later_ns = later_ns
        self._post = post
        self._before: collections.deque[FeedBlock] = collections.deque()
        self._lock = threading.Lock()
        self._watch = Watch(gain_db=gain_db)
        self._level = (FLOOR_DBFS, FLOOR_DBFS)
        self._heard = 0
        self._unjudged: list[Samples] = []
        self._waiting = 0
        self._epoch = -1

    @property
    def status(self) -> MicrophoneStatus:
        """The device's own, without the gain."""
        return self._feed.status

    @property
    def last_block_ns(self) -> int:
        """Arrival of the newest block on the session clock; 0 before the first."""
        return self._feed.last_block_ns

    def level(self, now_ns: int) -> tuple[float, float]:
        """(RMS, peak) in dBFS of the newest tenth of a second as it is recorded, with the gain; -120 without sound."""
        if now_ns - self.last_block_ns > STALE_NS:
            return FLOOR_DBFS, FLOOR_DBFS
        rms, peak = self._level
        return max(FLOOR_DBFS, rms + self._gain_db), max(FLOOR_DBFS, peak + self._gain_db)

    def answering(self, *, expected: bool) -> None:
        """Whether somebody is expected to speak now: only then can the microphone be too quiet."""
        with self._lock:
            self._watch.answering(self._heard if expected else None)

    def begin(self, mixer: Mixer) -> None:
        """Hands over what was heard just before."""
        for block in self._before:
            self._push(mixer, block)

    def hear(self, mixer: Mixer | None, now_ns: int, *, watched: bool) -> None:
        """Takes what has come; `watched`: whether silence would be a fault now."""
        for block in self._feed.take():
            self.newest_ns = block.block.t_ns - self._later_ns + len(block.block.samples) * NS // block.rate
            self._judge(block, watched=watched)
            self._before.append(block)
            if mixer is not None:
                self._push(mixer, block)
        while self._before and self._before[0].block.t_ns < now_ns - BEFORE_NS:
            self._before.popleft()

    def _judge(self, fed: FeedBlock, *, watched: bool) -> None:
        with self._lock:
            if fed.epoch != self._epoch:
                self._epoch = fed.epoch
                self._watch.reset()
            self._unjudged.append(fed.block.samples)
            self._waiting += len(fed.block.samples)
            if self._waiting < fed.rate // JUDGED_A_SECOND:
                return
            samples = np.concatenate(self._unjudged)
            self._unjudged.clear()
            self._waiting = 0
            problem = self._watch.hear(self._heard, samples) if watched else None
            self._level = self._watch.level if watched else level(samples)
            self._heard += len(samples) * RATE // fed.rate
        if self._heard >= SETTLE:
            self.settled.set()
        if problem is not None:
            self._post(problem)

    def stop(self) -> None:
        self._feed.stop()

    def join(self, timeout: float) -> None:
        self._feed.join(timeout)

    def _push(self, mixer: Mixer, fed: FeedBlock) -> None:
        block = fed.block
        samples = block.samples if self._gain == 1 else block.samples * self._gain
        mixer.microphone(fed.epoch, fed.rate, block.first, block.t_ns - self._later_ns, samples, anew=block.anew)
