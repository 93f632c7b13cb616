"""Sentences of other rooms and processes, in the language of the screens: a device's error, a verdict, a refusal.

They are made in English with figures, names and paths in them, for logs and reports too, and cross processes as they
are. `assets/translations/sentences.json` holds their patterns, found in the source by `sentences.py` beside it; the
translations stand in the Linguist files. A sentence is matched with the patterns, and its translation gets the same
values. What matches nothing, an answer of the system for instance, comes through as it is: no fact is ever left out.
"""

import functools
import json
import re
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from kiosk.system import places
from kiosk.ui import language
from kiosk.ui.words import tr

CONTEXT: Final = "told"
_HOLE: Final = re.compile(r"\{(\w+)\}")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LATIN: Final = re.compile(r"[A-Za-z]")
_ALSO: Final = "; also, "
_ENDS: Final = re.compile(rf"(?<=[.:?]) +|{_ALSO}")
CODES: Final = re.compile(
    r"(chunk|code|get|HIGHEST|id|index|key|newest|number|returncode|schema|segment|status|version)\d?"
)
"""What these holes hold is no quantity: it keeps the digits 0 to 9, as it stands in logs."""
ISOLATED: Final = "\u2068{}\u2069"
"""First strong isolate: a path or a name keeps its own direction, and the sentence around it keeps its order."""
SWALLOWED: Final = 5
"""As bad as so many letters: a value in the midst of a sentence that would be a sentence itself."""
DEEPEST: Final = 4
LONGEST: Final = 2000
"""Nobody has written a longer one: it is shown as it came."""
KNOWN: Final = 200
"""So many of the newest sentences are remembered: a panel asks for the same ones every other second."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    source: str
    begins: str
    """With these letters; they tell soon that it is another one."""
    form: re.Pattern[str]
    letters: int
    """Of its own, without what is filled in."""


def told(text: str) -> str:
    """One sentence or several, in the language of the screens; as it is where there is no translation."""
    speaks = language.spoken()
    return text if speaks == language.SOURCE or len(text) > LONGEST else _told(text, speaks)


@functools.lru_cache(KNOWN)
def _told(text: str, _speaks: str) -> str:
    _line.cache_clear()  # it holds one language's
    return "\n".join(_line(line, 0)[1] for line in text.split("\n"))


@functools.cache
def _line(text: str, depth: int) -> tuple[int, str]:
    """(letters that no pattern has, the text): in one piece, or cut after a sentence; whichever leaves fewer."""
    best = _whole(text, depth)
    if best[0] == 0 or depth > DEEPEST:
        return best
    for cut in _ENDS.finditer(text):
        first = _whole(text[: cut.start()], depth)
        if first[0] == cut.start():
            first = (first[0], _apart(first[1]))
        rest = _line(text[cut.end() :], depth)
        if first[0] + len(cut[0]) + rest[0] < best[0]:
            between = tr("; also, ") if cut[0] == _ALSO else " "
            best = (first[0] + rest[0], f"{first[1]}{between}{rest[1]}")
    return best


def _whole(text: str, depth: int) -> tuple[int, str]:
    """As one pattern: of a sentence, of a part of one at its beginning, or of one whose full stop was taken away."""
    best = (len(text), text)
    bare = text.removesuffix(".")
    end = text[len(bare) :]
    small = bare[:1].lower() + bare[1:]
    for pattern in _patterns():
        for said, after in ((text, None), (small, end), (bare + ".", end)):
            found = pattern.form.fullmatch(said) if said.startswith(pattern.begins) else None
            translated = QCoreApplication.translate(CONTEXT, pattern.source) if found is not None else ""
            if found is None or translated == pattern.source:
                continue
            left, filled = _filled(translated, found.groupdict(), depth)
            left += SWALLOWED * sum(bool(_ENDS.search(value)) for value in found.groups() if not said.endswith(value))
            if left < best[0]:
                best = (left, filled if after is None else filled.removesuffix(".") + after)
            break
        if best[0] == 0:
            break
    return best


def _filled(translated: str, values: dict[str, str], depth: int) -> tuple[int, str]:
    known = {name: _value(name, value, depth + 1) for name, value in values.items()}
    text = _HOLE.sub(lambda hole: known[hole[1]][1] if hole[1] in known else hole[0], translated)
    return sum(left for left, _ in known.values()), text


def _value(name: str, value: str, depth: int) -> tuple[int, str]:
    """What is filled in: a number in the digits of the language, a known word or sentence; anything else as it is."""
    if _NUMBER.fullmatch(value) and not CODES.fullmatch(name):
        places_after = len(value.partition(".")[2])
        return 1, QLocale().toString(float(value), "f", places_after)
    word = _word(value)
    if word:
        return 1, word
    if depth <= DEEPEST and " " in value:
        left, text = _line(value, depth)
        if left < len(value):
            return left, text
    return len(value), _apart(value)


def _apart(value: str) -> str:
    return ISOLATED.format(value) if _LATIN.search(value) else value


def _word(value: str) -> str:
    """Names of kinds of devices; empty for another word."""
    return {
        "camera": tr("the camera"),
        "microphone": tr("the microphone"),
        "loudspeaker": tr("the loudspeaker"),
        "speaker": tr("the loudspeaker"),
    }.get(value, "")


@functools.cache
def _patterns() -> tuple[_Pattern, ...]:
    """Those with the most letters of their own first."""
    sources: list[str] = json.loads(places.asset("translations/sentences.json").read_text(encoding="utf-8"))
    made = [_pattern(source) for source in sources]
    return tuple(sorted(made, key=lambda pattern: -pattern.letters))


def _pattern(source: str) -> _Pattern:
    parts = _HOLE.split(source)  # text, name, text, name, …, text
    form = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return _Pattern(source, parts[0], re.compile(form, re.DOTALL), sum(map(len, parts[::2])))
