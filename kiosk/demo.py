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
from typing import Final, TypeAlias

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
SENTENCE: Final = "The sun is shining, and I am ready to begin."
"""What is said to try the microphone, as the screen asks for it."""
PRACTICE: Final = "I took the tram, and walked the last part."
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


TRIED: Final = (State.SPEAKING, State.PRACTICE_ANSWERING)
"""States in which something is said that is not kept; each time they are reached."""
Turn: TypeAlias = tuple[str, State, int]


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
        self._turn: Turn | None = None
        """Whose words are wanted now: session, state and question, or the number of the try."""
        self._speaking = False
        self._shown = State.IDLE
        self._tries = 0
        self._taken: set[Turn] = set()
        self._due: queue.SimpleQueue[tuple[Turn | None, tuple[str, ...]] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated-candidate", daemon=True)
        self._thread.start()

    def on_view(self, view: View) -> None:
        """To be called with every view, from any one thread."""
        before, self._shown = self._shown, view.state
        if view.state is before is not State.ANSWERING:
            return
        if view.state is State.CONSENT and view.interview is not None:
            self._due.put((None, tuple(words_of(view.interview))))
        if view.state in TRIED and view.state is not before:
            self._tries += 1
        turn = self._turn_of(view)
        with self._lock:
            self._turn = turn
            hush = self._speaking and turn is None
            if hush:
                self._speaking = False
        if hush:
            self._simulate("microphone", "hush", "")
        if turn is not None and turn not in self._taken:
            self._taken.add(turn)
            self._due.put((turn, (words_in(view),)))

    def stop(self) -> None:
        self._stopped.set()
        self._due.put(None)
        self._thread.join(STOP_LIMIT_S)

    def _turn_of(self, view: View) -> Turn | None:
        if view.state is State.ANSWERING and view.interview is not None:
            return view.session, view.state, view.index
        return (view.session, view.state, self._tries) if view.state in TRIED else None

    def _run(self) -> None:
        while (due := self._due.get()) is not None:
            turn, texts = due
            if turn is not None:
                self._say(turn, texts[0])
                continue
            for text in texts:  # before it is due: the cache keeps it
                if self._stopped.is_set():
                    return
                self._rendered(text)

    def _say(self, turn: Turn, text: str) -> None:
        """Says it, unless the time to do so is over by now."""
        words = self._rendered(text)
        with self._lock:
            if self._turn != turn:
                return
            self._speaking = words is not None
            if words is not None:
                self._simulate("microphone", "say", str(words[0]))
        if self._on_answer is not None:
            self._on_answer(words[1] if words else 0.0)

    def _rendered(self, text: str) -> tuple[Path, float] | None:
        """File and length in seconds of these words; None when there are none."""
        if not text:
            return None
        try:
            wav = self._speech.render(text, language=LANGUAGE, voice=VOICE, words_per_minute=WORDS_PER_MINUTE)
        except KioskError as error:
            log.warning("the simulated candidate stays silent: %s", error)
            return None
        return wav, len(read_wav(wav)) / RATE


def words_of(interview: Interview) -> list[str]:
    """Everything that the simulated candidate will say, in order."""
    answers = [words_for(interview, index, question) for index, question in enumerate(interview.questions)]
    return [SENTENCE, PRACTICE, *answers]


def words_in(view: View) -> str:
    """What the simulated candidate says when this is shown; empty when it is nothing."""
    if view.state is State.SPEAKING:
        return SENTENCE
    if view.state is State.PRACTICE_ANSWERING:
        return PRACTICE
    if view.interview is None or view.question is None:
        return ""
    return words_for(view.interview, view.index, view.question)


def words_for(interview: Interview, index: int, question: Question) -> str:
    """What the simulated candidate says to a question; empty when it is nothing."""
    if interview.id == DEMONSTRATION:
        return ANSWERS.get(question.id, "")
    return GENERIC[index % len(GENERIC)] if question.kind is QuestionKind.SPOKEN else ""
