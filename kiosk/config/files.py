"""One configuration file: its good values, and everything that is wrong with it by file, line and key."""

import difflib
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kiosk.config import secrets
from kiosk.config.keys import KEYS, TABLES
from kiosk.config.kinds import Wrong

LARGEST_BYTES: Final = 64 * 1024


def read(path: Path, problems: list[str], *, must_exist: bool) -> dict[str, Any]:
    """The good values of a file; what is wrong goes to `problems`. A file that need not exist may be missing."""
    try:
        text = _content(path)
        table = tomllib.loads(text)
    except FileNotFoundError:
        if must_exist:
            problems.append(f"{path}: there is no such file.")
        return {}
    except OSError as error:
        problems.append(f"{path}: cannot be read ({(error.strerror or 'unknown reason').lower()}).")
        return {}
    except (ValueError, RecursionError) as error:
        problems.append(f"{path}: this is not TOML: {error}.")
        return {}
    values: dict[str, Any] = {}
    for key, value in _flat(table):
        place = f"{path}{_line(text, key)}: {key if key.isprintable() else '?'}"
        if key not in KEYS:
            problems.append(f"{place}: {_unknown(key)}")
            continue
        if isinstance(value, str) and secrets.in_address(value):
            problems.append(f"{place}: {secrets.REFUSED_ADDRESS}")
            continue
        try:
            values[key] = KEYS[key].kind.read(value, path.absolute().parent)
        except Wrong as error:
            problems.append(f"{place}: {error}")
    return values


def _unknown(key: str) -> str:
    if secrets.named(key):
        return secrets.REFUSED_KEY
    near = difflib.get_close_matches(key, KEYS, 1)
    hint = f'; did you mean "{near[0]}"?' if near else ". `kiosk config show` lists all keys."
    return f"there is no such key{hint}"


def _flat(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys, with those of our own tables behind the table's name."""
    for key, value in table.items():
        if key in TABLES and isinstance(value, dict):
            yield from ((f"{key}_{inner}", what) for inner, what in value.items())
        else:
            yield key, value


def _content(path: Path) -> str:
    """The file's text. Raises OSError, ValueError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "it is not a file")
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise ValueError(f"it is larger than {LARGEST_BYTES // 1024} KiB")
    for line in data.split(b"\n"):  # the parser takes quadratic time for a key of many dots
        if line.count(b".") > 300:
            raise ValueError("a line has more than 300 dots")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8 text") from error


def _line(text: str, key: str) -> str:
    """Words like `, line 3` where the key is found as it is usually written."""
    for name in (key, *(key.removeprefix(f"{table}_") for table in TABLES)):
        found = re.search(rf"^[ \t]*\[?[\"']?{re.escape(name)}[\"']?[ \t]*[=.\]]", text, re.MULTILINE)
        if found:
            return f", line {text.count(chr(10), 0, found.start()) + 1}"
    return ""
