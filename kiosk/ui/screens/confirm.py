"""Who you are and which interview: to be confirmed before anything else is asked."""

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from kiosk.domain.clock import Clock
from kiosk.domain.requests import Confirm, Deny, Request
from kiosk.domain.view import View
from kiosk.ui.buttons import Button
from kiosk.ui.layouts import space
from kiosk.ui.screens.screen import Screen, centred
from kiosk.ui.text import Paragraph
from kiosk.ui.words import about_minutes, questions


class ConfirmScreen(Screen):
    """The number, the interview, how many questions, and about how long it takes."""

    name = "confirm"

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__(post, clock)
        title = Paragraph("title")
        title.say(self.tr("Is this right?"))
        self.candidate = Paragraph("strong", name="confirm-candidate")
        self.interview = Paragraph("strong", name="confirm-interview")
        self.length = Paragraph("strong", name="confirm-length")
        facts = QGridLayout()
        space(facts, 20)
        for row, (label, value) in enumerate(
            (
                (self.tr("Your candidate number"), self.candidate),
                (self.tr("Your interview"), self.interview),
                (self.tr("How long it takes"), self.length),
            )
        ):
            words = Paragraph("quiet")
            words.say(label)
            facts.addWidget(words, row, 0)
            facts.addWidget(value, row, 1)
        facts.setColumnStretch(0, 2)
        facts.setColumnStretch(1, 3)
        after = Paragraph("quiet")
        after.say(self.tr("Next, you read what is recorded and decide whether you agree. Nothing is recorded now."))
        column = QVBoxLayout()
        space(column, 32)
        column.addStretch(2)
        column.addWidget(title)
        column.addLayout(facts)
        column.addWidget(after)
        column.addStretch(3)
        self.put_content(centred(column, 1100))
        self.deny = Button("deny", self.tr("No, go back"))
        self.confirm = Button("confirm", self.tr("Yes, go on"), primary=True)
        self.put_actions(self.deny, self.confirm)
        self.deny.clicked.connect(lambda: self.ask(Deny()))
        self.confirm.clicked.connect(lambda: self.ask(Confirm()))

    def show_view(self, view: View) -> None:
        self.candidate.say(view.candidate)
        if view.interview is not None:
            self.interview.say(view.interview.title)
            self.length.say(
                self.tr("{questions}, {minutes} at most")
                .replace("{questions}", questions(len(view.interview.questions)))
                .replace("{minutes}", about_minutes(view.interview.longest_seconds))
            )

    def forget(self) -> None:
        self.candidate.say("")
