"""What a crash left at a file's end, or instead of a file, is kept under another name before it goes. Durably."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.files.changes import Changes
from kiosk.files.salvage import bytes_from
from kiosk.files.verification import digest_of

TAIL: Final = ".tail"
EMPTY: Final = ".empty"
PART: Final = ".part"


def cut_off(path: Path, size: int, changes: Changes) -> Path:
    """Keeps what stands beyond `size` in `NAME.tail`, and only then cuts it off. Returns that. Raises OSError."""
    tail = _tail_of(path, size)
    part = tail.with_name(tail.name + PART)
    changes.create(part, bytes_from(path, size))
    changes.sync(part)
    changes.rename(part, tail)
    changes.sync_folder(path.parent)
    changes.cut(path, size)
    changes.sync(path)
    return tail


def set_aside(path: Path, changes: Changes) -> Path:
    """Calls a file that is no recording `NAME.empty`. Returns its new name. Raises OSError."""
    aside = next(place for place in _names(path, EMPTY) if not place.exists())
    changes.rename(path, aside)
    changes.sync_folder(path.parent)
    return aside


def tails_of(path: Path) -> Iterator[Path]:
    """What was ever cut off a file, in order."""
    return itertools.takewhile(Path.exists, _names(path, TAIL))


def _tail_of(path: Path, size: int) -> Path:
    """Where the tail goes: also where an earlier run has put it before it could cut it off."""
    torn = path.stat().st_size - size
    for place in _names(path, TAIL):
        if not place.exists():
            return place
        if place.stat().st_size == torn and digest_of(bytes_from(path, size)) == digest_of(bytes_from(place, 0)):
            return place
    raise AssertionError


def _names(path: Path, ending: str) -> Iterator[Path]:
    number = 1
    while True:
        yield path.with_name(path.name + ending + (f".{number}" if number > 1 else ""))
        number += 1
