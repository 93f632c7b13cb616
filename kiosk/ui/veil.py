"""A short fade when another screen comes up. With reduced motion there is none."""

from typing import Final

from PySide6.QtCore import Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QWidget

from kiosk.ui.theme import Look

FADE_MS: Final = 150


class Veil(QWidget):
    """Lies over the screens in the background's colour and clears. It takes no press and no key."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._look: Look | None = None
        self._clearing = QVariantAnimation(self)
        self._clearing.setStartValue(1.0)
        self._clearing.setEndValue(0.0)
        self._clearing.setDuration(FADE_MS)
        self._clearing.valueChanged.connect(lambda _: self.update())
        self._clearing.finished.connect(self.hide)
        self.hide()

    def set_look(self, look: Look) -> None:
        self._look = look

    def fall(self) -> None:
        """Covers what is below and clears."""
        parent = self.parentWidget()
        if self._look is None or not self._look.moves or parent is None or not parent.isVisible():
            return
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self._clearing.stop()
        self._clearing.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        colour = QColor(self._look.tokens.background)
        colour.setAlphaF(float(self._clearing.currentValue()))
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour)
        painter.end()


def moves(wish: str, widget: QWidget) -> bool:
    """Whether things may move: as the configuration says, or as this machine is set."""
    if wish != "system":
        return wish == "full"
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) > 0
