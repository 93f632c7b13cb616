"""Fields to type and to choose in: plain Qt controls with the product's look and no context menu."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
)

from kiosk.ui.finger import Finger
from kiosk.ui.icons import paint_icon
from kiosk.ui.theme import Look


class Field(QLineEdit):
    """One line to type in."""

    def __init__(self, name: str, accessible: str, *, latin: bool = False) -> None:
        """`latin`: what is written here has Latin letters and digits in every language, as a candidate's number."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        if latin:
            self.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin)
        self.setAcceptDrops(False)


class Choice(QComboBox):
    """One of a few."""

    def __init__(self, name: str, accessible: str) -> None:
        super().__init__()
        self._look: Look | None = None
        self._finger: Finger | None = None
        self.view().setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setItemDelegate(QStyledItemDelegate(self))  # the default one ignores the height in the style sheet

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def showPopup(self) -> None:
        """The list is a window of its own; a finger moves it too."""
        super().showPopup()
        if self._finger is None:
            self._finger = Finger(self.view().window())
        self._finger.watch()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Text and arrow by hand: a style sheet puts them on the same sides in every language."""
        if self._look is None:
            super().paintEvent(event)
            return
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        side, edge = self._look.px(32), self._look.px(22)
        direction = self.layoutDirection()
        arrow = QRect(self.width() - edge - side, (self.height() - side) // 2, side, side)
        colour = self._look.tokens.ink if self.isEnabled() else self._look.tokens.quiet
        paint_icon(painter, "chevron", QRectF(QStyle.visualRect(direction, self.rect(), arrow)), colour)
        inside = self.rect().adjusted(edge + 2, 0, -2 * edge - side, 0)
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, inside.width())
        side_of_text = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        painter.setPen(QColor(colour))
        painter.drawText(
            QStyle.visualRect(direction, self.rect(), inside),
            side_of_text | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter,
            text,
        )
        painter.end()
