"""Where things lie: assets, state, cache, recordings; in a checkout, in a wheel and in a frozen program."""

import contextlib
import hashlib
import os
import sys
from pathlib import Path
from typing import Final

import platformdirs

if sys.platform == "win32":
    import ctypes

NAME: Final = "interview-kiosk"
PRODUCT: Final = "Interview Kiosk"
"""How folders are called where names have capitals and spaces."""
INSTALLED_HOME: Final = Path("/var/lib/interview-kiosk")
LARGEST_WORDS: Final = 1024 * 1024
_PACKAGE: Final = Path(__file__).resolve().parents[1]


def frozen() -> bool:
    """Whether this is the frozen program."""
    return bool(getattr(sys, "frozen", False))


def checkout() -> Path | None:
    """The root of the checkout that this program runs from, or None when it is installed."""
    root = _PACKAGE.parent
    return root if not frozen() and (root / "pyproject.toml").is_file() else None


def asset(name: str) -> Path:
    """Path of a file or folder in `assets/`, by its name with slashes."""
    if frozen():
        return Path(getattr(sys, "_MEIPASS", ".")) / "assets" / name
    root = checkout()
    return (root or _PACKAGE) / "assets" / name


def installed_home() -> Path | None:
    """Where the package for Linux lets the kiosk's own account keep everything; None for every other account."""
    if sys.platform == "linux" and frozen():
        with contextlib.suppress(OSError):
            if INSTALLED_HOME.stat().st_uid == os.geteuid():
                return INSTALLED_HOME
    return None


def state_folder() -> Path:
    """Tokens, lock-outs, logs: what belongs to this kiosk and not to a session. `KIOSK_STATE` overrides."""
    override = os.environ.get("KIOSK_STATE")
    if override:
        return Path(override)
    home = installed_home()
    return home / "state" if home else platformdirs.user_state_path(NAME, appauthor=False)


def log_folder() -> Path:
    """The logs of this account's processes."""
    return state_folder() / "logs"


def words_of(child: str) -> Path:
    """Where a child's own output goes, libraries' words mostly. What is large already is put aside, once."""
    path = log_folder() / f"{child}.out"
    with contextlib.suppress(OSError):  # it is not there, or somebody holds it open on Windows
        if path.stat().st_size > LARGEST_WORDS:
            path.replace(path.with_name(f"{path.name}.1"))
    return path


def cache_folder() -> Path:
    """What can be made again: rendered voices. Below `KIOSK_STATE` when that is set."""
    if os.environ.get("KIOSK_STATE") or installed_home():
        return state_folder() / "cache"
    return platformdirs.user_cache_path(NAME, appauthor=False)


def machine_folder() -> Path:
    """Where files for the whole machine lie, which the administrator writes. No variable moves it."""
    if sys.platform == "win32":
        return _program_data() / PRODUCT
    if sys.platform == "darwin":
        return Path("/Library/Application Support") / PRODUCT
    return Path("/etc") / NAME


def default_output() -> Path:
    """Where recordings go when nothing else is configured."""
    root = checkout() or installed_home()
    return root / "recordings" if root else platformdirs.user_data_path(NAME, appauthor=False) / "recordings"


def own_command(*arguments: str) -> list[str]:
    """The command line that starts this program again with other arguments, frozen or not."""
    if frozen():
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "kiosk", *arguments]


def name_of_output(output: Path) -> str:
    """Twelve characters that stand for an output folder in the names of sockets, locks and preview files."""
    return hashlib.sha256(os.fsencode(output.resolve())).hexdigest()[:12]


if sys.platform == "win32":
    _COMMON_APPLICATION_DATA: Final = 0x23
    _LONGEST: Final = 260

    def _program_data() -> Path:
        """%ProgramData% as the system knows it: the variable is the user's to change."""
        found = ctypes.create_unicode_buffer(_LONGEST)
        failed = ctypes.windll.shell32.SHGetFolderPathW(None, _COMMON_APPLICATION_DATA, None, 0, found)
        return Path(r"C:\ProgramData" if failed else found.value)
