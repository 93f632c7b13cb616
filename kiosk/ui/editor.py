"""The editor of the coding challenge: plain text, line numbers, indentation, undo. It runs nothing.

Tab belongs to the text, so Escape leaves the editor and Ctrl+Enter finishes; the screen says so.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from kiosk.ui.buttons import ENTER
from kiosk.ui.syntax import Syntax
from kiosk.ui.theme import MONO, Look

INDENT: Final = 4
OPENERS: Final = (":", "{", "(", "[")
_LineChange: TypeAlias = Callable[[str], str]


class CodeEditor(QPlainTextEdit):
    """Whole text in `toPlainText()`."""

    finished = Signal()
    """Ctrl+Enter."""
    left = Signal()
    """Escape."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("editor")
        self.setAccessibleName(self.tr("Your code. Escape leaves the editor, Ctrl+Enter finishes."))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self._look: Look | None = None
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # code is, in every language
        self.syntax = Syntax(self.document())
        self._numbers = _LineNumbers(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow)
        self.cursorPositionChanged.connect(self._numbers.update)

    def begin(self, text: str, language: str = "") -> None:
        """A new task: its starter, the cursor at the end, nothing to undo. `language` gives the colours."""
        self.setPlainText(text)
        self.syntax.set_language(language)
        self.document().clearUndoRedoStacks()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def set_look(self, look: Look) -> None:
        self._look = look
        font = QFont(MONO)
        font.setPixelSize(look.text(28))
        self._numbers.setFont(font)
        self.syntax.set_look(look)
        self.document().setDocumentMargin(look.px(14))
        self.setTabStopDistance(QFontMetricsF(font).horizontalAdvance(" ") * INDENT)
        self._make_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in ENTER and control:
            if not event.isAutoRepeat():
                self.finished.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif self.isReadOnly():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Tab and not control:
            self._indent()
        elif key == Qt.Key.Key_Backtab:
            self._outdent()
        elif key in ENTER:
            self._new_line()
        elif key == Qt.Key.Key_Backspace and not control and self._in_indentation():
            self._outdent()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab is for the text; while nothing can be typed it moves on as everywhere."""
        return super().focusNextPrevChild(forward) if self.isReadOnly() else False

    # ── indentation ─────────────────────────────────────────────────────────────────────────────────

    def _indent(self) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection() and "\u2029" in cursor.selectedText():
            self._each_line(lambda line: " " * INDENT + line if line.strip() else line)
            return
        column = cursor.positionInBlock()
        cursor.insertText(" " * (INDENT - column % INDENT))
        self.setTextCursor(cursor)

    def _outdent(self) -> None:
        self._each_line(_less_indented)

    def _new_line(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indentation = before[: len(before) - len(before.lstrip())]
        if before.rstrip().endswith(OPENERS):
            indentation += " " * INDENT
        cursor.insertText("\n" + indentation)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _in_indentation(self) -> bool:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        return not cursor.hasSelection() and bool(before) and not before.strip()

    def _each_line(self, change: _LineChange) -> None:
        """Changes the lines that the selection touches, as one step of undo."""
        cursor = self.textCursor()
        document = self.document()
        first = document.findBlock(cursor.selectionStart())
        last = document.findBlock(cursor.selectionEnd())
        cursor.beginEditBlock()
        for number in range(first.blockNumber(), last.blockNumber() + 1):
            block = document.findBlockByNumber(number)
            old = block.text()
            new = change(old)
            edit = QTextCursor(block)
            if len(new) < len(old):
                edit.setPosition(block.position() + len(old) - len(new), QTextCursor.MoveMode.KeepAnchor)
                edit.removeSelectedText()
            elif len(new) > len(old):
                edit.insertText(new[: len(new) - len(old)])
        cursor.endEditBlock()

    # ── line numbers ────────────────────────────────────────────────────────────────────────────────

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def numbers_width(self) -> int:
        """Pixels of the column with the line numbers."""
        metrics = QFontMetricsF(self._numbers.font())
        digits = max(2, len(str(self.blockCount())))
        return int(metrics.horizontalAdvance("9") * (digits + 2))

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Paints the numbers of the lines that are seen."""
        if self._look is None:
            return
        tokens = self._look.tokens
        painter = QPainter(self._numbers)
        painter.setFont(self._numbers.font())
        margin = int(QFontMetricsF(self._numbers.font()).horizontalAdvance("9"))
        current = self.textCursor().blockNumber()
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            if block.isVisible() and top + height >= event.rect().top():
                painter.setPen(QColor(tokens.ink if block.blockNumber() == current else tokens.quiet))
                where = QRect(0, int(top), self._numbers.width() - margin, int(height))
                painter.drawText(where, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            top += height
            block = block.next()
        painter.end()

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)
        self._place()

    def _place(self) -> None:
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), self.numbers_width(), self.viewport().height())

    def _follow(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())


class _LineNumbers(QWidget):
    """The column at the left of the editor."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setObjectName("line-numbers")

    def sizeHint(self) -> QSize:
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_numbers(event)


def _less_indented(line: str) -> str:
    spaces = len(line) - len(re.sub(r"^ +", "", line))
    return line[(spaces - 1) % INDENT + 1 :] if spaces else line.removeprefix("\t")
