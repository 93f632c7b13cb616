"""What stands on the keys of the keyboard on the screen, row by row. It makes no widget and sends no key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Board(StrEnum):
    """One set of keys."""

    LATIN = "latin"
    ARABIC = "arabic"
    SIGNS = "signs"


class Act(StrEnum):
    """What a key does that writes no sign."""

    SHIFT = "shift"
    DELETE = "delete"
    ENTER = "enter"
    TAB = "tab"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    SIGNS = "signs"
    LETTERS = "letters"
    SCRIPT = "script"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Cap:
    """A key: the sign that it writes or what it does, and how wide it is; a letter has two."""

    does: str | Act
    width: int = 2
    label: str = ""
    """What stands on it in every language; empty leaves that to the words."""


DIGITS: Final = "1234567890"
_LATIN: Final = ("qwertyuiop", "asdfghjkl-", "zxcvbnm.")
_ARABIC: Final = ("ضصثقفغعهخحجد", "شسيبلاتنمكطذ", "أإآءئؤرىةوزظ")
_SIGNS: Final = ("()[]{}<>=\"'", "+-*/%_:;,.\\", "!?&|@#$^~`")
_ARABIC_SIGNS: Final = "،؟؛"
_OWN: Final = {"ar": "أ ب ج"}
OTHER_SCRIPT: Final = {"ar": Board.ARABIC}
"""Language → the letters that its people write with, where those are no Latin ones."""


def rows_of(board: Board, *, lines: bool, language: str) -> tuple[tuple[Cap, ...], ...]:
    """The rows of a board from top to bottom.

    Args:
        board: which keys.
        lines: whether the text has several lines, and so needs Tab and arrows up and down.
        language: of the screen; one with letters of its own has a key that leads to them and back.
    """
    delete = Cap(Act.DELETE, 3)
    if board is Board.LATIN:
        above, middle, low = _LATIN
        last = (Cap(Act.SHIFT, 3), *_caps(low), delete)
    elif board is Board.ARABIC:
        above, middle, low = _ARABIC
        last = (*_caps(low), delete)
    else:
        above, middle, low = _SIGNS
        more = _ARABIC_SIGNS if language in OTHER_SCRIPT else ""
        last = (*_caps(low + more), delete)
    return (_caps(DIGITS), _caps(above), _caps(middle), last, _lowest(board, lines=lines, language=language))


def _lowest(board: Board, *, lines: bool, language: str) -> tuple[Cap, ...]:
    caps = [Cap(Act.LETTERS if board is Board.SIGNS else Act.SIGNS, 3)]
    if language in OTHER_SCRIPT and board is not Board.SIGNS:
        caps.append(Cap(Act.SCRIPT, 3, _OWN[language] if board is Board.LATIN else "abc"))
    if lines:
        caps.append(Cap(Act.TAB))
    caps.append(Cap(" ", 7))
    caps += [Cap(Act.LEFT), *((Cap(Act.UP), Cap(Act.DOWN)) if lines else ()), Cap(Act.RIGHT)]
    return (*caps, Cap(Act.ENTER, 3), Cap(Act.HIDE, 3))


def _caps(signs: str) -> tuple[Cap, ...]:
    return tuple(Cap(sign) for sign in signs)
