"""The card that shows which keys there are. It explains and does nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.layouts import fix, space
from kiosk.ui.scrolled import Flow, scrolled
from kiosk.ui.text import Paragraph

_SCRIM_ALPHA = 120


class KeysCard(QWidget):
    """Lies over the stage until Escape, its button, or a press beside it."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keys-card")
        title = Paragraph("heading")
        title.say(self.tr("Keys"))
        inside = Flow()
        grid = QGridLayout(inside)
        space(grid, 6)
        for row, (key, words) in enumerate(self._keys()):
            for column, (role, text) in enumerate((("strong", key), ("", words))):
                cell = Paragraph(role)
                cell.setWordWrap(column > 0)
                cell.say(text)
                grid.addWidget(cell, row, column)
        grid.setColumnStretch(1, 1)
        self.close_button = Button("keys-close", self.tr("Close"), primary=True)
        card = QWidget()
        card.setObjectName("keys-sheet")
        card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        fix(card, most_width=1320)
        column_ = QVBoxLayout(card)
        space(column_, 14, left=48, top=28, right=48, bottom=24)
        column_.addWidget(title)
        self._area = scrolled(inside)
        self._area.setAccessibleName(title.said())
        column_.addWidget(self._area, 1)
        column_.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        across = QHBoxLayout(self)
        space(across, 0, left=96, top=32, right=96, bottom=32)
        across.addStretch(1)
        across.addWidget(card, 100)
        across.addStretch(1)
        self._card = card
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    def open(self) -> None:
        """Comes up over everything else on the stage and takes the keyboard."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_F1}:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def focusNextPrevChild(self, next_: bool) -> bool:  # Qt's own signature
        """Tab stays on the card: there is the text, when it scrolls, and one button."""
        stops = [w for w in (self._area, self.close_button) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        at = next((n for n, stop in enumerate(stops) if stop.hasFocus()), 0)
        stops[(at + (1 if next_ else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, _SCRIM_ALPHA))
        painter.end()

    def _keys(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Tab"), self.tr("The next thing on the screen; with Shift, the one before.")),
            (self.tr("Enter or Space"), self.tr("Press the button that has the ring.")),
            (self.tr("Ctrl+Enter"), self.tr("Press the filled button, from anywhere.")),
            (self.tr("Ctrl+R"), self.tr("Repeat the question.")),
            (self.tr("Ctrl+M"), self.tr("More time.")),
            (self.tr("Escape"), self.tr("Leave the editor. Tab is for the text there.")),
            (self.tr("Ctrl+Z, Ctrl+Y"), self.tr("In the editor: take back, and do again.")),
            (self.tr("Ctrl+Plus, Ctrl+Minus"), self.tr("Larger and smaller text.")),
            (self.tr("Ctrl+B"), self.tr("Other colours.")),
            (self.tr("Ctrl+Up, Ctrl+Down"), self.tr("Louder and quieter.")),
            (self.tr("Ctrl+L"), self.tr("Read aloud, or stop reading.")),
            (self.tr("F1"), self.tr("These keys.")),
        )
