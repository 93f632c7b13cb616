"""The keyboard on the screen, for who has none: it types into the field that is in use, and never has the focus itself.

It knows no screen and keeps nothing of what is typed. Whoever shows it puts it below what is typed into, so that it
covers nothing. Its keys stand from left to right in every language, as those of real ones do.
"""

from typing import Final, TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kiosk.ui.keyboard_key import Key
from kiosk.ui.keyboard_rows import OTHER_SCRIPT, Act, Board, Cap, rows_of
from kiosk.ui.layouts import apply_look, space
from kiosk.ui.theme import Look

Writing: TypeAlias = QLineEdit | QPlainTextEdit

_EDGE: Final = 8
"""Pixels that are seen around the field."""
_SENT: Final = {
    Act.DELETE: Qt.Key.Key_Backspace,
    Act.ENTER: Qt.Key.Key_Return,
    Act.TAB: Qt.Key.Key_Tab,
    Act.LEFT: Qt.Key.Key_Left,
    Act.RIGHT: Qt.Key.Key_Right,
    Act.UP: Qt.Key.Key_Up,
    Act.DOWN: Qt.Key.Key_Down,
}
_WRITES: Final = {Act.ENTER: "\r", Act.TAB: "\t", Act.DELETE: "\b"}


def field_at(root: QWidget, where: QPoint) -> Writing | None:
    """The field below `root` at that place, if something can be written in it."""
    widget = root.childAt(where)
    while widget is not None and widget is not root:
        if takes_text(widget):
            return widget if isinstance(widget, QLineEdit | QPlainTextEdit) else None
        widget = widget.parentWidget()
    return None


def first_field(root: QWidget | None) -> Writing | None:
    """The one that is in use below `root`, or else the first that can be seen."""
    if root is None:
        return None
    now = QApplication.focusWidget()
    found: list[Writing] = [*root.findChildren(QLineEdit), *root.findChildren(QPlainTextEdit)]
    for widget in sorted(found, key=lambda one: one is not now):
        if not widget.isReadOnly() and widget.isEnabled() and widget.isVisibleTo(root):
            return widget
    return None


def takes_text(widget: QWidget | None) -> bool:
    """Whether something can be written in it now."""
    if not isinstance(widget, QLineEdit | QPlainTextEdit):
        return False
    return widget.isVisible() and widget.isEnabled() and not widget.isReadOnly()


