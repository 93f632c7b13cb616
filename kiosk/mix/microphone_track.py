"""One microphone, with its own clock, its gaps and its reopenings → samples on the session clock.

Every output sample has a fixed instant (t0 + position / 48 kHz); the device's samples are resampled so that
each lands at the instant that the fit of its clock gives it. What is missing becomes silence, pushed through
the same resampler, so that sound after a gap stands where it belongs. Never guesses a sample, never blocks.

How: a device's samples are known by their number. The resampler is fed consecutive numbers; where the next
number is not there, zeros are fed in its place, and what comes for a number already passed is left out.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
import samplerate

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.mix.clock_fit import ClockFit
from kiosk.mix.positions import instant_of, position_of

LOST: Final = "lost by the driver"
STALLED: Final = "no samples came"
NOT_OPEN: Final = "not open yet"
REOPENED: Final = "reopened"

LONGEST_QUEUE_S: Final = 30
"""What waits beyond this is left out and becomes a gap: nobody has pulled for half a minute."""
LOOKAHEAD: Final = 24
"""Device samples that the resampler holds back: half its filter, and a little."""
HORIZON: Final = 1024
"""Output samples over which an error of place is made good."""
STEEPEST: Final = 0.02
"""Largest change of speed while steering."""
LEAP_S: Final = 0.02
"""An error of place above this is not steered but put right at once: the device's count has leapt."""
IMPLAUSIBLE_NS: Final = 5 * NS
"""A count that is this far from the clock is no lateness: the driver began to count anew without saying so."""
SMALLEST_GAP: Final = RATE // 1000
"""Silence below a millisecond between two openings is rounding, not a gap."""


@dataclass(frozen=True, slots=True)
class TrackGap:
    """`length` samples of silence from output position `first` on, in place of sound that is missing."""

    first: int
    length: int
    cause: str


class _Stream:
    """One opening of the device, or what follows an overflow: its clock, its waiting samples, its resampler.

    `reached` is the device's sample, with fractions, that the next output sample shows; `fed` is the number
    of the next sample to feed.
    """

    def __init__(self, epoch: int, rate: int, first: int, ppm: float) -> None:
        self.epoch = epoch
        self.rate = rate
        self.fit = ClockFit(rate, ppm)
        self.waiting: deque[tuple[int, Samples]] = deque()
        self.first = first
        self.end = first
        self.fed = first
        self.reached = float(first)
        self.begun = False
        self._resampler = samplerate.Resampler("sinc_fastest", 1)

    def add(self, first: int, t_ns: int, samples: Samples) -> None:
        self.fit.add(first, t_ns)
        if self.waiting and self.end - self.waiting[0][0] > LONGEST_QUEUE_S * self.rate:
            return
        self.waiting.append((first, samples))
        self.end = max(self.end, first + len(samples))

    def counts_on(self, first: int, t_ns: int) -> bool:
        """Whether a block with that count at that instant can belong to this opening."""
        return abs(self.fit.instant_of(first) - t_ns) < IMPLAUSIBLE_NS

    def begin(self, t_ns: float) -> None:
        """The next output sample stands at `t_ns`."""
        self.fed = round(self.fit.sample_at(t_ns))
        self.reached = float(self.fed)
        self.begun = True

    def take(self, count: int) -> "tuple[Samples | None, int]":
        """The next samples to feed, `count` at most: (samples, how many); (None, n): n are missing; (None, 0): none."""
        while self.waiting:
            first, samples = self.waiting[0]
            if first > self.fed:
                return None, min(count, first - self.fed)
            rest = samples[self.fed - first :]
            if len(rest) > count:
                return rest[:count], count
            self.waiting.popleft()
            if len(rest):
                return rest, len(rest)
        return None, 0

    def feed(self, samples: Samples, step: float) -> Samples:
        """Output for those samples; `step` is how many device samples lie between two output samples."""
        ratio = 1 / step
        self._resampler.set_ratio(ratio)
        made: Samples = self._resampler.process(samples, ratio)
        self.fed += len(samples)
        self.reached += len(made) * step
        return made

    def align(self, t_ns: float) -> None:
        """Puts the count right when it leapt: from here on other numbers are due. Whole samples only."""
        error = self.fit.sample_at(t_ns) - self.reached
        if abs(error) > LEAP_S * self.rate:
            self.fed += round(error)
            self.reached += round(error)

    def step_to(self, t_ns: float, count: int) -> float:
        """The step that shows, after `count` output samples, what sounded at `t_ns`."""
        nominal = self.rate / RATE
        wanted = (self.fit.sample_at(t_ns) - self.reached) / count
        return max(nominal * (1 - STEEPEST), min(nominal * (1 + STEEPEST), wanted))


