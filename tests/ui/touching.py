"""A finger on the window: real touch events, where a thing is seen."""

from functools import cache

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.ui.keyboard import Keyboard
from tests.ui.conftest import Kiosk, settle


@cache
def touch_screen() -> QPointingDevice:
    """Qt keeps it until the process ends."""
    return QTest.createTouchDevice()


def tap(kiosk: Kiosk, widget: QWidget) -> None:
    """A finger comes down in the middle of it and goes up again."""
    where = widget.mapTo(kiosk.window, QPoint(widget.width() // 2, widget.height() // 2))
    assert kiosk.window.rect().contains(where), f"{widget.objectName()} cannot be touched"
    QTest.touchEvent(kiosk.window, touch_screen()).press(1, where, kiosk.window).commit()
    QTest.touchEvent(kiosk.window, touch_screen()).release(1, where, kiosk.window).commit()
    settle()


def keyboard(kiosk: Kiosk) -> Keyboard:
    """The one on the screen that is up."""
    found = kiosk.find("keyboard")
    assert isinstance(found, Keyboard)
    return found


def tap_keys(kiosk: Kiosk, text: str) -> None:
    """Writes on the keyboard on the screen, and finds the board on which a sign stands."""
    for sign in text:
        wanted = {" ": "key- ", "\n": "key-enter", "\t": "key-tab"}.get(sign, f"key-{sign.lower()}")
        if not _seen(kiosk, wanted):
            tap(kiosk, kiosk.find("key-signs" if _seen(kiosk, "key-signs") else "key-letters"))
        if sign.isupper():
            tap(kiosk, kiosk.find("key-shift"))
        tap(kiosk, kiosk.find(wanted))


def _seen(kiosk: Kiosk, name: str) -> bool:
    return any(widget.isVisible() for widget in kiosk.window.findChildren(QWidget, name))
