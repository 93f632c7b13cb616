"""The picture of oneself: read from the memory-mapped preview file, painted mirrored.

Only this screen's picture is mirrored, never the recording. Nothing is read while nobody looks.
"""

import contextlib
import logging
import mmap
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.domain import preview
from kiosk.domain.clock import NS, Clock
from kiosk.ui.icons import paint_icon
from kiosk.ui.theme import SANS, Look

log = logging.getLogger(__name__)

INTERVAL_MS: Final = 67
LARGE_TEXT_WIDTH: Final = 480
"""How wide the picture is at most, at 1080p, when the text is large and needs the room."""
STALE_NS: Final = 2 * NS
"""An older picture is no picture."""


class PreviewSource(QObject):
    """Reads the newest picture, at most 15 times a second, while somebody watches.

    The file is opened again when its path changes or another file takes its place.
    """

    changed = Signal()
    """There is another picture, or none any more: see `picture`."""

    def __init__(self, path: str, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._clock = clock
        self._map: mmap.mmap | None = None
        self._opened: tuple[int, int] | None = None
        self._newest: preview.PreviewPicture | None = None
        self.picture: QImage | None = None
        self._watchers = 0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.refresh)

    @property
    def reading(self) -> bool:
        """Whether somebody looks, so that the file is read."""
        return self._timer.isActive()

    def set_path(self, path: str) -> None:
        """Reads from another file from now on; empty means there is none."""
        if path != self._path:
            self._path = path
            self._close()
            self._forget()

    def watch(self) -> None:
        """Somebody looks: begin to read."""
        self._watchers += 1
        self._timer.start()

    def unwatch(self) -> None:
        """Somebody looks no more."""
        self._watchers = max(0, self._watchers - 1)
        if not self._watchers:
            self._timer.stop()

    def close(self) -> None:
        """Stops reading and lets go of the file."""
        self._timer.stop()
        self._close()

    def refresh(self) -> None:
        """Takes the newest picture, if there is another one; forgets one that is too old."""
        self._reopen()
        newest = None
        if self._map is not None:
            with memoryview(self._map) as buffer:
                newest = preview.read_newest(buffer)
        oldest = self._clock.now_ns() - STALE_NS
        if newest is not None and newest.t_ns >= oldest:
            if self._newest is None or newest.t_ns != self._newest.t_ns:
                self._newest = newest  # keeps the bytes that the image is made of
                self.picture = QImage(
                    newest.rgb,
                    preview.WIDTH,
                    preview.HEIGHT,
                    preview.WIDTH * preview.CHANNELS,
                    QImage.Format.Format_RGB888,
                )
                self.changed.emit()
        elif self._newest is not None and self._newest.t_ns < oldest:
            self._forget()

    def _forget(self) -> None:
        self._newest = None
        if self.picture is not None:
            self.picture = None
            self.changed.emit()

    def _reopen(self) -> None:
        """Maps the file that the path names now. A file that is not whole yet is left for the next time."""
        try:
            found = Path(self._path).stat() if self._path else None
        except OSError:
            found = None
        if found is None or found.st_size < preview.FILE_BYTES:
            self._close()
            return
        identity = (found.st_dev, found.st_ino)
        if identity == self._opened:
            return
        self._close()
        try:
            with Path(self._path).open("rb") as file:
                self._map = mmap.mmap(file.fileno(), preview.FILE_BYTES, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            log.warning("the preview cannot be read: %s", error)
            return
        self._opened = identity

    def _close(self) -> None:
        self._opened = None
        if self._map is not None:
            with contextlib.suppress(BufferError):  # a picture is being copied: the map goes with it
                self._map.close()
            self._map = None


class SelfView(QWidget):
    """Oneself, as in a mirror, 16:9 with round corners; "No picture" when there is none.

    Args:
        source: where the pictures come from.
        width: in 1080p pixels; narrower when the text is large.
        guide: draw where the head belongs.
        played: what was recorded is played back: as others see it, not mirrored.
    """

    def __init__(self, source: PreviewSource, width: int, *, guide: bool = False, played: bool = False) -> None:
        super().__init__()
        self._guide = guide
        self._played = played
        self.setObjectName("self-view")
        self._source = source
        self._width = width
        self._look: Look | None = None
        self._watching = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What was recorded") if played else self.tr("Your picture, as in a mirror"))
        source.changed.connect(self.update)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wide = min(self._width, LARGE_TEXT_WIDTH) if self._look and self._look.large else self._width
        width = self._look.px(wide) if self._look else self._width
        return QSize(width, width * preview.HEIGHT // preview.WIDTH)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._watching:
            self._watching = True
            self._source.watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._watching:
            self._watching = False
            self._source.unwatch()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        tokens = self._look.tokens
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._look.px(16)
        shape = QPainterPath()
        shape.addRoundedRect(frame, radius, radius)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        picture = self._source.picture
        if picture is None:
            painter.fillPath(shape, QColor(tokens.surface))
            self._paint_nothing(painter, frame)
        else:
            painter.save()
            painter.setClipPath(shape)
            if not self._played:
                painter.translate(self.width(), 0)
                painter.scale(-1, 1)
            painter.drawImage(QRectF(self.rect()), picture)
            painter.restore()
            if self._guide:
                self._paint_guide(painter)
        painter.setPen(QPen(QColor(tokens.border if picture is None else tokens.line), 1))
        painter.drawPath(shape)
        painter.end()

    def _paint_guide(self, painter: QPainter) -> None:
        """A dashed line around where head and shoulders belong, light on dark, so that it is seen on any picture."""
        if self._look is None:
            return
        width, height = self.width(), self.height()
        head = QRectF(width * 0.385, height * 0.14, width * 0.23, height * 0.5)
        lines = QPainterPath()
        lines.addEllipse(head)
        shoulders = QRectF(width * 0.2, height * 0.7, width * 0.6, height * 0.9)
        lines.arcMoveTo(shoulders, 165)
        lines.arcTo(shoulders, 165, -150)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        thick = max(2, self._look.px(4))
        painter.setPen(QPen(QColor(0, 0, 0, 150), thick * 2))
        painter.drawPath(lines)
        dashes = QPen(QColor("#FFFFFF"), thick, Qt.PenStyle.DashLine)
        painter.setPen(dashes)
        painter.drawPath(lines)

    def _paint_nothing(self, painter: QPainter, frame: QRectF) -> None:
        if self._look is None:
            return
        font = QFont(SANS)
        font.setPixelSize(self._look.text(24))
        side = self._look.px(56)
        middle = frame.center()
        paint_icon(
            painter,
            "camera-off",
            QRectF(middle.x() - side / 2, middle.y() - side, side, side),
            self._look.tokens.quiet,
        )
        painter.setFont(font)
        painter.setPen(QColor(self._look.tokens.quiet))
        words = QRectF(frame.left(), middle.y(), frame.width(), side)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.tr("No picture"))
