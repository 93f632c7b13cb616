"""The simulated candidate: somebody who answers aloud, in another voice, into the simulated microphone.

Used by the demonstration and whenever the microphone is `simulated`, so that IT hears what a recording sounds
like. Never speaks into a real device.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kiosk.domain.devices import RATE
from kiosk.domain.errors import KioskError
from kiosk.domain.interview import Interview, Question, QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.speech.voice_cache import SpeechCache, read_wav

log = logging.getLogger(__name__)

VOICE: Final = "+f3"
"""A variant of the kiosk's own voice that sounds like somebody else."""
LANGUAGE: Final = "en"
"""Of everything that is said here, whatever the interview's language is."""
WORDS_PER_MINUTE: Final = 165
STOP_LIMIT_S: Final = 10.0
DEMONSTRATION: Final = "demonstration"
"""Id of the interview in `assets/interviews` that the answers below belong to."""
ANSWERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "welcome": "Hello. I write the software with which a hospital plans its shifts. "
        "I spend the mornings listening to nurses, and the afternoons writing code.",
        "proud-of": "A page that says in one sentence whether tomorrow night is covered. "
        "It took the place of a spreadsheet that nobody trusted.",
        "greeting": "If there is no name, I would rather greet a friend than nobody.",
        "closing": "Yes. When somebody new joins your team, who answers their first hundred questions?",
    }
)
"""Question id → what is said; to the coding challenge while the code is typed."""
CODE: Final[Mapping[str, str]] = MappingProxyType(
    {"greeting": '\b\b\b\bname = name or "freind\b\b\b\biend"\nreturn f"Hello, {name}"'}
)
"""Question id → the keys that are pressed at the end of the starter; the editor indents by itself."""
GENERIC: Final = (
    "I begin with the people who will use it, and ask what troubles them most.",
    "We found the fault together, wrote a test for it, and it never came back.",
    "I would rather build a small thing that works than a large one that nearly does.",
    "When I do not know something, I say so, and then I find out.",
)
"""Answers to the spoken questions of any other interview."""


class SimulatedCandidate:
    """Listens to the views and answers the questions of whichever interview they show.

    Args:
        simulate: hands (device, action, value) to the recorder's simulated devices.
        on_answer: called with the seconds that an answer takes, when it begins; 0 when there is none.
    """

    def __init__(
        self,
        speech: SpeechCache,
        simulate: Callable[[str, str, str], None],
        on_answer: Callable[[float], None] | None = None,
    ) -> None:
        self._speech = speech
        self._simulate = simulate
        self._on_answer = on_answer
        self._lock = threading.Lock()
        self._answering: tuple[str, int] | None = None
        """Session and question of the answer that runs."""
        self._speaking = False
        self._shown = State.IDLE
        self._answered: set[tuple[str, int]] = set()
        self._due: queue.SimpleQueue[Interview | tuple[Interview, tuple[str, int]] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated-candidate", daemon=True)
        self._thread.start()

    def on_view(self, view: View) -> None:
        """To be called with every view, from any one thread."""
        if view.interview is None:
            return
        if view.state is State.CONSENT and self._shown is not State.CONSENT:
            self._due.put(view.interview)
        self._shown = view.state
        now = (view.session, view.index) if view.state is State.ANSWERING else None
        with self._lock:
            self._answering = now
            hush = self._speaking and now is None
            if hush:
                self._speaking = False
        if hush:
            self._simulate("microphone", "hush", "")
        if now is not None and now not in self._answered:
            self._answered.add(now)
            self._due.put((view.interview, now))

    def stop(self) -> None:
        self._stopped.set()
        self._due.put(None)
        self._thread.join(STOP_LIMIT_S)

    def _run(self) -> None:
        while (due := self._due.get()) is not None:
            if isinstance(due, Interview):
                self._rehearse(due)
            else:
                self._answer(*due)

    def _rehearse(self, interview: Interview) -> None:
        """Renders what will be said before it is due: the cache keeps it."""
        for index, question in enumerate(interview.questions):
            if self._stopped.is_set():
                return
            self._rendered(interview, index, question)

    def _answer(self, interview: Interview, now: tuple[str, int]) -> None:
        """Says the answer, unless the time to answer is over by now."""
        index = now[1]
        answer = self._rendered(interview, index, interview.questions[index])
        with self._lock:
            if self._answering != now:
                return
            self._speaking = answer is not None
            if answer is not None:
                self._simulate("microphone", "say", str(answer[0]))
        if self._on_answer is not None:
            self._on_answer(answer[1] if answer else 0.0)

    def _rendered(self, interview: Interview, index: int, question: Question) -> tuple[Path, float] | None:
        """File and length in seconds of what is said to a question; None when it is nothing."""
        text = words_for(interview, index, question)
        if not text:
            return None
        try:
            wav = self._speech.render(text, language=LANGUAGE, voice=VOICE, words_per_minute=WORDS_PER_MINUTE)
        except KioskError as error:
            log.warning("the simulated candidate stays silent: %s", error)
            return None
        return wav, len(read_wav(wav)) / RATE


def words_for(interview: Interview, index: int, question: Question) -> str:
    """What the simulated candidate says to a question; empty when it is nothing."""
    if interview.id == DEMONSTRATION:
        return ANSWERS.get(question.id, "")
    return GENERIC[index % len(GENERIC)] if question.kind is QuestionKind.SPOKEN else ""
