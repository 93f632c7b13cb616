"""Microphone and questions → the one track of the recording, in whole blocks at fixed output positions.

Runs a little behind the present, so that late samples find their place, and waits longer for a microphone
that has stalled; then silence takes its place, and that is reported as a gap. Knows neither devices nor
threads: one thread pushes, places and pulls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from kiosk.domain.devices import RATE, Samples
from kiosk.mix.echo import Echo, EchoFigure
from kiosk.mix.gate import Gate
from kiosk.mix.limiter import Limiter
from kiosk.mix.microphone_track import MicrophoneTrack, TrackGap
from kiosk.mix.path_memory import Way
from kiosk.mix.positions import position_of
from kiosk.mix.voice_track import VoiceTrack

BLOCK: Final = 1024
"""What is handed out is cut at multiples of so many samples: an AAC frame."""
TAIL_MS: Final = 250
"""The room's tail after a question, and the way from the loudspeaker to the microphone."""
NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class MixedBlock:
    """Consecutive samples of the recording, the first at output position `first` (48 kHz since t0)."""

    first: int
    samples: Samples


class Mixer:
    """The whole mix of one segment.

    Args:
        t0_ns: session clock of output position 0.
        audible: whether the loudspeaker can be heard: then it is taken out while a question sounds.
        recalled: what was learned of the way from it to the microphone at another time.
        on_learned: told after each question what it taught of that.
        delay_ms: how far behind the present `pull` stays.
        patience_ms: how far behind it falls for a microphone that has stalled, before silence takes its place.
    """

    def __init__(
        self,
        t0_ns: int,
        *,
        audible: bool,
        recalled: Way | None = None,
        on_learned: Callable[[Way], None] = lambda _: None,
        delay_ms: int = 150,
        patience_ms: int = 2000,
    ) -> None:
        self._t0 = t0_ns
        self._delay = delay_ms * RATE // 1000
        self._patience = patience_ms * RATE // 1000
        self._microphone = MicrophoneTrack(t0_ns)
        self._voice = VoiceTrack()
        self._echo = Echo(audible=audible, recalled=recalled, on_learned=on_learned)
        self._mixed = 0
        """Output position up to which microphone and questions are mixed."""
        self._pause_gate = Gate()
        self._pauses: list[tuple[int, int]] = []
        self._limiter = Limiter()
        self._out: list[Samples] = []
        self._out_first = 0
        self._stalled = False
        self._finished = False

    @property
    def ppm(self) -> float:
        """Drift of the microphone in use, in millionths."""
        return self._microphone.ppm

    @property
    def stalled(self) -> bool:
        """Whether silence stands in for the microphone now."""
        return self._stalled

    @property
    def position(self) -> int:
        """Output position of the first sample of the next block."""
        return self._out_first

    def microphone(self, epoch: int, rate: int, first: int, t_ns: int, samples: Samples, *, anew: bool = False) -> None:
        """A block of the microphone's opening number `epoch`; see `MicrophoneTrack.push`."""
        before = self._microphone.available_until()
        self._microphone.push(epoch, rate, first, t_ns, samples, anew=anew)
        if self._stalled and self._microphone.available_until() > before:
            self._stalled = False

    def voice(
        self,
        token: str,
        samples: Samples,
        at_ns: float,
        *,
        tail_ms: int = TAIL_MS,
        question: bool = True,
        ppm: float = 0.0,
    ) -> None:
        """A clip whose first sample sounds at `at_ns`, by a loudspeaker whose second is `ppm` millionths longer.

        The microphone passes unchanged again `tail_ms` after its end. A tone (no `question`) right before an answer
        wants less than a question: its echo does no harm, and the first word counts.
        """
        start, tail = position_of(at_ns, self._t0), tail_ms * RATE // 1000
        self._voice.place(token, samples, start, tail, question=question, slow=ppm * 1e-6)

    def cut(self, token: str, at_ns: float) -> None:
        """The clip was silenced at `at_ns`."""
        self._voice.cut(token, position_of(at_ns, self._t0))

    def pause(self, at_ns: float) -> None:
        """From then on silence instead of the microphone. Twice is once."""
        if not self._pauses or self._pauses[-1][1] != NEVER:
            self._pauses.append((round(position_of(at_ns, self._t0)), NEVER))

    def resume(self, at_ns: float) -> None:
        """Ends a pause; without one it does nothing."""
        if self._pauses and self._pauses[-1][1] == NEVER:
            begin, _ = self._pauses[-1]
            self._pauses[-1] = (begin, max(begin, round(position_of(at_ns, self._t0))))

    def pull(self, now_ns: int) -> list[MixedBlock]:
        """All that is decided by now, as far as it fills whole `BLOCK`s, in one piece; nothing when it fills none."""
        now = int(position_of(now_ns, self._t0))
        target = now - self._delay
        available = self._microphone.available_until()
        if available < target and now - max(available, self._microphone.position) > self._patience:
            self._stalled = True
        self._mix(target, give_up=self._stalled)
        return self._blocks()

    def finish(self, until_ns: int) -> list[MixedBlock]:
        """The rest, to exactly `until_ns`; it need not fill the last block. Nothing may follow."""
        until = max(self._microphone.position, round(position_of(until_ns, self._t0)))
        if not self._finished:
            self._finished = True
            heard = self._microphone.available_until()
            self._mix(until, give_up=True)
            # What was still under way from the device at the end is no gap; what had stalled before is one.
            self._microphone.close_gap(until if until - heard > self._patience or self._stalled else heard)
            self._add(self._echo.flush(self._microphone.position, self._voice))
            self._out.append(self._limiter.flush())
        return self._blocks(whole=False)

    def take_gaps(self) -> list[TrackGap]:
        """Gaps of the microphone that ended since the last call, without those inside a pause."""
        return [
            gap
            for gap in self._microphone.take_gaps()
            if not any(begin <= gap.first and gap.first + gap.length <= end for begin, end in self._pauses)
        ]

    def take_echoes(self) -> list[EchoFigure]:
        """What became of the echo of each question that ended since the last call; see `EchoFigure`."""
        return self._echo.take_figures()

    def _mix(self, until: int, *, give_up: bool) -> None:
        first = self._microphone.position
        microphone = self._microphone.pull(until, give_up=give_up)
        if len(microphone):
            self._add(self._echo.push(microphone, first, self._voice))

    def _add(self, microphone: Samples) -> None:
        """The microphone's next samples as they go into the mix."""
        count = len(microphone)
        if not count:
            return
        first, self._mixed = self._mixed, self._mixed + count
        microphone = self._pause_gate.apply(microphone, first, self._pauses)
        sounding = self._voice.is_sounding(first, count)
        voice = self._voice.pull(first, count)
        if sounding:
            microphone = microphone + voice
        self._out.append(self._limiter.push(np.ascontiguousarray(microphone)))

    def _blocks(self, *, whole: bool = True) -> list[MixedBlock]:
        if not self._out:
            return []
        ready = np.concatenate(self._out)
        length = len(ready) - len(ready) % BLOCK if whole else len(ready)
        blocks = [MixedBlock(self._out_first, ready[:length])] if length else []
        self._out_first += length
        self._out = [ready[length:]] if length < len(ready) else []
        return blocks
