"""The bar at the top: whether it is really recording, the time of day, and the time left.

The REC pill is lit by what the recorder proves (`Progress.rec`), never by a state or a button.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.view import CHECKING, SessionState, View
from kiosk.ui.buttons import leading
from kiosk.ui.layouts import space, strut
from kiosk.ui.organisation import OrganisationMark
from kiosk.ui.reasons import why_not_lit
from kiosk.ui.settings import UiSettings
from kiosk.ui.text import Line, Paragraph
from kiosk.ui.theme import SANS, Look
from kiosk.ui.words import calm_seconds, span, time_left

WHOLE_CIRCLE: Final = 360 * 16
"""Qt's arcs are in sixteenths of a degree."""
TOP: Final = 90 * 16
RUNNING: Final = (
    SessionState.THINKING,
    SessionState.ANSWERING,
    SessionState.SPEAKING,
    SessionState.PRACTICE_ANSWERING,
)
"""States in which a limit may run."""
TIMED: Final = (*RUNNING, SessionState.ASKING, SessionState.PRACTICE_ASKING)
"""States that keep the place for the time left."""
TRIED: Final = (*CHECKING, SessionState.READY)
"""Check and rehearsal, of which nothing is kept."""


class RecPill(QWidget):
    """REC: filled and red with a dot when it is recorded; otherwise an outline that says why not."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rec")
        self._lit = False
        self._why = ""
        self._look: Look | None = None
        self._font = QFont(SANS)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.words())

    @property
    def lit(self) -> bool:
        return self._lit

    def words(self) -> str:
        return self.tr("REC") if self._lit else self._why or self.tr("Not recording")

    def light(self, lit: bool, why: str = "") -> None:
        """`why` is the reason when it is not lit."""
        if (lit, why) != (self._lit, self._why):
            self._lit, self._why = lit, why
            self._font.setBold(lit)
            self.setAccessibleName(self.words())
            self.updateGeometry()
            self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._font = QFont(SANS)
        self._font.setPixelSize(look.text(24))
        self._font.setBold(self._lit)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._look is None:
            return QSize(0, 0)
        words = int(QFontMetricsF(self._font).horizontalAdvance(self.words())) + 1
        high = max(32, self._look.px(46), self._look.text(24) * 3 // 2)
        return QSize(words + self._look.wide(24 + 18 + 12 + 24), high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        tokens = self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        dot = self._look.wide(9)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        first = self._look.wide(24) + dot
        centre = QPointF(self.width() - first if rtl else first, self.height() / 2)
        if self._lit:
            words = QColor(tokens.on_recording)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.recording))
            painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
            painter.setBrush(words)
        else:
            words = QColor(tokens.quiet)
            painter.setPen(QPen(QColor(tokens.border), 1.5))
            painter.setBrush(QColor(tokens.surface))
            painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
            painter.setPen(QPen(words, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, dot, dot)
        painter.setFont(self._font)
        painter.setPen(words)
        left = self._look.wide(24 + 18 + 12)
        rest = QRectF(0 if rtl else left, 0, self.width() - left, self.height())
        painter.drawText(rest, leading(self), self.words())
        painter.end()


class Arc(QWidget):
    """A thin arc: how much of the limit is left. Empty when no limit runs."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self._look: Look | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()

    def show_share(self, share: float) -> None:
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        side = self._look.px(52) if self._look else 0
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None or self._share <= 0:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = max(3, self._look.px(5))
        ring = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        painter.setPen(QPen(QColor(self._look.tokens.line), thick * 0.4))
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor(self._look.tokens.accent), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, TOP, round(WHOLE_CIRCLE * min(1.0, self._share)))
        painter.end()


