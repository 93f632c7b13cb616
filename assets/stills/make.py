"""Renders the stills that stand in a recording while there is no picture. Run from the checkout's root:

python assets/stills/make.py
"""

import os
import sys
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from kiosk.ui.application import make_application
from kiosk.ui.icons import paint_icon
from kiosk.ui.theme import SANS, THEMES

WIDTH: Final = 1280
HEIGHT: Final = 720
ICON: Final = 96.0
STILLS: Final = (
    ("camera-lost", "camera-off", "Camera lost", "The sound goes on."),
    ("paused", "paused", "Paused", "Nothing is seen or heard until the interview goes on."),
)
"""File, icon, words, and what they mean for whoever watches. The corners are free for REC mark and time."""


def still(icon: str, words: str, meaning: str) -> QImage:
    """Light words on a dark ground, so that nobody who watches is dazzled."""
    tokens = THEMES["dark"]
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB888)
    image.fill(QColor(tokens.background))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    paint_icon(painter, icon, QRectF((WIDTH - ICON) / 2, 216, ICON, ICON), tokens.quiet)
    for text, size, bold, colour, top in ((words, 64, True, tokens.ink, 332), (meaning, 32, False, tokens.quiet, 432)):
        font = QFont(SANS)
        font.setPixelSize(size)
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(0, top, WIDTH, size * 1.5), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return image


def main() -> int:
    make_application(sys.argv[:1])
    for name, icon, words, meaning in STILLS:
        path = Path(__file__).with_name(f"{name}.png")
        if not still(icon, words, meaning).save(str(path)):
            raise OSError(f"{path} could not be written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
