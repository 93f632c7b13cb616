"""Plays clips through the loudspeaker and reports at which of its samples each began and ended.

`fill` runs in the loudspeaker's own thread: it copies and returns. What happened is polled with `take_reports`.
"""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import samplerate

from kiosk.domain.devices import RATE, Samples

_Item = TypeVar("_Item")

FADE_S: Final = 0.005
"""A clip that is cut short ends within this, without a click."""
_MOST_STAMPS: Final = 4096
_MOST_REPORTS: Final = 1024


@dataclass(frozen=True, slots=True)
class PlayoutReport:
    """A clip began (`started`) or ended.

    `sample` counts the loudspeaker's samples: the clip's first one, or the first one after it. `t_ns` is the instant
    at which that sample sounds as the driver sees it; a clock fit of `take_stamps` knows it better. `whole` is False
    when the clip was cut short, or never began at all.
    """

    token: int
    started: bool
    whole: bool
    sample: int
    t_ns: int


@dataclass(slots=True)
class _Playing:
    token: int
    samples: Samples
    at: int = 0
    whole: bool = True


class Playout:
    """Clips one after the other; silence between them.

    Args:
        rate: the loudspeaker's samples a second; clips are at 48 kHz and resampled when it has another rate.
    """

    def __init__(self, rate: int = RATE) -> None:
        self._rate = rate
        self._lock = threading.Lock()  # held for microseconds: the callback may wait for it
        self._waiting: deque[_Playing] = deque()
        self._playing: _Playing | None = None
        self._cut = False
        self._volume = 1.0
        self._heard_at = 1.0
        """The volume at which the block before ended."""
        self._next = (0, 0)
        self.sounds_until_ns = 0
        """When the last clip that ended sounds to its end, as the driver sees it; 0 before the first."""
        self._stamps: deque[tuple[int, int]] = deque(maxlen=_MOST_STAMPS)
        self._reports: deque[PlayoutReport] = deque(maxlen=_MOST_REPORTS)

    def play(self, clip: Samples, token: int) -> None:
        """Queues a clip (48 kHz) behind those that wait. It must not be changed afterwards."""
        if self._rate == RATE:
            self._queue(_Playing(token, clip))
            return
        # A long question takes a tenth of a second to resample: its first second is played meanwhile.
        ratio, resampler = self._rate / RATE, samplerate.Resampler("sinc_medium", 1)
        whole, at = np.zeros(round(clip.size * ratio), np.float32), 0
        for begin in range(0, max(clip.size, 1), RATE):
            made = resampler.process(clip[begin : begin + RATE], ratio, end_of_input=begin + RATE >= clip.size)
            made = made[: whole.size - at]
            whole[at : at + made.size] = made
            at += made.size
            if not begin:
                self._queue(_Playing(token, whole))

    def _queue(self, playing: _Playing) -> None:
        with self._lock:
            self._waiting.append(playing)

    def silence(self) -> None:
        """Ends what is being played and forgets what waits; each is reported as not whole.

        Waiting clips are reported at once, also when the loudspeaker is dead; the one that plays fades out in `fill`,
        or, when the loudspeaker is dead, is ended by `lost`.
        """
        with self._lock:
            self._forget_waiting()
            self._cut = self._playing is not None

    def volume(self, share: float) -> None:
        """How loud everything sounds from the next block on: 0 for silence, 1 for as it is."""
        self._volume = share

    def lost(self) -> None:
        """The loudspeaker is gone: everything ends where it was."""
        with self._lock:
            if self._playing is not None:
                self._report(self._playing.token, *self._next, started=False, whole=False)
                self._playing = None
            self._cut = False
            self._forget_waiting()

    @property
    def busy(self) -> bool:
        """Whether a clip plays or waits."""
        with self._lock:
            return self._playing is not None or bool(self._waiting)

    def fill(self, out: Samples, first: int, t_ns: int) -> None:
        """Writes the next samples (`domain.devices.Loudspeaker.start`)."""
        self._stamps.append((first, t_ns))
        out[:] = 0
        at = 0
        with self._lock:
            while at < out.size:
                playing = self._playing
                if playing is None:
                    if not self._waiting:
                        break
                    playing = self._playing = self._waiting.popleft()
                    self._report(playing.token, first + at, self._instant(t_ns, at), started=True, whole=True)
                if self._cut and playing.whole:
                    playing.samples = _faded(playing.samples, playing.at, round(FADE_S * self._rate))
                    playing.whole = False
                count = min(playing.samples.size - playing.at, out.size - at)
                out[at : at + count] = playing.samples[playing.at : playing.at + count]
                playing.at += count
                at += count
                if playing.at >= playing.samples.size:
                    self.sounds_until_ns = self._instant(t_ns, at)
                    self._report(playing.token, first + at, self.sounds_until_ns, started=False, whole=playing.whole)
                    self._playing = None
                    self._cut = False
            if at and not self._heard_at == self._volume == 1.0:
                out *= np.linspace(self._heard_at, self._volume, out.size, dtype=np.float32)  # a step would click
            self._heard_at = self._volume
            self._next = (first + out.size, self._instant(t_ns, out.size))

    def take_stamps(self) -> list[tuple[int, int]]:
        """(first sample, instant) of the blocks since the last call; the oldest are lost when nobody takes them."""
        return _drained(self._stamps)

    def take_reports(self) -> list[PlayoutReport]:
        """What happened since the last call, in order."""
        return _drained(self._reports)

    def _instant(self, t_ns: int, offset: int) -> int:
        return t_ns + offset * 1_000_000_000 // self._rate

    def _forget_waiting(self) -> None:
        while self._waiting:
            self._report(self._waiting.popleft().token, *self._next, started=False, whole=False)

    def _report(self, token: int, sample: int, t_ns: int, *, started: bool, whole: bool) -> None:
        self._reports.append(PlayoutReport(token, started, whole, sample, t_ns))


def _faded(samples: Samples, at: int, fade: int) -> Samples:
    """The clip, ending `fade` samples after `at`."""
    short: Samples = samples[: at + fade].copy()
    tail = short[at:]
    tail *= np.linspace(1, 0, tail.size, dtype=np.float32)
    return short


def _drained(queue: "deque[_Item]") -> "list[_Item]":
    """Takes all that is there; another thread may be appending."""
    taken = []
    while queue:
        taken.append(queue.popleft())
    return taken
