"""The lock of the proctor's panel: a PIN by touch or by keyboard. It shows what the lock says and compares nothing.

What was typed is forgotten when it is posted, when the pad goes away, and half a minute after the last key.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.requests import EnterPin, Request
from kiosk.domain.view import PanelLock
from kiosk.ui.buttons import ENTER, Button
from kiosk.ui.layouts import RING_EDGE, fix, space
from kiosk.ui.text import Paragraph
from kiosk.ui.words import span

LONGEST: Final = 32
FORGET_MS: Final = 30_000
DIGITS: Final = "123456789"
DOT: Final = "\N{BULLET}"
WIDE_SHARE: Final = 100
"""Against 1 at either side: as wide as it may be."""


class Keypad(QWidget):
    """Digits, "Delete", "Open", "Cancel". `cancelled` when somebody wants to go back to where they were."""

    cancelled = Signal()

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__()
        self.setObjectName("keypad")
        self._post = post
        self._clock = clock
        self._lock = PanelLock()
        self._typed = ""
        title = Paragraph("heading", name="keypad-title")
        title.say(self.tr("For the proctor: your PIN"))
        self.typed = Paragraph("receipt", name="keypad-typed")
        self.typed.setWordWrap(False)
        self.message = Paragraph("caution", reserve=88, name="keypad-message")
        self.digits = {digit: self._key(f"pin-{digit}", digit) for digit in "1234567890"}
        self.delete = self._key("pin-delete", self.tr("Delete"))
        self.open = self._key("pin-open", self.tr("Open"))
        self.cancel = Button("pin-cancel", self.tr("Cancel"), height=72)
        pad = QWidget()
        pad.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as on every telephone, in every language
        grid = QGridLayout(pad)
        grid.setContentsMargins(0, 0, 0, 0)
        space(grid, 12)
        for at, digit in enumerate(DIGITS):
            grid.addWidget(self.digits[digit], at // 3, at % 3)
        for at, key in enumerate((self.delete, self.digits["0"], self.open)):
            grid.addWidget(key, 3, at)
        page = QWidget()
        fix(page, most_width=760)
        column = QVBoxLayout(page)
        space(column, 16)
        words = QVBoxLayout()
        space(words, 16, edge_left=RING_EDGE, edge_right=RING_EDGE)
        words.addWidget(title)
        words.addWidget(self.typed)
        column.addLayout(words)
        column.addWidget(pad)
        column.addWidget(self.message)
        column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeading)
        middle = QVBoxLayout()
        middle.addStretch(1)
        middle.addWidget(page)
        middle.addStretch(1)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(middle, WIDE_SHARE)
        row.addStretch(1)
        for digit, key in self.digits.items():
            key.clicked.connect(lambda _=False, digit=digit: self._type(digit))
        self.delete.clicked.connect(lambda _=False: self._type(""))
        self.open.clicked.connect(lambda _=False: self._enter())
        self.cancel.clicked.connect(lambda _=False: self.cancelled.emit())
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(FORGET_MS)
        self._forget.timeout.connect(self.forget)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("PIN pad: type the PIN and press Enter"))
        self._show()

    def _key(self, name: str, text: str) -> Button:
        key = Button(name, text, height=84, size=32, least=180)
        key.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # who touches a digit may press Enter on the keyboard next
        return key

    def stops(self) -> list[QWidget]:
        """Where Tab leads, in order."""
        return [*(self.digits[digit] for digit in DIGITS), self.delete, self.digits["0"], self.open, self.cancel]

    def forget(self) -> None:
        """Nothing that was typed stays."""
        self._typed = ""
        self._show()

    def show_lock(self, lock: PanelLock) -> None:
        """What the lock says now."""
        self._lock = lock
        self._show()

    def tick(self) -> None:
        """Shows how the lock-out goes on."""
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in ENTER:
            self._enter()
        elif event.key() == Qt.Key.Key_Backspace:
            self._type("")
        elif text and text in self.digits:
            self._type(text)
        else:
            super().keyPressEvent(event)

    @property
    def _shut_ns(self) -> int:
        """How long no PIN is taken from now on."""
        return max(0, self._lock.until_ns - self._clock.now_ns()) if self._lock.until_ns else 0

    def _takes(self) -> bool:
        return not self._shut_ns and not self._lock.checking

    def _type(self, digit: str) -> None:
        if self._takes():
            self._typed = (self._typed + digit)[:LONGEST] if digit else self._typed[:-1]
            self._forget.start()
            self._show()

    def _enter(self) -> None:
        if self._typed and self._takes():
            pin, self._typed = self._typed, ""
            self._forget.stop()
            self._show()
            self._post(EnterPin(pin))

    def _show(self) -> None:
        self.typed.say(" ".join(DOT * len(self._typed)) or "\N{NO-BREAK SPACE}")
        self.typed.setAccessibleName(self.tr("%Ln digit(s) typed", "", len(self._typed)))
        takes = self._takes()
        for key in (*self.digits.values(), self.delete, self.open):
            key.setEnabled(takes)
        if self._shut_ns:
            left = span(-(-self._shut_ns // NS))
            words = self.tr("Too many wrong PINs. The next one is taken in {span}.").replace("{span}", left)
        elif self._lock.checking:
            words = self.tr("One moment, please.")
        elif self._lock.wrong:
            words = self.tr("That was not the PIN (%Ln wrong time(s)). Please try again.", "", self._lock.wrong)
        else:
            words = ""
        self.message.say(words)
