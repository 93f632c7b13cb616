"""Consent: the text, and two answers of the same weight but for one colour."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.interview import Consent
from kiosk.domain.view import Agree, Refuse, Request, View
from kiosk.ui.buttons import Button
from kiosk.ui.layouts import fix, space
from kiosk.ui.screens.screen import Screen
from kiosk.ui.scrolled import scrolled
from kiosk.ui.settings import UiSettings
from kiosk.ui.text import Paragraph, plain, split_title


class ConsentScreen(Screen):
    """Shows the consent's text word for word; what was agreed to is its version and its hash."""

    name = "consent"

    def __init__(self, post: Callable[[Request], None], clock: Clock, settings: UiSettings) -> None:
        super().__init__(post, clock)
        self._settings = settings
        title = Paragraph("heading", name="consent-title")
        heading, body = split_title(settings.consent_text)
        title.say(heading or self.tr("Before we begin, please read this"))
        text = Paragraph(most_width=1040, name="consent-text")
        text.say_marked(body)
        inside = QWidget()
        around = QVBoxLayout(inside)
        space(around, 0, left=40, top=32, right=40, bottom=32)
        around.addWidget(text)
        around.addStretch(1)
        self.text = scrolled(inside, name="card", always_focus=True)
        self.text.setAccessibleName(self.tr("Consent text, version {v}").replace("{v}", settings.consent_version))
        self.text.setAccessibleDescription(plain(body))
        version = Paragraph("small")
        version.say(
            self.tr("Version {v}. You can stop at any time: tell the proctor.").replace("{v}", settings.consent_version)
        )
        page = QWidget()
        fix(page, width=1180)
        column = QVBoxLayout(page)
        space(column, 20)
        column.addWidget(title)
        column.addWidget(self.text, 1)
        column.addWidget(version)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(page)
        row.addStretch(1)
        self.put_content(row)
        self.refuse = Button("refuse", self.tr("I don't agree"))
        self.agree = Button("agree", self.tr("I agree"), primary=True)
        self.put_actions(self.refuse, self.agree)
        self.refuse.clicked.connect(lambda: self.ask(Refuse()))
        self.agree.clicked.connect(self._agree)

    def enter(self, view: View) -> None:
        self.text.verticalScrollBar().setValue(0)
        super().enter(view)

    def show_view(self, view: View) -> None:
        del view

    def take_focus(self) -> None:
        """On the text, not on a button: agreeing takes a step of its own."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        consent = Consent(
            reference=self._settings.consent_version,
            text_sha256=self._settings.consent_sha256,
            language=self._settings.language,
            given_at=self._clock.wall().isoformat(timespec="seconds"),
        )
        self.ask(Agree(consent))
