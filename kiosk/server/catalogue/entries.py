"""Putting interviews and assignments into the catalogue, and finding kiosks: what the command line does.

A definition is stored as it is; whether its questions are right is checked where it is asked, by the kiosk.
"""

import hashlib
import re
import tomllib
import uuid
from pathlib import Path
from typing import Final

from django.db import transaction

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import Candidate, Definition, Interview, Kiosk

LARGEST_FILE: Final = 1024 * 1024
_ID: Final = re.compile(r"[a-z0-9-]{1,64}")


def add_definition(file: Path) -> Definition:
    """Stores an interview file under its id, replacing the former one. Raises BadRequest when it is none."""
    with file.open("rb") as opened:
        data = opened.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise BadRequest(f"{file} is larger than {LARGEST_FILE} bytes.")
    try:
        text = data.decode()
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"{file} is not TOML: {error}.") from error
    name, title = values.get("id"), values.get("title")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise BadRequest(f"{file} has no id of small letters, digits and dashes.")
    if not isinstance(title, str) or not title.strip() or len(title) > 200 or not title.isprintable():
        raise BadRequest(f"{file} has no title of at most 200 characters.")
    with transaction.atomic():
        values = {"title": title, "definition": text, "sha256": hashlib.sha256(data).hexdigest()}
        stored, is_new = Definition.objects.update_or_create(id=name, defaults=values)
        audit.record("server", "interview added" if is_new else "interview replaced", name)
    found: Definition = stored
    return found


def assign(candidate: str, interview: str, *, kiosk: Kiosk | None = None, note: str = "") -> Interview:
    """The candidate is to be asked that interview; the same again changes nothing. Raises BadRequest."""
    if not candidate.strip() or len(candidate) > 64 or not candidate.isprintable():
        raise BadRequest("A candidate's id has 1 to 64 characters, and no control characters.")
    if len(note) > 500:
        raise BadRequest("A note has 500 characters at most.")
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
        audit.record("server", "assign", candidate, interview)
    return made


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
