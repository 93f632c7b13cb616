"""Kiosk mode: what keeps people inside the program, as far as a program can.

Keys that lead out are swallowed, and held back from the window manager by a grab of the keyboard; the window stays in
front; context menus and dragging lead nowhere. Every attempt is told, once for each. It changes no setting of the
system: a program that does leaves machines locked after a crash. What only the system can bar stands in
packaging/README.md.
"""

import logging
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QInputDevice, QKeyEvent, QMouseEvent, QSinglePointEvent
from PySide6.QtWidgets import QApplication, QWidget

log = logging.getLogger(__name__)

WATCH_MS: Final = 300
GRABS: Final = ("xcb", "windows")
"""Where a program may grab the keyboard. With Wayland the compositor decides, and the one of a kiosk keeps no keys."""
_ALT: Final = Qt.KeyboardModifier.AltModifier
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
_META: Final = Qt.KeyboardModifier.MetaModifier
_SYSTEM: Final = {
    Qt.Key.Key_Meta: "Super",
    Qt.Key.Key_Super_L: "Super",
    Qt.Key.Key_Super_R: "Super",
    Qt.Key.Key_Menu: "Menu",
    Qt.Key.Key_F11: "F11",
    Qt.Key.Key_Print: "Print",
    Qt.Key.Key_SysReq: "SysRq",
    Qt.Key.Key_PowerOff: "Power",
    Qt.Key.Key_Sleep: "Sleep",
    Qt.Key.Key_LaunchMail: "Mail",
    Qt.Key.Key_HomePage: "Home page",
    Qt.Key.Key_Search: "Search",
}
"""Keys that are no business of an interview, with any others."""
_WITH_CONTROL: Final = {
    Qt.Key.Key_Q: "Ctrl+Q",
    Qt.Key.Key_W: "Ctrl+W",
    Qt.Key.Key_P: "Ctrl+P",
    Qt.Key.Key_O: "Ctrl+O",
    Qt.Key.Key_F4: "Ctrl+F4",
    Qt.Key.Key_Escape: "Ctrl+Escape",
}
_KEYS: Final = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
_DRAGS: Final = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
_PRESSES: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
_SIDE_BUTTONS: Final = (
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.BackButton,
    Qt.MouseButton.ForwardButton,
)


def way_out(event: QKeyEvent) -> str:
    """What a key would lead to outside of the program, as a name; empty for one that belongs to the interview."""
    key, held = Qt.Key(event.key()), event.modifiers()
    if key in _SYSTEM:
        return _SYSTEM[key]
    if held & _META:
        return "Super and another key"
    if held & _ALT and held & _CONTROL:  # also AltGr on Windows, which writes signs
        return "" if event.text().isprintable() and event.text() else "Ctrl+Alt and another key"
    if held & _ALT and key not in {Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Shift}:
        return {Qt.Key.Key_F4: "Alt+F4", Qt.Key.Key_Tab: "Alt+Tab"}.get(key, "Alt and another key")
    if held & _CONTROL and not held & Qt.KeyboardModifier.ShiftModifier:
        return _WITH_CONTROL.get(key, "")
    if held & _CONTROL and key == Qt.Key.Key_Escape:
        return "Ctrl+Shift+Escape"
    return ""


class Lockdown(QObject):
    """Guards `window` from `start()` to `stop()`."""

    attempted = Signal(str)
    """Somebody tried to get out: what they did, in two or three words."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._away = True  # until the window has come up
        self._hidden = False
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._keep)

    def start(self) -> None:
        """From now on nobody gets out. The window is up already."""
        self._window.windowHandle().installEventFilter(self)
        self._watch.start()
        self._keep()

    def stop(self) -> None:
        """The program may be left."""
        if not self._watch.isActive():
            return
        self._window.windowHandle().removeEventFilter(self)
        self._watch.stop()
        self._show_pointer()
        self._grab(on=False)

    def note(self, how: str) -> None:
        """Puts an attempt on record."""
        log.warning("somebody tried to leave the kiosk: %s", how)
        self.attempted.emit(how)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for what leads out: all keys and presses come to the window first, and nobody else sees it then."""
        del watched
        kind = event.type()
        if kind in _KEYS and isinstance(event, QKeyEvent):
            return self._key(event, told=kind is QEvent.Type.KeyPress)
        if kind in _DRAGS:
            event.ignore()
            return True
        if kind in _PRESSES and isinstance(event, QMouseEvent):
            if event.button() in _SIDE_BUTTONS:
                if kind is QEvent.Type.MouseButtonPress:
                    self.note(f"{event.button().name} of the mouse")
                return True
            self._pointer(event)
        elif kind is QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._pointer(event)
        elif kind is QEvent.Type.TouchBegin:
            self._hide_pointer()
        return False

    def _key(self, event: QKeyEvent, *, told: bool) -> bool:
        how = way_out(event)
        if not how:
            return False
        if told and not event.isAutoRepeat():
            self.note(how)
        event.accept()
        return True

    def _keep(self) -> None:
        """The window is in front and has the keyboard, also after somebody took it away."""
        active = QApplication.activeWindow() is not None or QApplication.activePopupWidget() is not None
        if not active:
            if not self._away:
                self.note("another window came to the front")
            self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
            self._window.raise_()
            self._window.activateWindow()
        self._away = not active
        if QApplication.activePopupWidget() is None:  # that has a grab of its own
            self._grab(on=True)

    def _grab(self, *, on: bool) -> None:
        """Keys come here before a window manager takes them, where the system lets a program have that."""
        if QGuiApplication.platformName() in GRABS:
            self._window.windowHandle().setKeyboardGrabEnabled(on)

    def _pointer(self, event: QSinglePointEvent) -> None:
        """A finger hides the pointer, a mouse shows it."""
        if event.device().type() is QInputDevice.DeviceType.TouchScreen:
            self._hide_pointer()
        elif not isinstance(event, QMouseEvent) or event.source() is Qt.MouseEventSource.MouseEventNotSynthesized:
            self._show_pointer()

    def _hide_pointer(self) -> None:
        if not self._hidden:
            self._hidden = True
            QGuiApplication.setOverrideCursor(QCursor(Qt.CursorShape.BlankCursor))

    def _show_pointer(self) -> None:
        if self._hidden:
            self._hidden = False
            QGuiApplication.restoreOverrideCursor()
