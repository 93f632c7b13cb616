"""The course of one interview: its questions one after the other, their limits, and what is being answered.

When an interview begins and what becomes of it is decided by the director (`session.director`). No waiting, and no
clock but the injected one.
"""

import dataclasses
import json
import logging
from typing import Final

from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.interview import Accommodations, Question, QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.session.asking import Asking
from kiosk.session.ports import Narrated
from kiosk.session.scene import Scene, span
from kiosk.session.states import RUNNING, Happening, IllegalMoveError, recording
from kiosk.session.trouble import RECORDER

log = logging.getLogger(__name__)

STOP_LIMIT_NS: Final = 30 * NS
LIMITED: Final = (State.THINKING, State.ANSWERING)
"""States in which a limit may run."""


class Course:
    """The questions of the interview in work. Called by the director's thread alone."""

    def __init__(self, scene: Scene, asking: Asking) -> None:
        self._scene = scene
        self._asking = asking
        self.answer_left_ns = 0
        """What is left of the answer's limit while it is interrupted; 0 when no answer has begun."""
        self.answer_cut = False
        """The answer had begun in an earlier segment, and begins once more in this one."""
        self.extensions_left = 0
        """Of the limit that runs, or that of the interrupted answer."""
        self._codes: dict[str, str] = {}
        """Question id → what stood in the editor last."""
        self.code_changes = 0

    @property
    def code(self) -> str:
        return self._codes.get(self._scene.question().id, "")

    def forget(self) -> None:
        """Another interview begins, or none: nothing of the person is left."""
        self._codes.clear()
        self.code_changes = 0
        self.answer_left_ns = self.extensions_left = 0
        self.answer_cut = False

    def keep_code(self, question: str, text: str, changes: int) -> None:
        """What an earlier kiosk or recorder knew of the editor."""
        self._codes[question] = text
        self.code_changes = changes

    # ── a question ──────────────────────────────────────────────────────────────────────────────────

    def ask(self, index: int) -> None:
        """Shows and speaks a question; the move to ASKING has been made."""
        interview = self._scene.view.interview
        if interview is None:
            return
        question = interview.questions[index]
        self.answer_left_ns = 0
        self.answer_cut = False
        known = self._codes.get(question.id)
        self.code_changes = 0 if known is None else 1
        code = self._codes.setdefault(question.id, question.starter)
        others = tuple(trouble for trouble in self._scene.view.troubles if trouble.device != RECORDER)
        self._scene.show(
            index=index,
            repeats_left=question.repeats,
            deadline_ns=0,
            limit_ns=0,
            extensions_left=0,
            code=code,
            troubles=others,
        )
        self._scene.mark(events.MarkKind.QUESTION, question.id)
        self.speak()

    def speak(self) -> None:
        captions = self._scene.view.accommodations.captions_only
        self._scene.wake_ns = self._asking.put(self._scene.question(), spoken=not captions)
        self._scene.show(captions_only=self._asking.captions_only)

    def narration(self, narrated: Narrated) -> None:
        waiting = self._asking.learn(narrated) and self._scene.state in {State.ASKING, State.PRACTICE_ASKING}
        if waiting and self._scene.question().id == narrated.key:
            self.speak()

    def show_caption(self, why: str) -> None:
        """The question cannot be heard: it is read."""
        self._scene.wake_ns = self._asking.show(self._scene.question(), why)
        self._scene.show(captions_only=True)

    def asking_overdue(self) -> bool:
        """Nothing was heard for too long: shows the question, or says that it was read long enough."""
        self._scene.wake_ns = self._asking.overdue(self._scene.question())
        if not self._scene.wake_ns:
            return True
        self._scene.show(captions_only=True)
        return False

    def spoken(self) -> None:
        """The question was heard, or read."""
        self._asking.sounding = False
        question = self._scene.question()
        if self.answer_left_ns:
            left, self.answer_left_ns = self.answer_left_ns, 0
            if self.answer_cut:
                self.answer_cut = False
                self._tone(self._scene.settings.tone_start)
                self._mark_answer(question)
            self.run_limit(Happening.SPOKEN_AGAIN, left)
            return
        if question.think_seconds:
            self._scene.mark(events.MarkKind.THINK, question.id)
        self.run_limit(Happening.SPOKEN, self._scaled(question.think_seconds))
        if not question.think_seconds:
            self.begin_answer()

    def begin_answer(self) -> None:
        question = self._scene.question()
        self._scene.may(Happening.THOUGHT)
        self._tone(self._scene.settings.tone_start)
        self._mark_answer(question)
        self.run_limit(Happening.THOUGHT, self._scaled(question.answer_seconds))

    def _mark_answer(self, question: Question) -> None:
        """With what tells the recorder that nobody need speak."""
        written = question.kind is QuestionKind.CODING
        self._scene.mark(events.MarkKind.ANSWER_STARTED, question.id, question.kind.value if written else "")

    def answered(self) -> None:
        interview = self._scene.view.interview
        if interview is None:
            return
        self._end_answer()
        self._tone(self._scene.settings.tone_end)
        if self._scene.view.index + 1 < len(interview.questions):
            self._scene.move(Happening.ANSWERED, deadline_ns=0)
            self.ask(self._scene.view.index + 1)
        else:
            self.finish("completed", Happening.ANSWERED_LAST)

    def code_changed(self, text: str) -> None:
        question = self._scene.view.question
        if question is None or question.kind is not QuestionKind.CODING or not recording(self._scene.state):
            return
        if text != self.code:
            self._codes[question.id] = text
            self.code_changes += 1
            self._scene.mark(events.MarkKind.CODE, question.id, text)

    # ── repeat, skip, back ──────────────────────────────────────────────────────────────────────────

    def repeat(self, *, counted: bool = True) -> None:
        """The question once more; `counted` when the candidate asks for it."""
        left = self._scene.view.repeats_left
        if counted and left <= 0:
            return
        question = self._scene.question()
        self._scene.may(Happening.REPEATED)
        self.keep_answer_time()
        self._scene.move(Happening.REPEATED, repeats_left=left - 1 if counted else left, deadline_ns=0)
        self._scene.mark(events.MarkKind.REPEAT, question.id, "" if counted else "by the proctor")
        self.speak()

    def skip(self) -> None:
        """On to the next question, or to the end."""
        interview, question = self._scene.view.interview, self._scene.question()
        if interview is None:
            return
        last = self._scene.view.index + 1 >= len(interview.questions)
        self._leave(Happening.SKIPPED_LAST if last else Happening.SKIPPED)
        self._scene.mark(events.MarkKind.SKIPPED, question.id)
        if last:
            self.finish("completed", Happening.SKIPPED_LAST)
        else:
            self._scene.move(Happening.SKIPPED, deadline_ns=0)
            self.ask(self._scene.view.index + 1)

    def back(self) -> None:
        """The question before once more, with all its time; what was typed there stands as it stood."""
        index = self._scene.view.index
        if index <= 0:
            raise IllegalMoveError(self._scene.state, Happening.WENT_BACK)
        question = self._scene.question()
        self._leave(Happening.WENT_BACK)
        self._scene.mark(events.MarkKind.WENT_BACK, question.id)
        self._scene.move(Happening.WENT_BACK, deadline_ns=0)
        self.ask(index - 1)

    def _leave(self, happening: Happening) -> None:
        """Ends what is under way at this question."""
        self._scene.may(happening)
        self._asking.hush()
        if self._scene.state is State.ANSWERING:
            self._end_answer()
        if self._scene.state is State.PAUSED:
            self._scene.recorder.send(commands.Resume())
        self._scene.wake_ns = 0

    def _end_answer(self) -> None:
        self._scene.wake_ns = 0
        question = self._scene.question()
        if question.kind is QuestionKind.CODING and not self.code_changes:
            self._scene.mark(events.MarkKind.CODE, question.id, self.code)  # the starter, as it was
        self._scene.mark(events.MarkKind.ANSWER_ENDED, question.id)

    # ── limits ──────────────────────────────────────────────────────────────────────────────────────

    def keep_answer_time(self) -> None:
        """The answer is interrupted: what is left of its time is kept."""
        if self._scene.state is State.ANSWERING:
            deadline_ns = self._scene.view.deadline_ns
            self.answer_left_ns = (
                max(NS, deadline_ns - self._scene.now_ns())
                if deadline_ns
                else self._scaled(self._scene.question().answer_seconds)
            )
        self._scene.wake_ns = 0

    def run_limit(self, happening: Happening, limit_ns: int, *, extensions: int | None = None) -> None:
        """Moves on with a limit that ends by itself in `limit_ns`, or with none.

        `extensions`: how often it may be extended, when somebody else knows.
        """
        scene, interview = self._scene, self._scene.view.interview
        again = happening is Happening.SPOKEN_AGAIN
        if extensions is not None:
            self.extensions_left = extensions
        elif not again:
            self.extensions_left = interview.extensions if interview else 0
        if scene.view.accommodations.no_limits and limit_ns:
            scene.wake_ns = 0
            scene.move(happening, deadline_ns=0, limit_ns=0, extensions_left=0)
            return
        full = max(limit_ns, self._scaled(scene.question().answer_seconds)) if again else limit_ns
        scene.wake_in(limit_ns)
        scene.move(
            happening,
            deadline_ns=scene.wake_ns,
            limit_ns=full,
            extensions_left=self.extensions_left,
            extension_ns=self._scaled(interview.extension_seconds) if interview else 0,
        )

    def more_time(self) -> None:
        """The candidate needs more time."""
        scene = self._scene
        if scene.state not in LIMITED or not scene.view.deadline_ns or self.extensions_left <= 0:
            return
        self.extensions_left -= 1
        ns = scene.view.extension_ns
        scene.mark(events.MarkKind.EXTENDED, scene.question().id, str(ns // NS))
        scene.show(extensions_left=self.extensions_left)
        self._lengthen(ns)

    def grant(self, seconds: int) -> None:
        """The proctor gives more time, to the limit that runs or to the answer that is interrupted."""
        scene = self._scene
        if seconds <= 0 or scene.state not in RUNNING:
            return
        if scene.state in LIMITED and scene.view.deadline_ns:
            scene.mark(events.MarkKind.GRANTED, scene.question().id, str(seconds))
            self._lengthen(span(seconds))
        elif self.answer_left_ns:
            scene.mark(events.MarkKind.GRANTED, scene.question().id, str(seconds))
            self.answer_left_ns += span(seconds)

    def accommodate(self, now: Accommodations) -> None:
        """Other accommodations from here on: the limit that runs is another one."""
        scene, before = self._scene, self._scene.view.accommodations
        scene.show(accommodations=now)
        if scene.state not in RUNNING:
            return
        self.mark_accommodations()
        ratio = now.time_factor / before.time_factor
        self.answer_left_ns = round(self.answer_left_ns * ratio)
        if scene.state not in LIMITED:
            return
        question = scene.question()
        seconds = question.think_seconds if scene.state is State.THINKING else question.answer_seconds
        if now.no_limits:
            scene.wake_ns = 0
            scene.show(deadline_ns=0, limit_ns=0, extensions_left=0)
        elif before.no_limits or not scene.view.deadline_ns:
            scene.wake_in(self._scaled(seconds))
            scene.show(deadline_ns=scene.wake_ns, limit_ns=self._scaled(seconds), extensions_left=self.extensions_left)
        else:
            left = round((scene.view.deadline_ns - scene.now_ns()) * ratio)
            scene.wake_in(left)
            scene.show(deadline_ns=scene.wake_ns, limit_ns=round(scene.view.limit_ns * ratio))

    def mark_accommodations(self) -> None:
        """Into the journal, where whoever goes on finds them."""
        text = json.dumps(dataclasses.asdict(self._scene.view.accommodations))
        self._scene.mark(events.MarkKind.ACCOMMODATIONS, "", text)

    def _lengthen(self, ns: int) -> None:
        view = self._scene.view
        self._scene.wake_ns = view.deadline_ns + ns
        self._scene.show(deadline_ns=view.deadline_ns + ns, limit_ns=view.limit_ns + ns)

    def _scaled(self, seconds: int) -> int:
        return span(seconds, self._scene.view.accommodations.time_factor)

    # ── its end ─────────────────────────────────────────────────────────────────────────────────────

    def finish(self, reason: str, happening: Happening) -> None:
        self._asking.hush()
        self._scene.wake_in(STOP_LIMIT_NS)
        self._scene.move(happening, deadline_ns=0)
        self._scene.recorder.send(commands.Stop(reason))

    def _tone(self, wav: str) -> None:
        if not self._scene.view.accommodations.captions_only:
            self._scene.play(wav)
