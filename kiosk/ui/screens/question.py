"""A spoken question: the caption on the left, oneself on the right, one action."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.view import Next, Repeat, Request, SessionState, View
from kiosk.ui.buttons import Button
from kiosk.ui.layouts import RING_EDGE, fix, space
from kiosk.ui.level import LevelMeter
from kiosk.ui.preview import PreviewSource, SelfView
from kiosk.ui.screens.screen import Screen
from kiosk.ui.scrolled import scrolled
from kiosk.ui.text import Paragraph
from kiosk.ui.words import for_candidate, number, tr

PICTURE: Final = 736
"""Width of the picture of oneself, at 1080p."""
LONG: Final = 170
"""Characters of a question from which on it is set smaller."""


class QuestionScreen(Screen):
    """Asking, thinking and answering."""

    name = "question"

    def __init__(self, post: Callable[[Request], None], clock: Clock, source: PreviewSource) -> None:
        super().__init__(post, clock)
        self.number = Paragraph("small", name="number")
        self.caption = Paragraph("question", most_width=1080, name="caption")
        self.hint = Paragraph("quiet", most_width=840, name="hint")
        self.message = Paragraph("caution", most_width=900, reserve=80, name="message")
        inside = QWidget()
        flow = QVBoxLayout(inside)
        space(flow, 32)
        flow.addWidget(self.caption)
        flow.addWidget(self.hint)
        flow.addStretch(1)
        self.text = scrolled(inside)
        words = QVBoxLayout()
        space(words, 12)
        words.addWidget(self.number)
        words.addWidget(self.text, 1)
        words.addWidget(self.message)
        picture = SelfView(source, PICTURE)
        self.level = LevelMeter()
        mirror = QWidget()
        fix(mirror, width=PICTURE)
        side = QVBoxLayout(mirror)
        space(side, 18)
        side.addWidget(picture)
        side.addWidget(self.level)
        side.addStretch(1)
        row = QHBoxLayout()
        space(row, 72, top=40, edge_right=RING_EDGE)
        row.addLayout(words, 1)
        row.addWidget(mirror)
        self.put_content(row)
        self.repeat = Button("repeat", self.tr("Repeat the question"))
        self.next = Button("next", self.tr("Start answering"), primary=True)
        self.put_actions(self.repeat, self.next)
        self.repeat.clicked.connect(lambda: self.ask(Repeat()))
        self.next.clicked.connect(lambda: self.ask(Next()))

    def show_view(self, view: View) -> None:
        question = view.question
        if question is None or view.interview is None:
            return
        self.number.say(number_of(view))
        self.caption.set_role("long" if len(question.text) > LONG else "question")
        self.caption.say(question.text)
        self.hint.say(hint_for(view))
        self.message.say(for_candidate(view.troubles))
        self.level.show_progress(view.progress, listening=view.state is not SessionState.ASKING)
        show_buttons(self.next, self.repeat, view)

    def take_focus(self) -> None:
        if self.next.isEnabled():
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().take_focus()


def number_of(view: View) -> str:
    """Question 2 of 4."""
    of = len(view.interview.questions) if view.interview else 0
    return tr("Question {n} of {of}").replace("{n}", number(view.index + 1)).replace("{of}", number(of))


def hint_for(view: View) -> str:
    """What happens now and what comes next."""
    if view.state is SessionState.ASKING:
        if view.captions_only:
            return tr("Please read the question. It can't be spoken right now.")
        return tr("Please listen to the question.")
    if view.state is SessionState.THINKING:
        return tr("Take a moment to think. Your answer starts by itself, or when you press the button.")
    return tr("Please answer now. You can finish earlier.")


def show_buttons(forward: Button, repeat: Button, view: View) -> None:
    """Words and readiness of the two actions of a question. They keep their places in every state."""
    answering = view.state is SessionState.ANSWERING
    thinking = view.state is SessionState.THINKING
    forward.say(tr("I'm done") if answering else tr("Start answering"))
    forward.setEnabled(answering or thinking)
    left = view.repeats_left
    if left:
        repeat.say(tr("Repeat the question (%Ln left)", "", left))
    else:
        repeat.say(tr("Repeat the question (none left)"))
    repeat.setEnabled(left > 0 and (answering or thinking))
