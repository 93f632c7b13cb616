"""The simulated candidate: somebody who answers aloud, in another voice, into the simulated microphone.

Used by the demonstration and whenever the microphone is `simulated`, so that IT hears what a recording sounds
like. Never speaks into a real device.
"""

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.domain.devices import RATE
from kiosk.domain.errors import KioskError
from kiosk.domain.interview import Interview, QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.speech.voice_cache import SpeechCache, read_wav

log = logging.getLogger(__name__)

VOICE: Final = "+f3"
"""A variant of the kiosk's own voice that sounds like somebody else."""
WORDS_PER_MINUTE: Final = 165
ANSWERS: Final = (
    "I begin with the people who will use it, and ask what troubles them most.",
    "We found the fault together, wrote a test for it, and it never came back.",
    "I would rather build a small thing that works than a large one that nearly does.",
    "When I do not know something, I say so, and then I find out.",
)


class SimulatedCandidate:
    """Listens to the views and answers spoken questions.

    Args:
        simulate: hands (device, action, value) to the recorder's simulated devices.
        on_answer: called with the seconds that an answer takes, when it begins; 0 when there is none.
    """

    def __init__(
        self,
        interview: Interview,
        speech: SpeechCache,
        simulate: Callable[[str, str, str], None],
        on_answer: Callable[[float], None] | None = None,
    ) -> None:
        self._interview = interview
        self._speech = speech
        self._simulate = simulate
        self._on_answer = on_answer
        self._answers: dict[int, tuple[Path, float]] = {}
        self._answered: set[tuple[str, int]] = set()
        self._speaking = False
        self._due: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="simulated-candidate", daemon=True)
        self._thread.start()

    def on_view(self, view: View) -> None:
        """To be called with every view, from any one thread."""
        answering = view.state is State.ANSWERING
        if answering and (view.session, view.index) not in self._answered:
            self._answered.add((view.session, view.index))
            self._due.put(view.index)
        if self._speaking and not answering:
            self._speaking = False
            self._simulate("microphone", "hush", "")

    def stop(self) -> None:
        self._due.put(None)
        self._thread.join(30)

    def _run(self) -> None:
        for index, question in enumerate(self._interview.questions):
            if question.kind is QuestionKind.SPOKEN:
                self._prepare(index)
        while (due := self._due.get()) is not None:
            answer = self._answers.get(due)
            if answer is not None:
                self._speaking = True
                self._simulate("microphone", "say", str(answer[0]))
            if self._on_answer is not None:
                self._on_answer(answer[1] if answer else 0.0)

    def _prepare(self, index: int) -> None:
        text = ANSWERS[index % len(ANSWERS)]
        try:
            wav = self._speech.render(
                text, language=self._interview.language, voice=VOICE, words_per_minute=WORDS_PER_MINUTE
            )
        except KioskError as error:
            log.warning("the simulated candidate stays silent: %s", error)
            return
        self._answers[index] = (wav, len(read_wav(wav)) / RATE)
