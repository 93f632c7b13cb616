"""Small facts that this account keeps between two runs: one JSON file each in the state folder, replaced as a whole."""

import json
import os
from typing import Any

from kiosk.system import host, places


def write(name: str, body: dict[str, Any]) -> None:
    """Keeps `body` under that file name, for this account alone. Raises OSError."""
    path = places.state_folder() / name
    host.private_folder(path.parent)
    part = path.with_name(f"{name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(host.open_private(part, exclusive=True), "wb") as file:
            file.write((json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode())
            file.flush()
            host.sync_data(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    host.sync_folder(path.parent)


def read(name: str) -> dict[str, Any] | None:
    """What was kept; None when there is nothing, or nothing that can be read."""
    try:
        body = json.loads((places.state_folder() / name).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
