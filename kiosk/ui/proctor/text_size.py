"""The panel's own text size, at the bottom of every page of it, the PIN's too: as the candidate's, with the same keys.

It is the proctor's choice: it lasts until the program ends, and changes nothing on the candidate's screens.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.comfort import HEIGHT, SIZE, Comfort
from kiosk.ui.layouts import RING_EDGE, space
from kiosk.ui.text import Paragraph
from kiosk.ui.theme import TEXT_PERCENTS
from kiosk.ui.words import number


class TextSize(QWidget):
    """What holds now, and two buttons."""

    chosen = Signal()
    """`percent` is another one."""

    def __init__(self) -> None:
        super().__init__()
        self._comfort = Comfort()
        self._words = Paragraph("bar", name="proctor-text-percent")
        self._words.setWordWrap(False)
        self.smaller = self._button("proctor-text-smaller", "A\N{MINUS SIGN}", self.tr("Smaller text (Ctrl+Minus)"), -1)
        self.larger = self._button("proctor-text-larger", "A+", self.tr("Larger text (Ctrl+Plus)"), 1)
        row = QHBoxLayout(self)
        space(row, 4, left=72, right=72, bottom=8, edge_right=-RING_EDGE)
        row.addWidget(self._words, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.smaller)
        row.addWidget(self.larger)
        row.addStretch(1)
        self._show()

    @property
    def percent(self) -> int:
        """One of `TEXT_PERCENTS`."""
        return self._comfort.percent

    def stops(self) -> list[QWidget]:
        """Where Tab leads, in order."""
        return [self.smaller, self.larger]

    def take_keys(self, panel: QWidget) -> None:
        """The keys work wherever the keyboard is in the panel."""
        for button, keys in ((self.larger, ("Ctrl++", "Ctrl+=")), (self.smaller, ("Ctrl+-",))):
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), panel)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(button.click)

    def choose(self, percent: int) -> None:
        """The text is so large from now on; one of `TEXT_PERCENTS`."""
        if percent != self.percent:
            self._comfort = Comfort(percent)
            self._show()
            self.chosen.emit()

    def _button(self, name: str, text: str, accessible: str, step: int) -> Button:
        button = Button(name, text, height=HEIGHT, size=SIZE, least=0)
        button.setAccessibleName(accessible)
        button.clicked.connect(lambda: self.choose(self._comfort.with_larger_text(step).percent))
        return button

    def _show(self) -> None:
        self._words.say(self.tr("Text {n} %").replace("{n}", number(self.percent)))
        for button, other, end in (
            (self.smaller, self.larger, TEXT_PERCENTS[0]),
            (self.larger, self.smaller, TEXT_PERCENTS[-1]),
        ):
            if button.hasFocus() and self.percent == end:  # it cannot be pressed any more; the other one can
                other.setEnabled(True)
                other.setFocus(Qt.FocusReason.OtherFocusReason)
            button.setEnabled(self.percent != end)
