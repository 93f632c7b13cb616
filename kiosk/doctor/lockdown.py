"""What keeps people inside the kiosk, as far as it can be seen from inside: the PIN, the account, the desktop."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from kiosk.config import Config
from kiosk.domain.finding import Finding, Grade

if sys.platform == "win32":
    import ctypes
else:
    import grp

ADMINISTRATORS: Final = frozenset({"root", "sudo", "wheel", "admin"})
"""Groups whose members may become the administrator."""
BARE: Final = frozenset({"", "cage", "openbox", "interview-kiosk"})
"""Desktops that lock and dim nothing by themselves."""
LIMIT_S: Final = 5.0
_LOCKS: Final = (
    ("org.gnome.desktop.screensaver", "lock-enabled", "true", "locks the screen"),
    ("org.gnome.desktop.lockdown", "disable-user-switching", "false", "lets people switch accounts"),
)


def examine_kiosk_mode(config: Config, environment: Mapping[str, str]) -> list[Finding]:
    """The PIN, the account's rights and the desktop's settings."""
    return [examine_pin(config), examine_account(_groups()), _examine_desktop(environment)]


def examine_pin(config: Config) -> Finding:
    """Whether the proctor's panel asks for a PIN."""
    if config.proctor_pin_hash:
        return Finding("proctor-pin", Grade.OK, "The proctor's panel asks for a PIN.")
    remedy = "Make one with 'kiosk pin' and set 'proctor_pin_hash' in the policy."
    return Finding("proctor-pin", Grade.WARN, "The proctor's panel opens without a PIN.", remedy)


def examine_account(groups: Sequence[str]) -> Finding:
    """Whether this account could do more than interviews need."""
    strong = sorted(ADMINISTRATORS & set(groups))
    if not strong:
        return Finding("account", Grade.OK, "This account is not an administrator's.")
    fact = f"This account may become the administrator ({', '.join(strong)})."
    return Finding("account", Grade.WARN, fact, "Run the kiosk under an account of its own, without such rights.")


if sys.platform == "win32":

    def _groups() -> list[str]:
        return ["admin"] if ctypes.windll.shell32.IsUserAnAdmin() else []

else:

    def _groups() -> list[str]:
        """Names of the groups that this process is in; those without a name are left out."""
        found = []
        for number in {*os.getgroups(), os.getegid()}:
            try:
                found.append(grp.getgrgid(number).gr_name)
            except KeyError:
                continue
        return [*found, "root"] if os.geteuid() == 0 else found


def _examine_desktop(environment: Mapping[str, str]) -> Finding:
    """What the desktop would do in mid-interview. Only GNOME's settings can be asked here."""
    if sys.platform == "win32":
        fact = "Whether Assigned Access or Shell Launcher bars the way out is not examined here."
        return Finding("kiosk-mode", Grade.OK, fact)
    desktop = environment.get("XDG_CURRENT_DESKTOP", "")
    if desktop.casefold() in BARE:
        return Finding(
            "kiosk-mode", Grade.OK, "There is no desktop beside the kiosk that could lock or dim the screen."
        )
    does = [words for schema, key, value, words in _LOCKS if _setting(schema, key) == value]
    remedy = "Use the kiosk's own session, which has no desktop, or set that by policy for its account."
    if does:
        fact = f"The desktop ({desktop}) {' and '.join(does)}."
        return Finding("kiosk-mode", Grade.WARN, fact, remedy)
    fact = f"The kiosk runs beside a desktop ({desktop}), which may bar less than a session of its own."
    return Finding("kiosk-mode", Grade.WARN, fact, remedy)


def _setting(schema: str, key: str) -> str:
    """A setting of GNOME; "" where there is none."""
    try:
        done = subprocess.run(
            ["gsettings", "get", schema, key], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
