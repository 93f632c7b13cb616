"""The loudspeaker's side of a recording: plays questions and tones, and places each where it sounded in the mix.

Knows the loudspeaker's clock; decides nothing about when a question is spoken.
"""

import collections
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.capture.loudspeaker import LoudspeakerFeed, Opening
from kiosk.capture.playout import PlayoutReport
from kiosk.domain import events
from kiosk.domain.clock import Clock
from kiosk.domain.devices import RATE, DeviceIdentity, DeviceOpener, Samples
from kiosk.domain.errors import DeviceFailed, KioskError
from kiosk.mix.clock_fit import ClockFit
from kiosk.mix.mixer import Mixer
from kiosk.recorder.take import Take

log = logging.getLogger(__name__)

CLOSE_S: Final = 3.0
RAN_DRY: Final = "LoudspeakerRanDry"
"""A journal line: what it played may have stuttered, and from now on it holds more."""
QUESTION_TAIL_MS: Final = 250
TONE_TAIL_MS: Final = 60
"""How long the room answers. The candidate may speak right after a tone, so it is kept short there."""


class RanDry:
    """The loudspeaker had nothing to play for a moment; it is opened again, to hold more."""


@dataclass(frozen=True, slots=True)
class _Clip:
    """Something to play: a question (`question` is its id) or another sound (empty)."""

    token: int
    question: str
    samples: Samples


class Prompter:
    """Owns the loudspeaker from `open` to `close`. `place` belongs to the line's thread, the rest to the service's."""

    def __init__(
        self,
        devices: DeviceOpener,
        clock: Clock,
        post: Callable[[events.Event | RanDry], None],
        media_ns: Callable[[], int],
    ) -> None:
        self._devices = devices
        self._clock = clock
        self._post = post
        self._media_ns = media_ns
        self._lock = threading.Lock()
        self._feed: LoudspeakerFeed | None = None
        self._opening: Opening | None = None
        """What the line's thread follows, and its clock."""
        self._fit = ClockFit(RATE)
        self._lost = ""
        self._clips: dict[int, _Clip] = {}
        self._endings: collections.deque[tuple[int, str]] = collections.deque()
        self._tokens = 0
        self._questions: dict[str, str] = {}
        """Token in the mix → question, until its echo was asked for."""
        self._mixer: Mixer | None = None
        """Into which clips were put last."""
        self._sounding: dict[int, tuple[_Clip, int]] = {}
        """What sounds now, and since when."""
        self._volume = 1.0
        self.sounds_since_ns = 0
        """Session clock at which the newest of what sounds began; 0 for nothing. Known while nothing is recorded."""

    @property
    def audible(self) -> bool:
        """Whether the microphone can hear what is played, also by a loudspeaker that comes back later."""
        opened = self._feed.opened if self._feed is not None else None
        return opened is None or opened.audible

    def open(self, spec: str) -> DeviceIdentity:
        """Opens the loudspeaker and begins to play silence; without one the interview goes on. Raises BadRequest."""
        self._lost = ""
        self._feed = LoudspeakerFeed(
            lambda: self._devices.loudspeaker(spec),
            self._clock,
            on_lost=self._on_lost,
            on_back=self._on_back,
            on_dry=self._on_dry,
        )
        self._feed.volume(self._volume)
        return self._feed.open()

    def close(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.stop()
            feed.join(CLOSE_S)

    def play(self, question: str, samples: Samples) -> None:
        """Plays a clip after those that wait already. Raises DeviceFailed when nothing can be heard."""
        with self._lock:  # until it is known here, nobody may be told that it sounds
            self._tokens += 1
            if self._feed is None or not self._feed.play(samples, self._tokens):
                raise DeviceFailed(self._lost or "There is no loudspeaker.", "Check its cable.")
            self._clips[self._tokens] = _Clip(self._tokens, question, samples)
            if question:
                self._questions[str(self._tokens)] = question

    def silence(self) -> None:
        """Ends what is being played."""
        opened = self._feed.opened if self._feed is not None else None
        if opened is not None:
            opened.playout.silence()

    def volume(self, percent: int) -> None:
        """How loud everything is played; what is mixed in stays as it is."""
        self._volume = percent / 100
        if self._feed is not None:
            self._feed.volume(self._volume)

    def question_of(self, token: str) -> str:
        """Which question a token of the mix was; asked once each. Empty for another sound."""
        with self._lock:
            return self._questions.pop(token, "")

    def idle(self) -> None:
        """While nothing is recorded: follows what sounds, so that a take that begins then gets the rest of it."""
        for report in self._reports():
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
        if take.mixer is not self._mixer:
            self._mixer = take.mixer
            for clip, sounds_ns in self._sounding.values():  # a file failed in mid-question: the next one has its rest
                self._put(take.mixer, clip, sounds_ns)
        for report in self._reports():
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
            self._put(take.mixer, clip, sounds_ns)
            if clip.question:
                self._post(events.VoiceStarted(clip.question, take.at_ns(sounds_ns)))
            return
        self._sounding.pop(clip.token, None)
        if not report.whole:
            take.mixer.cut(str(clip.token), sounds_ns)
        if clip.question:
            self._endings.append((sounds_ns, clip.question))

    def _put(self, mixer: Mixer, clip: _Clip, sounds_ns: int) -> None:
        """Into the mix, where the microphone's echo of it is taken out by the loudspeaker's own clock."""
        tail_ms = QUESTION_TAIL_MS if clip.question else TONE_TAIL_MS
        ppm = self._fit.ppm if self._fit.ready else 0.0
        mixer.voice(str(clip.token), clip.samples, sounds_ns, tail_ms=tail_ms, question=bool(clip.question), ppm=ppm)

    def _reports(self) -> Iterator[PlayoutReport]:
        """What happened at the loudspeaker since the last call, its clock followed up to there."""
        opened = self._feed.opened if self._feed is not None else None
        followed = [self._opening] if self._opening is not None else []
        if opened is not None and opened is not self._opening:  # the ends of what the one before played come first
            followed.append(opened)
        for opening in followed:
            if opening is not self._opening:
                self._opening, self._fit = opening, ClockFit(opening.rate)
            for first, t_ns in opening.playout.take_stamps():
                self._fit.add(first, t_ns)
            yield from opening.playout.take_reports()

    def _instant(self, report: PlayoutReport) -> int:
        """When the report's sample sounds, session clock."""
        return round(self._fit.instant_of(report.sample)) if self._fit.ready else report.t_ns

    def _on_back(self, identity: DeviceIdentity) -> None:
        """From the watcher's thread."""
        self._lost = ""
        log.info("loudspeaker is back: %s", identity.id)
        self._post(events.Problem("loudspeaker", "", ""))

    def _on_dry(self) -> None:
        """From the watcher's thread."""
        log.warning("the loudspeaker ran dry: it is opened again, to hold more")
        self._post(RanDry())

    def _on_lost(self, error: KioskError) -> None:
        """From the watcher's thread, before what played is ended."""
        what = self._lost = error.what
        self._post(events.Problem("loudspeaker", what, f"Questions go on as captions. {error.remedy}"))
        with self._lock:
            waiting = [clip.question for clip in self._clips.values() if clip.question]
        for question in waiting:
            self._post(events.VoiceLost(question, self._media_ns(), what))
