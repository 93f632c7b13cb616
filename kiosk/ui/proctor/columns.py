"""Things of equal width side by side, as many in a row as the text leaves room for. It does not know what they say."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.ui.layouts import space
from kiosk.ui.theme import Look

SIDE_BY_SIDE: Final = {100: 5, 125: 4, 150: 3, 175: 3, 200: 2}
"""Text size in per cent → how many facts or actions stand in a row."""


class Columns(QWidget):
    """A grid that is filled row by row, and filled anew when the text has another size.

    Args:
        most: no more than so many in a row.
        edge: pixels at either side, for what stands beside focus rings.
    """

    def __init__(self, items: Sequence[QWidget], spacing: int, *, most: int = 5, edge: int = 0) -> None:
        super().__init__()
        self._items = items
        self._most = most
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        space(self._grid, spacing, edge_left=edge, edge_right=edge)
        self._place(most)

    def set_look(self, look: Look) -> None:
        self._place(min(self._most, SIDE_BY_SIDE[look.percent]))

    def _place(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for at, item in enumerate(self._items):
            self._grid.addWidget(item, at // across, at % across)  # Qt takes it from where it was
        for at in range(self._most):
            self._grid.setColumnStretch(at, 1 if at < across else 0)
