"""Where an interview stands, as its journal tells: what a director needs to go on with one that it did not begin.

A pure function of the journal's lines. Knows no file, no clock and no recorder.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest
from kiosk.domain.events import MarkKind
from kiosk.domain.interview import Accommodations, Interview, Question
from kiosk.domain.view import SessionState as State
from kiosk.domain.wire import build

ALONE: Final = "Alone"
"""A journal line: nobody is connected to the recorder any more."""
LEAST_NS: Final = 15 * NS
"""Whoever was interrupted gets at least so much time to end what they were saying."""
ENDS: Final = frozenset({"completed", "stopped", "aborted"})
"""Reasons of an end that somebody wanted: such an interview does not go on."""
CANDIDATES: Final = (MarkKind.QUESTION, MarkKind.THINK, MarkKind.ANSWER_STARTED, MarkKind.REPEAT, MarkKind.CODE)


@dataclass(frozen=True, slots=True)
class Standing:
    """An interview at the instant at which nobody led it any more."""

    prepare: commands.Prepare
    interview: Interview
    index: int
    """Of the question in work, or of the next one when that was answered."""
    asked: bool
    """Whether the question in work had been put already."""
    phase: State
    """ASKING, THINKING, ANSWERING or PAUSED."""
    sounding: bool
    """The question was being spoken."""
    left_ns: int
    """Of the time to think or to answer."""
    answer_left_ns: int
    """Of the answer's time, when it had begun and is interrupted; 0 when it had not."""
    repeats_left: int
    code: str
    code_changes: int
    codes: Mapping[str, str] = field(default_factory=dict)
    """What stood in the editor last, of each question that was asked."""
    extensions_left: int = 0
    """Of the limit that runs, or that of the answer."""
    accommodations: Accommodations = field(default_factory=Accommodations)


def prepare_of(lines: Sequence[Mapping[str, Any]]) -> commands.Prepare | None:
    """Whose and which interview a journal is of."""
    for line in reversed(lines):
        if line["kind"] == "Prepare":
            try:
                prepare: commands.Prepare = build(commands.Prepare, dict(line))
            except BadRequest:
                return None
            return prepare
    return None


def standing_of(
    lines: Sequence[Mapping[str, Any]], interview: Interview, now_ns: int, *, running: bool
) -> Standing | None:
    """Where the interview stands; None when it has come to its end or the journal does not tell.

    The time of an answer does not run while nobody leads the interview. When that began, the journal of a `running`
    recorder tells, or else it is now (`now_ns`, session clock); a recorder that is gone ended with its last line.
    """
    prepare = prepare_of(lines)
    if prepare is None:
        return None
    reading = _Reading(interview)
    for line in lines:
        if line.get("by"):
            continue  # recovery's own lines tell nothing of people
        reading.take(line)
    return reading.standing(prepare, now_ns if running else reading.last_ns)


