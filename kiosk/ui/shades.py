"""One screen of several is the kiosk's; the others are covered, so that nothing of a desktop is seen or touched."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


def chosen_screen(name: str) -> QScreen:
    """The screen of that name (HDMI-1) or number from 1 on; the first one of the desktop when there is none such."""
    screens = QGuiApplication.screens()
    for number, screen in enumerate(screens, 1):
        if name and name in {screen.name(), str(number)}:
            return screen
    return QGuiApplication.primaryScreen()


class Shades:
    """A plain cover for each screen but the kiosk's own, also for those that are plugged in later."""

    def __init__(self, colour: str) -> None:
        """`colour` as #RRGGBB."""
        self._colour = colour
        self._covers: list[QWidget] = []

    def draw(self, own: QScreen) -> None:
        """Covers every screen but `own`."""
        self.lift()
        for screen in QGuiApplication.screens():
            if screen is own:
                continue
            cover = QWidget()
            cover.setObjectName("shade")
            cover.setWindowFlags(
                Qt.WindowType.FramelessWindowHint
                | Qt.WindowType.WindowStaysOnTopHint
                | Qt.WindowType.WindowDoesNotAcceptFocus
                | Qt.WindowType.Tool
            )
            cover.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            cover.setStyleSheet(f"background: {self._colour};")
            cover.setGeometry(screen.geometry())
            cover.showFullScreen()
            self._covers.append(cover)

    def lift(self) -> None:
        """Takes the covers away."""
        for cover in self._covers:
            cover.close()
            cover.deleteLater()
        self._covers = []

    def __len__(self) -> int:
        return len(self._covers)
