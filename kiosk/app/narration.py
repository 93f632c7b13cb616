"""The thread that renders what is spoken ahead of time."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.domain.clock import Clock
from kiosk.domain.devices import RATE
from kiosk.domain.errors import KioskError
from kiosk.session.ports import Line, Narrated
from kiosk.speech.voice_cache import SpeechCache, read_wav
from kiosk.system import places

log = logging.getLogger(__name__)

MOST_HURRIED: Final = 4
"""What is read aloud is asked for piece by piece: more is never waiting for good reason, and the oldest is dropped."""


class Narration:
    """Renders lines in order. New lines take the place of those that are waiting; a hurried one goes before them."""

    def __init__(self, speech: SpeechCache, words_per_minute: int, post: Callable[[Narrated], None]) -> None:
        self._speech = speech
        self._words_per_minute = words_per_minute
        self._post = post
        self._waiting: deque[Line] = deque()
        self._hurried: deque[Line] = deque(maxlen=MOST_HURRIED)
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="narration", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def prepare(self, lines: Sequence[Line]) -> None:
        with self._changed:
            self._waiting = deque(lines)
            self._changed.notify()

    def hurry(self, line: Line) -> None:
        with self._changed:
            self._hurried.append(line)
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def join(self, timeout: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while (line := self._next()) is not None:
            self._post(self._render(line))

    def _next(self) -> Line | None:
        with self._changed:
            while not (self._stopped or self._hurried or self._waiting):
                self._changed.wait()
            if self._stopped:
                return None
            return (self._hurried or self._waiting).popleft()

    def _render(self, line: Line) -> Narrated:
        words_per_minute = round(self._words_per_minute * line.pace)
        try:
            wav = self._speech.render(
                line.text, language=line.language, voice=line.voice, words_per_minute=words_per_minute
            )
            return Narrated(line.key, wav, len(read_wav(wav)) / RATE, pace=line.pace)
        except KioskError as error:
            return Narrated(line.key, None, what=str(error), pace=line.pace)


def speech_of(clock: Clock) -> SpeechCache:
    """The voice of this machine, with its cache."""
    return SpeechCache(Pyttsx3Engine(places.own_command("_voice")), places.cache_folder() / "voice", clock)
