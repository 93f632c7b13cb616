"""A person at the keyboard who is not there: leads the demonstration through the real screens by real key events.

It presses what a candidate would press and types what a candidate would type, at a candidate's pace; once the
proctor has a look. Nothing else: it posts no request, knows no director and no device. A picture of each screen is
saved on the way.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from kiosk.domain.interview import QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.ui.bridge import Bridge

LOOK_MS: Final = 900
"""How long a screen stands before its picture is taken: by then it shows what there is to see."""
READ_MS: Final = 1500
"""How long a screen stands before something is pressed, so that somebody who watches can read it."""
CONSENT_MS: Final = 3000
THINK_MS: Final = 2500
AFTER_ANSWER_MS: Final = 900
UNHEARD_MS: Final = 9000
"""How long an answer takes when nobody tells: somebody real may be speaking."""
SOUND_MS: Final = 2500
"""How long the test of the loudspeaker is listened to."""
PLAYBACK_MS: Final = 2500
"""How much of what was said is listened to again."""
ENOUGH_MS: Final = 2500
"""How long the last screen stands."""
PROCTOR_AFTER_MS: Final = 2500
PROCTOR_MS: Final = 2500
PROCTOR_AT: Final = 1
"""The question, from 0, during whose answer the proctor has a look."""
KEY_MS: Final = (70, 190)
"""From one key to the next, at least and at most."""
PAUSE_MS: Final = 450
"""More than that, before a line and before a mistake is taken back."""
_KEYS: Final = {"\n": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace, " ": Qt.Key.Key_Space}
PRESSED: Final = {
    State.CAMERA: READ_MS,
    State.LOUDSPEAKER: SOUND_MS,
    State.MICROPHONE: READ_MS,
    State.PLAYBACK: PLAYBACK_MS,
    State.HEARD: READ_MS,
    State.PRACTICE: READ_MS,
    State.PRACTICE_PLAYBACK: PLAYBACK_MS,
    State.READY: READ_MS,
}
"""Where the primary action is pressed, and after how long."""
TALKED: Final = (State.SPEAKING, State.PRACTICE_ANSWERING)
_MOMENTS: Final = {
    State.PRACTICE_ASKING: "practised",
    State.PRACTICE_ANSWERING: "practised",
    State.ASKING: "asked",
    State.THINKING: "thinking",
    State.ANSWERING: "answering",
}


class Autopilot(QObject):
    """Watches the views and does the next thing after a while.

    Args:
        window: whose widgets are found by their object names.
        code: the keys that are pressed in the editor, by question id.
        shots: folder for a picture of each screen.
        screen_name: which screen is up.
        speaks: whether `answer_takes` will be called for spoken answers; otherwise each takes the same time.
        pace: how slowly all this goes; 1 is a person's pace.
    """

    ended = Signal()
    """The last screen was shown long enough."""
    _answer = Signal(float)

    def __init__(
        self,
        window: QWidget,
        bridge: Bridge,
        candidate: str,
        code: Mapping[str, str],
        shots: Path,
        screen_name: Callable[[], str],
        *,
        speaks: bool,
        pace: float = 1.0,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._candidate = candidate
        self._code = code
        self._shots = shots
        self._screen_name = screen_name
        self._speaks = speaks
        self._pace = pace
        self._seen: tuple[State, int] = (State.IDLE, -1)
        self._taken: list[str] = []
        self._keys: Iterator[str] = iter(())
        self._rhythm = random.Random(7)  # noqa: S311  # the same rhythm each time, and no secret
        self._answer.connect(self._spoken)
        bridge.view_changed.connect(self._on_view)

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names of the pictures taken, in order."""
        return tuple(self._taken)

    def begin(self) -> None:
        """Fills in the welcome screen."""
        self._after(READ_MS, self._introduce)

    def answer_takes(self, seconds: float) -> None:
        """The candidate speaks for so long; callable from any thread."""
        if seconds > 0:
            self._answer.emit(seconds)

    # ── what comes next ─────────────────────────────────────────────────────────────────────────────

    def _on_view(self, view: View) -> None:
        now = (view.state, view.index)
        if now == self._seen:
            return
        self._seen = now
        self._proctor_leaves()
        coding = view.question is not None and view.question.kind is QuestionKind.CODING
        if not (coding and view.state is State.ANSWERING):
            self._after(LOOK_MS, self._shoot)
        if view.state is State.CONFIRMING:
            self._after(READ_MS, lambda: self._press("confirm"))
        elif view.state is State.CONSENT:
            self._after(READ_MS, self._read_on)
            self._after(CONSENT_MS, lambda: self._press("tick"))
            self._after(CONSENT_MS + LOOK_MS, lambda: self._press("agree"))
        elif view.state in PRESSED:
            self._after(PRESSED[view.state], lambda: self._press("again" if view.held else "next"))
        elif view.state in TALKED:
            if not self._speaks:
                self._after(UNHEARD_MS, lambda: self._press("next"))
        elif view.state is State.THINKING:
            self._after(THINK_MS, lambda: self._press("next"))
        elif view.state is State.ANSWERING and view.question is not None:
            if coding:
                text = self._code.get(view.question.id, "")
                self._after(LOOK_MS, lambda: self._shoot("empty"))
                self._after(READ_MS, lambda: self._type(text))
                return
            if view.index == PROCTOR_AT:
                self._after(PROCTOR_AFTER_MS, self._proctor_looks)
            if not self._speaks:
                self._after(UNHEARD_MS, lambda: self._press("next"))
        elif view.state in {State.FINISHED, State.FAILED, State.REFUSED}:
            self._after(ENOUGH_MS, self.ended.emit)

    def _after(self, wait_ms: int, action: Callable[[], object]) -> None:
        """Does it later, unless the interview has moved on by then."""
        then = self._seen

        def due() -> None:
            if self._seen == then:
                action()

        self._later(wait_ms, due)

    def _later(self, wait_ms: int, action: Callable[[], object]) -> None:
        QTimer.singleShot(round(wait_ms * self._pace), self, action)

    def _introduce(self) -> None:
        field = self._window.findChild(QLineEdit, "candidate")
        if field is None:
            return
        field.setFocus()

        def typed() -> None:
            self._shoot()
            self._after(READ_MS // 2, lambda: self._press("begin"))

        self._type_into(field, self._candidate, typed)

    def _read_on(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None:
            self._send(focus, "", Qt.Key.Key_PageDown)

    def _proctor_looks(self) -> None:
        """Ctrl+Shift+P and Escape. A shortcut cannot be pressed by an event to a widget, so it is rung."""
        chord = self._window.findChild(QShortcut, "proctor-chord")
        if chord is None:
            return
        chord.activated.emit()
        self._later(LOOK_MS, self._shoot)
        self._later(PROCTOR_MS, self._proctor_leaves)

    def _proctor_leaves(self) -> None:
        panel = self._window.findChild(QWidget, "proctor")
        if panel is not None and panel.isVisible():
            self._send(panel, "", Qt.Key.Key_Escape)

    def _spoken(self, seconds: float) -> None:
        answers = self._seen[0] in TALKED or (self._seen[0] is State.ANSWERING and self._screen_name() != "coding")
        if self._speaks and answers:
            self._after(round(seconds * 1000) + AFTER_ANSWER_MS, lambda: self._press("next"))

    # ── the keyboard ────────────────────────────────────────────────────────────────────────────────

    def _type(self, text: str) -> None:
        editor = self._window.findChild(QWidget, "editor")
        if editor is None:
            return

        def typed() -> None:
            self._after(LOOK_MS, lambda: self._shoot("typed"))
            self._after(READ_MS, lambda: self._press("next"))

        self._type_into(editor, text, typed)

    def _type_into(self, widget: QWidget, text: str, then: Callable[[], None]) -> None:
        """Key by key, with the rhythm of somebody who thinks; then `then`."""
        self._keys = iter(text)
        self._type_next(widget, "", then)

    def _type_next(self, widget: QWidget, before: str, then: Callable[[], None]) -> None:
        letter = next(self._keys, "")
        if not letter:
            then()
            return
        wait = self._rhythm.randint(*KEY_MS)
        if before == "\n" or (letter == "\b" and before != "\b"):
            wait += PAUSE_MS

        def press() -> None:
            self._send(widget, letter)
            self._type_next(widget, letter, then)

        self._after(wait, press)

    def _press(self, name: str) -> None:
        """Focus and space bar, on the visible button of that name."""
        for button in self._window.findChildren(QWidget, name):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                self._send(button, " ")
                return

    @staticmethod
    def _send(widget: QWidget, letter: str, key: Qt.Key = Qt.Key.Key_unknown) -> None:
        key = _KEYS.get(letter, key)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter if letter.isprintable() else "")
            QCoreApplication.sendEvent(widget, event)

    # ── the pictures ────────────────────────────────────────────────────────────────────────────────

    def _shoot(self, moment: str = "") -> None:
        """One picture of each screen in each of its moments."""
        name = self._screen_name()
        if name in {"question", "coding"}:
            name = f"{name}-{moment or _MOMENTS.get(self._seen[0], '')}"
        if any(taken[3:] == f"{name}.png" for taken in self._taken):
            return
        file = f"{len(self._taken) + 1:02}-{name}.png"
        if self._window.grab().save(str(self._shots / file)):
            self._taken.append(file)
