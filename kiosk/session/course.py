"""The course of one interview: its questions one after the other, their limits, and what is being answered.

What the director (`session.director`) does with it is decided there. No waiting, and no clock but the injected one.
"""

import dataclasses
import logging
from collections.abc import Callable
from typing import Final

from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.interview import Question, QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.session import states
from kiosk.session.asking import Asking
from kiosk.session.ports import Book, Narrated, Recorder
from kiosk.session.preparing import Settings
from kiosk.session.states import Happening

log = logging.getLogger(__name__)

STOP_LIMIT_NS: Final = 30 * NS
ENDED: Final = frozenset({State.FINISHED, State.FAILED, State.REFUSED})
RECORDER: Final = "recorder"
"""Whose trouble it is when a recorder died."""


class Course:
    """The base of the director, which alone calls it: one thread, one owner of the state."""

    def __init__(
        self, settings: Settings, recorder: Recorder, book: Book, clock: Clock, on_view: Callable[[View], None]
    ) -> None:
        self._settings = settings
        self._recorder = recorder
        self._book = book
        self._clock = clock
        self._on_view = on_view
        self._view = View()
        self._asking = Asking(recorder, clock)
        self._wake_ns = 0
        """When `tick` has something to do; 0 is never."""
        self._answer_left_ns = 0
        """What is left of the answer's limit while it is interrupted; 0 when no answer has begun."""
        self._answer_cut = False
        """The answer had begun in an earlier segment, and begins once more in this one."""
        self._code = ""
        self._code_changes = 0

    @property
    def current(self) -> View:
        return self._view

    @property
    def wake_ns(self) -> int:
        """Session clock at which `tick` must be called; 0 when nothing is due."""
        return self._wake_ns

    def _ask(self, index: int) -> None:
        """Shows and speaks a question; the move to ASKING has been made."""
        interview = self._view.interview
        if interview is None:
            return
        question = interview.questions[index]
        self._answer_left_ns = 0
        self._answer_cut = False
        self._code = question.starter
        self._code_changes = 0
        others = tuple(trouble for trouble in self._view.troubles if trouble.device != RECORDER)
        self._show(
            index=index, repeats_left=question.repeats, deadline_ns=0, limit_ns=0, code=self._code, troubles=others
        )
        self._mark(events.MarkKind.QUESTION, question.id)
        self._speak()

    def _speak(self) -> None:
        self._wake_ns = self._asking.put(self._question())
        self._show(captions_only=self._asking.captions_only)

    def _narration(self, narrated: Narrated) -> None:
        waiting = self._asking.learn(narrated) and self._view.state is State.ASKING
        if waiting and self._question().id == narrated.key:
            self._speak()

    def _captions_only(self, why: str) -> None:
        self._wake_ns = self._asking.show(self._question(), why)
        self._show(captions_only=True)

    def _asking_overdue(self) -> None:
        self._wake_ns = self._asking.overdue(self._question())
        if not self._wake_ns:
            self._spoken()
        else:
            self._show(captions_only=True)

    def _spoken(self) -> None:
        self._asking.sounding = False
        question = self._question()
        now = self._clock.now_ns()
        if self._answer_left_ns:
            left = self._answer_left_ns
            self._answer_left_ns = 0
            if self._answer_cut:
                self._answer_cut = False
                self._play(self._settings.tone_start)
                self._mark(events.MarkKind.ANSWER_STARTED, question.id)
            self._run_limit(Happening.SPOKEN_AGAIN, now, left)
            return
        if question.think_seconds:
            self._mark(events.MarkKind.THINK, question.id)
        self._run_limit(Happening.SPOKEN, now, question.think_seconds * NS)
        if not question.think_seconds:
            self._begin_answer()

    def _repeat(self) -> None:
        if self._view.repeats_left <= 0:
            return
        question = self._question()
        self._keep_answer_time()
        self._move(Happening.REPEATED, repeats_left=self._view.repeats_left - 1, deadline_ns=0)
        self._mark(events.MarkKind.REPEAT, question.id)
        self._speak()

    def _begin_answer(self) -> None:
        question = self._question()
        states.move(self._view.state, Happening.THOUGHT)
        self._play(self._settings.tone_start)
        self._mark(events.MarkKind.ANSWER_STARTED, question.id)
        self._run_limit(Happening.THOUGHT, self._clock.now_ns(), question.answer_seconds * NS)

    def _answered(self) -> None:
        interview = self._view.interview
        if interview is None:
            return
        self._wake_ns = 0
        question = self._question()
        if question.kind is QuestionKind.CODING and not self._code_changes:
            self._mark(events.MarkKind.CODE, question.id, self._code)  # the starter, as it was
        self._mark(events.MarkKind.ANSWER_ENDED, question.id)
        self._play(self._settings.tone_end)
        if self._view.index + 1 < len(interview.questions):
            self._move(Happening.ANSWERED, deadline_ns=0)
            self._ask(self._view.index + 1)
        else:
            self._finish("completed", Happening.ANSWERED_LAST)

    def _code_changed(self, text: str) -> None:
        question = self._view.question
        if question is None or question.kind is not QuestionKind.CODING or not states.recording(self._view.state):
            return
        if text != self._code:
            self._code = text
            self._code_changes += 1
            self._mark(events.MarkKind.CODE, question.id, text)

    def _keep_answer_time(self) -> None:
        if self._view.state is State.ANSWERING:
            self._answer_left_ns = max(NS, self._view.deadline_ns - self._clock.now_ns())
        self._wake_ns = 0

    def _run_limit(self, happening: Happening, now: int, limit_ns: int) -> None:
        self._wake_ns = now + limit_ns
        full = self._question().answer_seconds * NS if happening is Happening.SPOKEN_AGAIN else limit_ns
        self._move(happening, deadline_ns=now + limit_ns, limit_ns=full)

    # ── its end ─────────────────────────────────────────────────────────────────────────────────────

    def _finish(self, reason: str, happening: Happening) -> None:
        self._asking.hush()
        self._wake_ns = self._clock.now_ns() + STOP_LIMIT_NS
        self._move(happening, deadline_ns=0)
        self._recorder.send(commands.Stop(reason))

    def _broken(self, what: str, remedy: str, code: str = "failed") -> None:
        self._wake_ns = 0
        if self._view.state not in ENDED:
            self._move(Happening.BROKEN, message=f"{what} {remedy}".strip(), failure=code, deadline_ns=0)
            self._recorder.send(commands.Stop("failed"))

    def _mark(self, what: events.MarkKind, question: str, text: str = "") -> None:
        self._recorder.send(commands.Mark(what.value, question, text))

    def _play(self, wav: str) -> None:
        if wav:
            self._recorder.send(commands.Play(wav))

    # ── the state ───────────────────────────────────────────────────────────────────────────────────

    def _question(self) -> Question:
        question = self._view.question
        if question is None:
            raise states.IllegalMoveError(self._view.state, Happening.SPOKEN)
        return question

    def _move(self, happening: Happening, **changes: object) -> None:
        state = states.move(self._view.state, happening)
        if self._view.session and state is not State.IDLE:
            self._book.moved(self._view.session, state, str(changes.get("message", "")))
        log.info("%s: %s → %s", happening, self._view.state, state)
        self._show(state=state, **changes)

    def _show(self, **changes: object) -> None:
        self._view = dataclasses.replace(self._view, **changes)  # type: ignore[arg-type]  # checked by View itself
        self._on_view(self._view)
