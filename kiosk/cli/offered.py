"""Which interviews a kiosk offers: those of its configuration, and those that the server assigned to it."""

import logging
from pathlib import Path

from kiosk.domain.errors import KioskError
from kiosk.domain.interview import Interview
from kiosk.domain.view import Assigned
from kiosk.interviews.load import load, load_all
from kiosk.outbox.assignments import cached_assignments

log = logging.getLogger(__name__)


def offered(path: Path) -> tuple[Interview, ...]:
    """The interview at `path`, or all in that folder, then the assigned ones, also without a network.

    Of two with the same id the assigned one counts. Raises BadRequest for a wrong file at `path`; a wrong one that was
    assigned is passed over and logged, since nobody at the kiosk can put it right.
    """
    assigned = _assigned()
    known = {interview.id for interview in assigned}
    return (*(interview for interview in load_all(path) if interview.id not in known), *assigned)


def _assigned() -> tuple[Interview, ...]:
    found = []
    for name, file in cached_assignments().files:
        try:
            found.append(load(file))
        except KioskError as error:
            log.error("the assigned interview %s is passed over: %s", name, error)  # noqa: TRY400  # told in words
    return tuple(found)


def offers(path: Path) -> tuple[tuple[Interview, ...], tuple[Assigned, ...]]:
    """The same, and who is assigned to which of them."""
    interviews = offered(path)
    by_id = {interview.id: interview for interview in interviews}
    found = cached_assignments().assignments
    return interviews, tuple(
        Assigned(each.candidate, by_id[each.interview], each.note) for each in found if each.interview in by_id
    )
