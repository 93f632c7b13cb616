"""Nothing dims, blanks or suspends the screens while the kiosk is up: the desktop is asked, then the system."""

import os
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer

from kiosk.system.awake import EVERY_S, Awake

_SAVER: Final = "org.freedesktop.ScreenSaver"
_PATH: Final = "/org/freedesktop/ScreenSaver"


class StaysAwake(QObject):
    """From `start()` until `stop()` or the end of the program."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._awake = Awake()
        self._again = QTimer(self)
        self._again.setInterval(EVERY_S * 1000)
        self._again.timeout.connect(self._awake.touch)

    def start(self) -> None:
        self._awake.start()
        self._again.start()
        if sys.platform == "linux" and _has_session_bus():
            _ask_desktop()

    def stop(self) -> None:
        self._again.stop()
        self._awake.stop()


def _has_session_bus() -> bool:
    """Qt would start a bus of its own otherwise, and nobody listens on that."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or bool(runtime and (Path(runtime) / "bus").exists())


def _ask_desktop() -> None:
    """No answer is waited for. The desktop lets go when our connection to the bus ends, which is when we do."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    message = QDBusMessage.createMethodCall(_SAVER, _PATH, _SAVER, "Inhibit")
    message.setArguments(["Interview Kiosk", "Somebody may be interviewed"])
    QDBusConnection.sessionBus().asyncCall(message)
