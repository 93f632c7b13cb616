"""The configuration: one TOML file in layers, each value with where it came from.

defaults < machine file < user file (or the one named with --config) < environment (`KIOSK_CAMERA`, …) < flags.
Relative paths are relative to the file that says them; in the environment and in flags to the current folder.
Never starts or creates anything.
"""

import difflib
import re
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import platformdirs

from kiosk.domain.errors import BadRequest
from kiosk.system import places

FILE: Final = "kiosk.toml"
LARGEST_BYTES: Final = 64 * 1024
PREFIX: Final = "KIOSK_"
DEFAULT: Final = "default"
PRESETS: Final = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium")
THEMES: Final = ("light", "dark", "contrast")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_WORDS: Final = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


@dataclass(frozen=True, slots=True)
class Config:
    """What an installation can set. Device values are SPECs, as the command line takes them."""

    output: Path
    camera: str
    microphone: str
    speaker: str
    kiosk_name: str
    interview: Path
    """The interview file that the kiosk offers."""
    language: str
    """Of the screens and of the consent, as a BCP 47 tag."""
    voice: str
    """Name or id of the voice that asks; empty means one that fits the interview's language."""
    words_per_minute: int
    rec_mark: bool
    """Burn the REC mark in."""
    timestamp: bool
    """Burn date and time in."""
    preset: str
    """x264's: how hard the encoder works."""
    theme: str
    keep_days: int
    """How long a recording stays here once the server has it."""
    keep_free_hours: int
    """With less room than for so many hours of recording, sent recordings go earlier; unsent ones never."""
    server_proxy: str
    """`proxy` in the table `[server]`: the way out to the server, http://host:port; empty means directly."""
    server_ca_file: Path | None
    """`ca_file` in the table `[server]`: certificates (PEM) of your own authority, trusted beside the system's."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration in force, and for each key where its value came from."""

    config: Config
    sources: dict[str, str]


class _Wrong(ValueError):
    """A value that does not fit; its words go on after "key: "."""


def load(
    flags: Mapping[str, object],
    config_file: Path | None,
    environment: Mapping[str, str],
    *,
    machine_file: Path | None = None,
    user_file: Path | None = None,
) -> Loaded:
    """The configuration of all layers.

    Args:
        flags: key → value of what was given on the command line; None means not given.
        config_file: read in place of the user's file; must exist.
        environment: usually `os.environ`.
        machine_file: where the machine's file lies; the platform's place when None.
        user_file: where the user's file lies; the platform's place when None.

    Raises:
        BadRequest: with one line for each value that is wrong.
    """
    problems: list[str] = []
    values: dict[str, Any] = _defaults()
    sources = dict.fromkeys(values, DEFAULT)
    layers = [(machine_file or machine_place(environment), False)]
    layers.append((config_file, True) if config_file is not None else (user_file or user_place(), False))
    for path, must_exist in layers:
        for key, value in _read(path, problems, must_exist=must_exist).items():
            values[key], sources[key] = value, str(path)
    here = Path.cwd()
    for key in values:
        name = PREFIX + key.upper()
        if environment.get(name):
            _take(key, _from_words(key, environment[name]), here, name, values, sources, problems)
        if flags.get(key) is not None:
            _take(key, flags[key], here, "--" + key.replace("_", "-"), values, sources, problems)
    if problems:
        raise BadRequest("\n".join(problems))
    return Loaded(Config(**values), sources)


def check(path: Path) -> list[str]:
    """Everything that is wrong with that file, a line each; none when it is good."""
    problems: list[str] = []
    _read(path, problems, must_exist=True)
    return problems


