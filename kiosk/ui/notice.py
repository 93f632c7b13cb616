"""The strip under the top bar that tells the candidate what is wrong, or asks whether somebody is there.

Its place is always kept, so that nothing moves when it speaks. It never blames and never uses red.
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.domain.view import SessionState, View
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import space, strut
from kiosk.ui.text import Paragraph
from kiosk.ui.words import notice_for

SILENT: Final = frozenset({SessionState.IDLE, SessionState.FAILED, SessionState.REFUSED})
"""States whose screens say all that by themselves."""


class NoticeStrip(QWidget):
    """One sentence with a shape before it, and a button only when there is something to answer."""

    here = Signal()
    """Yes, still there."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._icon = Icon("", "caution", 36)
        self.words = Paragraph("caution", name="notice-words")
        self.words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.still_here = Button("still-here", self.tr("I'm here"), height=48, size=26)
        self.still_here.hide()
        row = QHBoxLayout(self)
        space(row, 16, left=96, right=80)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.still_here, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(strut(84))
        self.still_here.clicked.connect(lambda _=False: self.here.emit())

    def show_view(self, view: View) -> None:
        self.setVisible(view.state not in SILENT)
        said = "" if view.state in SILENT else notice_for(view)
        icon, token = ("working", "accent") if view.still_there else ("caution", "caution")
        self._icon.show_icon(icon if said else "", token)
        self.words.say(said)
        self.still_here.setVisible(view.still_there and bool(said))
