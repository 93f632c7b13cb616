"""Which interviews this kiosk is to hold with whom: fetched when there is a network, kept for when there is none."""

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.contract.wire import Assignment, Assignments
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.wire import build, plain
from kiosk.outbox.api import Api
from kiosk.outbox.enrolment import write_private
from kiosk.system import host, places

log = logging.getLogger(__name__)

FILE: Final = "assignments.json"
FOLDER: Final = "interviews"
_ID: Final = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Cached:
    """What the server assigned last: who is asked what, and where each interview file lies."""

    assignments: tuple[Assignment, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    """Interview id and file."""


def cached_assignments() -> Cached:
    """What was fetched last; empty when nothing was, or when it cannot be read."""
    folder = places.state_folder()
    try:
        body = json.loads((folder / FILE).read_bytes())
        known: Assignments = build(Assignments, body["assigned"])
    except (OSError, ValueError, KeyError, TypeError, BadRequest):
        return Cached()
    files = [(i.id, folder / FOLDER / f"{i.id}.toml") for i in known.interviews if _ID.fullmatch(i.id)]
    return Cached(known.assignments, tuple((name, path) for name, path in files if path.is_file()))


def fetch(api: Api) -> bool:
    """Fetches what changed; whether anything did. Raises Later, NotAllowed, Refused, WorldFailed."""
    folder = places.state_folder()
    found, etag = api.assignments(_etag(folder / FILE))
    if found is None:
        return False
    good = []
    for interview in found.interviews:
        text = interview.definition.encode()
        if not _ID.fullmatch(interview.id) or hashlib.sha256(text).hexdigest() != interview.sha256:
            log.error("the server's interview %r is passed over: its id or its hash is wrong", interview.id[:64])
            continue
        good.append((interview, text))
    kept = Assignments(tuple(interview for interview, _ in good), found.assignments)
    try:
        host.private_folder(folder / FOLDER)
        for interview, text in good:
            write_private(folder / FOLDER / f"{interview.id}.toml", text)
        write_private(folder / FILE, json.dumps({"etag": etag, "assigned": plain(kept)}, indent=2).encode())
        wanted = {f"{interview.id}.toml" for interview, _ in good}
        for old in (folder / FOLDER).glob("*.toml"):
            if old.name not in wanted:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise WorldFailed(f"The assignments cannot be kept in {folder}: {error.strerror}.") from error
    return True


def _etag(path: Path) -> str:
    try:
        body = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return ""
    etag = body.get("etag") if isinstance(body, dict) else None
    return etag if isinstance(etag, str) and etag.isprintable() else ""
