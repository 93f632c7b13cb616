"""HTTP ranges (RFC 9110, section 14) of a file of a known size: which bytes an answer holds."""

import re
from dataclasses import dataclass
from typing import Final

_BYTES: Final = re.compile(r"\s*bytes\s*=(.*)", re.IGNORECASE | re.DOTALL)
_ONE: Final = re.compile(r"\s*(\d{0,18})\s*-\s*(\d{0,18})\s*")


class NotSatisfiable(Exception):
    """None of the ranges that were asked for lies in the file, or they are not understood: 416."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def part_of(header: str, size: int, most: int) -> Part | None:
    """What to send for a Range header: at most `most` bytes of the first range that lies in the file.

    None means the whole file: no header, or a unit other than bytes. An answer may be shorter than what was asked
    for; players ask again from there. So a paused player never holds a worker for long.
    """
    asked = _BYTES.fullmatch(header)
    if asked is None:
        return None
    for text in asked[1].split(","):
        found = _ONE.fullmatch(text)
        if found is None or not (found[1] or found[2]):
            raise NotSatisfiable
        if found[1]:
            first, last = int(found[1]), int(found[2]) if found[2] else size - 1
            if last < first <= size - 1:
                raise NotSatisfiable
        else:
            length = int(found[2])
            first, last = (max(0, size - length), size - 1) if length else (size, size)
        if first < size:
            return Part(first, min(last, size - 1, first + most - 1))
    raise NotSatisfiable
