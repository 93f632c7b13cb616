"""Lengths that follow the window: layouts and widgets remember their 1080p lengths and are given a Look.

A widget that paints itself has `set_look(look)`; it is called after every change of theme or size.
"""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QLayoutItem, QSizePolicy, QStyle, QWidget

from kiosk.ui.theme import Look

_SPACE: Final = "designSpace"
_FIXED: Final = "designFixed"
_TURNS: Final = "designTurns"
RING_EDGE: Final = 6
"""Pixels around what is pressed or scrolled: the focus ring and its gap."""


def space(
    layout: QLayout,
    spacing: int = 24,
    *,
    left: int = 0,
    top: int = 0,
    right: int = 0,
    bottom: int = 0,
    edge_left: int = 0,
    edge_right: int = 0,
) -> None:
    """Gives a layout its spacing and margins, in 1080p pixels.

    The edges are in pixels of any window: they make up for focus rings, which do not scale.
    """
    layout.setProperty(_SPACE, [spacing, left, top, right, bottom, edge_left, edge_right])


def fix(widget: QWidget, *, width: int = 0, height: int = 0, most_width: int = 0, least_height: int = 0) -> None:
    """Gives a widget a size that follows the window, in 1080p pixels; 0 leaves it free.

    The widest and the lowest that it may be hold words, and so grow with the text too.
    """
    widget.setProperty(_FIXED, [width, height, most_width, least_height])


def strut(height: int) -> QWidget:
    """Nothing to see: keeps a row so high, in 1080p pixels, also when nothing else stands in it."""
    widget = QWidget()
    fix(widget, height=height)
    widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return widget


def sides(spacing: int = 48) -> QBoxLayout:
    """A row of things side by side, that stand one below the other when the text is large."""
    row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    row.setContentsMargins(0, 0, 0, 0)
    row.setProperty(_TURNS, True)  # a property's value
    space(row, spacing)
    return row


class WrappingRow(QLayout):
    """Widgets side by side, and in further rows what finds no room there; never narrower than its widest one.

    Rows end where reading ends (at the right in English), or begin where it begins when `towards_end` is False.
    """

    def __init__(self, *, towards_end: bool = True) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._towards_end = towards_end

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # Qt asks past the end, for None
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        rows = self._rows(width - margins.left() - margins.right())
        high = sum(max(size.height() for _, size in row) for row in rows)
        return high + max(0, len(rows) - 1) * self.spacing() + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._seen()]
        width = sum(size.width() for size in sizes) + max(0, len(sizes) - 1) * self.spacing()
        return self._with_margins(QSize(width, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._seen()]
        return self._with_margins(
            QSize(max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0))
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
        inside = rect.marginsRemoved(self.contentsMargins())
        top = inside.top()
        for row in self._rows(inside.width()):
            high = max(size.height() for _, size in row)
            width = sum(size.width() for _, size in row) + (len(row) - 1) * self.spacing()
            left = inside.left() + (max(0, inside.width() - width) if self._towards_end else 0)
            for item, size in row:
                where = QRect(QPoint(left, top + (high - size.height()) // 2), size)
                item.setGeometry(QStyle.visualRect(direction, inside, where))
                left += size.width() + self.spacing()
            top += high + self.spacing()

    def _seen(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        left = 0
        for item in self._seen():
            size = item.sizeHint().boundedTo(QSize(max(width, item.minimumSize().width()), 1 << 20))
            if not rows or left + size.width() > width:
                rows.append([])
                left = 0
            rows[-1].append((item, size))
            left += size.width() + self.spacing()
        return rows

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())


def apply_look(root: QWidget, look: Look) -> None:
    """Sets every remembered length of `root` and below it, then tells the widgets that paint themselves."""
    for layout in root.findChildren(QLayout):
        lengths = layout.property(_SPACE)
        if lengths:
            spacing, left, top, right, bottom = (look.px(length) for length in lengths[:5])
            edge_left, edge_right = lengths[5:]
            layout.setSpacing(spacing)
            layout.setContentsMargins(left + edge_left, top, right + edge_right, bottom)
        if layout.property(_TURNS) and isinstance(layout, QBoxLayout):
            layout.setDirection(QBoxLayout.Direction.TopToBottom if look.large else QBoxLayout.Direction.LeftToRight)
    for widget in (root, *root.findChildren(QWidget)):
        lengths = widget.property(_FIXED)
        if lengths:
            width, height = (look.px(length) for length in lengths[:2])
            most_width, least_height = (look.wide(length) for length in lengths[2:])
            if width:
                widget.setFixedWidth(width)
            if height:
                widget.setFixedHeight(height)
            if most_width:
                widget.setMaximumWidth(most_width)
            if least_height:
                widget.setMinimumHeight(least_height)
        paints_itself = getattr(widget, "set_look", None)  # asking for a protocol takes a third of all the time here
        if paints_itself is not None:
            paints_itself(look)
