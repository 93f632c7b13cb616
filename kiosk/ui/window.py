"""The kiosk's window: the stage with the candidate's screens, the proctor's panel over it, and the way in and out.

It holds no state of the interview; everything shown comes from the newest View. The stage speaks the interview's
language and is built anew when that changes; the panel speaks the kiosk's own. While the panel covers it, the stage
rests.
"""

from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.requests import INTERRUPTED, StopSession, TriedToLeave
from kiosk.domain.view import SessionState, View
from kiosk.ui import language
from kiosk.ui.awake import StaysAwake
from kiosk.ui.bridge import Bridge
from kiosk.ui.comfort import Comfort
from kiosk.ui.finger import Finger
from kiosk.ui.gesture import CornerGesture
from kiosk.ui.lockdown import Lockdown
from kiosk.ui.proctor.judgement import RECORDED
from kiosk.ui.proctor.panel import ProctorPanel
from kiosk.ui.settings import UiSettings
from kiosk.ui.shades import Shades, chosen_screen
from kiosk.ui.stage import Stage
from kiosk.ui.theme import THEMES, Look, branded, factor_for
from kiosk.ui.veil import moves

__all__ = ["KioskWindow", "UiSettings"]

TICK_MS: Final = 250
WINDOWED: Final = QSize(1280, 720)
BUSY: Final = (*RECORDED, SessionState.FINISHING)
"""States in which the window does not go away before the recording has ended in order."""
LEAVE_LIMIT_MS: Final = 45_000
"""The director gives up on a recorder sooner than that; this is for a director that hangs."""


class KioskWindow(QWidget):
    """Shows itself with `show()`: in a window of 1280x720, or in kiosk mode over the whole screen.

    Who closes it while an interview runs ends the interview: it stays up, saying so, until the recording is sealed,
    and goes then. So the screens never freeze, and nobody sees an empty screen while something is still stored. In
    kiosk mode only the program itself and the proctor close it.
    """

    closing = Signal()
    """The window goes away: somebody closed it (only possible when it is windowed), or the program ends."""

    def __init__(self, bridge: Bridge, settings: UiSettings, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("kiosk")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._settings = settings
        self._clock = clock
        self._tokens = branded(THEMES.get(settings.theme, THEMES["light"]), settings.accent)
        self._factor = 0.0
        self._bridge = bridge
        self._view = bridge.newest
        self._leaving = False
        self._patience_ended = False
        self._language = settings.language
        language.speak(self._language)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.stage = self._new_stage()
        self.proctor = ProctorPanel(bridge.request, settings, clock, self)
        self.proctor.setLayoutDirection(language.direction(settings.language))
        self.proctor.closed.connect(self._proctor_closed)
        chord = QShortcut(QKeySequence("Ctrl+Shift+P"), self)
        chord.setObjectName("proctor-chord")
        chord.activated.connect(self._turn_proctor)
        self._gesture = CornerGesture(self, clock)
        self._gesture.made.connect(self._open_proctor)
        self._finger = Finger(self)
        self._finger.moves = moves(settings.motion, self)
        self._finger.tapped.connect(self._tapped)
        self.lockdown = Lockdown(self)
        self.lockdown.attempted.connect(lambda how: bridge.request(TriedToLeave(how)))
        self._awake = StaysAwake(self)
        self._shades = Shades(self._tokens.background)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
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
            self._gesture.watch()
            self._finger.watch()
            return
        self.setWindowFlags(self.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self._fill_screen()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication), "make_application comes first"
        application.screenAdded.connect(self._fill_screen)
        application.screenRemoved.connect(self._fill_screen)
        application.primaryScreenChanged.connect(self._fill_screen)
        self._gesture.watch()
        self._finger.watch()
        self.lockdown.start()
        self._awake.start()

    def _fill_screen(self) -> None:
        """The whole of the chosen screen, and a cover over each other one."""
        screen = chosen_screen(self._settings.screen)
        self._shades.draw(screen)
        self.setGeometry(screen.geometry())  # nobody else does it without a window manager
        self.showFullScreen()
        self.activateWindow()

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
        return self._view.state in BUSY

    def show_view(self, view: View) -> None:
        """Shows the screen that belongs to `view`, and the panel if it is open."""
        self._view = view
        if view.leaving is not None or (self._leaving and view.state not in BUSY):
            QTimer.singleShot(0, self.close)
            return
        self.proctor.show_view(view)
        if not self.proctor.isVisible():
            self._show_stage()

    def _show_stage(self) -> None:
        """The candidate's screens show the newest view, in the language of the interview."""
        view = self._view
        wanted = view.interview.language if view.interview else self._settings.language
        if wanted != self._language:
            old, person_left = self.stage, view.state is SessionState.IDLE
            if person_left:
                old.forget_person()
            self._language = wanted
            language.speak(wanted)
            old.close_preview()
            old.hide()
            self._column.removeWidget(old)
            old.deleteLater()
            self.stage = self._new_stage(None if person_left else old.comfort)
        if self.stage.show_view(view):
            self.setWindowTitle(f"{self._settings.kiosk_name} - {self.stage.title(view)}")

    def _new_stage(self, comfort: Comfort | None = None) -> Stage:
        stage = Stage(self._bridge.request, self._settings, self._clock, self, comfort)
        stage.setLayoutDirection(language.direction(self._language))
        self._column.addWidget(stage)
        return stage

    def _tick(self) -> None:
        if not self.proctor.isVisible():
            self.stage.tick()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.proctor.setGeometry(self.rect())
        self._scale()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A window may be closed; the whole-screen kiosk is left only by the program itself."""
        if not self._settings.windowed and event.spontaneous():
            self.lockdown.note("closing the window")
            event.ignore()
            return
        if self.busy and not self._patience_ended:
            event.ignore()
            self._leave()
            return
        self._timer.stop()
        self.lockdown.stop()
        self._awake.stop()
        self._shades.lift()
        self.stage.close_preview()
        self.closing.emit()
        super().closeEvent(event)

    def _leave(self) -> None:
        """Ends the interview that runs; `show_view` closes the window once it has ended."""
        if self._leaving:
            return
        self._leaving = True
        self.proctor.dismiss()
        if self._view.state is not SessionState.FINISHING:
            self._bridge.request(StopSession(INTERRUPTED))
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
        self.proctor.set_base(Look(self._tokens, factor))

    def _tapped(self, where: QPoint) -> None:
        """A finger touched this place: whoever is there may want to bring up a keyboard."""
        if self.proctor.isVisible():
            self.proctor.touched(where)
        else:
            self.stage.touched(self.stage.mapFrom(self, where))

    def _turn_proctor(self) -> None:
        if self.proctor.isVisible():
            self.proctor.dismiss()
        else:
            self._open_proctor()

    def _open_proctor(self) -> None:
        if not self.proctor.isVisible():
            self.stage.keyboard.dismiss()
            language.speak(self._settings.language)
            self.proctor.open()

    def _proctor_closed(self) -> None:
        language.speak(self._language)
        self._show_stage()
        self.stage.take_focus()
