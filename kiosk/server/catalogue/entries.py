"""Candidates, what they are to be asked, and finding kiosks: for the command line and for the pages of those who plan.

Whatever changes is written to the audit log, never with a name or a note: those are personal, and the log outlives
them.
"""

import uuid

from django.db import transaction

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.audit import SERVER, By
from kiosk.server.catalogue.models import Candidate, Definition, Interview, InterviewSession, Kiosk

LONGEST_ID = 64
LONGEST_NOTE = 500


def add_candidate(candidate: str, name: str = "", by: By = SERVER) -> Candidate:
    """A new person. Raises BadRequest when the id is none, or known already."""
    _check_id(candidate)
    with transaction.atomic():
        person, new = Candidate.objects.get_or_create(id=candidate, defaults={"name": name})
        if not new:
            raise BadRequest(f"There is a candidate '{candidate}' already.")
        audit.record(by.name, "candidate added", candidate, address=by.address)
    made: Candidate = person
    return made


def name_candidate(person: Candidate, name: str, by: By = SERVER) -> None:
    """Changes what reviewers call a person; the id stays, since kiosks and recordings know it."""
    if person.name == name:
        return
    with transaction.atomic():
        person.name = name
        person.save(update_fields=["name"])
        audit.record(by.name, "candidate changed", person.pk, "the name", by.address)


def remove_candidate(person: Candidate, by: By = SERVER) -> None:
    """Forgets a person of whom nothing was recorded. Raises BadRequest for anybody else: that is an erasure."""
    with transaction.atomic():
        if has_sessions(person):
            raise BadRequest("There are recordings of this candidate.", "Who may delete them does so on their page.")
        name = person.pk
        person.delete()
        audit.record(by.name, "candidate removed", name, address=by.address)


def has_sessions(person: Candidate) -> bool:
    """Whether a kiosk ever said anything of this person."""
    return bool(
        InterviewSession.objects.filter(interview__candidate=person).exists()
        or InterviewSession.objects.filter(interview=None, candidate_reference=person.pk).exists()
    )


def assign(candidate: str, interview: str, *, kiosk: Kiosk | None = None, note: str = "", by: By = SERVER) -> Interview:
    """The candidate is to be asked that interview; the same again changes nothing. Raises BadRequest."""
    _check_id(candidate)
    if len(note) > LONGEST_NOTE:
        raise BadRequest(f"A note has {LONGEST_NOTE} characters at most.")
    definition = Definition.objects.filter(pk=interview).first()
    if definition is None:
        raise BadRequest(f"There is no interview '{interview}'.", "Add it with 'kiosk-server interview add FILE'.")
    with transaction.atomic():
        person, _ = Candidate.objects.get_or_create(id=candidate)
        known = Interview.objects.filter(candidate=person, definition=definition, open=True, kiosks=kiosk).first()
        if known is not None:
            again: Interview = known
            return again
        made: Interview = Interview.objects.create(
            candidate=person, definition=definition, title=definition.title, note=note
        )
        if kiosk is not None:
            made.kiosks.add(kiosk)
        audit.record(by.name, "assign", candidate, f"{interview} at {kiosk.name}" if kiosk else interview, by.address)
    return made


def take_back(interview: Interview, by: By = SERVER) -> None:
    """The candidate is not to be asked it any more; what was recorded of it stays."""
    with transaction.atomic():
        held = InterviewSession.objects.filter(interview=interview).exists()
        audit.record(
            by.name, "unassign", interview.candidate_id, interview.definition_id or interview.title, by.address
        )
        if held:
            Interview.objects.filter(pk=interview.pk).update(open=False)
        else:
            interview.delete()


def kiosk_named(text: str) -> Kiosk:
    """By id, or by name among those that are enrolled. Raises BadRequest when there is none, or more than one."""
    try:
        found = list(Kiosk.objects.filter(pk=uuid.UUID(text)))
    except ValueError:
        found = list(Kiosk.objects.filter(name=text, revoked_at=None)[:2])
    if not found:
        raise BadRequest(f"There is no kiosk '{text}'.")
    if len(found) > 1:
        raise BadRequest(f"More than one kiosk is called '{text}'.", "Name it by its id.")
    one: Kiosk = found[0]
    return one


def _check_id(candidate: str) -> None:
    if not candidate.strip() or len(candidate) > LONGEST_ID or not candidate.isprintable():
        raise BadRequest(f"A candidate's id has 1 to {LONGEST_ID} characters, and no control characters.")
