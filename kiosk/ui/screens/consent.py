"""Consent: the text, a tick of one's own, and two answers of the same weight but for one colour."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from kiosk.domain.clock import Clock
from kiosk.domain.interview import Consent, ConsentText
from kiosk.domain.requests import Agree, Refuse, Request
from kiosk.domain.view import View
from kiosk.ui.buttons import Button
from kiosk.ui.layouts import fix, space
from kiosk.ui.screens.screen import Screen, centred
from kiosk.ui.scrolled import Flow, scrolled
from kiosk.ui.settings import UiSettings
from kiosk.ui.text import Paragraph, plain, split_title
from kiosk.ui.tick import Tick


class ConsentScreen(Screen):
    """Shows the consent's text word for word; what was agreed to is its version and its hash."""

    name = "consent"

    def __init__(self, post: Callable[[Request], None], clock: Clock, settings: UiSettings) -> None:
        super().__init__(post, clock)
        self._consent = ConsentText(
            settings.consent_version, settings.language, settings.consent_text, settings.consent_sha256
        )
        self._shown: ConsentText | None = None
        self._title = Paragraph("heading", name="consent-title")
        self._text = Paragraph(name="consent-text")
        self._version = Paragraph("small", name="consent-version")
        inside = Flow()
        around = QVBoxLayout(inside)
        space(around, 24, left=40, top=28, right=40, bottom=28)
        around.addWidget(self._text)
        around.addWidget(self._version)
        around.addStretch(1)
        self.text = scrolled(inside, name="card", always_focus=True)
        fix(self.text, least_height=220)
        self.agreement = Tick("tick", self.tr("I have read this, and I agree to the recording"))
        self._ask_tick = Paragraph("caution", reserve=40, name="consent-message")
        column = QVBoxLayout()
        space(column, 14)
        column.addWidget(self._title)
        column.addWidget(self.text, 1)
        column.addWidget(self.agreement)
        column.addWidget(self._ask_tick)
        self.put_content(centred(column, 1240), name="body")
        self.refuse = Button("refuse", self.tr("I don't agree"))
        self.agree = Button("agree", self.tr("I agree"), primary=True)
        self.put_actions(self.refuse, self.agree)
        self.refuse.clicked.connect(lambda: self.ask(Refuse()))
        self.agree.clicked.connect(self._agree)
        self.agreement.toggled.connect(lambda _: self._ask_tick.say(""))

    def enter(self, view: View) -> None:
        self.text.verticalScrollBar().setValue(0)
        self.agreement.setChecked(False)
        self._ask_tick.say("")
        super().enter(view)

    def show_view(self, view: View) -> None:
        consent = self._consent = view.consent or self._consent
        if consent == self._shown:
            return
        self._shown = consent
        heading, body = split_title(consent.text)
        self._title.say(heading or self.tr("Before we begin, please read this"))
        self._text.say_marked(body)
        self.text.setAccessibleName(self.tr("Consent text, version {v}").replace("{v}", consent.version))
        self.text.setAccessibleDescription(plain(body))
        self._version.say(
            self.tr("Version {v}. You can stop at any time: tell the proctor.").replace("{v}", consent.version)
        )

    def take_focus(self) -> None:
        """On the text, not on a button: agreeing takes steps of its own."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        self.agreement.setChecked(False)

    def _agree(self) -> None:
        if not self.agreement.isChecked():
            self._ask_tick.say(self.tr("If you agree, please tick the box first."))
            self.agreement.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        consent = Consent(
            reference=self._consent.version,
            text_sha256=self._consent.sha256,
            language=self._consent.language,
            given_at=self._clock.wall().isoformat(timespec="seconds"),
        )
        self.ask(Agree(consent))
