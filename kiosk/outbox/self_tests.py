"""The last self-test, kept so that screens, monitoring and the server can be told of it."""

from datetime import datetime

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.self_test import NOTE, SelfTest, standing
from kiosk.domain.wire import build, plain
from kiosk.system import notes


def keep(found: SelfTest) -> None:
    """In place of the one before, unless that found something wrong which was not tried now. Raises WorldFailed."""
    try:
        notes.write(NOTE, plain(standing(last(), found)))
    except OSError as error:
        raise WorldFailed(f"The self-test cannot be kept: {error.strerror}.", "Check the state folder.") from error


def last() -> SelfTest | None:
    """None when there was none, or what was kept cannot be read."""
    body = notes.read(NOTE)
    try:
        found: SelfTest | None = build(SelfTest, body) if body is not None else None
        if found is not None and datetime.fromisoformat(found.at).tzinfo is None:
            return None
    except (BadRequest, ValueError):
        return None
    return found
