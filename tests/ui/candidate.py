"""A candidate at the window: looks, presses where a thing is seen, and reads what it says."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.domain.requests import Active, Request
from kiosk.domain.view import View
from kiosk.ui.text import Paragraph
from tests.ui.conftest import Kiosk, settle
from tests.ui.touching import tap


def look(kiosk: Kiosk) -> None:
    """For a second."""
    settle()
    kiosk.clock.advance(1)


def comes(kiosk: Kiosk, view: View) -> None:
    """A view comes as the director sends it, and somebody looks at it."""
    kiosk.bridge.post_view(view)
    look(kiosk)


def click(kiosk: Kiosk, name: str) -> list[Request]:
    """A press of the mouse where the thing is seen, not by its name; returns what was asked for."""
    kiosk.posted.clear()
    handle = kiosk.window.windowHandle()
    widget = kiosk.find(name)
    QTest.mouseClick(
        handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.mapTo(kiosk.window, middle(widget))
    )
    look(kiosk)
    return [request for request in kiosk.posted if request != Active()]


def touch(kiosk: Kiosk, name: str) -> list[Request]:
    """The same with a finger."""
    kiosk.posted.clear()
    widget = kiosk.find(name)
    tap(kiosk, widget)
    look(kiosk)
    return [request for request in kiosk.posted if request != Active()]


def middle(widget: QWidget) -> QPoint:
    return widget.rect().center()


def said(kiosk: Kiosk, name: str) -> str:
    found = kiosk.find(name)
    assert isinstance(found, Paragraph)
    return found.said()
