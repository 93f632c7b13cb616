"""Welcome: who you are, which interview, begin."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.interview import Interview
from kiosk.domain.view import Choose, Request, View
from kiosk.ui.buttons import Button
from kiosk.ui.fields import Choice, Field
from kiosk.ui.layouts import fix, space
from kiosk.ui.screens.screen import Screen
from kiosk.ui.text import Paragraph

ID_LENGTH = 64


class WelcomeScreen(Screen):
    """Asks for the candidate's number and the interview."""

    name = "welcome"

    def __init__(self, post: Callable[[Request], None], clock: Clock, interviews: tuple[Interview, ...]) -> None:
        super().__init__(post, clock)
        self._interviews = interviews
        title = Paragraph("title")
        title.say(self.tr("Welcome"))
        lead = Paragraph("quiet", most_width=860)
        lead.say(
            self.tr(
                "You will hear a few questions and answer them at your own pace. "
                "Before anything is recorded, we ask for your agreement."
            )
        )
        self.candidate = Field("candidate", self.tr("Candidate number"))
        self.candidate.setMaxLength(ID_LENGTH)
        self.interview = Choice("interview", self.tr("Interview"))
        self.interview.addItems([interview.title for interview in interviews])
        self.message = Paragraph("caution", reserve=44, name="message")
        self.begin = Button("begin", self.tr("Begin"), primary=True)
        form = QWidget()
        fix(form, width=860)
        column = QVBoxLayout(form)
        space(column, 12)
        gap = QWidget()
        fix(gap, height=12)
        for widget in (title, lead, gap):
            column.addWidget(widget)
        for label, control in (
            (self.tr("Your candidate number"), self.candidate),
            (self.tr("Your interview"), self.interview),
        ):
            above = QWidget()
            fix(above, height=8)
            column.addWidget(above)
            words = Paragraph("strong")
            words.say(label)
            words.setBuddy(control)
            column.addWidget(words)
            column.addWidget(control)
        column.addWidget(self.message)
        centred = QVBoxLayout()
        centred.addStretch(1)
        centred.addWidget(form)
        centred.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(centred)
        row.addStretch(1)
        self.put_content(row)
        self.put_actions(self.begin)
        self.begin.clicked.connect(self._begin)
        self.candidate.returnPressed.connect(self._begin)
        self.candidate.textEdited.connect(lambda _: self.message.say(""))
        if not interviews:
            self.begin.setEnabled(False)
            self.message.say(self.tr("There is no interview on this kiosk yet. Please tell the proctor."))

    def enter(self, view: View) -> None:
        """Nothing of the person before is left."""
        self.candidate.setText("")  # unlike clear(), leaves nothing to undo
        super().enter(view)

    def show_view(self, view: View) -> None:
        del view

    def take_focus(self) -> None:
        self.candidate.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self) -> None:
        candidate = self.candidate.text().strip()
        if not self._interviews:
            return
        if not candidate:
            self.message.say(self.tr("Please type your candidate number. It is in your invitation."))
            self.take_focus()
            return
        self.ask(Choose(self._interviews[self.interview.currentIndex()], candidate))
