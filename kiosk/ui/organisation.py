"""Whose interviews these are: a name and a logo, as configured. A logo that cannot be shown is left out."""

import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk.ui.layouts import space
from kiosk.ui.text import Paragraph
from kiosk.ui.theme import Look

log = logging.getLogger(__name__)

HEIGHT: Final = 64
"""Of the logo, at 1080p."""
WIDEST: Final = 6
"""Times as wide as high, at most."""
LARGEST_BYTES: Final = 5_000_000


class OrganisationMark(QWidget):
    """The logo, then the name."""

    def __init__(self, name: str, logo: Path | None) -> None:
        super().__init__()
        self.logo = _Logo(logo, name)
        self.words = Paragraph("strong", name="organisation")
        self.words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.words.say(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        space(row, 20)
        row.addWidget(self.logo, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)


class _Logo(QWidget):
    def __init__(self, path: Path | None, name: str) -> None:
        super().__init__()
        self._look: Look | None = None
        self._drawing, self._image = _load(path)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setVisible(not self._natural().isEmpty())

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()

    def _natural(self) -> QSize:
        if self._drawing is not None:
            return self._drawing.defaultSize()
        return self._image.size() if self._image is not None else QSize(0, 0)

    def sizeHint(self) -> QSize:
        natural = self._natural()
        if self._look is None or natural.isEmpty():
            return QSize(0, 0)
        high = self._look.px(HEIGHT)
        return natural.scaled(high * WIDEST, high, Qt.AspectRatioMode.KeepAspectRatio)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._drawing is not None:
            self._drawing.render(painter, QRectF(self.rect()))
        elif self._image is not None:
            painter.drawImage(self.rect(), self._image)
        painter.end()


def _load(path: Path | None) -> tuple[QSvgRenderer | None, QImage | None]:
    if path is None:
        return None, None
    try:
        if path.stat().st_size > LARGEST_BYTES:
            log.warning("the logo %s is larger than %d bytes and left out", path, LARGEST_BYTES)
            return None, None
    except OSError as error:
        log.warning("the logo %s cannot be read: %s", path, error.strerror)
        return None, None
    if path.suffix.lower() == ".svg":
        drawing = QSvgRenderer(str(path))
        if drawing.isValid():
            return drawing, None
    else:
        reader = QImageReader(str(path))
        image = reader.read()
        if not image.isNull():
            return None, image
    log.warning("the logo %s is neither SVG nor a picture that can be read; it is left out", path)
    return None, None
