"""Colours for code while it is written. They help the eye and mean nothing; no code is understood or run.

The colours are the theme's own, so that their contrast is checked with it; keywords and names are bold too.
"""

import re
from functools import lru_cache
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from kiosk.ui.theme import Look

MOST_CHARACTERS: Final = 8_000
"""Of a text are coloured; the rest stays plain, so that typing never waits."""
SETTLE_MS: Final = 120
"""After the last key the whole text is coloured again: a quote may have changed all that follows."""
_KNOWN: Final = re.compile(r"[A-Za-z0-9+#._-]{1,40}")
STYLES: Final[tuple[tuple[_TokenType, str, bool], ...]] = (
    (Comment, "quiet", False),
    (Keyword, "accent", True),
    (Operator.Word, "accent", True),
    (String, "good", False),
    (Number, "caution", False),
    (Name.Function, "ink", True),
    (Name.Class, "ink", True),
    (Name.Decorator, "caution", False),
    (Name.Builtin, "accent", False),
)
"""Kind of token, colour of the theme, bold."""


@lru_cache(maxsize=16)
def lexer_for(name: str) -> Lexer | None:
    """Reads code of that language; None when it is not known. The first time takes some 60 ms, so ask early."""
    if not _KNOWN.fullmatch(name):
        return None
    try:
        return get_lexer_by_name(name.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


class Syntax(QSyntaxHighlighter):
    """Colours one document. A language that is not known leaves it plain."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lexer: Lexer | None = None
        self._formats: list[tuple[_TokenType, QTextCharFormat]] = []
        self._lines: list[tuple[str, list[tuple[int, int, QTextCharFormat]]]] = []
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.colour_all)
        document.contentsChanged.connect(self._changed)

    def set_language(self, name: str) -> None:
        """As the interview file names it: python, javascript, c++, ..."""
        self._lexer = lexer_for(name)
        self.colour_all()

    def set_look(self, look: Look) -> None:
        self._formats = []
        for kind, token, bold in STYLES:
            shape = QTextCharFormat()
            shape.setForeground(QColor(getattr(look.tokens, token)))
            if bold:
                shape.setFontWeight(QFont.Weight.Bold)
            self._formats.append((kind, shape))
        self.colour_all()

    def colour_all(self) -> None:
        """Reads the whole text, then colours the lines whose colours have changed."""
        self._settle.stop()
        document = self.document()
        before, self._lines = self._lines, self._spans(document.toPlainText()[:MOST_CHARACTERS])
        for number, line in enumerate(self._lines):
            if number >= len(before) or before[number] != line:
                self.rehighlightBlock(document.findBlockByNumber(number))
        for number in range(len(self._lines), min(len(before), document.blockCount())):
            self.rehighlightBlock(document.findBlockByNumber(number))
        self._settle.stop()  # colours are no change of the text

    def highlightBlock(self, text: str) -> None:
        """Called by Qt for each line that changes: with what is known of it, or read alone until the text settles."""
        number = self.currentBlock().blockNumber()
        if number < len(self._lines) and self._lines[number][0] == text:
            spans = self._lines[number][1]
        else:
            spans = self._spans(text)[0][1] if text and len(text) < MOST_CHARACTERS else []
        for start, length, shape in spans:
            self.setFormat(start, length, shape)

    def _changed(self) -> None:
        if self._lexer is not None:
            self._settle.start()

    def _spans(self, text: str) -> list[tuple[str, list[tuple[int, int, QTextCharFormat]]]]:
        """For each line its text and (start, length, format); positions in Qt's UTF-16 units."""
        lines: list[tuple[str, list[tuple[int, int, QTextCharFormat]]]] = [(line, []) for line in text.split("\n")]
        if self._lexer is None:
            return lines
        row = column = 0
        for _, kind, value in self._lexer.get_tokens_unprocessed(text):
            shape = self._format(kind)
            for at, piece in enumerate(value.split("\n")):
                if at:
                    row, column = row + 1, 0
                length = len(piece.encode("utf-16-le")) // 2
                if shape is not None and length and row < len(lines):
                    lines[row][1].append((column, length, shape))
                column += length
        return lines

    def _format(self, kind: _TokenType) -> QTextCharFormat | None:
        return next((shape for known, shape in self._formats if kind in known), None)
