"""What every screen is: something that shows a View, posts Requests, and knows where the keyboard starts."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.requests import Request
from kiosk.domain.view import View
from kiosk.ui.buttons import Button
from kiosk.ui.layouts import RING_EDGE, WrappingRow, fix, space
from kiosk.ui.scrolled import Flow, scrolled
from kiosk.ui.text import Paragraph

SETTLE_NS = NS * 2 // 5
"""A button is deaf for this long after what it means has changed: a second press is not an answer."""
_WIDE_SHARE = 100


class Screen(QWidget):
    """Base of the screens. `name` is stable: tests and screenshots use it."""

    name: ClassVar[str] = ""

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__()
        self.setObjectName(f"screen-{self.name}")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.post = post
        self.primary: Button | None = None
        """The one primary action, pressed by Ctrl+Enter too."""
        self._clock = clock
        self._deaf_until_ns = 0
        self._actions: QWidget | None = None
        self._around = QVBoxLayout(self)
        space(self._around, 16, left=96, top=8, right=96, bottom=12, edge_left=-RING_EDGE, edge_right=-RING_EDGE)

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
        if self.primary is not None and self.primary.isEnabled():
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def make_room(self, *, typing: bool, large: bool) -> None:
        """A keyboard comes up below this screen, or goes. Beside it large text leaves no room for the actions."""
        if self._actions is not None:
            self._actions.setHidden(typing and large)

    def tick(self) -> None:
        """Time goes on: called a few times a second while the screen is up."""

    def leave(self, view: View) -> None:
        """Another screen comes up, for this view."""
        del view

    def forget(self) -> None:
        """The person has left: nothing of them stays in a widget."""

    def to_read(self) -> str:
        """What "Read aloud" reads: everything that stands on the screen, from top to bottom."""
        said = [
            words.said_plain()
            for words in self.findChildren(Paragraph)
            if words.isVisibleTo(self) and words.property("aloud") is not False
        ]
        return "\n\n".join(text for text in said if text)

    def ask(self, request: Request) -> bool:
        """Posts a request that moves the interview on, unless the last change was only just now."""
        now = self._clock.now_ns()
        if now < self._deaf_until_ns:
            return False
        self._deaf_until_ns = now + SETTLE_NS
        self.post(request)
        return True

    def put_content(self, content: QLayout | QWidget, *, name: str = "text", scrolls: bool = True) -> None:
        """Puts what the screen shows above its actions. It scrolls when the text is too large for its room."""
        inside = content if isinstance(content, QWidget) else Flow()
        if isinstance(content, QLayout):
            inside.setLayout(content)
        if scrolls:
            self.body = scrolled(inside, name=name)
            self.body.setAccessibleName(self.tr("What stands on this screen"))
        self._around.insertWidget(0, self.body if scrolls else inside, 1)

    def put_actions(self, *buttons: QWidget) -> None:
        """The row at the bottom where reading ends; the last one is the primary action."""
        row = WrappingRow()
        space(row, 18)
        for button in buttons:
            row.addWidget(button)
        actions = self._actions = QWidget()
        actions.setLayout(row)
        self._around.addWidget(actions)
        last = buttons[-1]
        self.primary = last if isinstance(last, Button) else None


def centred(column: QLayout, width: int) -> QHBoxLayout:
    """A column of words in the middle, no wider than so many 1080p pixels; larger text makes it wider."""
    page = QWidget()
    page.setLayout(column)
    fix(page, most_width=width)
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(page, _WIDE_SHARE)
    row.addStretch(1)
    return row
