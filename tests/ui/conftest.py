"""Real widgets on Qt's offscreen platform, driven with sample views, an injected clock and real key events."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QSize, Qt, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.view import Request, View
from kiosk.ui import samples
from kiosk.ui.application import make_application
from kiosk.ui.bridge import Bridge
from kiosk.ui.settings import UiSettings
from kiosk.ui.window import KioskWindow
from tests.ui.watchdog import WatchedApplication, watched


@pytest.fixture(scope="session")
def qapp() -> WatchedApplication:
    """The product's own application, with its fonts; Qt's messages go to pytest-qt, which fails on warnings."""
    watching = qInstallMessageHandler(None)
    application = WatchedApplication(["kiosk"])
    make_application(["kiosk"])
    qInstallMessageHandler(watching)
    return application


SETTLES = 4
"""Turns of the event loop until a layout inside layouts has found its sizes."""


def settle() -> None:
    """Lets everything find its place."""
    for _ in range(SETTLES):
        QApplication.processEvents()


@dataclass
class Kiosk:
    """A kiosk window, what it posted, and a hand on the clock and the keyboard."""

    window: KioskWindow
    bridge: Bridge
    clock: samples.SampleClock
    posted: list[Request] = field(default_factory=list)

    def show(self, view: View) -> None:
        """A view arrives and somebody has looked at it for a second."""
        self.window.show_view(view)
        settle()
        self.clock.advance(1)

    def press(self, *keys: Qt.Key, control: bool = False) -> None:
        """Keys go to where the keyboard is."""
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.focus(), key, modifier)

    def write(self, text: str) -> None:
        QTest.keyClicks(self.focus(), text)

    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "the keyboard is nowhere"
        return widget

    def focused(self) -> str:
        return self.focus().objectName()

    def tab_to(self, name: str, limit: int = 30) -> None:
        for _ in range(limit):
            if self.focused() == name:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {name}, the keyboard is at {self.focused()}")

    def find(self, name: str) -> QWidget:
        found = [widget for widget in self.window.findChildren(QWidget, name) if widget.isVisible()]
        assert len(found) == 1, f"{name} is seen {len(found)} times"
        return found[0]


class KioskMaker:
    """Makes windows of a size and a theme."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    def __call__(self, size: QSize | None = None, settings: UiSettings | None = None) -> Kiosk:
        clock = samples.SampleClock()
        posted: list[Request] = []
        bridge = Bridge(posted.append)
        window = KioskWindow(bridge, settings or samples.settings(), clock)
        window.resize(size or QSize(1280, 720))
        self._qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        self._qtbot.waitActive(window)
        clock.advance(1)
        return Kiosk(window, bridge, clock, posted)


@pytest.fixture
def make_kiosk(qtbot: QtBot) -> KioskMaker:
    return KioskMaker(qtbot)


@pytest.fixture
def kiosk(make_kiosk: KioskMaker) -> Iterator[Kiosk]:
    made = make_kiosk()
    yield made
    made.bridge.close()


@pytest.fixture
def never_blocked(kiosk: Kiosk, qapp: WatchedApplication) -> Iterator[None]:
    """From now on every event that takes too long fails the test."""
    settle()
    kiosk.clock.advance(1)
    with watched(qapp):
        yield