class _Reading:
    """What has been read so far. Instants are of the session clock."""

    def __init__(self, interview: Interview) -> None:
        self._interview = interview
        self._index = 0
        self._asked = False
        self._over = False
        self._phase = State.ASKING
        self._sounding = False
        self._deadline_ns = 0
        self._limit_ns = 0
        self._answer_left_ns = 0
        self._repeats_left = 0
        self._extensions_left = 0
        self._codes: dict[str, str] = {}
        self._code_changes = 0
        self._accommodations = Accommodations()
        self._alone_ns = 0
        self.last_ns = 0
        self._begin(0)

    def take(self, line: Mapping[str, Any]) -> None:
        at_ns = line.get("t_ns")
        if not isinstance(at_ns, int):
            return
        before_ns, self.last_ns = self.last_ns, at_ns
        match line["kind"]:
            case "Program":  # another recorder begins
                self._halt(before_ns)
                self._alone_ns = 0
            case "Marked":
                self._alone_ns = 0
                self._marked(str(line.get("what")), str(line.get("question")), str(line.get("text")), at_ns)
            case "VoiceStarted":
                self._sounding = True
            case "VoiceEnded" | "VoiceLost":
                self._sounding = False
                if self._phase is State.ASKING and self._answer_left_ns:
                    self._answer(at_ns, self._answer_left_ns)
            case "Paused":
                self._halt(at_ns)
                self._alone_ns = 0
                self._phase = State.PAUSED
            case "Resumed":
                self._alone_ns = 0
                self._phase = State.ASKING
            case "Stopped":
                self._over = line.get("reason") in ENDS
            case kind if kind == ALONE and not self._alone_ns:
                self._alone_ns = at_ns

    def standing(self, prepare: commands.Prepare, now_ns: int) -> Standing | None:
        if self._over:
            return None
        left_ns = max(LEAST_NS, self._deadline_ns - (self._alone_ns or now_ns))
        left_ns = min(left_ns, self._limit_ns)
        answering = self._phase is State.ANSWERING
        return Standing(
            prepare=prepare,
            interview=self._interview,
            index=self._index,
            asked=self._asked,
            phase=self._phase,
            sounding=self._sounding,
            left_ns=left_ns if self._phase in {State.THINKING, State.ANSWERING} else 0,
            answer_left_ns=left_ns if answering else self._answer_left_ns,
            repeats_left=self._repeats_left,
            code=self._codes.get(self._question().id, ""),
            code_changes=self._code_changes,
            codes=dict(self._codes),
            extensions_left=self._extensions_left,
            accommodations=self._accommodations,
        )

    def _question(self) -> Question:
        return self._interview.questions[self._index]

    def _scaled(self, seconds: int) -> int:
        return round(seconds * self._accommodations.time_factor * NS)

    def _begin(self, index: int) -> None:
        self._index, self._asked = index, False
        self._phase, self._sounding = State.ASKING, False
        self._deadline_ns = self._answer_left_ns = 0
        self._repeats_left = self._question().repeats
        question = self._question()
        self._code_changes = int(question.id in self._codes)
        self._codes.setdefault(question.id, question.starter)

    def _halt(self, at_ns: int) -> None:
        """What was under way is interrupted, and the question is put again."""
        if self._phase is State.ANSWERING:
            whole_ns = self._scaled(self._question().answer_seconds)
            limited = not self._accommodations.no_limits
            self._answer_left_ns = max(NS, self._deadline_ns - at_ns) if limited else whole_ns
        self._phase, self._sounding = State.ASKING, False

    def _answer(self, at_ns: int, limit_ns: int) -> None:
        self._phase, self._answer_left_ns = State.ANSWERING, 0
        self._deadline_ns = at_ns + limit_ns
        self._limit_ns = max(limit_ns, self._scaled(self._question().answer_seconds))

    def _lengthen(self, text: str) -> None:
        """The limit that runs, or what is left of the answer's, became longer by so many seconds."""
        ns = int(text) * NS if text.isdigit() else 0
        if self._phase in {State.THINKING, State.ANSWERING}:
            self._deadline_ns += ns
            self._limit_ns += ns
        elif self._answer_left_ns:
            self._answer_left_ns += ns

    def _accommodate(self, text: str, at_ns: int) -> None:
        """From here on limits are longer or shorter; one that is not there counts as a whole one."""
        try:
            now: Accommodations = build(Accommodations, json.loads(text))
        except (ValueError, TypeError, BadRequest):
            return
        ratio = now.time_factor / self._accommodations.time_factor
        freed = self._accommodations.no_limits and not now.no_limits
        self._accommodations = now
        self._answer_left_ns = round(self._answer_left_ns * ratio)
        if self._phase in {State.THINKING, State.ANSWERING}:
            question = self._question()
            seconds = question.think_seconds if self._phase is State.THINKING else question.answer_seconds
            left_ns = self._scaled(seconds) if freed else round((self._deadline_ns - at_ns) * ratio)
            self._deadline_ns = at_ns + left_ns
            self._limit_ns = max(left_ns, round(self._limit_ns * ratio))

    def _marked(self, what: str, question: str, text: str, at_ns: int) -> None:
        if what in CANDIDATES and question != self._question().id:
            known = [number for number, each in enumerate(self._interview.questions) if each.id == question]
            if not known:
                return
            self._begin(known[0])
        match what:
            case events.MarkKind.QUESTION:
                self._asked, self._over = True, False
                self._halt(at_ns)
            case events.MarkKind.REPEAT:
                self._halt(at_ns)
                self._repeats_left = max(0, self._repeats_left - 1)
            case events.MarkKind.THINK:
                self._phase = State.THINKING
                self._limit_ns = self._scaled(self._question().think_seconds)
                self._deadline_ns = at_ns + self._limit_ns
                self._extensions_left = self._interview.extensions
            case events.MarkKind.ANSWER_STARTED:
                if not self._answer_left_ns:
                    self._extensions_left = self._interview.extensions
                self._answer(at_ns, self._answer_left_ns or self._scaled(self._question().answer_seconds))
            case events.MarkKind.EXTENDED:
                self._extensions_left = max(0, self._extensions_left - 1)
                self._lengthen(text)
            case events.MarkKind.GRANTED:
                self._lengthen(text)
            case events.MarkKind.ACCOMMODATIONS:
                self._accommodate(text, at_ns)
            case events.MarkKind.CODE:
                self._codes[question], self._code_changes = text, self._code_changes + 1
            case events.MarkKind.ANSWER_ENDED if question == self._question().id:
                if self._index + 1 < len(self._interview.questions):
                    self._begin(self._index + 1)
                else:
                    self._over = True
