"""Lengths that follow the window: layouts and widgets remember their 1080p lengths and are given a Look.

A widget that paints itself has `set_look(look)`; it is called after every change of theme or size.
"""

from typing import Final, Protocol, runtime_checkable

from PySide6.QtWidgets import QLayout, QWidget

from kiosk.ui.theme import Look

_SPACE: Final = "designSpace"
_FIXED: Final = "designFixed"
UNLIMITED: Final = 16_777_215
"""Qt's own largest width of a widget."""


@runtime_checkable
class Painted(Protocol):
    """A widget that paints itself from a Look."""

    def set_look(self, look: Look) -> None: ...


def space(layout: QLayout, spacing: int = 24, *, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> None:
    """Gives a layout its spacing and margins, in 1080p pixels."""
    layout.setProperty(_SPACE, [spacing, left, top, right, bottom])


def fix(widget: QWidget, *, width: int = 0, height: int = 0, most_width: int = 0, least_height: int = 0) -> None:
    """Gives a widget a size that follows the window, in 1080p pixels; 0 leaves it free."""
    widget.setProperty(_FIXED, [width, height, most_width, least_height])


def apply_look(root: QWidget, look: Look) -> None:
    """Sets every remembered length below `root`, then tells the widgets that paint themselves."""
    for layout in root.findChildren(QLayout):
        lengths = layout.property(_SPACE)
        if lengths:
            spacing, *margins = (look.px(length) for length in lengths)
            layout.setSpacing(spacing)
            layout.setContentsMargins(*margins)
    for widget in root.findChildren(QWidget):
        lengths = widget.property(_FIXED)
        if lengths:
            width, height, most_width, least_height = (look.px(length) for length in lengths)
            if width:
                widget.setFixedWidth(width)
            if height:
                widget.setFixedHeight(height)
            if most_width:
                widget.setMaximumWidth(most_width)
            if least_height:
                widget.setMinimumHeight(least_height)
        if isinstance(widget, Painted):
            widget.set_look(look)
