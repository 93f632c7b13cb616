"""Fields to type and to choose in: plain Qt controls with the product's look and no context menu."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QStyledItemDelegate

from kiosk.ui.icons import paint_icon
from kiosk.ui.theme import Look


class Field(QLineEdit):
    """One line to type in."""

    def __init__(self, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)


class Choice(QComboBox):
    """One of a few."""

    def __init__(self, name: str, accessible: str) -> None:
        super().__init__()
        self._look: Look | None = None
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setItemDelegate(QStyledItemDelegate(self))  # the default one ignores the height in the style sheet

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._look is None:
            return
        side = self._look.px(32)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        where = QRectF(self.width() - self._look.px(22) - side, (self.height() - side) / 2, side, side)
        paint_icon(painter, "chevron", where, self._look.tokens.ink)
        painter.end()
