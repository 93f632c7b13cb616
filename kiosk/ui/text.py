"""Text on the screens: wrapped paragraphs with room between the lines, and text that is painted by itself."""

import html
import re
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kiosk.ui.layouts import fix
from kiosk.ui.theme import SANS, Look

LINE_HEIGHT: Final = 140
"""Per cent of the text size."""
NATURAL_LINE_HEIGHT: Final = 130
"""What the typeface has by itself."""
PARAGRAPH_GAP: Final = 16
_HEADING: Final = re.compile(r"^#+ +", re.MULTILINE)
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


class Paragraph(QLabel):
    """Plain text that wraps. `role` is one of the style sheet's: title, heading, question, small, quiet, ..."""

    def __init__(self, role: str = "", *, most_width: int = 0, reserve: int = 0, name: str = "") -> None:
        super().__init__()
        self._text: str | None = None
        self._marked = False
        if role:
            self.setProperty("role", role)
        if name:
            self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setIndent(0)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        if most_width or reserve:
            fix(self, most_width=most_width, least_height=reserve)

    def say(self, text: str) -> None:
        """Shows `text`; empty lines separate paragraphs. Does nothing when it stands there already."""
        self._show(text, marked=False)

    def say_marked(self, text: str) -> None:
        """Shows `text` with its **bold words** and # headings, the only marks of a consent text."""
        self._show(text, marked=True)

    def _show(self, text: str, *, marked: bool) -> None:
        if text == self._text:
            return
        self._text = text
        self._marked = marked
        self._render()
        self.setAccessibleName(plain(text) if marked else text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange and self._text is not None:
            self._render()

    def _render(self) -> None:
        """Words of the other direction, a name or a number, begin on the same side as the screen."""
        one_line = "left" if not self.wordWrap() else ""
        side = "right" if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else one_line
        blocks = enumerate(_blocks(self._text or ""))
        self.setText("".join(_paragraph(block, first=not at, marked=self._marked, side=side) for at, block in blocks))

    def said(self) -> str:
        """What stands there, as plain text."""
        return self._text or ""

    def said_plain(self) -> str:
        """What stands there without the marks of bold words and headings."""
        return plain(self._text or "")

    def set_role(self, role: str) -> None:
        """Another size or colour of the style sheet."""
        if role != self.property("role"):
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
            self.updateGeometry()


def plain(text: str) -> str:
    """A marked text without its marks."""
    return _BOLD.sub(r"\1", _HEADING.sub("", text))


def split_title(text: str) -> tuple[str, str]:
    """The heading that a marked text begins with (empty when it begins otherwise), and the rest."""
    blocks = _blocks(text)
    if blocks and _HEADING.match(blocks[0]):
        return plain(blocks[0]), "\n\n".join(blocks[1:])
    return "", text


def _blocks(text: str) -> list[str]:
    return [block.strip("\n") for block in text.split("\n\n") if block.strip()]


def _paragraph(block: str, *, first: bool, marked: bool, side: str) -> str:
    """One paragraph for Qt's rich text; words of a file never become markup."""
    words = html.escape(block, quote=False)
    if marked:
        heading = bool(_HEADING.match(words))
        words = _BOLD.sub(r"<b>\1</b>", _HEADING.sub("", words)).replace("\n", " ")
        words = f"<b>{words}</b>" if heading else words
    else:
        words = f'<span style="white-space:pre-wrap">{words}</span>'.replace("\n", "<br>")
    gap = 0 if first else PARAGRAPH_GAP
    align = f' align="{side}"' if side else ""
    style = f"margin:{gap}px 0 0 0; line-height:{LINE_HEIGHT * 100 // NATURAL_LINE_HEIGHT}%"
    return f'<p{align} style="{style}">{words}</p>'


class Line(QWidget):
    """One line of text with tabular digits, so that a running time does not tremble."""

    def __init__(self, size: int, *, quiet: bool = True, name: str = "") -> None:
        super().__init__()
        self._size = size
        self._quiet = quiet
        self._text = ""
        self._look: Look | None = None
        self._font = QFont(SANS)
        if name:
            self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._font = QFont(SANS)
        self._font.setPixelSize(look.text(self._size))
        self._font.setFeature(QFont.Tag("tnum"), 1)
        self.updateGeometry()
        self.update()

    def say(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def said(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font)
        return QSize(int(metrics.horizontalAdvance(self._text)) + 2, int(metrics.height()) + 1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._look is None:
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        tokens = self._look.tokens
        painter.setPen(QColor(tokens.quiet if self._quiet else tokens.ink))
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        where = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), where, self._text)
        painter.end()
