"""Reads keys of a parsed file one by one and collects, in plain words, everything that is wrong with them.

Never stops at the first mistake: whoever wrote the file wants to hear of all of them at once.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

_MISSING: Final = object()
_TYPES: Final = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", dict: "a table"}
_ALLOWED_CONTROLS: Final = "\n\t"


class Fields:
    """One table of the file, at `where` in it; what is wrong goes to `problems`.

    Each reading method returns the value, or a harmless one after it noted a problem.
    """

    def __init__(self, table: Mapping[str, Any], where: str, problems: list[str]) -> None:
        self._table = table
        self._where = where
        self._problems = problems

    def wrong(self, key: str, what: str) -> None:
        """Notes that `key` is wrong; `what` goes on after "answer_seconds: "."""
        self._problems.append(f"{self._where}{key}: {what}")

    def only(self, known: Iterable[str]) -> None:
        """Every other key is a problem, with the known one that it looks like."""
        names = sorted(known)
        for key in self._table:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1)
                self.wrong(shown(key), f'there is no such key; did you mean "{near[0]}"?' if near else UNKNOWN)

    def text(
        self,
        key: str,
        *,
        longest: int,
        default: str | None = None,
        pattern: "re.Pattern[str] | None" = None,
        rule: str = "",
        lines: bool = False,
    ) -> str:
        """A text of 1 to `longest` characters (0 when there is a default). `lines`: breaks and tabs may be in it."""
        value = self._table.get(key, _MISSING)
        if value is _MISSING:
            if default is None:
                self.wrong(key, "is missing.")
            return default or ""
        if not isinstance(value, str):
            self.wrong(key, f"must be a text, not {kind_of(value)}.")
            return ""
        if default is None and not value.strip():
            self.wrong(key, "must not be empty.")
        elif len(value) > longest:
            self.wrong(key, f"may have {longest} characters at most, not {len(value)}.")
        elif (odd := _odd_character(value, lines=lines)) is not None:
            self.wrong(key, f"has a character that may not be in it ({odd}).")
        elif pattern is not None and value and not pattern.fullmatch(value):
            self.wrong(key, f"{rule}, not {shown(value)}.")
        else:
            return value
        return ""

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number between `low` and `high`."""
        value = self._table.get(key, _MISSING)
        if value is _MISSING:
            if default is None:
                self.wrong(key, "is missing.")
            return low if default is None else default
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(key, f"must be a whole number, not {kind_of(value)}.")
        elif not low <= value <= high:
            self.wrong(key, f"must be between {low} and {high}, not {value if abs(value) < 10**12 else 'that many'}.")
        else:
            return value
        return low

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        """One of these words; empty after a problem."""
        names = list(choices)
        value = self._table.get(key, _MISSING)
        if value is _MISSING:
            self.wrong(key, f"is missing; it is one of {', '.join(names)}.")
        elif value not in names:
            given = shown(value) if isinstance(value, str) else kind_of(value)
            self.wrong(key, f"must be one of {', '.join(names)}, not {given}.")
        else:
            return str(value)
        return ""


UNKNOWN: Final = "there is no such key."


def kind_of(value: object) -> str:
    """The TOML kind of a value, in words."""
    if isinstance(value, list):
        return "a list"
    return _TYPES.get(type(value), "a date or time")


def shown(value: str) -> str:
    """A text as a message can carry it: in quotes, short, without odd characters."""
    clean = "".join(c if c.isprintable() else "?" for c in value[:40])
    return f'"{clean}{"…" if len(value) > 40 else ""}"'


def _odd_character(value: str, *, lines: bool) -> str | None:
    """The first control character or half of a surrogate pair, as U+0007."""
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"} and not (lines and character in _ALLOWED_CONTROLS):
            return f"U+{ord(character):04X}"
    return None
