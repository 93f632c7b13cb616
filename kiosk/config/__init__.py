"""The configuration: one table of keys, read from layers, each value with where it came from.

Who needs a new key adds one line to `keys.py`. Never starts or creates anything, and never holds a secret.
"""

from kiosk.config.keys import KEYS, Config
from kiosk.config.layers import DEFAULT, Loaded, check, load, machine_place, policy_place, user_place, why_no_policy
from kiosk.config.shown import as_json, show

__all__ = [
    "DEFAULT",
    "KEYS",
    "Config",
    "Loaded",
    "as_json",
    "check",
    "load",
    "machine_place",
    "policy_place",
    "show",
    "user_place",
    "why_no_policy",
]
