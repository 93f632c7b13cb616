"""The layers: defaults < machine file < user file (or the one named with --config) < environment < flags.

Relative paths are relative to the file that says them; in the environment (`KIOSK_CAMERA`, …) and in flags to the
current folder.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from kiosk.config import files
from kiosk.config.keys import KEYS, Config
from kiosk.config.kinds import Wrong
from kiosk.domain.errors import BadRequest
from kiosk.system import places

FILE: Final = "kiosk.toml"
PREFIX: Final = "KIOSK_"
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration in force, and for each key where its value came from."""

    config: Config
    sources: dict[str, str]


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
    values: dict[str, Any] = {name: key.default_here() for name, key in KEYS.items()}
    sources = dict.fromkeys(values, DEFAULT)
    layers = [(machine_file or machine_place(environment), False)]
    layers.append((config_file, True) if config_file is not None else (user_file or user_place(), False))
    for path, must_exist in layers:
        for name, value in files.read(path, problems, must_exist=must_exist).items():
            values[name], sources[name] = value, str(path)
    here = Path.cwd()
    for name, key in KEYS.items():
        variable = PREFIX + name.upper()
        if environment.get(variable):
            _take(name, key.kind.from_words(environment[variable]), here, variable, values, sources, problems)
        if flags.get(name) is not None:
            _take(name, flags[name], here, "--" + name.replace("_", "-"), values, sources, problems)
    if problems:
        raise BadRequest("\n".join(problems))
    return Loaded(Config(**values), sources)


def check(path: Path) -> list[str]:
    """Everything that is wrong with that file, a line each; none when it is good."""
    problems: list[str] = []
    files.read(path, problems, must_exist=True)
    return problems


def machine_place(environment: Mapping[str, str]) -> Path:
    """Where the file for the whole machine lies."""
    if sys.platform == "win32":
        return Path(environment.get("PROGRAMDATA", r"C:\ProgramData")) / "Interview Kiosk" / FILE
    return Path("/etc/interview-kiosk") / FILE


def user_place() -> Path:
    """Where the file for this account lies."""
    return platformdirs.user_config_path(places.NAME, appauthor=False) / FILE


def _take(
    name: str,
    value: object,
    here: Path,
    source: str,
    values: dict[str, Any],
    sources: dict[str, str],
    problems: list[str],
) -> None:
    try:
        values[name] = KEYS[name].kind.read(value, here)
        sources[name] = source
    except Wrong as error:
        problems.append(f"{source}: {error}")