class TopBar(QWidget):
    """REC pill and time of day on the left, time left on the right. `tick` is called a few times a second."""

    def __init__(self, settings: UiSettings, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("top-bar")
        self._clock = clock
        self._view = View()
        self._look: Look | None = None
        self.rec = RecPill()
        self.stamp = Line(24, name="stamp")
        self.reason = Paragraph("small", name="rec-reason")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.organisation = OrganisationMark(settings.organisation, settings.logo)
        self.left = Line(28, quiet=False, name="time-left")
        self.arc = Arc()
        marks = QHBoxLayout()
        space(marks, 20)
        marks.addWidget(self.rec, 0, Qt.AlignmentFlag.AlignVCenter)
        marks.addWidget(self.stamp, 0, Qt.AlignmentFlag.AlignVCenter)
        marks.addWidget(strut(60))
        marks.addStretch(1)
        time = QHBoxLayout()
        space(time, 20)
        time.addStretch(1)
        time.addWidget(self.left, 0, Qt.AlignmentFlag.AlignVCenter)
        time.addWidget(self.arc, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        space(row, 20)
        row.addWidget(self.organisation, 1)
        row.addLayout(marks)
        row.addWidget(self.reason, 1)
        row.addLayout(time)
        around = QVBoxLayout(self)
        space(around, 0, left=96, right=96, top=24)
        around.addLayout(row)

    def set_look(self, look: Look) -> None:
        """In a narrow window the time of day makes room: it stands in the recording."""
        self._look = look
        self._show_stamp()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_stamp(self) -> None:
        narrow = self._look is not None and self._look.narrow
        self.stamp.setVisible(self._view.state is not SessionState.IDLE and not narrow)

    def _fit(self) -> None:
        """Large text stands in one row as long as there is room, else in two."""
        if self._look is None:
            return
        metrics = QFontMetricsF(self.reason.font())
        timed = self._view.state in TIMED
        rest = self.left.sizeHint().width() + self.arc.sizeHint().width() if timed else 0
        told = int(metrics.horizontalAdvance(self.reason.said())) if not timed else 0
        stamp = self.stamp.sizeHint().width() if self.stamp.isVisibleTo(self) else 0
        gaps = 3 * self._look.px(20) + 2 * self._look.px(96)
        fits = self.rec.sizeHint().width() + stamp + rest + told + gaps <= self.width()
        one_row = fits or not self._look.large
        way = QBoxLayout.Direction.LeftToRight if one_row else QBoxLayout.Direction.TopToBottom
        if way is not self._row.direction():
            self._row.setDirection(way)

    def show_view(self, view: View) -> None:
        self._view = view
        welcome = view.state is SessionState.IDLE
        self.organisation.setVisible(welcome)
        self.rec.setVisible(not welcome)
        self._show_stamp()
        self.left.setVisible(view.state in TIMED)
        self.arc.setVisible(view.state in TIMED)
        progress = view.progress
        if view.state in TRIED:  # what a rehearsal records is not kept: that is no recording
            progress = None
        self.rec.light(progress is not None and progress.rec, why_not_lit(progress) if progress else "")
        self.reason.say(self._why(view))
        self.reason.setVisible(not welcome and view.state not in TIMED)
        self.tick()
        self._fit()

    def tick(self) -> None:
        """Shows the time of day and what is left of the limit."""
        wall = self._clock.wall()
        offset = wall.strftime("%z")
        self.stamp.say(f"{wall:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}")
        view = self._view
        running = view.deadline_ns > 0 and view.state in RUNNING
        if not running:
            self.left.say("")
            self.arc.show_share(0.0)
            return
        left = max(0.0, (view.deadline_ns - self._clock.now_ns()) / NS)
        if view.state is SessionState.THINKING:
            starts = self.tr("Your answer starts in {span}")
            self.left.say(starts.replace("{span}", span(calm_seconds(left))))
        else:
            self.left.say(time_left(left))
        self.arc.show_share(left * NS / view.limit_ns if view.limit_ns else 0.0)

    def _why(self, view: View) -> str:
        if view.progress is not None and view.state not in TRIED:
            return why_not_lit(view.progress) if view.progress.rec else ""
        if view.state in {SessionState.CONFIRMING, SessionState.CONSENT}:
            return self.tr("Nothing is recorded before you agree.")
        if view.state in TRIED:
            return self.tr("This is a check. Nothing of it is kept.")
        return ""
