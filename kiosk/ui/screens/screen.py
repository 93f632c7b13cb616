"""What every screen is: something that shows a View, posts Requests, and knows where the keyboard starts."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.view import Request, View
from kiosk.ui.layouts import RING_EDGE, space

SETTLE_NS = NS * 2 // 5
"""A button is deaf for this long after what it means has changed: a second press is not an answer."""


class Screen(QWidget):
    """Base of the screens. `name` is stable: tests and screenshots use it."""

    name: ClassVar[str] = ""

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__()
        self.setObjectName(f"screen-{self.name}")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.post = post
        self._clock = clock
        self._deaf_until_ns = 0
        self._around = QVBoxLayout(self)
        space(self._around, 24, left=96, top=16, right=96, bottom=48, edge_left=-RING_EDGE, edge_right=-RING_EDGE)

    def enter(self, view: View) -> None:
        """The screen comes up, or the state behind it has changed."""
        self._deaf_until_ns = self._clock.now_ns() + SETTLE_NS
        self.show_view(view)
        self.take_focus()

    def show_view(self, view: View) -> None:
        """Renders a view; called for every one while the screen is up."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Puts the keyboard where it belongs."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self, view: View) -> None:
        """Another screen comes up, for this view."""
        del view

    def ask(self, request: Request) -> bool:
        """Posts a request that moves the interview on, unless the last change was only just now."""
        now = self._clock.now_ns()
        if now < self._deaf_until_ns:
            return False
        self._deaf_until_ns = now + SETTLE_NS
        self.post(request)
        return True

    def put_content(self, layout: QHBoxLayout | QVBoxLayout) -> None:
        """Puts what the screen shows above its actions."""
        self._around.insertLayout(0, layout, 1)

    def put_actions(self, *buttons: QWidget) -> None:
        """The row at the bottom right; the last one is the primary action."""
        row = QHBoxLayout()
        space(row, 18)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        self._around.addLayout(row)
