"""Welcome: which kiosk this is and whether it is ready, readable from five metres; and who you are."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.interview import Interview
from kiosk.domain.requests import Choose, Request
from kiosk.domain.view import ReadyState, View
from kiosk.ui.buttons import Button
from kiosk.ui.fields import Choice, Field
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import fix, sides, space
from kiosk.ui.reasons import why_not_ready
from kiosk.ui.screens.screen import Screen
from kiosk.ui.settings import UiSettings
from kiosk.ui.text import Paragraph
from kiosk.ui.theme import Look

ID_LENGTH: Final = 64
JUDGED: Final = (ReadyState.READY, ReadyState.NOT_READY)
"""What is to be read from five metres: capitals of 25 mm on a screen of 24 inches (see the style sheet)."""
FORGET_MS: Final = 120_000
"""A number that somebody typed and left standing goes away after so long."""


class WelcomeScreen(Screen):
    """A sign on the left, and on the right a form of two fields."""

    name = "welcome"

    def __init__(self, post: Callable[[Request], None], clock: Clock, settings: UiSettings) -> None:
        super().__init__(post, clock)
        self._offered = settings.interviews
        self._interviews: tuple[Interview, ...] = ()
        self._view = View()
        self._excused = ""
        row = sides(96)
        self._large = False
        self._sign = self._make_sign(settings.kiosk_name)
        self._form = self._make_form()
        row.addWidget(self._sign, 6)
        row.addWidget(self._form, 5)
        self.put_content(row)
        self.begin = Button("begin", self.tr("Begin"), primary=True)
        self.put_actions(self.begin)
        self.begin.clicked.connect(self._begin)
        self.candidate.returnPressed.connect(self._begin)
        self.candidate.textEdited.connect(self._typed)
        self._left = QTimer(self)
        self._left.setSingleShot(True)
        self._left.setInterval(FORGET_MS)
        self._left.timeout.connect(self.forget)
        self._offer(self._offered)

    def _make_sign(self, kiosk_name: str) -> QWidget:
        sign = QWidget()
        self.kiosk_name = Paragraph("sign", name="sign-name")
        self.kiosk_name.say(kiosk_name)
        self._icon = Icon("stored", "good", 120)
        self.ready = Paragraph("sign-state", name="sign-state")
        self.ready.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.why = Paragraph("sign-why", name="sign-why")
        self.tell = Paragraph("heading", name="sign-tell")
        state = QHBoxLayout()
        space(state, 28)
        state.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        state.addWidget(self.ready, 1, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(sign)
        space(column, 24)
        column.addStretch(2)
        column.addWidget(self.kiosk_name)
        column.addLayout(state)
        column.addWidget(self.why)
        column.addWidget(self.tell)
        self.why.hide()
        self.tell.hide()
        column.addStretch(3)
        return sign

    def _make_form(self) -> QWidget:
        form = QWidget()
        fix(form)
        title = Paragraph("heading")
        title.say(self.tr("Welcome"))
        lead = Paragraph("quiet")
        lead.say(
            self.tr(
                "You will hear a few questions and answer them at your own pace. "
                "We ask for your agreement before anything is recorded."
            )
        )
        self.candidate = Field("candidate", self.tr("Candidate number"), latin=True)
        self.candidate.setMaxLength(ID_LENGTH)
        self.interview = Choice("interview", self.tr("Interview"))
        self.message = Paragraph("caution", reserve=40, name="message")
        column = QVBoxLayout(form)
        space(column, 10)
        column.addStretch(2)
        column.addWidget(title)
        column.addWidget(lead)
        for label, control in (
            (self.tr("Your candidate number"), self.candidate),
            (self.tr("Your interview"), self.interview),
        ):
            above = QWidget()
            fix(above, height=6)
            column.addWidget(above)
            words = Paragraph("strong")
            words.say(label)
            words.setBuddy(control)
            column.addWidget(words)
            column.addWidget(control)
        column.addWidget(self.message)
        column.addStretch(3)
        return form

    def enter(self, view: View) -> None:
        """Nothing of the person before is left."""
        self.forget()
        super().enter(view)

    def forget(self) -> None:
        self.candidate.setText("")  # unlike clear(), leaves nothing to undo
        self.message.say(self._excused)
        self._left.stop()

    def show_view(self, view: View) -> None:
        self._view = view
        self._offer(view.interviews or self._offered)
        ready = view.readiness
        icon, token, words = {
            ReadyState.UNKNOWN: ("welcome", "accent", self.tr("Please begin")),
            ReadyState.CHECKING: ("working", "accent", self.tr("Getting ready")),
            ReadyState.READY: ("stored", "good", self.tr("Ready")),
            ReadyState.NOT_READY: ("caution", "caution", self.tr("Not ready")),
        }[ready.state]
        self._icon.show_icon(icon, token)
        self.ready.set_role("sign-state" if ready.state in JUDGED else "sign-wait")
        self.ready.say(words)
        broken = ready.state is ReadyState.NOT_READY
        self.why.say(why_not_ready(ready) if broken else "")
        self.why.setVisible(broken)
        self._share_room()
        self.begin.setEnabled(bool(self._interviews) and not broken)
        self._excuse(broken=broken)

    def set_look(self, look: Look) -> None:
        self._large = look.large
        self._share_room()

    def _share_room(self) -> None:
        """A kiosk on which nothing can begin needs no form; who has large text sits in front and needs no sign."""
        broken = self._view.readiness.state is ReadyState.NOT_READY
        self._sign.setVisible(broken or not self._large)
        if self._form.isHidden() != broken:
            self._form.setHidden(broken)
            if self.isVisible():
                self.take_focus()

    def take_focus(self) -> None:
        if self._form.isHidden():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.candidate.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self, interviews: tuple[Interview, ...]) -> None:
        if interviews == self._interviews and self.interview.count():
            return
        chosen = self._interviews[self.interview.currentIndex()].id if self._interviews else ""
        self._interviews = interviews
        self.interview.clear()
        self.interview.addItems([interview.title for interview in interviews])
        for index, interview in enumerate(interviews):
            if interview.id == chosen:
                self.interview.setCurrentIndex(index)
        self.begin.setEnabled(bool(interviews))

    def _excuse(self, *, broken: bool) -> None:
        """Says why nothing can begin here, and takes it back."""
        excuse = ""
        if broken:
            excuse = self.tr("This kiosk is not ready. Please tell the proctor.")
        elif not self._interviews:
            excuse = self.tr("There is no interview on this kiosk yet. Please tell the proctor.")
        if excuse != self._excused:
            self._excused = excuse
            self.message.say(excuse)
            self.tell.say(excuse)
            self.tell.setVisible(broken)

    def _typed(self, text: str) -> None:
        """Shows the interview that the server assigned to this number, and to nobody else's."""
        self.message.say(self._excused)
        self._left.start()
        mine = [one.interview for one in self._view.assigned if one.candidate.casefold() == text.strip().casefold()]
        if mine and mine[0] in self._interviews:
            self.interview.setCurrentIndex(self._interviews.index(mine[0]))

    def _begin(self) -> None:
        candidate = self.candidate.text().strip()
        if not self.begin.isEnabled():
            return
        if not candidate:
            self.message.say(self.tr("Please type your candidate number. It is in your invitation."))
            self.take_focus()
            return
        self.ask(Choose(self._interviews[self.interview.currentIndex()], candidate, confirmed=False))
