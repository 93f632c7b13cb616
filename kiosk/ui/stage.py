"""What the candidate sees: the screen that belongs to the View, and the bar above it.

It holds no state of the interview; everything shown comes from the newest View.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QClipboard, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.interview import QuestionKind
from kiosk.domain.view import Request, SessionState, View
from kiosk.system import places
from kiosk.ui.layouts import apply_look
from kiosk.ui.preview import PreviewSource
from kiosk.ui.screens.coding import CodingScreen
from kiosk.ui.screens.consent import ConsentScreen
from kiosk.ui.screens.ending import FailedScreen, RefusedScreen, ThanksScreen
from kiosk.ui.screens.moment import FinishingScreen, PausedScreen, PreparingScreen, ResumingScreen
from kiosk.ui.screens.question import QuestionScreen, number_of
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.welcome import WelcomeScreen
from kiosk.ui.settings import UiSettings
from kiosk.ui.theme import THEMES, Look, factor_for, style_sheet
from kiosk.ui.topbar import TopBar

QUESTIONS: Final = (SessionState.ASKING, SessionState.THINKING, SessionState.ANSWERING)


class Stage(QWidget):
    """Fills the window; the proctor's panel lies over it."""

    def __init__(self, post: Callable[[Request], None], settings: UiSettings, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self._template = places.asset("style/kiosk.qss").read_text(encoding="utf-8")
        self._tokens = THEMES.get(settings.theme, THEMES["light"])
        self._look: Look | None = None
        self._shown: tuple[str, SessionState, int] | None = None
        self.preview = PreviewSource("", clock, self)
        self.top_bar = TopBar(settings.kiosk_name, clock)
        self.coding = CodingScreen(post, clock, self.preview)
        self.welcome = WelcomeScreen(post, clock, settings.interviews)
        screens: tuple[Screen, ...] = (
            self.welcome,
            ConsentScreen(post, clock, settings),
            PreparingScreen(post, clock, "working"),
            ResumingScreen(post, clock, "working"),
            QuestionScreen(post, clock, self.preview),
            self.coding,
            PausedScreen(post, clock, "paused"),
            FinishingScreen(post, clock, "working"),
            ThanksScreen(post, clock),
            RefusedScreen(post, clock),
            FailedScreen(post, clock),
        )
        self._screens = {screen.name: screen for screen in screens}
        self._stack = QStackedWidget()
        for screen in screens:
            self._stack.addWidget(screen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self._stack, 1)

    def screen_name(self) -> str:
        """Which screen is up: welcome, consent, preparing, question, coding, paused, ..."""
        return self._current().name

    def show_view(self, view: View) -> bool:
        """Shows the screen that belongs to `view`. Returns whether another one came up, or the state behind it."""
        self.preview.set_path(view.preview)
        self.top_bar.show_view(view)
        screen = self._screens[_name_for(view)]
        showing = (screen.name, view.state, view.index)
        if showing == self._shown:
            screen.show_view(view)
            return False
        if screen is not self._current():
            self._current().leave(view)
        if view.state is SessionState.IDLE and self._shown is not None:
            self._forget_person()
        self._shown = showing
        self._stack.setCurrentWidget(screen)
        screen.enter(view)
        return True

    def take_focus(self) -> None:
        """Puts the keyboard where it belongs on the screen that is up."""
        self._current().take_focus()

    def tick(self) -> None:
        """To be called a few times a second: shows how time goes on."""
        self.top_bar.tick()

    def close_preview(self) -> None:
        """Lets go of the preview file: the screens are going away."""
        self.preview.close()

    def title(self, view: View) -> str:
        """Tells assistive technology, and whoever looks at a list of windows, what is on the screen."""
        moments = {
            SessionState.ASKING: self.tr("listen"),
            SessionState.THINKING: self.tr("think"),
            SessionState.ANSWERING: self.tr("answer"),
        }
        if view.question is not None and view.state in moments:
            return f"{number_of(view)}: {moments[view.state]}"
        return {
            "welcome": self.tr("Welcome"),
            "consent": self.tr("Before we begin"),
            "preparing": self.tr("Getting ready"),
            "resuming": self.tr("One moment, please"),
            "paused": self.tr("Paused"),
            "finishing": self.tr("Storing your interview"),
            "thanks": self.tr("Thank you"),
            "refused": self.tr("Nothing is recorded"),
            "failed": self.tr("The interview had to stop"),
        }.get(self.screen_name(), "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply_look()

    def _apply_look(self) -> None:
        look = Look(self._tokens, factor_for(self.width(), self.height()))
        if look != self._look:
            self._look = look
            self.setStyleSheet(style_sheet(self._template, look))
            apply_look(self, look)

    def _forget_person(self) -> None:
        """Back at welcome: nothing of the person before is left in the editor or the clipboard."""
        self.coding.forget()
        clipboard = QGuiApplication.clipboard()
        clipboard.clear(QClipboard.Mode.Clipboard)
        if clipboard.supportsSelection():
            clipboard.clear(QClipboard.Mode.Selection)

    def _current(self) -> Screen:
        current = self._stack.currentWidget()
        return current if isinstance(current, Screen) else self._screens["welcome"]


def _name_for(view: View) -> str:
    """The screen of a view. A question that is not known yet is still being prepared."""
    if view.state in QUESTIONS:
        if view.question is None:
            return "preparing"
        return "coding" if view.question.kind is QuestionKind.CODING else "question"
    return {
        SessionState.IDLE: "welcome",
        SessionState.CONSENT: "consent",
        SessionState.PREPARING: "preparing",
        SessionState.RESUMING: "resuming",
        SessionState.STARTING: "preparing" if view.question is None else "resuming",
        SessionState.PAUSED: "paused",
        SessionState.FINISHING: "finishing",
        SessionState.FINISHED: "thanks",
        SessionState.REFUSED: "refused",
        SessionState.FAILED: "failed",
    }.get(view.state, "preparing")
