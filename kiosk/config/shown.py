"""The configuration in force, for people and for machines."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from kiosk.config import secrets
from kiosk.config.keys import Config
from kiosk.config.kinds import shown
from kiosk.config.layers import Loaded


def show(loaded: Loaded) -> str:
    """A table: key, value, where it came from."""
    rows = [(key, shown(value), loaded.sources[key]) for key, value in as_json(loaded)["values"].items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{key:<{widths[0]}}  {value:<{widths[1]}}  {source}" for key, value, source in rows)


def as_json(loaded: Loaded) -> dict[str, Any]:
    """`values` and `sources` by key, in JSON's types; and what the policy has fixed. No password is in it, and no
    hash of a PIN, which has so few digits that its hash tells it.
    """
    values = {field.name: getattr(loaded.config, field.name) for field in fields(Config)}
    return {
        "values": {key: "***" if value and key.endswith("_hash") else _plain(value) for key, value in values.items()},
        "sources": dict(loaded.sources),
        "fixed": sorted(loaded.fixed),
        "passed_over": list(loaded.passed_over),
    }


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    return secrets.without(value) if isinstance(value, str) else value
