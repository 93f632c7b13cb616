"""A choice of yes or no: a box with a tick and its words, painted from the tokens."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QStyle

from kiosk.ui.layouts import RING_EDGE
from kiosk.ui.theme import SANS, Look

_SIDE = 36
_GAP = 16
_RING = 3


class Tick(QCheckBox):
    """Pressed anywhere on it. The tick is a shape, not a colour alone."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._look: Look | None = None
        self._text_font = QFont(SANS)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._text_font = QFont(SANS)
        self._text_font.setPixelSize(look.text(28))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._look is None:
            return super().sizeHint()
        words = int(QFontMetricsF(self._text_font).horizontalAdvance(self.text())) + 1
        side = self._look.px(_SIDE) + self._look.px(_GAP)
        return QSize(side + words + 4 * RING_EDGE, self._look.target(48) + RING_EDGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        del pos
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        tokens, side = self._look.tokens, self._look.px(_SIDE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = self.rect().adjusted(2 * RING_EDGE, 0, -2 * RING_EDGE, 0)
        box = whole.adjusted(0, (whole.height() - side) // 2, 0, 0)
        box.setSize(QSize(side, side))
        box = QStyle.visualRect(self.layoutDirection(), whole, box)
        painter.setPen(QPen(QColor(tokens.accent if self.isChecked() else tokens.border), 2))
        painter.setBrush(QColor(tokens.accent if self.isChecked() else tokens.surface))
        painter.drawRoundedRect(QRectF(box), side / 6, side / 6)
        if self.isChecked():
            shape = QPolygonF(
                [QPointF(box.x() + x * side, box.y() + y * side) for x, y in ((0.22, 0.52), (0.42, 0.72), (0.78, 0.3))]
            )
            painter.setPen(QPen(QColor(tokens.on_accent), max(2.0, side / 9), Qt.PenStyle.SolidLine))
            painter.drawPolyline(shape)
        words = whole.adjusted(side + self._look.px(_GAP), 0, 0, 0)
        words = QStyle.visualRect(self.layoutDirection(), whole, words)
        painter.setFont(self._text_font)
        painter.setPen(QColor(tokens.ink))
        align = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRectF(words), align | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            half = _RING / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), _RING))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 8, 8)
        painter.end()
