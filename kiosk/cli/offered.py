"""Which interviews a kiosk offers: those of its configuration, and those that the server assigned to it."""

import logging
from pathlib import Path

from kiosk.domain.errors import BadRequest, KioskError
from kiosk.domain.interview import Interview
from kiosk.interviews.load import load
from kiosk.outbox.assignments import cached_assignments

log = logging.getLogger(__name__)


def offered(path: Path) -> tuple[Interview, ...]:
    """The interview at `path`, or all in that folder, then the assigned ones, also without a network.

    Of two with the same id the assigned one counts. Raises BadRequest for a wrong file at `path`; a wrong one that was
    assigned is passed over and logged, since nobody at the kiosk can put it right.
    """
    assigned = _assigned()
    known = {interview.id for interview in assigned}
    return (*(interview for interview in _configured(path) if interview.id not in known), *assigned)


def _configured(path: Path) -> tuple[Interview, ...]:
    if not path.is_dir():
        return (load(path),)
    found = tuple(load(file) for file in sorted(path.glob("*.toml")))
    if not found:
        raise BadRequest(f"There is no interview file in {path}.", "Put at least one *.toml there.")
    return found


def _assigned() -> tuple[Interview, ...]:
    found = []
    for name, file in cached_assignments().files:
        try:
            found.append(load(file))
        except KioskError as error:
            log.error("the assigned interview %s is passed over: %s", name, error)  # noqa: TRY400  # told in words
    return tuple(found)
