"""A choice of yes or no: a box with a tick and its words, painted from the tokens."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle

from kiosk.ui.buttons import ENTER, leading
from kiosk.ui.layouts import RING_EDGE
from kiosk.ui.theme import SANS, Look

WRAPPED: Final = int(Qt.TextFlag.TextWordWrap.value)
MOST_WORDS: Final = 900
"""How wide the words are before they wrap, at 1080p."""
RING: Final = 3


class Tick(QCheckBox):
    """Pressed anywhere on it. The tick is a shape, not a colour alone; its words wrap when the text is large."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._look: Look | None = None
        self._text_font = QFont(SANS)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._text_font = QFont(SANS)
        self._text_font.setPixelSize(look.text(28))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._look is None:
            return 0
        least = self._look.target(56) + 2 * RING_EDGE
        return max(least, self._words(width).height() + 2 * RING_EDGE + self._look.px(12))

    def sizeHint(self) -> QSize:
        words = int(QFontMetricsF(self._text_font).horizontalAdvance(self.text())) + 2
        width = self._left() + min(words, self._look.wide(MOST_WORDS) if self._look else 300) + 2 * RING_EDGE
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200) if self._look is None else self._look.target(56) + 2 * RING_EDGE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        tokens = self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._box()
        box = QRectF(self._seen(QRect(RING_EDGE + 2, (self.height() - side) // 2, side, side)))
        painter.setPen(QPen(QColor(tokens.accent if self.isChecked() else tokens.border), 2))
        painter.setBrush(QColor(tokens.accent if self.isChecked() else tokens.surface))
        painter.drawRoundedRect(box, side / 6, side / 6)
        if self.isChecked():
            stroke = QPen(QColor(tokens.on_accent), side / 8)
            stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(stroke)
            low, left, right = box.bottom() - side * 0.28, box.left() + side * 0.42, box.right() - side * 0.22
            painter.drawLine(QPointF(box.left() + side * 0.22, box.center().y()), QPointF(left, low))
            painter.drawLine(QPointF(left, low), QPointF(right, box.top() + side * 0.28))
        painter.setFont(self._text_font)
        painter.setPen(QColor(tokens.ink))
        words = self._words(self.width())
        words.moveTop((self.height() - words.height()) // 2)
        painter.drawText(self._seen(words), WRAPPED | leading(self), self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), RING))
            half = RING / 2
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 10, 10)
        painter.end()

    def _box(self) -> int:
        return max(28, self._look.text(28) * 6 // 5) if self._look else 28

    def _left(self) -> int:
        """Where the words begin."""
        return RING_EDGE + self._box() + 18

    def hitButton(self, pos: object) -> bool:
        del pos
        return True

    def _words(self, width: int) -> QRect:
        left = self._left()
        room = QRect(left, 0, max(50, width - left - RING_EDGE), 1 << 15)
        size = QFontMetrics(self._text_font).boundingRect(room, WRAPPED, self.text()).height()
        return QRect(room.left(), 0, room.width(), size)

    def _seen(self, rect: QRect) -> QRect:
        """Mirrored where reading begins at the right."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
