"""The proctor's panel as a whole: opens over the candidate's screen, asks for the PIN, and keeps the keyboard inside.

It closes and locks by itself when nobody touches it for two minutes. While it is closed it shows nothing and looks
nothing up, so that the screens below may speak another language.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.requests import Attend, Lock, Request
from kiosk.domain.view import SessionState, View
from kiosk.ui import language
from kiosk.ui.buttons import ENTER
from kiosk.ui.keyboard import Keyboard, field_at, first_field
from kiosk.ui.layouts import RING_EDGE, apply_look, space
from kiosk.ui.proctor.actions import Actions
from kiosk.ui.proctor.forms import AbortForm, DevicesForm, Form, NeedsForm, NoteForm, StartForm
from kiosk.ui.proctor.keypad import Keypad
from kiosk.ui.proctor.overview import Facts, Headline, Problems
from kiosk.ui.proctor.pages import Pages
from kiosk.ui.proctor.text_size import TextSize
from kiosk.ui.scrolled import Flow, scrolled
from kiosk.ui.settings import UiSettings
from kiosk.ui.theme import TEXT_PERCENTS, Look
from kiosk.ui.wardrobe import Wardrobe

TICK_MS: Final = 500
LOOK_MS: Final = 2000
IDLE_MS: Final = 120_000
SIDE: Final = 72
ABOVE: Final = 27
"""Around the pages, in 1080p pixels."""
RING_ROOM: Final = 24
"""Pixels of what stands above and below, so that the page is seen to go on."""
TOUCHES: Final = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin)


class ProctorPanel(QWidget):
    """Covers the whole window while it is open."""

    closed = Signal()

    def __init__(self, post: Callable[[Request], None], settings: UiSettings, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("proctor")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._post = post
        self._wardrobe = Wardrobe()
        self._base: Look | None = None
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
        self._pages = Pages(self)
        self._pages.add(self._overview)
        for form in self.forms.values():
            self._pages.add(form)
            form.done.connect(self._to_overview)
            form.begun.connect(self.dismiss)
            form.typing.connect(self._type_here)
        inside = Flow()
        column = QVBoxLayout(inside)
        space(column, 20)
        column.addWidget(self.headline)
        column.addWidget(self.facts)
        column.addWidget(self._pages, 1)
        self.page = self._scrolling(inside)
        self.pin = self._scrolling(_around(self.keypad))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.pin)
        self._stack.addWidget(self.page)
        self._inset = QVBoxLayout()
        self._inset.addWidget(self._stack)
        self.text_size = TextSize()
        self.text_size.chosen.connect(self._wear)
        self.text_size.take_keys(self)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(0)
        around.addLayout(self._inset, 1)
        around.addWidget(self.text_size)
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

    def _scrolling(self, inside: QWidget) -> QScrollArea:
        area = scrolled(inside, always_focus=True)
        area.setAccessibleName(self.tr("What stands on this page"))
        return area

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
        self._to_top()
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
            self._lead(self._first())

    # ── how it looks ────────────────────────────────────────────────────────────────────────────────

    def set_base(self, look: Look) -> None:
        """The kiosk's colours in a window of this size; how large the text is, is chosen here."""
        self._base = look
        self._wear()

    def _wear(self) -> None:
        if self._base is None:
            return
        look = replace(self._base, percent=self.text_size.percent)
        if not self._wardrobe.choose(look):
            return
        for area in (self.page, self.pin):  # whoever has no mouse scrolls with the arrows
            area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._larger else Qt.FocusPolicy.NoFocus)
        side = look.px(SIDE) - 2 * RING_EDGE  # beside the rings of what scrolls, and of what is pressed
        self._inset.setContentsMargins(side, look.px(ABOVE), side, 0)
        self._make_room()
        self.update()
        if self.isVisible():
            QTimer.singleShot(0, self, self._show_focus)  # when everything has its new place

    def _dress(self) -> None:
        """Gives the look to what can be seen."""
        self._wardrobe.dress(self.page if self._stack.currentWidget() is self.page else self.pin, self.text_size)
        if self.keyboard.isVisible():
            self._wardrobe.dress(self.keyboard, styled=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._wardrobe.look
        if look is not None:
            painter = QPainter(self)
            painter.fillRect(event.rect(), QColor(look.tokens.background))
            painter.end()

    # ── the keyboard ────────────────────────────────────────────────────────────────────────────────

    def _lead(self, widget: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The keyboard goes there, and the page to where it is seen."""
        widget.setFocus(reason)
        self._show_focus()

    def _show_focus(self) -> None:
        now = self.focusWidget()
        for area in (self.page, self.pin):
            if now is not self.keypad and area.isAncestorOf(now):
                area.ensureWidgetVisible(now, 0, RING_ROOM)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is still there: the panel stays open."""
        if event.type() in TOUCHES:
            self._idle.start()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.unlocked and self._pages.current is not self._overview:
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
        self._lead(stops[(at + (1 if forward else -1)) % len(stops)], Qt.FocusReason.TabFocusReason)
        return True

    # ── the keyboard on the screen ──────────────────────────────────────────────────────────────────

    def touched(self, where: QPoint) -> None:
        """A finger came down on something: on a field, it wants to type."""
        field = field_at(self, where)
        if field is not None and self.isVisible():
            self.keyboard.open_for(field)

    def _type_here(self) -> None:
        field = first_field(self._overview if self._pages.current is None else self._pages.current)
        if field is not None:
            self.keyboard.open_for(field)

    @property
    def _larger(self) -> bool:
        return self.text_size.percent > TEXT_PERCENTS[0]

    def _make_room(self) -> None:
        """While somebody types, or fills in a page in larger text, the facts make room; sentence and REC light stay."""
        typing = self.keyboard.isVisible()
        self.facts.setVisible(not typing and not (self._larger and isinstance(self._pages.current, Form)))
        self.text_size.setVisible(not typing)
        self._dress()

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────

    def _show(self) -> None:
        view = self._view
        self.keypad.show_lock(view.lock)
        self._stack.setCurrentWidget(self.page if self.unlocked else self.pin)
        self._dress()
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
        page = self._pages.current
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
        self._turn_to(form)
        self._to_top()
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._show_focus)  # when everything has its new place

    def _to_overview(self) -> None:
        self.keyboard.dismiss()
        if self._pages.current is not self._overview:
            self._turn_to(self._overview)
            self._to_top()
            if self.isVisible():
                self.take_focus()

    def _turn_to(self, page: QWidget) -> None:
        self._pages.turn_to(page)
        if self._wardrobe.look is not None:
            apply_look(page, self._wardrobe.look)
        self._make_room()

    def _to_top(self) -> None:
        for area in (self.page, self.pin):
            area.verticalScrollBar().setValue(0)

    def _first(self) -> QWidget:
        """The first thing that can be done; larger text is read from its beginning first."""
        if not self.unlocked:
            return self.keypad
        passed = [self.problems.area]
        if isinstance(self._pages.current, Form):
            passed.append(self.page)
        return next(widget for widget in self._stops() if widget not in passed)

    def _stops(self) -> list[QWidget]:
        page = self._pages.current
        if not self.unlocked:
            order = [self.pin, self.keypad, *self.keypad.stops()]
        elif isinstance(page, Form):
            order = [self.page, *page.stops()]
        else:
            order = [self.page, self.problems.area, *self.acts.stops()]
        return [widget for widget in (*order, *self.text_size.stops()) if self._takes_focus(widget)]

    def _takes_focus(self, widget: QWidget) -> bool:
        possible = widget.isEnabled() and widget.isVisibleTo(self)
        return possible and widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def _around(inside: QWidget) -> QWidget:
    flow = Flow()
    column = QVBoxLayout(flow)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inside)
    return flow


def _without_repeats(sentences: list[str]) -> list[str]:
    """What stands in another one, word for word, is told once."""
    told = [one for one in sentences if one]
    return [one for at, one in enumerate(told) if not any(one in other for other in told[at + 1 :])]
