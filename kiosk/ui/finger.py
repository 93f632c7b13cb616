"""What a finger does that a mouse does not: it moves what scrolls, and a flick lets it run on. Touch only.

It watches the window, and what Qt makes of a touch there. The mouse and the keyboard go past it, so that text is
selected by the mouse as ever. It posts nothing. (Qt's own QScroller presses the button on which a flick begins, and
takes the lines of an editor for pixels.)
"""

from typing import Final

from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QInputDevice, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QPlainTextEdit, QScrollBar, QWidget
from shiboken6 import isValid

BEGINS: Final = 16
"""Pixels that a finger moves before it is no touch any more; a nervous one trembles."""
FLICK_MS: Final = 700
"""How long a flick runs on."""
FRESH_MS: Final = 100
"""A finger that rested so long before it left has not flicked."""
LEAST_SPEED: Final = 0.2
"""Pixels a millisecond; slower is no flick."""
_PRESSES: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
_WATCHED: Final = (*_PRESSES, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)


class Finger(QObject):
    """Holds a touch on what scrolls back until it is known whether it is one, or the beginning of a move."""

    tapped = Signal(QPoint)
    """A finger came down and went up again at this place of the window; whoever is below has had it already."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.moves = True
        """Whether a flick runs on; otherwise all stops where the finger leaves."""
        self._held: list[QMouseEvent] = []
        self._passing = False
        self._began = QPoint()
        self._from = 0.0
        self._leads = False
        self._bar: QScrollBar | None = None
        self._area: QAbstractScrollArea | None = None
        self._trail: list[tuple[int, float]] = []
        self._run = QVariantAnimation(self)
        self._run.setDuration(FLICK_MS)
        self._run.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._run.valueChanged.connect(self._run_to)

    def watch(self) -> None:
        """From now on; the window is up."""
        self._window.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes what belongs to a move; everything else goes on to whoever is there."""
        if event.type() not in _WATCHED or self._passing or not isinstance(event, QMouseEvent):
            return False
        if event.device().type() is not QInputDevice.DeviceType.TouchScreen:
            return False
        where = event.position().toPoint()
        if event.type() in _PRESSES:
            return self._pressed(event, where)
        if event.type() is QEvent.Type.MouseMove:
            return self._moved(watched, event, where)
        return self._released(watched, event, where)

    # ── press, move, release ────────────────────────────────────────────────────────────────────────

    def _pressed(self, event: QMouseEvent, where: QPoint) -> bool:
        areas = self._areas_at(where)
        caught = self._run.state() is QAbstractAnimation.State.Running and self._area in areas
        self._run.stop()
        self._began = where
        self._leads = False
        self._held = []
        if caught and self._bar is not None:  # it stops what runs, and presses nothing
            self._take(self._bar, event.timestamp())
            return True
        if not any(_room(area) for area in areas):
            return False
        self._held.append(_copy(event))
        return True

    def _moved(self, watched: QObject, event: QMouseEvent, where: QPoint) -> bool:
        if self._leads:
            self._follow(where, event.timestamp())
            return True
        if not self._held:
            return False
        gone = where - self._began
        if gone.manhattanLength() < BEGINS:
            return True
        self._area = self._area_for(gone)
        if self._area is None:  # nothing moves that way: let it be what the mouse would do
            self._hand_on(watched)
            return False
        self._held = []
        self._began = where
        upright = abs(gone.y()) >= abs(gone.x())
        bar = self._area.verticalScrollBar() if upright else self._area.horizontalScrollBar()
        self._take(bar, event.timestamp())
        return True

    def _released(self, watched: QObject, event: QMouseEvent, where: QPoint) -> bool:
        if self._leads:
            self._follow(where, event.timestamp())
            self._leads = False
            self._let_run()
            return True
        self._hand_on(watched)
        QTimer.singleShot(0, self, lambda: self.tapped.emit(where))  # after whoever is below has had it
        return False

    def _hand_on(self, watched: QObject) -> None:
        """What was held back happens now."""
        held, self._held = self._held, []
        self._passing = True
        for event in held:
            QCoreApplication.sendEvent(watched, event)
        self._passing = False

    # ── moving ──────────────────────────────────────────────────────────────────────────────────────

    def _take(self, bar: QScrollBar, at_ms: int) -> None:
        """From now on the finger moves this one."""
        self._leads = True
        self._bar = bar
        self._from = bar.value() * self._step(bar)
        self._trail = [(at_ms, self._from)]

    def _follow(self, where: QPoint, at_ms: int) -> None:
        bar = self._bar
        if bar is None or not isValid(bar):  # another screen has come up below the finger
            return
        gone = where - self._began
        along = gone.y() if bar.orientation() is Qt.Orientation.Vertical else gone.x() * _side(bar)
        place = self._from - along
        self._trail = [*(spot for spot in self._trail if at_ms - spot[0] <= FRESH_MS), (at_ms, place)]
        self._run_to(place)

    def _let_run(self) -> None:
        """As far as a flick of this speed carries it; nowhere when the finger had come to rest."""
        (began_ms, began), (at_ms, here) = self._trail[0], self._trail[-1]
        speed = (here - began) / max(1, at_ms - began_ms)
        bar = self._bar
        ended = bar is None or not isValid(bar) or bar.value() != round(here / self._step(bar))
        if self.moves and not ended and abs(speed) >= LEAST_SPEED:
            self._run.setStartValue(here)
            self._run.setEndValue(here + speed * FLICK_MS / 3)  # goes on at the finger's speed, and slows down
            self._run.start()

    def _run_to(self, place: float) -> None:
        bar = self._bar
        if bar is None or not isValid(bar):
            return
        wanted = round(place / self._step(bar))
        bar.setValue(wanted)
        if bar.value() != wanted:  # it is at its end: the next touch is one again
            self._run.stop()

    def _step(self, bar: QScrollBar) -> float:
        """Pixels of one step of a bar: an editor scrolls by lines."""
        if isinstance(self._area, QPlainTextEdit) and bar.orientation() is Qt.Orientation.Vertical:
            return max(1.0, self._area.fontMetrics().lineSpacing())
        return 1.0

    # ── what lies there ─────────────────────────────────────────────────────────────────────────────

    def _areas_at(self, where: QPoint) -> list[QAbstractScrollArea]:
        """What scrolls at a place of the window, from the innermost on; none below a scroll bar."""
        found = []
        widget = self._window.childAt(where)
        while widget is not None and widget is not self._window:
            if isinstance(widget, QScrollBar):
                return []
            if isinstance(widget, QAbstractScrollArea):
                found.append(widget)
            widget = widget.parentWidget()
        return found

    def _area_for(self, gone: QPoint) -> QAbstractScrollArea | None:
        """The innermost one that can move where the finger leads it, or else that could the other way."""
        upright = abs(gone.y()) >= abs(gone.x())
        found = None
        for area in self._areas_at(self._began):
            bar = area.verticalScrollBar() if upright else area.horizontalScrollBar()
            if bar.maximum() <= bar.minimum():
                continue
            back = (gone.y() if upright else gone.x() * _side(bar)) > 0
            if bar.value() > bar.minimum() if back else bar.value() < bar.maximum():
                return area
            found = found or area
        return found


def _room(area: QAbstractScrollArea) -> bool:
    """Whether it has anything to scroll."""
    return any(bar.maximum() > bar.minimum() for bar in (area.verticalScrollBar(), area.horizontalScrollBar()))


def _side(bar: QScrollBar) -> int:
    """-1 where a row begins at the right."""
    return -1 if bar.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1


def _copy(event: QMouseEvent) -> QMouseEvent:
    """Qt takes an event back when it has been delivered."""
    return QMouseEvent(
        event.type(),
        event.position(),
        event.scenePosition(),
        event.globalPosition(),
        event.button(),
        event.buttons(),
        event.modifiers(),
        event.pointingDevice(),
    )