class MicrophoneTrack:
    """The microphone on the session clock, from `t0_ns` on. Not for use by two threads at once."""

    def __init__(self, t0_ns: int) -> None:
        self._t0 = t0_ns
        self._streams: deque[_Stream] = deque()
        self._newest_epoch: int | None = None
        self._made: list[Samples] = []
        self._made_until = 0
        self._position = 0
        self._gap_from: tuple[int, str] | None = None
        self._gaps: list[TrackGap] = []

    @property
    def position(self) -> int:
        """Output position of the next sample that `pull` gives."""
        return self._position

    @property
    def ppm(self) -> float:
        """Drift of the device in use, in millionths; 0 before it is known."""
        return self._streams[-1].fit.ppm if self._streams else 0.0

    def push(self, epoch: int, rate: int, first: int, t_ns: int, samples: Samples, *, anew: bool = False) -> None:
        """A block of the device, as `domain.devices.SampleBlock` says; `epoch` grows with each opening.

        Keeps `samples` without a copy. Blocks of an older opening than the newest are left out. After an overflow and
        after a reopening the clock's place is found anew; its speed is the same crystal's, so that is kept.
        """
        if not len(samples) or (self._newest_epoch is not None and epoch < self._newest_epoch):
            return
        if epoch != self._newest_epoch or anew or not self._streams[-1].counts_on(first, t_ns):
            self._newest_epoch = epoch
            known_ppm = self._streams[-1].fit.known_ppm if self._streams else 0.0
            self._streams.append(_Stream(epoch, rate, first, known_ppm))
        self._streams[-1].add(first, t_ns, samples)

    def available_until(self) -> int:
        """Output position up to which all samples came, or are known never to come."""
        if not self._streams:
            return self._made_until
        newest = self._streams[-1]
        heard = position_of(newest.fit.instant_of(newest.end - LOOKAHEAD), self._t0)
        if not newest.begun:
            heard = max(heard, self._start_of(newest))
        return max(self._made_until, int(heard))

    def pull(self, until: int, *, give_up: bool) -> Samples:
        """Samples from the last position to `until`.

        With `give_up` exactly those, silence for what is missing; without it only what came, which may be less.
        """
        while self._made_until < until:
            if not self._advance(until, give_up=give_up):
                break
        count = max(0, min(until, self._made_until) - self._position)
        self._position += count
        return self._cut(count)

    def take_gaps(self) -> list[TrackGap]:
        """Gaps that ended since the last call."""
        gaps, self._gaps = self._gaps, []
        return gaps

    def close_gap(self, at: int) -> None:
        """The track ends at output position `at`: so does a gap that is still open."""
        self._close_gap(at)

    def _advance(self, until: int, *, give_up: bool) -> bool:
        """Makes some output; False when there is nothing to make it from."""
        stream = self._streams[0] if self._streams else None
        if stream is None:
            if not give_up:
                return False
            self._silence(until, NOT_OPEN)
            return True
        if not stream.begun:
            start = self._start_of(stream)
            if start > self._made_until:
                self._silence(min(start, until), NOT_OPEN)
                return True
            stream.begin(instant_of(self._made_until, self._t0))
        return self._resample(stream, until, give_up=give_up)

    def _resample(self, stream: _Stream, until: int, *, give_up: bool) -> bool:
        stream.align(instant_of(self._made_until, self._t0))
        step = stream.step_to(instant_of(self._made_until + HORIZON, self._t0), HORIZON)
        missing = stream.reached + (until - self._made_until) * step + LOOKAHEAD - stream.fed
        count = max(1, min(HORIZON, int(missing) + 1))
        samples, length = stream.take(count)
        where = round(self._made_until + (stream.fed - stream.reached) / step)
        if samples is not None:
            self._close_gap(where)
        elif length:
            self._open_gap(where, LOST)
        elif len(self._streams) > 1:
            return self._hand_over(stream, where, step, until)
        elif give_up:
            self._open_gap(where, STALLED)
            length = count
        else:
            return False
        self._add(stream.feed(samples if samples is not None else np.zeros(length, np.float32), step))
        return True

    def _hand_over(self, stream: _Stream, where: int, step: float, until: int) -> bool:
        """The stream has ended and a newer opening is there: silence up to its start, then it takes over."""
        newer = self._streams[1]
        start = self._start_of(newer)
        self._open_gap(where, LOST if newer.epoch == stream.epoch else REOPENED)
        if self._made_until >= start:
            self._streams.popleft()
            self._streams[0].begin(instant_of(self._made_until, self._t0))
            return True
        wanted = min(start, until) - self._made_until
        made = stream.feed(np.zeros(max(1, min(HORIZON, int(wanted * step))), np.float32), step)
        self._add(made[:wanted])
        return True

    def _start_of(self, stream: _Stream) -> int:
        return max(0, round(position_of(stream.fit.instant_of(stream.first), self._t0)))

    def _silence(self, until: int, cause: str) -> None:
        """Silence where no resampler is at work yet."""
        self._open_gap(self._made_until, cause)
        self._add(np.zeros(min(until - self._made_until, RATE), np.float32))

    def _add(self, made: Samples) -> None:
        if len(made):
            self._made.append(made)
            self._made_until += len(made)

    def _cut(self, count: int) -> Samples:
        """The first `count` samples of what is made; the rest stays."""
        if not count:
            return np.zeros(0, np.float32)
        made = self._made[0] if len(self._made) == 1 else np.concatenate(self._made)
        self._made = [made[count:]] if len(made) > count else []
        return made[:count]

    def _open_gap(self, at: int, cause: str) -> None:
        if self._gap_from is None:
            self._gap_from = (max(0, at), cause)

    def _close_gap(self, at: int) -> None:
        if self._gap_from is None:
            return
        (first, cause), self._gap_from = self._gap_from, None
        length = at - first
        if length >= (1 if cause == LOST else SMALLEST_GAP):
            self._gaps.append(TrackGap(first, length, cause))
