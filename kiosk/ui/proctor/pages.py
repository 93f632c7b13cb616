"""Pages of which one is shown. The others take no room; in Qt's own stack they do, and one would scroll for nothing.

They wait elsewhere, so that they cost no time either when what stands around them gets another look.
"""

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Pages(QWidget):
    """The first page is shown until another one is.

    Args:
        rest: where the others wait, hidden.
    """

    def __init__(self, rest: QWidget) -> None:
        super().__init__()
        self._rest = rest
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._current: QWidget | None = None

    def add(self, page: QWidget) -> None:
        if self._current is None:
            self._current = page
            self._column.addWidget(page)
        else:
            page.setParent(self._rest)
            page.hide()

    @property
    def current(self) -> QWidget | None:
        """None before there is any."""
        return self._current

    def turn_to(self, page: QWidget) -> None:
        """Shows this one, which was added."""
        if page is not self._current:
            if self._current is not None:
                self._column.removeWidget(self._current)
                self._current.setParent(self._rest)
                self._current.hide()
            self._current = page
            self._column.addWidget(page)
            page.show()
