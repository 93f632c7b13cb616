"""The loudspeaker's side of a recording: plays questions and tones, and places each where it sounded in the mix.

Knows the loudspeaker's clock; decides nothing about when a question is spoken.
"""

import collections
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.capture.playout import Playout, PlayoutReport
from kiosk.domain import events
from kiosk.domain.clock import Clock
from kiosk.domain.devices import RATE, DeviceIdentity, DeviceOpener, Loudspeaker, Samples
from kiosk.domain.errors import DeviceFailed
from kiosk.mix.clock_fit import ClockFit
from kiosk.recorder.take import Take

QUESTION_TAIL_MS: Final = 250
TONE_TAIL_MS: Final = 60
"""How long the room answers. The candidate may speak right after a tone, so it is kept short there."""


@dataclass(frozen=True, slots=True)
class _Clip:
    """Something to play: a question (`question` is its id) or another sound (empty)."""

    token: int
    question: str
    samples: Samples


class Prompter:
    """Owns the loudspeaker from `open` to `close`. `place` belongs to the line's thread, the rest to the service's."""

    def __init__(
        self, devices: DeviceOpener, clock: Clock, post: Callable[[events.Event], None], media_ns: Callable[[], int]
    ) -> None:
        self._devices = devices
        self._clock = clock
        self._post = post
        self._media_ns = media_ns
        self._lock = threading.Lock()
        self._loudspeaker: Loudspeaker | None = None
        self._playout = Playout()
        self._fit = ClockFit(RATE)
        self._lost = ""
        self._clips: dict[int, _Clip] = {}
        self._endings: collections.deque[tuple[int, str]] = collections.deque()
        self._tokens = 0
        self._take: Take | None = None
        """Into which clips were put last."""
        self._sounding: dict[int, tuple[_Clip, int]] = {}
        """What sounds now, and since when."""
        self._volume = 1.0
        self.sounds_since_ns = 0
        """Session clock at which the newest of what sounds began; 0 for nothing. Known while nothing is recorded."""

    @property
    def audible(self) -> bool:
        """Whether the microphone can hear what is played."""
        return self._loudspeaker is not None and self._loudspeaker.audible

    def open(self, spec: str) -> DeviceIdentity:
        """Opens the loudspeaker and begins to play silence. Raises BadRequest or DeviceFailed."""
        loudspeaker = self._devices.loudspeaker(spec)
        self._playout, self._fit, self._lost = Playout(loudspeaker.rate), ClockFit(loudspeaker.rate), ""
        self._playout.volume(self._volume)
        loudspeaker.start(self._playout.fill, self._on_lost)
        self._loudspeaker = loudspeaker
        return loudspeaker.identity

    def close(self) -> None:
        loudspeaker, self._loudspeaker = self._loudspeaker, None
        if loudspeaker is not None:
            loudspeaker.stop()

    def play(self, question: str, samples: Samples) -> None:
        """Plays a clip after those that wait already. Raises DeviceFailed when nothing can be heard."""
        if self._loudspeaker is None or self._lost:
            raise DeviceFailed(self._lost or "There is no loudspeaker.", "Check its cable.")
        with self._lock:
            self._tokens += 1
            self._clips[self._tokens] = _Clip(self._tokens, question, samples)
            self._playout.play(samples, self._tokens)

    def silence(self) -> None:
        """Ends what is being played."""
        self._playout.silence()

    def volume(self, percent: int) -> None:
        """How loud everything is played; what is mixed in stays as it is."""
        self._volume = percent / 100
        self._playout.volume(self._volume)

    def idle(self) -> None:
        """While nothing is recorded: follows what sounds, so that a take that begins then gets the rest of it."""
        for first, t_ns in self._playout.take_stamps():
            self._fit.add(first, t_ns)
        for report in self._playout.take_reports():
            with self._lock:
                clip = self._clips.get(report.token) if report.started else self._clips.pop(report.token, None)
            if clip is None:
                continue
            if report.started:
                self._sounding[clip.token] = (clip, self._instant(report))
            else:
                self._sounding.pop(clip.token, None)
            self.sounds_since_ns = max((since_ns for _, since_ns in self._sounding.values()), default=0)

    def place(self, take: Take, *, ending: bool) -> None:
        """Puts what began to sound into the mix, and tells when questions begin and end.

        `ending`: the recording ends now, so ends that lie ahead are told at once.
        """
        if take is not self._take:
            self._take = take
            for clip, sounds_ns in self._sounding.values():  # a file failed in mid-question: the next one has its rest
                take.mixer.voice(str(clip.token), clip.samples, sounds_ns, tail_ms=_tail_ms(clip))
        for first, t_ns in self._playout.take_stamps():
            self._fit.add(first, t_ns)
        for report in self._playout.take_reports():
            self._place_one(take, report)
        # The loudspeaker's blocks are filled ahead of their sounding: the end is told when it is there.
        while self._endings and (ending or self._endings[0][0] <= self._clock.now_ns()):
            sounds_ns, question = self._endings.popleft()
            self._post(events.VoiceEnded(question, take.at_ns(sounds_ns)))

    def _place_one(self, take: Take, report: PlayoutReport) -> None:
        with self._lock:
            clip = self._clips.get(report.token) if report.started else self._clips.pop(report.token, None)
        if clip is None:
            return
        sounds_ns = self._instant(report)
        if report.started:
            self._sounding[clip.token] = (clip, sounds_ns)
            take.mixer.voice(str(clip.token), clip.samples, sounds_ns, tail_ms=_tail_ms(clip))
            if clip.question:
                self._post(events.VoiceStarted(clip.question, take.at_ns(sounds_ns)))
            return
        self._sounding.pop(clip.token, None)
        if not report.whole:
            take.mixer.cut(str(clip.token), sounds_ns)
        if clip.question:
            self._endings.append((sounds_ns, clip.question))

    def _instant(self, report: PlayoutReport) -> int:
        """When the report's sample sounds, session clock."""
        return round(self._fit.instant_of(report.sample)) if self._fit.ready else report.t_ns

    def _on_lost(self, what: str) -> None:
        """From the device's thread."""
        self._lost = what
        self._playout.lost()
        self._post(events.Problem("loudspeaker", what, "Questions go on as captions. Check the loudspeaker's cable."))
        with self._lock:
            waiting = [clip.question for clip in self._clips.values() if clip.question]
        for question in waiting:
            self._post(events.VoiceLost(question, self._media_ns(), what))


def _tail_ms(clip: _Clip) -> int:
    return QUESTION_TAIL_MS if clip.question else TONE_TAIL_MS
