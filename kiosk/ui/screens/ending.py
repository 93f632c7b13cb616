"""The three ends: thanks, refused, failed. Each says what happened, what is safe, what to do next."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from kiosk.domain.clock import NS, Clock
from kiosk.domain.requests import Dismiss, Request
from kiosk.domain.view import Delivery, View
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import space
from kiosk.ui.reasons import why_ended, why_failed
from kiosk.ui.screens.screen import Screen, centred
from kiosk.ui.text import Paragraph
from kiosk.ui.words import receipt, span


class EndingScreen(Screen):
    """An icon, a heading, sentences, a few facts, and one way out."""

    def __init__(self, post: Callable[[Request], None], clock: Clock, icon: str, token: str) -> None:
        super().__init__(post, clock)
        self.heading = Paragraph("title", name="heading")
        self.words = Paragraph(name="words")
        self._values: list[Paragraph] = []
        self.facts = QGridLayout()
        space(self.facts, 24)
        column = QVBoxLayout()
        space(column, 24)
        column.addStretch(2)
        column.addWidget(Icon(icon, token, 96))
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addLayout(self.facts)
        column.addStretch(3)
        self.put_content(centred(column, 980))
        self.dismiss = Button("dismiss", self.tr("Finish"), primary=True)
        self.put_actions(self.dismiss)
        self.dismiss.clicked.connect(lambda: self.ask(Dismiss()))

    def fact(self, label: str, role: str, name: str) -> Paragraph:
        """A row of the facts; returns where its value is said."""
        row = self.facts.rowCount()
        words = Paragraph("quiet")
        words.say(label)
        value = Paragraph(role, name=name)
        middle = Qt.AlignmentFlag.AlignVCenter
        self.facts.addWidget(words, row, 0, middle)
        self.facts.addWidget(value, row, 1, middle)
        self.facts.setColumnStretch(1, 1)
        self._values.append(value)
        return value

    def forget(self) -> None:
        for said in (self.words, *self._values):
            said.say("")

    def take_focus(self) -> None:
        self.dismiss.setFocus(Qt.FocusReason.OtherFocusReason)


class ThanksScreen(EndingScreen):
    name = "thanks"

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__(post, clock, "stored", "good")
        self.heading.say(self.tr("Thank you"))
        self.length = self.fact(self.tr("Length"), "strong", "length")
        self.receipt = self.fact(self.tr("Receipt number"), "receipt", "receipt")

    def show_view(self, view: View) -> None:
        stored = {
            Delivery.STORED: self.tr("It is stored on this kiosk."),
            Delivery.WILL_BE_SENT: self.tr("It is stored on this kiosk and will be sent."),
            Delivery.SENT: self.tr("It is stored and has been sent."),
        }[view.delivery]
        if view.message:
            words = self.tr("The interview ended early. {why} What was recorded until then is safe. {stored}")
            words = words.replace("{why}", why_ended(view.message))
        else:
            words = self.tr("Your interview is complete. {stored} You can go now.")
        self.words.say(words.replace("{stored}", stored))
        self.length.say(span(view.duration_ns // NS))
        self.receipt.say(receipt(view.session))


class RefusedScreen(EndingScreen):
    name = "refused"

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__(post, clock, "refused", "accent")
        self.heading.say(self.tr("That is all right"))

    def show_view(self, view: View) -> None:
        del view
        words = self.tr(
            "You did not agree to a recording, so nothing was recorded.\n\n"
            "The proctor has been called. You can talk about another way to do the interview."
        )
        self.words.say(words)


class FailedScreen(EndingScreen):
    name = "failed"

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__(post, clock, "caution", "caution")
        self.heading.say(self.tr("The interview had to stop"))
        self.receipt = self.fact(self.tr("For the proctor"), "receipt", "receipt")

    def show_view(self, view: View) -> None:
        what = why_failed(view)
        safe = (
            self.tr("What you said until then is stored. It is not your fault.")
            if view.recording
            else self.tr("Nothing was recorded. It is not your fault.")
        )
        self.words.say("\n\n".join((what, safe, self.tr("Please stay here and tell the proctor."))))
        self.receipt.say(receipt(view.session))
