"""A person at the keyboard who is not there: leads the demonstration through the real screens by real key events.

It presses what a candidate would press and types what a candidate would type, and nothing else: it posts no
request, knows no director and no device.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kiosk.domain.interview import QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.ui.bridge import Bridge

READ_MS: Final = 1500
"""How long a screen stands before the next step, so that somebody who watches can read it."""
TYPE_MS: Final = 55
AFTER_ANSWER_MS: Final = 800
SHOT_MS: Final = 900
_KEYS: Final = {"\n": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, " ": Qt.Key.Key_Space}


class Autopilot(QObject):
    """Watches the views and does the next thing after a while.

    Args:
        window: whose widgets are found by their object names.
        shots: folder for a picture of each screen.
        code: what is typed into the editor, by question id.
        speaks: whether `answer_takes` will be called for spoken answers; otherwise their limit ends them.
    """

    ended = Signal()
    """The last screen was shown long enough."""
    _answer = Signal(float)

    def __init__(
        self,
        window: QWidget,
        bridge: Bridge,
        candidate: str,
        code: dict[str, str],
        shots: Path,
        screen_name: Callable[[], str],
        *,
        speaks: bool,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._candidate = candidate
        self._code = code
        self._shots = shots
        self._screen_name = screen_name
        self._speaks = speaks
        self._seen: tuple[State, int] | None = None
        self._taken: list[str] = []
        self._keys: Iterator[str] = iter(())
        self._typing = QTimer(self)
        self._typing.setInterval(TYPE_MS)
        self._typing.timeout.connect(self._type_next)
        self._answer.connect(self._spoken)
        bridge.view_changed.connect(self._on_view)

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names of the pictures taken, in order."""
        return tuple(self._taken)

    def begin(self) -> None:
        """Fills in the welcome screen."""
        QTimer.singleShot(SHOT_MS, self._shoot)
        QTimer.singleShot(READ_MS, self._introduce)

    def answer_takes(self, seconds: float) -> None:
        """The candidate speaks for so long; callable from any thread."""
        if seconds > 0:
            self._answer.emit(seconds)

    def _on_view(self, view: View) -> None:
        now = (view.state, view.index)
        if now == self._seen:
            return
        self._seen = now
        QTimer.singleShot(SHOT_MS, self._shoot)
        if view.state is State.CONSENT:
            QTimer.singleShot(READ_MS, lambda: self._press("agree"))
        elif view.state is State.ANSWERING and view.question is not None:
            if view.question.kind is QuestionKind.CODING:
                text = self._code.get(view.question.id, "pass\n")
                QTimer.singleShot(READ_MS, lambda: self._type(text))
        elif view.state in {State.FINISHED, State.FAILED, State.REFUSED}:
            QTimer.singleShot(READ_MS + SHOT_MS, self.ended.emit)

    def _introduce(self) -> None:
        field = self._window.findChild(QLineEdit, "candidate")
        if field is not None:
            field.setFocus()
            for letter in self._candidate:
                self._send(field, letter)
        choice = self._window.findChild(QComboBox, "interview")
        if choice is not None and choice.count() > 1:
            choice.setCurrentIndex(0)
        QTimer.singleShot(READ_MS // 2, lambda: self._press("begin"))

    def _spoken(self, seconds: float) -> None:
        where = self._seen

        def done() -> None:
            if self._seen == where:
                self._press("next")

        if self._speaks:
            QTimer.singleShot(round(seconds * 1000) + AFTER_ANSWER_MS, done)

    def _type(self, text: str) -> None:
        editor = self._window.findChild(QWidget, "editor")
        if editor is not None:
            self._send(editor, "", Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self._keys = iter(text)
        self._typing.start()

    def _type_next(self) -> None:
        editor = self._window.findChild(QWidget, "editor")
        letter = next(self._keys, None)
        if editor is None or letter is None or not editor.isVisible():
            self._typing.stop()
            if letter is None:
                QTimer.singleShot(SHOT_MS, self._shoot)
                QTimer.singleShot(READ_MS, lambda: self._press("next"))
            return
        self._send(editor, letter)

    def _press(self, name: str) -> None:
        """Focus and space bar, on the visible button of that name."""
        for button in self._window.findChildren(QWidget, name):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                self._send(button, " ")
                return

    @staticmethod
    def _send(
        widget: QWidget,
        letter: str,
        key: Qt.Key = Qt.Key.Key_unknown,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        key = _KEYS.get(letter, key)
        text = "" if key == Qt.Key.Key_Return else letter
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers, text))

    def _shoot(self) -> None:
        name = f"{len(self._taken) + 1:02}-{self._screen_name()}.png"
        if self._window.grab().save(str(self._shots / name)):
            self._taken.append(name)
