"""Icons: few, drawn as SVG in assets/icons, shown in a colour of the theme."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.system import places
from kiosk.ui.theme import Look

BESIDE_WORDS: Final = 48
"""An icon no larger than that stands in a line of words, and grows with them."""


@lru_cache(maxsize=32)
def _drawing(name: str) -> str:
    return places.asset(f"icons/{name}.svg").read_text(encoding="utf-8")


def paint_icon(painter: QPainter, name: str, where: QRectF, colour: str) -> None:
    """Draws an icon of assets/icons in `colour` (#RRGGBB)."""
    QSvgRenderer(QByteArray(_drawing(name).replace("#000", colour).encode())).render(painter, where)


class Icon(QWidget):
    """An icon that says nothing alone: words always stand beside it. `colour` names a token."""

    def __init__(self, name: str, colour: str = "ink", size: int = 48) -> None:
        super().__init__()
        self._name = name
        self._colour = colour
        self._size = size
        self._look: Look | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def show_icon(self, name: str, colour: str) -> None:
        """Another drawing or colour; an empty name shows nothing and keeps the room."""
        if (name, colour) != (self._name, self._colour):
            self._name, self._colour = name, colour
            self.update()

    def sizeHint(self) -> QSize:
        side = self._size
        if self._look is not None:
            side = self._look.wide(side) if side <= BESIDE_WORDS else self._look.px(side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None or not self._name:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, self._name, QRectF(self.rect()), getattr(self._look.tokens, self._colour))
        painter.end()
