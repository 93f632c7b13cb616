"""Buttons: verbs, large enough for a finger, with a focus ring that can be seen from two metres."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kiosk.ui.icons import paint_icon
from kiosk.ui.layouts import RING_EDGE
from kiosk.ui.theme import SANS, Look

_RING: Final = 3
"""Pixels of the focus ring; it does not scale, so that it stays visible."""
_GAP: Final = RING_EDGE - _RING
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Button(QPushButton):
    """A button painted from the tokens. The primary one is filled; there is one of them on a screen."""

    def __init__(
        self,
        name: str,
        text: str = "",
        *,
        primary: bool = False,
        height: int = 64,
        size: int = 28,
        least: int | None = None,
    ) -> None:
        """`least`: how wide it is at least, in 1080p pixels; 0 for a small one of a few signs."""
        super().__init__(text)
        self.setObjectName(name)
        self._primary = primary
        self._height = height
        self._size = size
        self._least = (240 if primary else 140) if least is None else least
        self._look: Look | None = None
        self._icon = ""
        self._text_font = QFont(SANS)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._text_font = QFont(SANS)
        self._text_font.setPixelSize(look.text(self._size))
        self._text_font.setBold(self._primary)
        self.updateGeometry()
        self.update()

    def say(self, text: str) -> None:
        """Changes the words, if they are others."""
        if text != self.text():
            self.setText(text)
            self.updateGeometry()

    def draw(self, icon: str) -> None:
        """Puts an icon before the words; none when empty. It needs a name for who cannot see it."""
        if icon != self._icon:
            self._icon = icon
            self.updateGeometry()
            self.update()

    def _side(self) -> int:
        """How large the icon is; nothing when there is none."""
        return self._look.text(self._size) if self._look is not None and self._icon else 0

    def sizeHint(self) -> QSize:
        if self._look is None:
            return super().sizeHint()
        edge = 2 * RING_EDGE + self._side()
        words = int(QFontMetricsF(self._text_font).horizontalAdvance(self.text())) + 1
        high = self._look.target(self._height)
        least = self._look.px(self._least) or high
        wide = max(least, words + 2 * self._look.px(36 if self._least else 18))
        return QSize(wide + edge, high + 2 * RING_EDGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            if not event.isAutoRepeat():
                self.click()
            return
        if event.isAutoRepeat() and event.key() == Qt.Key.Key_Space:
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        tokens = self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(RING_EDGE, RING_EDGE, -RING_EDGE, -RING_EDGE)
        radius = self._look.px(14)
        words = QColor(tokens.accent)
        if not self.isEnabled():
            words = QColor(tokens.quiet)
            dashed = tokens.line == tokens.border  # where colours cannot say it
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(tokens.line), 1.5, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        elif self._primary:
            words = QColor(tokens.on_accent)
            fill = QColor(tokens.accent)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill.darker(118) if self.isDown() else fill)
        else:
            painter.setPen(QPen(QColor(tokens.border), 1.5))
            painter.setBrush(QColor(tokens.line if self.isDown() else tokens.surface))
        painter.drawRoundedRect(inside.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius)
        if self.hasFocus():
            half = _RING / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), _RING))
            outer = QRectF(self.rect()).adjusted(half, half, -half, -half)
            painter.drawRoundedRect(outer, radius + _GAP + half, radius + _GAP + half)
        painter.setFont(self._text_font)
        painter.setPen(words)
        side = self._side()
        if side:
            all_of_it = side + QFontMetricsF(self._text_font).horizontalAdvance(self.text())
            left = inside.left() + (inside.width() - all_of_it) / 2
            paint_icon(painter, self._icon, QRectF(left, inside.center().y() - side / 2, side, side), words.name())
            inside.setLeft(left + side)
            painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        else:
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


def leading(widget: QWidget) -> int:
    """The alignment of painted words: to the side where reading begins, left or right."""
    rtl = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    return int((side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter).value)
