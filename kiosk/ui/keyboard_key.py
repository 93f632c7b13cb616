"""One key of the keyboard on the screen: a sign, a word or a drawing, large enough for a finger."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from kiosk.ui.icons import paint_icon
from kiosk.ui.keyboard_rows import Act, Cap
from kiosk.ui.theme import SANS, SMALLEST_TARGET, Look

_GAP: Final = 3
"""Pixels around what is painted; a finger between two keys still hits one."""
_HEIGHT: Final = 60
_SIGN: Final = 34
_WORD: Final = 26
DRAWN: Final = (
    Act.SHIFT,
    Act.DELETE,
    Act.ENTER,
    Act.TAB,
    Act.LEFT,
    Act.RIGHT,
    Act.UP,
    Act.DOWN,
    Act.HIDE,
)
REPEATING: Final = (Act.DELETE, Act.LEFT, Act.RIGHT, Act.UP, Act.DOWN)


class Key(QPushButton):
    """It takes no focus: what is typed into keeps that."""

    def __init__(self, cap: Cap, name: str, words: str) -> None:
        """`words`: what stands on it when it writes no sign and has no drawing, and how it is read out."""
        super().__init__()
        self.cap = cap
        self._look: Look | None = None
        self._held = False
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAutoRepeat(cap.does in REPEATING)
        self.setAccessibleName(words)
        sign = not isinstance(cap.does, Act)
        self._large = sign
        if sign and cap.does != " ":
            self.setText(cap.does.replace("&", "&&"))
        elif not sign and cap.does not in DRAWN:
            self.setText(cap.label or words)

    @property
    def sign(self) -> str:
        """What it writes now; empty for one that does something else."""
        if isinstance(self.cap.does, Act):
            return ""
        return self.cap.does.upper() if self._held else self.cap.does

    def shift(self, *, held: bool) -> None:
        """Capital letters, or small ones again."""
        self._held = held
        if self._large and self.sign.strip():
            self.setText(self.sign.replace("&", "&&"))
            self.setAccessibleName(self.sign)
        self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._look is None:
            return super().sizeHint()
        high = max(SMALLEST_TARGET, self._look.px(_HEIGHT), self._look.text(_SIGN) * 9 // 8) + 2 * _GAP
        return QSize(SMALLEST_TARGET + 2 * _GAP, high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        tokens = self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(_GAP, _GAP, -_GAP, -_GAP)
        pressed = self.isDown() or (self._held and self.cap.does is Act.SHIFT)
        painter.setPen(QPen(QColor(tokens.border), 1.5))
        painter.setBrush(QColor(tokens.accent if pressed else tokens.surface))
        radius = self._look.px(12)
        painter.drawRoundedRect(inside.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius)
        ink = tokens.on_accent if pressed else tokens.ink
        if self.cap.does in DRAWN:
            side = min(inside.height() * 0.7, inside.width() * 0.8)
            where = QRectF(0, 0, side, side)
            where.moveCenter(QPointF(inside.center()))
            paint_icon(painter, f"key-{self.cap.does}", where, ink)
        else:
            painter.setFont(self._fitting(self._look, inside.width()))
            painter.setPen(QColor(ink))
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self.text().replace("&&", "&"))
        painter.end()

    def _fitting(self, look: Look, width: float) -> QFont:
        """As large as the text of the screen, unless the key is too narrow for that."""
        font = QFont(SANS)
        font.setPixelSize(look.text(_SIGN if self._large else _WORD))
        room = width - 2 * _GAP
        wide = QFontMetricsF(font).horizontalAdvance(self.text())
        if wide > room:
            font.setPixelSize(max(1, int(font.pixelSize() * room / wide)))
        return font
