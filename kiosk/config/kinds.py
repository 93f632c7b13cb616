"""What a value may be: each kind reads what a file, the environment or a flag says, or tells what is wrong with it."""

import colorsys
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_TRUTHS: Final = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


REDDISH: Final = 0.05
"""So near to red, of the whole circle of hues, a colour is taken for red."""
GREYISH: Final = 0.2
"""With less difference between its parts a colour is a grey."""


class Wrong(ValueError):
    """A value that does not fit; its words go on after "key: "."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value."""

    words: str
    """What may stand there, for the reference: "true or false", "a whole number from 80 to 300"."""
    read: Callable[[object, Path], Any]
    """The value that a file says, whose relative paths begin at that folder. Raises Wrong."""
    from_words: Callable[[str], object] = str
    """What the environment says, which knows nothing but texts, as a file would have said it."""


def _one_line(value: object, here: Path) -> str:
    del here
    if not isinstance(value, str):
        raise Wrong(f"must be a text, not {_named(value)}.")
    if len(value) > 300 or not value.isprintable():
        raise Wrong("must be one line of 300 characters at most.")
    return value


def _some_text(value: object, here: Path) -> str:
    line = _one_line(value, here).strip()
    if not line:
        raise Wrong("must not be empty.")
    return line


def _spec(value: object, here: Path) -> str:
    """Numbers are welcome, and the path in file:PATH is relative to where it is said."""
    spec = str(value) if isinstance(value, int) and not isinstance(value, bool) else _some_text(value, here)
    prefix, colon, name = spec.partition(":")
    if prefix == "file" and colon and name:
        return f"file:{here / Path(name).expanduser()}"
    return spec


def _path(value: object, here: Path) -> Path:
    if isinstance(value, Path):
        value = str(value)
    try:
        return here / Path(_some_text(value, here)).expanduser()
    except RuntimeError as error:
        raise Wrong("names the home folder of an account that is not known here.") from error


def _optional_path(value: object, here: Path) -> Path | None:
    return _path(value, here) if value else None


def _truth(value: object, here: Path) -> bool:
    del here
    if not isinstance(value, bool):
        raise Wrong(f"must be true or false, not {_named(value)}.")
    return value


def _truth_from_words(words: str) -> object:
    return _TRUTHS.get(words.strip().lower(), words)


def _number_from_words(words: str) -> object:
    plain = words.strip()
    return int(plain) if re.fullmatch(r"[+-]?\d{1,6}", plain) else words


def _language(value: object, here: Path) -> str:
    tag = _some_text(value, here)
    if not _LANGUAGE.fullmatch(tag):
        raise Wrong(f'must be a language tag like "en" or "en-GB", not {shown(tag)}.')
    return tag


def _proxy(value: object, here: Path) -> str:
    address = _one_line(value, here).strip()
    if address and not re.fullmatch(r"https?://[^/\s]+/?", address):
        raise Wrong(f'must be like "http://proxy.example.org:3128", not {shown(address)}.')
    return address


def _server(value: object, here: Path) -> str:
    address = _one_line(value, here).strip().rstrip("/")
    if address and not re.fullmatch(r"https?://[^/?#@\s]+(/[^?#@\s]*)?", address):
        raise Wrong(f'must be like "https://interviews.example.org", not {shown(address)}.')
    return address


def _time_of_day(value: object, here: Path) -> str:
    at = _one_line(value, here).strip()
    if at and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise Wrong(f'must be a time like "06:30", not {shown(at)}.')
    return at


def _pin_hash(value: object, here: Path) -> str:
    made = _one_line(value, here).strip()
    if made and not made.startswith("$argon2"):
        raise Wrong("must be what 'kiosk pin' prints, never the PIN itself.")
    return made


def _accent(value: object, here: Path) -> str:
    """Red is left to recording, so that it never means anything else on a screen."""
    colour = _one_line(value, here).strip().upper()
    if not colour:
        return ""
    if not re.fullmatch(r"#[0-9A-F]{6}", colour):
        raise Wrong(f'must be like "#1F5FBF", not {shown(value)}.')
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, _, _ = colorsys.rgb_to_hsv(red, green, blue)
    if max(red, green, blue) - min(red, green, blue) > GREYISH and min(hue, 1 - hue) < REDDISH:
        raise Wrong("must not be red: on the screens red says that something is being recorded.")
    return colour


def whole(least: int, most: int) -> Kind:
    """A whole number of that range."""

    def read(value: object, here: Path) -> int:
        del here
        if not isinstance(value, int) or isinstance(value, bool):
            raise Wrong(f"must be a whole number, not {_named(value)}.")
        if not least <= value <= most:
            raise Wrong(f"must be between {least} and {most}, not {str(value)[:12]}.")
        return value

    return Kind(f"a whole number from {least} to {most}", read, _number_from_words)


def one_of(*choices: str) -> Kind:
    """One of these words."""

    def read(value: object, here: Path) -> str:
        word = _some_text(value, here)
        if word not in choices:
            near = difflib.get_close_matches(word, choices, 1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise Wrong(f"must be one of {', '.join(choices)}, not {shown(word)}.{hint}")
        return word

    return Kind(f"one of {', '.join(choices)}", read)


text: Final = Kind("a text", _one_line)
some_text: Final = Kind("a text that is not empty", _some_text)
device: Final = Kind("a device (SPEC)", _spec)
path: Final = Kind("a path", _path)
accent: Final = Kind('a colour like "#1F5FBF" that is not red, or ""', _accent)
optional_path: Final = Kind('a path, or "" for none', _optional_path)
truth: Final = Kind("true or false", _truth, _truth_from_words)
language: Final = Kind("a language tag", _language)
time_of_day: Final = Kind('a time like "06:30", or "" for none', _time_of_day)
pin_hash: Final = Kind('a hash, or "" for none', _pin_hash)
server: Final = Kind('https://host, or "" for none', _server)
proxy: Final = Kind('http://host:port, or "" for none', _proxy)


def shown(value: object) -> str:
    """A value as a file would say it."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str | Path) else str(value)


def _named(value: object) -> str:
    names = {
        str: "a text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        dict: "a table",
        list: "a list",
    }
    return names.get(type(value), "a date or time")