class Keyboard(QWidget):
    """Hidden until `open_for`.

    Args:
        language: of the screen that it belongs to, as `language.known` says it.
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, language: str) -> None:
        super().__init__()
        self.setObjectName("keyboard")
        self.setAccessibleName(self.tr("Keyboard on the screen"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._language = language
        self._look: Look | None = None
        self._writing: Writing | None = None
        self._board = Board.LATIN
        self._letters = Board.LATIN
        self._areas: list[QScrollArea] = []
        self._moving: list[QWidget] = []
        self._shift = False
        self._kept = False
        self._boards: dict[tuple[Board, bool], QWidget] = {}
        self._stack = QStackedWidget()
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        space(around, 0, left=48, top=10, right=48, bottom=10)
        around.addWidget(self._stack)
        self.hide()

    @property
    def writing(self) -> QWidget | None:
        """What it types into, while it is up."""
        return self._writing if self.isVisible() else None

    def open_for(self, writing: Writing) -> None:
        """Comes up for this field, which takes the focus, with the letters that are most likely needed there."""
        new = writing is not self._writing or not self.isVisible()
        self._writing = writing
        writing.setFocus(Qt.FocusReason.OtherFocusReason)
        if new:
            latin = writing.inputMethodHints() & Qt.InputMethodHint.ImhPreferLatin
            self._letters = Board.LATIN if latin else OTHER_SCRIPT.get(self._language, Board.LATIN)
            self._shift = self._kept = False
            self._turn_to(self._letters)
            self._watch(writing)
        if not self.isVisible():
            self.show()
            self.opened.emit()
        self.uncover()

    def dismiss(self) -> None:
        """Goes away; the field keeps the focus."""
        self._writing = None
        self._watch(None)
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def look_again(self) -> None:
        """Something may have changed on the screen: goes away when nothing can be written any more."""
        if self.isVisible() and not takes_text(self._writing):
            self.dismiss()

    def uncover(self) -> None:
        """Scrolls what is above until the field is seen."""
        writing = self._writing
        for area in self._areas:
            if writing is not None and area.isAncestorOf(writing):
                area.ensureWidgetVisible(writing, 0, _EDGE)
        if isinstance(writing, QPlainTextEdit):
            writing.ensureCursorVisible()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What scrolls has another size, as it gets when this comes up: the field is to be seen all the same."""
        if event.type() is QEvent.Type.Resize or (event.type() is QEvent.Type.Move and watched is self._writing):
            QTimer.singleShot(0, self, self.uncover)
        return False

    def _watch(self, writing: Writing | None) -> None:
        """Follows the areas in which the field scrolls, and what lies between."""
        for moved in self._moving:
            moved.removeEventFilter(self)
        self._areas, self._moving = [], []
        passed: list[QWidget] = []
        above: QWidget | None = writing
        while above is not None:
            if isinstance(above, QScrollArea):
                self._areas.append(above)
                self._moving = list(passed)
            passed.append(above)
            above = above.parentWidget()
        for moved in self._moving:
            moved.installEventFilter(self)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._look.tokens.background))
        painter.fillRect(0, 0, self.width(), 2, QColor(self._look.tokens.line))
        painter.end()

    # ── boards ──────────────────────────────────────────────────────────────────────────────────────

    def _turn_to(self, board: Board) -> None:
        """Shows these keys; they are made when they are needed first."""
        self._board = board
        lines = isinstance(self._writing, QPlainTextEdit)
        page = self._boards.get((board, lines))
        if page is None:
            page = self._boards[board, lines] = self._made(board, lines=lines)
            self._stack.addWidget(page)
        if self._look is not None:
            apply_look(page, self._look)
        self._stack.setCurrentWidget(page)
        self._show_shift()

    def _made(self, board: Board, *, lines: bool) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for caps in rows_of(board, lines=lines, language=self._language):
            row = QHBoxLayout()
            row.setSpacing(0)
            for cap in caps:
                key = Key(cap, f"key-{cap.does}", self._words(cap))
                key.pressed.connect(lambda key=key: self._press(key))
                if cap.does in {Act.HIDE, Act.SIGNS, Act.LETTERS, Act.SCRIPT}:  # when the finger goes up again
                    key.pressed.disconnect()
                    key.clicked.connect(lambda _=False, key=key: self._press(key))
                row.addWidget(key, cap.width)
            column.addLayout(row)
        return page

    def _words(self, cap: Cap) -> str:
        """What a key is called; on most that write no sign it stands too."""
        names = {
            " ": self.tr("Space"),
            Act.SHIFT: self.tr("Capital letters"),
            Act.DELETE: self.tr("Delete"),
            Act.ENTER: self.tr("Enter"),
            Act.TAB: self.tr("Tab"),
            Act.LEFT: self.tr("Left"),
            Act.RIGHT: self.tr("Right"),
            Act.UP: self.tr("Up"),
            Act.DOWN: self.tr("Down"),
            Act.SIGNS: self.tr("Signs"),
            Act.LETTERS: self.tr("Letters"),
            Act.SCRIPT: self.tr("Other letters"),
            Act.HIDE: self.tr("Hide the keyboard"),
        }
        return names.get(cap.does, str(cap.does))

    # ── keys ────────────────────────────────────────────────────────────────────────────────────────

    def _press(self, key: Key) -> None:
        does = key.cap.does
        if does is Act.HIDE:
            self.dismiss()
        elif does is Act.SHIFT:
            self._kept = self._shift and not self._kept  # once is for one letter, twice for all that follow
            self._shift = self._kept or not self._shift
            self._show_shift()
        elif does is Act.SIGNS:
            self._turn_to(Board.SIGNS)
        elif does is Act.LETTERS:
            self._turn_to(self._letters)
        elif does is Act.SCRIPT:
            other = OTHER_SCRIPT[self._language]
            self._letters = other if self._letters is Board.LATIN else Board.LATIN
            self._turn_to(self._letters)
        elif isinstance(does, Act):
            self._send(_SENT[does], _WRITES.get(does, ""))
        else:
            self._send(Qt.Key(ord(key.sign.upper())) if key.sign.isascii() else Qt.Key.Key_unknown, key.sign)
            if self._shift and not self._kept and key.sign.isalpha():
                self._shift = False
                self._show_shift()

    def _send(self, key: Qt.Key, text: str) -> None:
        """As a real key does, to what has the focus: the field, also when something else was pressed meanwhile."""
        writing = self._writing
        if writing is None or not takes_text(writing):
            self.dismiss()
            return
        if not writing.hasFocus():
            writing.setFocus(Qt.FocusReason.OtherFocusReason)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(writing, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))

    def _show_shift(self) -> None:
        if self._board is Board.LATIN:
            for key in self.findChildren(Key):
                key.shift(held=self._shift)
