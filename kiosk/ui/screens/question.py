"""A spoken question: the caption on the left, oneself on the right, one action. The practice question looks alike."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.requests import MoreTime, Next, Repeat, Request
from kiosk.domain.view import SessionState, View
from kiosk.ui.buttons import Button
from kiosk.ui.layouts import fix, sides, space
from kiosk.ui.level import LevelMeter
from kiosk.ui.preview import PreviewSource, SelfView
from kiosk.ui.screens.screen import Screen
from kiosk.ui.text import Paragraph
from kiosk.ui.words import number, span, tr

PICTURE: Final = 736
"""Width of the picture of oneself, at 1080p."""
LONG: Final = 170
"""Characters of a question from which on it is set smaller."""
NEARLY_NS: Final = 15 * NS
"""So long before its end the candidate reads that the time is nearly over."""
ASKING: Final = (SessionState.ASKING, SessionState.PRACTICE_ASKING)
ANSWERING: Final = (SessionState.ANSWERING, SessionState.PRACTICE_ANSWERING)
PRACTICE: Final = (SessionState.PRACTICE_ASKING, SessionState.PRACTICE_ANSWERING)


class QuestionScreen(Screen):
    """Asking, thinking and answering."""

    name = "question"

    def __init__(self, post: Callable[[Request], None], clock: Clock, source: PreviewSource) -> None:
        super().__init__(post, clock)
        self._view = View()
        self.number = Paragraph("small", name="number")
        self.caption = Paragraph("question", name="caption")
        self.hint = Paragraph("quiet", name="hint")
        words = QVBoxLayout()
        space(words, 16)
        words.addWidget(self.number)
        words.addWidget(self.caption)
        words.addSpacing(12)
        words.addWidget(self.hint)
        words.addStretch(1)
        self.level = LevelMeter()
        mirror = QWidget()
        fix(mirror, width=PICTURE)
        side = QVBoxLayout(mirror)
        space(side, 18)
        side.addWidget(SelfView(source, PICTURE))
        side.addWidget(self.level)
        side.addStretch(1)
        row = sides(64)
        row.addLayout(words, 1)
        row.addWidget(mirror)
        self.put_content(row)
        self.more = Button("more-time", self.tr("I need more time"))
        self.repeat = Button("repeat", self.tr("Repeat the question"))
        self.next = Button("next", self.tr("Start answering"), primary=True)
        self.put_actions(self.more, self.repeat, self.next)
        self.more.clicked.connect(lambda: self.ask(MoreTime()))
        self.repeat.clicked.connect(lambda: self.ask(Repeat()))
        self.next.clicked.connect(lambda: self.ask(Next()))

    def show_view(self, view: View) -> None:
        self._view = view
        question = view.question
        if question is None:
            return
        self.number.say(number_of(view))
        self.caption.set_role("long" if len(question.text) > LONG else "question")
        self.caption.say(question.text)
        self.tick()
        self.level.show_progress(view.progress, listening=view.state not in ASKING)
        show_buttons(self.next, self.repeat, self.more, view)

    def enter(self, view: View) -> None:
        self.body.verticalScrollBar().setValue(0)
        super().enter(view)

    def tick(self) -> None:
        self.hint.say(hint_for(self._view, nearly=nearly_over(self._view, self._clock)))

    def to_read(self) -> str:
        """The question, and nothing of what stands around it."""
        return self.caption.said()

    def take_focus(self) -> None:
        if self.next.isEnabled():
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().take_focus()


def number_of(view: View) -> str:
    """Question 2 of 4."""
    if view.state in PRACTICE:
        return tr("Practice question. Nothing of it is kept.")
    of = len(view.interview.questions) if view.interview else 0
    return tr("Question {n} of {of}").replace("{n}", number(view.index + 1)).replace("{of}", number(of))


def hint_for(view: View, *, nearly: bool = False) -> str:
    """What happens now and what comes next."""
    if view.state in ASKING:
        if view.captions_only and view.accommodations.captions_only:
            return tr("Please read the question.")
        if view.captions_only:
            return tr("Please read the question. It can't be spoken right now.")
        return tr("Please listen to the question.")
    if view.state is SessionState.THINKING:
        if not view.deadline_ns:
            return tr("Take your time to think. Press the button when you want to begin.")
        return tr("Take a moment to think. Your answer starts by itself, or when you press the button.")
    if not view.deadline_ns:
        return tr("Please answer now. Press the button when you are done.")
    if nearly:
        return tr("The time is nearly over. Finish your sentence; after that we go on by ourselves.")
    return tr("Please answer now. You can finish earlier.")


def nearly_over(view: View, clock: Clock) -> bool:
    """Whether the end of an answer should be told, so that it does not come as a surprise."""
    return view.state in ANSWERING and 0 < view.deadline_ns <= clock.now_ns() + NEARLY_NS


def show_buttons(forward: Button, repeat: Button, more: Button, view: View) -> None:
    """Words and readiness of the actions of a question. They keep their places in every state."""
    answering = view.state in ANSWERING
    thinking = view.state is SessionState.THINKING
    forward.say(tr("I'm done") if answering else tr("Start answering"))
    forward.setEnabled(answering or thinking)
    left = view.repeats_left
    if left:
        repeat.say(tr("Repeat the question (%Ln left)", "", left))
    else:
        repeat.say(tr("Repeat the question (none left)"))
    repeat.setEnabled(left > 0 and (answering or thinking))
    limited = view.deadline_ns > 0 and (answering or thinking)
    more.setEnabled(limited and view.extensions_left > 0)
    more.setAccessibleName(
        tr("I need more time: {span} more").replace("{span}", span(view.extension_ns // NS))
        if view.extension_ns
        else more.text()
    )
