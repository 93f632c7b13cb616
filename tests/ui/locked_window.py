"""The kiosk's window in kiosk mode on a real display, without a kiosk behind it: says line by line what happens to it.

python -m tests.ui.locked_window        the window; its PIN is 2468
python -m tests.ui.locked_window other  a plain window of some other program
"""

import dataclasses
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.domain import requests
from kiosk.domain.view import Leaving, PanelLock
from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from kiosk.ui.application import make_application
from kiosk.ui.bridge import Bridge
from kiosk.ui.window import KioskWindow

PIN = "2468"


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class Stand:
    """In the director's place: keeps the lock, and lets the window go when the proctor asks for it."""

    def __init__(self) -> None:
        self.bridge = Bridge(self.request)
        self._lock = PanelLock(required=True, open=False)
        self._view = samples.view(State.IDLE, interviews=(samples.INTERVIEW,), lock=self._lock)

    def show(self) -> None:
        self.bridge.post_view(self._view)

    def request(self, request: requests.Request) -> None:
        say(f"asked {type(request).__name__}")
        if isinstance(request, requests.EnterPin | requests.Lock):
            right = isinstance(request, requests.EnterPin) and request.pin == PIN
            self._view = dataclasses.replace(self._view, lock=dataclasses.replace(self._lock, open=right))
        elif isinstance(request, requests.LeaveKiosk):
            self._view = dataclasses.replace(self._view, leaving=Leaving.PROGRAM)
        self.show()


def main() -> int:
    application = make_application(["kiosk"])
    if "other" in sys.argv:
        other = QWidget()
        other.setWindowTitle("Other")
        other.show()
        QTimer.singleShot(0, lambda: say("up"))
        return QApplication.exec()
    stand = Stand()
    chosen = sys.argv[2] if "screen" in sys.argv else ""
    settings = dataclasses.replace(samples.settings(), windowed=False, screen=chosen)
    window = KioskWindow(stand.bridge, settings, samples.SampleClock())
    window.lockdown.attempted.connect(lambda how: say(f"attempt {how}"))
    window.closing.connect(application.quit)
    window.show()
    stand.show()
    for widget in application.topLevelWidgets():
        if widget.isVisible() and widget.objectName() in {"kiosk", "shade"}:
            place = widget.geometry()
            say(f"{widget.objectName()} {place.x()},{place.y()} {place.width()}x{place.height()}")
    QTimer.singleShot(500, lambda: say("up"))
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main())
