"""What the candidate sees: the screen that belongs to the View, the bars around it, and what the person chose.

It holds no state of the interview; everything shown comes from the newest View. What a person chose for themselves
(text size, colours) lasts until they leave.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QClipboard,
    QColor,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.requests import Active, ReadAloud, Request, SetVolume
from kiosk.domain.view import SessionState, View
from kiosk.ui import language
from kiosk.ui.buttons import Button
from kiosk.ui.comfort import Comfort, ComfortBar
from kiosk.ui.keyboard import Keyboard, field_at, first_field
from kiosk.ui.keys import KeysCard
from kiosk.ui.notice import NoticeStrip
from kiosk.ui.preview import PreviewSource
from kiosk.ui.screens.coding import CodingScreen
from kiosk.ui.screens.question import number_of
from kiosk.ui.screens.repertoire import Repertoire, name_for
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.welcome import WelcomeScreen
from kiosk.ui.settings import UiSettings
from kiosk.ui.syntax import lexer_for
from kiosk.ui.theme import LARGE_PERCENT, THEMES, Look, branded, factor_for
from kiosk.ui.topbar import TopBar
from kiosk.ui.veil import Veil, moves
from kiosk.ui.wardrobe import Wardrobe

ACTIVE_EVERY_NS: Final = NS
READABLE: Final = frozenset(SessionState) - {
    SessionState.ASKING,
    SessionState.ANSWERING,
    SessionState.PRACTICE_ASKING,
    SessionState.PRACTICE_ANSWERING,
    SessionState.PRACTICE_PLAYBACK,
    SessionState.SPEAKING,
    SessionState.PLAYBACK,
}
"""States in which the screen may be read aloud: nobody speaks, and nothing is played."""
TOUCHES: Final = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.MouseMove)


class Stage(QWidget):
    """Fills the window; the proctor's panel lies over it.

    Args:
        comfort: what the person chose before the screens were built anew, in another language for instance.
    """

    def __init__(
        self,
        post: Callable[[Request], None],
        settings: UiSettings,
        clock: Clock,
        parent: QWidget,
        comfort: Comfort | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._post = post
        self._clock = clock
        self._settings = settings
        self._wardrobe = Wardrobe()
        self._shown: tuple[str, SessionState, int] | None = None
        self._up = False
        self._view = View()
        self._active_ns = 0
        self._default = Comfort(theme=settings.theme if settings.theme in THEMES else "light")
        self.comfort = comfort or self._default
        self.preview = PreviewSource("", clock, self)
        self.top_bar = TopBar(settings, clock)
        self.notice = NoticeStrip()
        self.bar = ComfortBar(self.comfort)
        self.keyboard = Keyboard(language.spoken())
        self._screens = Repertoire(post, clock, settings, self.preview)
        self._card: KeysCard | None = None
        self._veil = Veil(self._screens)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.notice)
        column.addWidget(self._screens, 1)
        column.addWidget(self.bar)
        column.addWidget(self.keyboard)
        self.notice.here.connect(lambda: post(Active()))
        self.bar.chosen.connect(self._choose)
        self.bar.read_aloud.connect(self._read_aloud)
        self.bar.keys.connect(self._show_keys)
        self.bar.typing.connect(self._type_here)
        self.keyboard.opened.connect(self._make_room)
        self.keyboard.closed.connect(self._make_room)
        self._add_keys()
        for interview in settings.interviews:
            for question in interview.questions:
                lexer_for(question.code_language)  # now, so that nobody waits for it later

    def screen_name(self) -> str:
        """Which screen is up: welcome, consent, preparing, question, coding, paused, ..."""
        return self._current().name

    @property
    def welcome(self) -> WelcomeScreen:
        return self._screens.welcome()

    @property
    def coding(self) -> CodingScreen:
        return self._screens.coding()

    @property
    def keys(self) -> KeysCard:
        """The card of keys, which is made when somebody wants to see it first."""
        if self._card is None:
            self._card = KeysCard(self)
            self._card.closed.connect(self.take_focus)
        return self._card

    def show_view(self, view: View) -> bool:
        """Shows the screen that belongs to `view`. Returns whether another one came up, or the state behind it."""
        before, self._view = self._view, view
        self.preview.set_path(view.preview)
        screen = self._screens.named(name_for(view))
        showing = (screen.name, view.state, view.index)
        changed = showing != self._shown
        if view.state is SessionState.IDLE and before.state is not SessionState.IDLE:
            self.forget_person()
            self._apply(self._default)
        elif view.accommodations.larger_text and not before.accommodations.larger_text:
            self._apply(replace(self.comfort, percent=max(self.comfort.percent, LARGE_PERCENT)))
        if view.volume != self.comfort.volume:
            self._apply(replace(self.comfort, volume=view.volume))
        self.top_bar.show_view(view)
        self.notice.show_view(view)
        self.bar.show_reading(possible=view.state in READABLE, reading=view.reading)
        if not changed:
            mine = screen.isAncestorOf(QApplication.focusWidget() or self)
            screen.show_view(view)
            self._look_for_fields()
            if mine and not screen.isAncestorOf(QApplication.focusWidget() or self):
                screen.take_focus()  # what had the keyboard cannot be pressed any more
            return False
        if screen is not self._current():
            self._current().leave(view)
            self.keyboard.dismiss()
            self._veil.fall()
        self._shown = showing
        self._screens.setCurrentWidget(screen)
        self._dress()
        screen.enter(view)
        self._look_for_fields()
        if self._card_is_up():
            self.keys.open()
        return True

    def take_focus(self) -> None:
        """Puts the keyboard where it belongs on the screen that is up."""
        self._current().take_focus()

    def tick(self) -> None:
        """To be called a few times a second: shows how time goes on."""
        self.top_bar.tick()
        self._current().tick()

    def close_preview(self) -> None:
        """Lets go of the preview file: the screens are going away."""
        self.preview.close()

    def title(self, view: View) -> str:
        """Tells assistive technology, and whoever looks at a list of windows, what is on the screen."""
        moments = {
            SessionState.ASKING: self.tr("{question}: listen"),
            SessionState.THINKING: self.tr("{question}: think"),
            SessionState.ANSWERING: self.tr("{question}: answer"),
        }
        if view.question is not None and view.state in moments:
            return moments[view.state].replace("{question}", number_of(view))
        return {
            "welcome": self.tr("Welcome"),
            "confirm": self.tr("Is this right?"),
            "consent": self.tr("Before we begin"),
            "opening": self.tr("Getting ready"),
            "camera": self.tr("Check, step 1 of 3: camera"),
            "loudspeaker": self.tr("Check, step 2 of 3: loudspeaker"),
            "microphone": self.tr("Check, step 3 of 3: microphone"),
            "practice": self.tr("Practise with one question"),
            "question": self.tr("Practice question"),
            "playback": self.tr("This is your answer"),
            "ready": self.tr("All is ready"),
            "preparing": self.tr("Getting ready"),
            "resuming": self.tr("One moment, please"),
            "paused": self.tr("Paused"),
            "finishing": self.tr("Storing your interview"),
            "thanks": self.tr("Thank you"),
            "refused": self.tr("Nothing is recorded"),
            "failed": self.tr("The interview had to stop"),
        }.get(self.screen_name(), "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply_look()
        if self._card_is_up():
            self.keys.setGeometry(self.rect())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._up = True
        self._apply_look()
        window = self.window().windowHandle()
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tells the director that somebody is there, once a second at most. Takes nothing away."""
        if event.type() in TOUCHES:
            now = self._clock.now_ns()
            if now - self._active_ns >= ACTIVE_EVERY_NS:
                self._active_ns = now
                self._post(Active())
        return super().eventFilter(watched, event)

    # ── what a person chose ─────────────────────────────────────────────────────────────────────────

    def _choose(self, comfort: Comfort) -> None:
        if comfort.volume != self.comfort.volume:
            self._post(SetVolume(comfort.volume))  # comes back in the view
        if (comfort.percent, comfort.theme) != (self.comfort.percent, self.comfort.theme):
            self._apply(replace(comfort, volume=self.comfort.volume))

    def _apply(self, comfort: Comfort) -> None:
        self.comfort = comfort
        self.bar.show_comfort(comfort)
        self._apply_look()

    def _apply_look(self) -> None:
        """Does nothing before this is shown: until then it has no size that means anything."""
        if not self._up:
            return
        tokens = branded(THEMES[self.comfort.theme], self._settings.accent)
        factor = factor_for(self.width(), self.height())
        look = Look(tokens, factor, self.comfort.percent, moves(self._settings.motion, self))
        if self._wardrobe.choose(look):
            self._veil.set_look(look)
            self._dress()
            self.update()

    def _dress(self) -> None:
        """Gives the look to what can be seen. Only then are the places found anew, once and not for each part."""
        self._column.setEnabled(False)
        self._wardrobe.dress(self.top_bar, self.notice, self.bar, self._current())
        if self._card_is_up():
            self._wardrobe.dress(self.keys)
        if self.keyboard.isVisible():
            self._wardrobe.dress(self.keyboard, styled=False)
        self._column.setEnabled(True)
        self._column.invalidate()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._wardrobe.look
        if look is not None:
            painter = QPainter(self)
            painter.fillRect(event.rect(), QColor(look.tokens.background))
            painter.end()

    # ── the keyboard on the screen ──────────────────────────────────────────────────────────────────

    def touched(self, where: QPoint) -> None:
        """A finger came down on something: on a field, it wants to type."""
        field = None if self._card_is_up() else field_at(self, where)
        if field is not None and self.isVisible():
            self.keyboard.open_for(field)

    def _type_here(self) -> None:
        field = first_field(self._current())
        if field is not None:
            self.keyboard.open_for(field)

    def _make_room(self) -> None:
        """The keyboard has come in place of the quiet bar, or has gone again."""
        self.bar.setVisible(not self.keyboard.isVisible())
        look = self._wardrobe.look
        self._current().make_room(typing=self.keyboard.isVisible(), large=look is not None and look.large)
        self._dress()
        QTimer.singleShot(0, self.keyboard, self.keyboard.uncover)  # when everything has its new place

    def _look_for_fields(self) -> None:
        self.keyboard.look_again()
        self.bar.show_typing(possible=first_field(self._current()) is not None)

    def _show_keys(self) -> None:
        self.keyboard.dismiss()
        self.keys.open()
        self._dress()

    def _read_aloud(self) -> None:
        self._post(ReadAloud("" if self._view.reading else self._current().to_read()))

    def forget_person(self) -> None:
        """They have left: nothing of them is left in a field, the editor or the clipboard."""
        self._screens.forget()
        if self._card_is_up():
            self.keys.hide()
        self.keyboard.dismiss()
        clipboard = QGuiApplication.clipboard()
        clipboard.clear(QClipboard.Mode.Clipboard)
        if clipboard.supportsSelection():
            clipboard.clear(QClipboard.Mode.Selection)

    # ── keys ────────────────────────────────────────────────────────────────────────────────────────

    def _add_keys(self) -> None:
        def press(button: Button | None) -> None:
            if button is not None and button.isVisible() and button.isEnabled():
                button.click()

        def press_named(name: str) -> None:
            press(self._current().findChild(Button, name))

        for keys, do in (
            (("Ctrl+Return", "Ctrl+Enter"), lambda: press(self._current().primary)),
            (("Ctrl+R",), lambda: press_named("repeat")),
            (("Ctrl+M",), lambda: press_named("more-time")),
            (("Ctrl++", "Ctrl+="), lambda: press(self.bar.larger)),
            (("Ctrl+-",), lambda: press(self.bar.smaller)),
            (("Ctrl+B",), lambda: press(self.bar.contrast)),
            (("Ctrl+Up",), lambda: press(self.bar.louder)),
            (("Ctrl+Down",), lambda: press(self.bar.quieter)),
            (("Ctrl+L",), lambda: press(self.bar.reader)),
            (("F1",), self._show_keys),
        ):
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(do)

    def _card_is_up(self) -> bool:
        return self._card is not None and self._card.isVisible()

    def _current(self) -> Screen:
        return self._screens.current()
