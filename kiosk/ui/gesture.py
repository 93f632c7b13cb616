"""The way to the proctor's panel by touch or mouse: hold the upper left corner, then touch the upper right one.

Nobody does that by accident, and nothing on a screen hints at it; the panel behind it asks for the PIN.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from kiosk.domain.clock import NS, Clock

CORNER: Final = 72
"""Pixels from the edges, at any size: a corner is where two edges meet, for a finger too."""
HELD_NS: Final = 2 * NS
THEN_NS: Final = 4 * NS
_PRESSES: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease)


class CornerGesture(QObject):
    """Watches the mouse and what touch makes of it, over `window`; it takes nothing away from what lies there."""

    made = Signal()

    def __init__(self, window: QWidget, clock: Clock) -> None:
        super().__init__(window)
        self._window = window
        self._clock = clock
        self._pressed_ns = 0
        self._held_ns = 0

    def watch(self) -> None:
        """From now on; the window is up."""
        self._window.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        kind = event.type()
        if kind in _PRESSES and isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton:
            self._at(event.position().toPoint(), pressed=kind is QEvent.Type.MouseButtonPress)
        return False

    def _at(self, where: QPoint, *, pressed: bool) -> None:
        now = self._clock.now_ns()
        width = self._window.width()
        left = QRect(0, 0, CORNER, CORNER).contains(where)
        right = QRect(width - CORNER, 0, CORNER, CORNER).contains(where)
        if pressed:
            made = right and self._held_ns and now - self._held_ns <= THEN_NS
            self._held_ns = 0
            self._pressed_ns = now if left else 0
            if made:
                self.made.emit()
        else:
            held = left and self._pressed_ns and now - self._pressed_ns >= HELD_NS
            self._held_ns = now if held else self._held_ns
            self._pressed_ns = 0
