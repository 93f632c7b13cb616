"""Gives the stage's parts their look: what is seen gets it at once, everything else when it comes up.

All at once would keep the event loop waiting too long. It knows lengths and colours, and nothing of what is shown.
"""

from PySide6.QtWidgets import QWidget

from kiosk.system import places
from kiosk.ui.layouts import apply_look
from kiosk.ui.theme import Look, style_sheet


class Wardrobe:
    """Remembers which look each part wears, so that none is dressed twice."""

    def __init__(self) -> None:
        self._template = places.asset("style/kiosk.qss").read_text(encoding="utf-8")
        self._sheet = ""
        self._worn: dict[QWidget, Look] = {}
        self.look: Look | None = None
        """What holds now; None before the window has a size."""

    def choose(self, look: Look) -> bool:
        """From now on this one is worn; returns whether it is another one."""
        if look == self.look:
            return False
        self.look = look
        self._sheet = style_sheet(self._template, look)
        return True

    def dress(self, *parts: QWidget, styled: bool = True) -> None:
        """Gives the look to these parts, unless they wear it. Not `styled` are those that paint all of themselves."""
        look = self.look
        if look is None:
            return
        for part in parts:
            if self._worn.get(part) != look:
                self._worn[part] = look
                if styled:
                    part.setStyleSheet(self._sheet)
                apply_look(part, look)
