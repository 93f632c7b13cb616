"""Text that may be longer than its place: it scrolls, by keyboard too."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Flow(QWidget):
    """What scrolls: as high as its words are at the width that it has.

    Qt asks it how high it is at least, and means a width at which all words are broken; what came of that was empty
    room above and below, for which one had to scroll.
    """

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(least.width(), 0) if self.hasHeightForWidth() else least


def scrolled(inside: QWidget, *, name: str = "text", always_focus: bool = False) -> QScrollArea:
    """`inside` in an area that scrolls when it must, by keyboard too: Tab leads to it then, or always."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inside.setObjectName(inside.objectName() or "flow")
    area.setWidget(inside)
    if always_focus:
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return area
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.verticalScrollBar().rangeChanged.connect(
        lambda _, most: area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if most > 0 else Qt.FocusPolicy.NoFocus)
    )
    return area
