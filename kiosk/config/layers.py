"""The layers: defaults < machine file < user file (or the one named with --config) < environment < flags < policy.

The policy is the administrator's: what it says holds, whatever stands below. A flag that says otherwise is refused,
a file or variable that does is passed over and told. Without a right policy nothing starts: a policy that somebody
else could have written is none, and to go on without it would be what that somebody wants.

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
from kiosk.system import ownership, places

FILE: Final = "kiosk.toml"
POLICY: Final = "policy.toml"
PREFIX: Final = "KIOSK_"
DEFAULT: Final = "default"
GIVE_BACK: Final = (
    f'Let an administrator run: icacls "{places.machine_folder()}" /setowner *S-1-5-32-544 /T, then the same with '
    "/inheritance:r /grant *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX."
    if sys.platform == "win32"
    else "Give it back to the administrator: chown root FILE; chmod 644 FILE; and the same for its folder with 755."
)
"""What to do about a policy that is not the administrator's."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration in force, and for each key where its value came from."""

    config: Config
    sources: dict[str, str]
    fixed: frozenset[str] = frozenset()
    """Keys that the policy sets."""
    passed_over: tuple[str, ...] = ()
    """What files and variables say in vain, since the policy says otherwise; a sentence each."""


def load(
    flags: Mapping[str, object],
    config_file: Path | None,
    environment: Mapping[str, str],
    *,
    machine_file: Path | None = None,
    user_file: Path | None = None,
    policy_file: Path | None = None,
    administrator: int = ownership.ROOT,
) -> Loaded:
    """The configuration of all layers.

    Args:
        flags: key → value of what was given on the command line; None means not given.
        config_file: read in place of the user's file; must exist.
        environment: usually `os.environ`.
        machine_file: where the machine's file lies; the platform's place when None.
        user_file: where the user's file lies; the platform's place when None.
        policy_file: where the policy lies; the platform's place when None.
        administrator: number of the account whose files are a policy.

    Raises:
        BadRequest: with one line for each value that is wrong, and for each flag that the policy does not allow.
    """
    problems: list[str] = []
    defaults: dict[str, Any] = {name: key.default_here() for name, key in KEYS.items()}
    said = [_Layer(DEFAULT, defaults)]
    places_of_files = [(machine_file or machine_place(), False)]
    places_of_files.append((config_file, True) if config_file is not None else (user_file or user_place(), False))
    said += [_Layer(str(path), files.read(path, problems, must_exist=must)) for path, must in places_of_files]
    here = Path.cwd()
    flagged: list[_Layer] = []
    for name, key in KEYS.items():
        variable = PREFIX + name.upper()
        if environment.get(variable):
            said.append(_one(name, key.kind.from_words(environment[variable]), here, variable, problems))
        if flags.get(name) is not None:
            flagged.append(_one(name, flags[name], here, "--" + name.replace("_", "-"), problems))
    path = policy_file or policy_place()
    policy = _policy(path, problems, administrator)
    passed_over = []
    for layer in said[1:]:
        passed_over += [f"{layer.source}: {name}: {_fixed(path)}" for name in layer.says_otherwise(policy)]
    for layer in flagged:
        problems += [f"{layer.source}: {_fixed(path)}" for _ in layer.says_otherwise(policy)]
    if problems:
        raise BadRequest("\n".join(problems))
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for layer in (*said, *flagged, policy):
        values.update(layer.values)
        sources.update(dict.fromkeys(layer.values, layer.source))
    return Loaded(Config(**values), sources, frozenset(policy.values), tuple(passed_over))


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one source says."""

    source: str
    values: dict[str, Any]

    def says_otherwise(self, policy: "_Layer") -> list[str]:
        """The keys to which it gives another value than the policy does."""
        return [name for name in self.values if name in policy.values and self.values[name] != policy.values[name]]


def _one(name: str, value: object, here: Path, source: str, problems: list[str]) -> _Layer:
    """The layer of one variable or flag; empty when its value is wrong."""
    try:
        return _Layer(source, {name: KEYS[name].kind.read(value, here)})
    except Wrong as error:
        problems.append(f"{source}: {error}")
    return _Layer(source, {})


def _policy(path: Path, problems: list[str], administrator: int) -> _Layer:
    """The administrator's layer; empty when there is none."""
    why = why_no_policy(path, administrator)
    if why:
        problems.append(f"{path}: {why}")
        return _Layer(str(path), {})
    return _Layer(str(path), files.read(path, problems, must_exist=False))


def why_no_policy(path: Path, administrator: int = ownership.ROOT) -> str:
    """Why that file is not obeyed as a policy, a sentence with its remedy; "" when it is, or when there is none."""
    try:
        why = ownership.others_may_write(path, administrator)
    except FileNotFoundError:
        return ""
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return f"the policy cannot be read ({reason}). Make it and its folder readable for this account."
    return f"this policy is not obeyed, since {why}. {GIVE_BACK}" if why else ""


def _fixed(path: Path) -> str:
    return f"is set by the administrator in {path}, and cannot be set otherwise."


def check(path: Path) -> list[str]:
    """Everything that is wrong with that file, a line each; none when it is good."""
    problems: list[str] = []
    files.read(path, problems, must_exist=True)
    return problems


def machine_place() -> Path:
    """Where the file for the whole machine lies."""
    return places.machine_folder() / FILE


def policy_place() -> Path:
    """Where the administrator's policy lies."""
    return places.machine_folder() / POLICY


def user_place() -> Path:
    """Where the file for this account lies."""
    return platformdirs.user_config_path(places.NAME, appauthor=False) / FILE
