"""The proctor's panel as a whole: opens over the candidate's screen, asks for the PIN, and keeps the keyboard inside.

It closes and locks by itself when nobody touches it for two minutes. While it is closed it shows nothing and looks
nothing up, so that the screens below may speak another language.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.requests import Attend, Lock, Request
from kiosk.domain.view import SessionState, View
from kiosk.ui import language
from kiosk.ui.buttons import ENTER
from kiosk.ui.keyboard import Keyboard, field_at, first_field
from kiosk.ui.layouts import RING_EDGE, space
from kiosk.ui.proctor.actions import Actions
from kiosk.ui.proctor.forms import AbortForm, DevicesForm, Form, NeedsForm, NoteForm, StartForm
from kiosk.ui.proctor.keypad import Keypad
from kiosk.ui.proctor.overview import Facts, Headline, Problems
from kiosk.ui.settings import UiSettings

TICK_MS: Final = 500
LOOK_MS: Final = 2000
IDLE_MS: Final = 120_000
TOUCHES: Final = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin)


class ProctorPanel(QWidget):
    """Covers the whole window while it is open."""

    closed = Signal()

    def __init__(self, post: Callable[[Request], None], settings: UiSettings, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("proctor")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._post = post
        self._view = View()
        self._attended = False
        self.keypad = Keypad(post, clock)
        self.headline = Headline()
        self.facts = Facts(settings, clock)
        self.problems = Problems(lambda: _without_repeats([self.facts.held_up, *settings.findings()]))
        self.acts = Actions(post)
        self.forms: dict[str, Form] = {
            "start": StartForm(post),
            "note": NoteForm(post),
            "abort": AbortForm(post),
            "devices": DevicesForm(post),
            "needs": NeedsForm(post),
        }
        self._overview = QWidget()
        column = QVBoxLayout(self._overview)
        column.setContentsMargins(0, 0, 0, 0)
        space(column, 12)
        column.addWidget(self.problems, 1)
        column.addWidget(self.acts)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._overview)
        for form in self.forms.values():
            self._pages.addWidget(form)
            form.done.connect(self._to_overview)
            form.begun.connect(self.dismiss)
            form.typing.connect(self._type_here)
        inside = QWidget()
        column = QVBoxLayout(inside)
        space(column, 20, left=72, top=36, right=72, bottom=28, edge_left=-RING_EDGE, edge_right=-RING_EDGE)
        column.addWidget(self.headline)
        column.addWidget(self.facts)
        column.addWidget(self._pages, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.keypad)
        self._stack.addWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self._stack)
        self.keyboard = Keyboard(language.known(settings.language))
        around.addWidget(self.keyboard)
        self.keyboard.opened.connect(self._make_room)
        self.keyboard.closed.connect(self._make_room)
        self.keypad.cancelled.connect(self.dismiss)
        self.acts.page.connect(self._lead_to)
        self.acts.close_panel.connect(self.dismiss)
        self._ticks = self._timer(TICK_MS, self._tick)
        self._looks = self._timer(LOOK_MS, self._look_outside)
        self._idle = self._timer(IDLE_MS, self.dismiss)
        self.hide()

    def _timer(self, every_ms: int, what: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(every_ms)
        timer.timeout.connect(what)
        return timer

    # ── open and close ──────────────────────────────────────────────────────────────────────────────

    @property
    def unlocked(self) -> bool:
        """Whether more is shown than the field for the PIN."""
        return not self._view.lock.required or self._view.lock.open

    def open(self) -> None:
        """Comes up in front of the screen and takes the keyboard."""
        self._attended = False
        self.keypad.forget()
        self._to_overview()
        self.show()
        self.raise_()
        for timer in (self._ticks, self._looks, self._idle):
            timer.start()
        self.window().windowHandle().installEventFilter(self)
        self._look_outside()
        self._show()
        self.take_focus()

    def dismiss(self) -> None:
        """Goes away, locks, and gives the keyboard back."""
        if not self.isVisible():
            return
        self.window().windowHandle().removeEventFilter(self)
        for timer in (self._ticks, self._looks, self._idle):
            timer.stop()
        self.keypad.forget()
        self.acts.calm()
        self.keyboard.dismiss()
        self.hide()
        if self._view.lock.required or self._view.tries_to_leave:
            self._post(Lock())
        self.closed.emit()

    def show_view(self, view: View) -> None:
        """Takes the newest view; it is shown while the panel is open."""
        self._view = view
        if self.isVisible():
            self._show()

    def take_focus(self) -> None:
        """Puts the keyboard on the first thing that can be done, unless it is in the panel already."""
        now = QApplication.focusWidget()
        if now not in self._stops():
            self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is still there: the panel stays open."""
        if event.type() in TOUCHES:
            self._idle.start()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.unlocked and self._pages.currentWidget() is not self._overview:
                self._to_overview()
            else:
                self.dismiss()
        elif event.key() not in ENTER:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the panel and never below it."""
        stops = self._stops()
        if not stops:
            return False
        now = self.focusWidget()
        at = stops.index(now) if now in stops else -1 if forward else 0
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    # ── the keyboard on the screen ──────────────────────────────────────────────────────────────────

    def touched(self, where: QPoint) -> None:
        """A finger came down on something: on a field, it wants to type."""
        field = field_at(self, where)
        if field is not None and self.isVisible():
            self.keyboard.open_for(field)

    def _type_here(self) -> None:
        field = first_field(self._pages.currentWidget())
        if field is not None:
            self.keyboard.open_for(field)

    def _make_room(self) -> None:
        """While somebody types, the facts make room; the sentence and the REC light stay."""
        self.facts.setVisible(not self.keyboard.isVisible())

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────

    def _show(self) -> None:
        view = self._view
        self.keypad.show_lock(view.lock)
        self._stack.setCurrentIndex(1 if self.unlocked else 0)
        if not self.unlocked:
            self._to_overview()
            if self.focusWidget() not in self._stops():
                self.keypad.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self._attended:
            self._attended = True
            self.keypad.forget()
            self._post(Attend())
        self.headline.show_view(view)
        self.facts.show_view(view)
        self.problems.show_view(view)
        self.acts.show_view(view)
        self.keyboard.look_again()
        page = self._pages.currentWidget()
        if isinstance(page, Form):
            page.show_view(view)
            if page is self.forms["start"] and view.state is not SessionState.IDLE:
                self._to_overview()  # somebody else has begun
        self.take_focus()

    def _tick(self) -> None:
        self.keypad.tick()
        self.facts.tick()

    def _look_outside(self) -> None:
        if self.unlocked:
            self.facts.look_outside()
            self.problems.show_view(self._view)

    def _lead_to(self, name: str) -> None:
        self.keyboard.dismiss()
        form = self.forms[name]
        form.enter(self._view)
        self._pages.setCurrentWidget(form)
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_overview(self) -> None:
        self.keyboard.dismiss()
        if self._pages.currentWidget() is not self._overview:
            self._pages.setCurrentWidget(self._overview)
            if self.isVisible():
                self.take_focus()

    def _first(self) -> QWidget:
        """The first thing that can be done."""
        if not self.unlocked:
            return self.keypad
        return next(widget for widget in self._stops() if widget is not self.problems.area)

    def _stops(self) -> list[QWidget]:
        page = self._pages.currentWidget()
        if not self.unlocked:
            order = [self.keypad, *self.keypad.stops()]
        elif isinstance(page, Form):
            order = page.stops()
        else:
            order = [self.problems.area, *self.acts.stops()]
        return [widget for widget in order if widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus]


def _without_repeats(sentences: list[str]) -> list[str]:
    """What stands in another one, word for word, is told once."""
    told = [one for one in sentences if one]
    return [one for at, one in enumerate(told) if not any(one in other for other in told[at + 1 :])]
