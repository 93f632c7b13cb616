"""The microphone's level: a quiet bar, and a word beside it."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from kiosk.domain.clock import NS
from kiosk.domain.events import Progress
from kiosk.ui.buttons import leading
from kiosk.ui.icons import paint_icon
from kiosk.ui.theme import SANS, Look

FLOOR_DBFS: Final = -60.0
HEARD_DBFS: Final = -42.0
LOUD_DBFS: Final = -2.0
HOLD_NS: Final = 3 * NS // 2
"""How long a word stays, so that it does not flicker between syllables."""
FALL_DB: Final = 4.0
"""How far the bar falls from one progress to the next at most."""
ECHO_NS: Final = 2 * NS // 5
"""How long a room answers when the kiosk has spoken: nothing that the candidate said."""


class LevelMeter(QWidget):
    """Shows the level of every Progress that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("level")
        self._look: Look | None = None
        self._font = QFont(SANS)
        self._shown = FLOOR_DBFS
        self._word = ""
        self._until_ns = 0
        self._echo_until_ns = 0
        self._loud = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clear()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._font = QFont(SANS)
        self._font.setPixelSize(look.text(24))
        self.updateGeometry()
        self.update()

    def clear(self) -> None:
        """Nothing is heard."""
        self._shown = FLOOR_DBFS
        self._until_ns = 0
        self._say("", loud=False)

    def show_progress(self, progress: Progress | None, *, listening: bool = True) -> None:
        """`listening` is False while the kiosk speaks: then the level says nothing about the candidate."""
        if progress is None or not listening:
            self.clear()
            self._echo_until_ns = progress.now_ns + ECHO_NS if progress is not None else 0
            return
        if progress.now_ns < self._echo_until_ns:
            return
        self._shown = max(progress.level_dbfs, self._shown - FALL_DB, FLOOR_DBFS)
        if progress.peak_dbfs > LOUD_DBFS:
            self._until_ns = progress.now_ns + HOLD_NS
            self._say(self.tr("Very loud"), loud=True)
        elif progress.level_dbfs > HEARD_DBFS and (not self._loud or progress.now_ns >= self._until_ns):
            self._until_ns = progress.now_ns + HOLD_NS
            self._say(self.tr("We hear you"), loud=False)
        elif progress.now_ns >= self._until_ns:
            self._say(self.tr("Quiet"), loud=False)
        self.update()

    def word(self) -> str:
        """The word beside the bar."""
        return self._word

    def _say(self, word: str, *, loud: bool) -> None:
        self._loud = loud
        if word != self._word:
            self._word = word
            self.setAccessibleName(self.tr("Microphone: {word}").replace("{word}", word))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, int(QFontMetricsF(self._font).height()) + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        tokens = self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        words = max(metrics.horizontalAdvance(w) for w in (self.tr("We hear you"), self.tr("Very loud"))) + 4
        icon = self._look.px(32)
        gap = self._look.px(12)
        thick = self._look.px(14)
        middle = self.height() // 2
        paint_icon(painter, "microphone", self._seen(0, middle - icon // 2, icon, icon), tokens.quiet)
        left = icon + gap
        long = max(10, int(self.width() - left - gap - words))
        bar = self._seen(left, middle - thick // 2, long, thick)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), thick / 2, thick / 2)
        share = min(1.0, (self._shown - FLOOR_DBFS) / -FLOOR_DBFS)
        if share > 0.01:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.caution if self._loud else tokens.good))
            filled = self._seen(left, middle - thick // 2, max(thick, round(long * share)), thick)
            painter.drawRoundedRect(filled, thick / 2, thick / 2)
        painter.setPen(QColor(tokens.quiet))
        room = self._seen(left + long + gap, 0, int(words), self.height())
        painter.drawText(room, leading(self), self._word)
        painter.end()

    def _seen(self, left: int, top: int, width: int, height: int) -> QRectF:
        """A place, mirrored where reading begins at the right."""
        where = QRect(left, top, width, height)
        return QRectF(QStyle.visualRect(self.layoutDirection(), self.rect(), where))