def show(loaded: Loaded) -> str:
    """A table: key, value, where it came from."""
    rows = [(key, _shown(value), loaded.sources[key]) for key, value in as_json(loaded)["values"].items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{key:<{widths[0]}}  {value:<{widths[1]}}  {source}" for key, value, source in rows)


def as_json(loaded: Loaded) -> dict[str, Any]:
    """`values` and `sources` by key, in JSON's types."""
    values = {field.name: getattr(loaded.config, field.name) for field in fields(Config)}
    return {
        "values": {key: str(value) if isinstance(value, Path) else value for key, value in values.items()},
        "sources": dict(loaded.sources),
    }


def machine_place(environment: Mapping[str, str]) -> Path:
    """Where the file for the whole machine lies."""
    if sys.platform == "win32":
        return Path(environment.get("PROGRAMDATA", r"C:\ProgramData")) / "Interview Kiosk" / FILE
    return Path("/etc/interview-kiosk") / FILE


def user_place() -> Path:
    """Where the file for this account lies."""
    return platformdirs.user_config_path(places.NAME, appauthor=False) / FILE


def _defaults() -> dict[str, Any]:
    return {
        "output": places.default_output(),
        "camera": "0",
        "microphone": "default",
        "speaker": "default",
        "kiosk_name": "Interview kiosk",
        "interview": places.asset("interviews/general.toml"),
        "language": "en",
        "voice": "",
        "words_per_minute": 150,
        "rec_mark": True,
        "timestamp": True,
        "preset": "superfast",
        "theme": "light",
        "keep_days": 7,
        "keep_free_hours": 4,
        "server_proxy": "",
        "server_ca_file": None,
    }


# ── One value ──────────────────────────────────────────────────────────────────────────────────────────────────


def _text(value: object, here: Path) -> str:
    del here
    if not isinstance(value, str):
        raise _Wrong(f"must be a text, not {_kind(value)}.")
    if len(value) > 300 or not value.isprintable():
        raise _Wrong("must be one line of 300 characters at most.")
    return value


def _some_text(value: object, here: Path) -> str:
    text = _text(value, here).strip()
    if not text:
        raise _Wrong("must not be empty.")
    return text


def _spec(value: object, here: Path) -> str:
    """A device: numbers are welcome, and the path in file:PATH is relative to where it is said."""
    spec = str(value) if isinstance(value, int) and not isinstance(value, bool) else _some_text(value, here)
    kind, colon, path = spec.partition(":")
    if kind == "file" and colon and path:
        return f"file:{here / Path(path).expanduser()}"
    return spec


def _path(value: object, here: Path) -> Path:
    if isinstance(value, Path):
        value = str(value)
    try:
        return here / Path(_some_text(value, here)).expanduser()
    except RuntimeError as error:
        raise _Wrong("names the home folder of an account that is not known here.") from error


def _bool(value: object, here: Path) -> bool:
    del here
    if not isinstance(value, bool):
        raise _Wrong(f"must be true or false, not {_kind(value)}.")
    return value


def _number(least: int, most: int) -> Callable[[object, Path], int]:
    def number(value: object, here: Path) -> int:
        del here
        if not isinstance(value, int) or isinstance(value, bool):
            raise _Wrong(f"must be a whole number, not {_kind(value)}.")
        if not least <= value <= most:
            raise _Wrong(f"must be between {least} and {most}, not {str(value)[:12]}.")
        return value

    return number


def _proxy(value: object, here: Path) -> str:
    text = _text(value, here).strip()
    if text and not re.fullmatch(r"https?://[^/\s]+/?", text):
        raise _Wrong(f'must be like "http://proxy.example.org:3128", not {_shown(text)}.')
    return text


def _no_path(value: object, here: Path) -> Path | None:
    return _path(value, here) if value else None


def _language(value: object, here: Path) -> str:
    text = _some_text(value, here)
    if not _LANGUAGE.fullmatch(text):
        raise _Wrong(f'must be a language tag like "en" or "en-GB", not {_shown(text)}.')
    return text


def _one_of(*choices: str) -> Callable[[object, Path], str]:
    def one(value: object, here: Path) -> str:
        text = _some_text(value, here)
        if text not in choices:
            near = difflib.get_close_matches(text, choices, 1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise _Wrong(f"must be one of {', '.join(choices)}, not {_shown(text)}.{hint}")
        return text

    return one


_READERS: Final[dict[str, Callable[[object, Path], object]]] = {
    "output": _path,
    "camera": _spec,
    "microphone": _spec,
    "speaker": _spec,
    "kiosk_name": _some_text,
    "interview": _path,
    "language": _language,
    "voice": _text,
    "words_per_minute": _number(80, 300),
    "rec_mark": _bool,
    "timestamp": _bool,
    "preset": _one_of(*PRESETS),
    "theme": _one_of(*THEMES),
    "keep_days": _number(0, 3650),
    "keep_free_hours": _number(0, 1000),
    "server_proxy": _proxy,
    "server_ca_file": _no_path,
}
_NUMBERS: Final = frozenset({"words_per_minute", "keep_days", "keep_free_hours"})
TABLES: Final = ("server",)
"""Keys that begin with such a name may stand in a table of it: `server_proxy` is `proxy` in `[server]`."""


def _from_words(key: str, words: str) -> object:
    """What the environment says, which knows nothing but texts."""
    plain = words.strip().lower()
    if _READERS[key] is _bool:
        return _WORDS.get(plain, words)
    if key in _NUMBERS and re.fullmatch(r"\d{1,6}", plain):
        return int(plain)
    return words


def _take(
    key: str,
    value: object,
    here: Path,
    source: str,
    values: dict[str, Any],
    sources: dict[str, str],
    problems: list[str],
) -> None:
    try:
        values[key] = _READERS[key](value, here)
        sources[key] = source
    except _Wrong as error:
        problems.append(f"{source}: {error}")


# ── One file ───────────────────────────────────────────────────────────────────────────────────────────────────


def _read(path: Path, problems: list[str], *, must_exist: bool) -> dict[str, Any]:
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
    values = {}
    for key, value in _flat(table):
        place = f"{path}{_line(text, key.removeprefix('server_'))}: {key if key.isprintable() else '?'}"
        if key not in _READERS:
            near = difflib.get_close_matches(key, _READERS, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ". `kiosk config show` lists all keys."
            problems.append(f"{place}: there is no such key{hint}")
            continue
        try:
            values[key] = _READERS[key](value, path.absolute().parent)
        except _Wrong as error:
            problems.append(f"{place}: {error}")
    return values


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
    found = re.search(rf"^[ \t]*\[?[\"']?{re.escape(key)}[\"']?[ \t]*[=.\]]", text, re.MULTILINE)
    return f", line {text.count(chr(10), 0, found.start()) + 1}" if found else ""


def _kind(value: object) -> str:
    kinds = {
        str: "a text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        dict: "a table",
        list: "a list",
    }
    return kinds.get(type(value), "a date or time")


def _shown(value: object) -> str:
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
