"""The kiosk's window: shows the screen that belongs to the View, the bar above it, the proctor's panel over it.

It holds no state of the interview; everything shown comes from the newest View.
"""

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.view import SessionState, StopSession, View
from kiosk.system import places
from kiosk.ui.bridge import Bridge
from kiosk.ui.layouts import apply_look
from kiosk.ui.proctor import IN_WORK, ProctorPanel
from kiosk.ui.settings import UiSettings
from kiosk.ui.stage import Stage
from kiosk.ui.theme import THEMES, Look, factor_for, style_sheet

__all__ = ["KioskWindow", "UiSettings"]

TICK_MS: Final = 250
WINDOWED: Final = QSize(1280, 720)
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
        self._bridge = bridge
        self._state = SessionState.IDLE
        self._leaving = False
        self._patience_ended = False
        self.stage = Stage(bridge.request, settings, clock, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stage)
        self.proctor = ProctorPanel(bridge.request, settings, clock, self)
        self.proctor.closed.connect(self.stage.take_focus)
        chord = QShortcut(QKeySequence("Ctrl+Shift+P"), self)
        chord.setObjectName("proctor-chord")
        chord.activated.connect(self._turn_proctor)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.stage.tick)
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
        return self.stage.screen_name()

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
        self.proctor.show_view(view)
        if self.stage.show_view(view):
            if self.proctor.isVisible():
                self.proctor.take_focus()
            self.setWindowTitle(f"{self._settings.kiosk_name} - {self.stage.title(view)}")

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
        self.stage.close_preview()
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

    def _scale(self) -> None:
        factor = factor_for(self.width(), self.height())
        if factor == self._factor:
            return
        self._factor = factor
        look = Look(self._tokens, factor)
        self.proctor.setStyleSheet(style_sheet(self._template, look))
        apply_look(self.proctor, look)

    def _turn_proctor(self) -> None:
        if self.proctor.isVisible():
            self.proctor.dismiss()
        else:
            self.proctor.open()
