"""Lengths that follow the window: layouts and widgets remember their 1080p lengths and are given a Look.

A widget that paints itself has `set_look(look)`; it is called after every change of theme or size.
"""

from typing import Final, Protocol, runtime_checkable

from PySide6.QtWidgets import QLayout, QWidget

from kiosk.ui.theme import Look

_SPACE: Final = "designSpace"
_FIXED: Final = "designFixed"
RING_EDGE: Final = 6
"""Pixels around what is pressed or scrolled: the focus ring and its gap."""


@runtime_checkable
class Painted(Protocol):
    """A widget that paints itself from a Look."""

    def set_look(self, look: Look) -> None: ...


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
    """Gives a widget a size that follows the window, in 1080p pixels; 0 leaves it free."""
    widget.setProperty(_FIXED, [width, height, most_width, least_height])


def apply_look(root: QWidget, look: Look) -> None:
    """Sets every remembered length below `root`, then tells the widgets that paint themselves."""
    for layout in root.findChildren(QLayout):
        lengths = layout.property(_SPACE)
        if lengths:
            spacing, left, top, right, bottom = (look.px(length) for length in lengths[:5])
            edge_left, edge_right = lengths[5:]
            layout.setSpacing(spacing)
            layout.setContentsMargins(left + edge_left, top, right + edge_right, bottom)
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
