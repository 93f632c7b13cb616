"""The kiosk's window: shows the screen that belongs to the View, the bar above it, the proctor's panel over it.

It holds no state of the interview; everything shown comes from the newest View.
"""

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QClipboard, QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.interview import QuestionKind
from kiosk.domain.view import SessionState, StopSession, View
from kiosk.system import places
from kiosk.ui.bridge import Bridge
from kiosk.ui.layouts import apply_look
from kiosk.ui.preview import PreviewSource
from kiosk.ui.proctor import IN_WORK, ProctorPanel
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

__all__ = ["KioskWindow", "UiSettings"]

TICK_MS: Final = 250
WINDOWED: Final = QSize(1280, 720)
QUESTIONS: Final = (SessionState.ASKING, SessionState.THINKING, SessionState.ANSWERING)
BUSY: Final = (*IN_WORK, SessionState.FINISHING)
"""States in which the window does not go away before the recording has ended in order."""
LEAVE_LIMIT_MS: Final = 45_000
"""The director gives up on a recorder sooner than that; this is for a director that hangs."""


class KioskWindow(QWidget):
    """Shows itself with `show()`: in a window of 1280x720, or over the whole screen.

    Who closes it while an interview runs ends the interview: it stays up, saying so, until the recording is sealed,
    and goes then. So the screens never freeze, and nobody sees an empty screen while something is still stored.
    """

    closing = Signal()
    """The window goes away: somebody closed it (only possible when it is windowed), or the program ends."""

    def __init__(self, bridge: Bridge, settings: UiSettings, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("kiosk")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._settings = settings
        self._template = places.asset("style/kiosk.qss").read_text(encoding="utf-8")
        self._tokens = THEMES.get(settings.theme, THEMES["light"])
        self._factor = 0.0
        self._shown: tuple[str, SessionState, int] | None = None
        self._bridge = bridge
        self._state = SessionState.IDLE
        self._leaving = False
        self._patience_ended = False
        self.preview = PreviewSource("", clock, self)
        post = bridge.request
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
        self.proctor = ProctorPanel(post, settings, clock, self)
        self.proctor.closed.connect(self._take_focus)
        chord = QShortcut(QKeySequence("Ctrl+Shift+P"), self)
        chord.setObjectName("proctor-chord")
        chord.activated.connect(self._turn_proctor)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.top_bar.tick)
        self.setMinimumSize(WINDOWED)
        self.resize(WINDOWED)
        bridge.view_changed.connect(self.show_view)
        bridge.crashed.connect(self._give_up, Qt.ConnectionType.QueuedConnection)
        bridge.called.connect(self.come_to_front, Qt.ConnectionType.QueuedConnection)
        self.show_view(bridge.newest)
        self._timer.start()

    def show(self) -> None:
        """In a window, or over the whole screen as the configuration says."""
        if self._settings.windowed:
            super().show()
            self.activateWindow()  # without a window manager nobody else does it
            return
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setGeometry(QGuiApplication.primaryScreen().geometry())  # nobody else does it without a window manager
        self.showFullScreen()

    def come_to_front(self) -> None:
        """Before all other windows, also when it was put away."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def screen_name(self) -> str:
        """Which screen is up: welcome, consent, preparing, question, coding, paused, ...; or proctor."""
        if self.proctor.isVisible():
            return "proctor"
        return self._current().name

    @property
    def busy(self) -> bool:
        """Whether an interview runs, so that closing the window would end it first."""
        return self._state in BUSY

    def show_view(self, view: View) -> None:
        """Shows the screen that belongs to `view`."""
        self._state = view.state
        if self._leaving and view.state not in BUSY:
            QTimer.singleShot(0, self.close)
            return
        self.preview.set_path(view.preview)
        self.top_bar.show_view(view)
        self.proctor.show_view(view)
        screen = self._screens[_name_for(view)]
        showing = (screen.name, view.state, view.index)
        if showing == self._shown:
            screen.show_view(view)
            return
        if screen is not self._current():
            self._current().leave(view)
        if view.state is SessionState.IDLE and self._shown is not None:
            self._forget_person()
        self._shown = showing
        self._stack.setCurrentWidget(screen)
        screen.enter(view)
        if self.proctor.isVisible():
            self.proctor.take_focus()
        self.setWindowTitle(f"{self._settings.kiosk_name} - {self._title(screen, view)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.proctor.setGeometry(self.rect())
        self._scale()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A window may be closed; the whole-screen kiosk is left only by the program itself."""
        if not self._settings.windowed and event.spontaneous():
            event.ignore()
            return
        if self.busy and not self._patience_ended:
            event.ignore()
            self._leave()
            return
        self._timer.stop()
        self.preview.close()
        self.closing.emit()
        super().closeEvent(event)

    def _leave(self) -> None:
        """Ends the interview that runs; `show_view` closes the window once it has ended."""
        if self._leaving:
            return
        self._leaving = True
        if self._state is not SessionState.FINISHING:
            self._bridge.request(StopSession("interrupted"))
        QTimer.singleShot(LEAVE_LIMIT_MS, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience_ended = True
        self.close()

    def _give_up(self) -> None:
        """Nobody leads the interview any more: the program ends, and says so elsewhere."""
        QGuiApplication.exit(1)

    def _title(self, screen: Screen, view: View) -> str:
        """Tells assistive technology, and whoever looks at a list of windows, what is on the screen."""
        moments = {
            SessionState.ASKING: self.tr("listen"),
            SessionState.THINKING: self.tr("think"),
            SessionState.ANSWERING: self.tr("answer"),
        }
        if view.question is not None and view.state in moments:
            return f"{number_of(self, view)}: {moments[view.state]}"
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
        }.get(screen.name, "")

    def _forget_person(self) -> None:
        """Back at welcome: nothing of the person before is left in the editor or the clipboard."""
        self.coding.forget()
        clipboard = QGuiApplication.clipboard()
        clipboard.clear(QClipboard.Mode.Clipboard)
        if clipboard.supportsSelection():
            clipboard.clear(QClipboard.Mode.Selection)

    def _scale(self) -> None:
        factor = factor_for(self.width(), self.height())
        if factor == self._factor:
            return
        self._factor = factor
        look = Look(self._tokens, factor)
        self.setStyleSheet(style_sheet(self._template, look))
        apply_look(self, look)

    def _current(self) -> Screen:
        current = self._stack.currentWidget()
        return current if isinstance(current, Screen) else self._screens["welcome"]

    def _take_focus(self) -> None:
        self._current().take_focus()

    def _turn_proctor(self) -> None:
        if self.proctor.isVisible():
            self.proctor.dismiss()
        else:
            self.proctor.open()


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
    }[view.state]
