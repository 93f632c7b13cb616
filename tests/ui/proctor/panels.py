"""What the tests of the proctor's panel share: the way in, and a view of it."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.ui import samples
from tests.ui.conftest import Kiosk

CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def chord(kiosk: Kiosk) -> None:
    """Ctrl+Shift+P, wherever the keyboard is."""
    QTest.keyClick(kiosk.window, Qt.Key.Key_P, CHORD)
    QApplication.processEvents()


def at(state: State, index: int = -1, **changes: Any) -> View:
    return samples.view(state, index, interviews=(samples.INTERVIEW, samples.GENERAL), **changes)
