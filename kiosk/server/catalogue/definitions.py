"""Interviews as they are defined: checked by what `kiosk check` asks, stored, replaced, deleted.

Never changes what a recording was made with: the text that is replaced or deleted is kept under its hash for as long
as anything refers to it.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import Q

from kiosk.domain import interview
from kiosk.domain.errors import BadRequest
from kiosk.interviews import load
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.audit import SERVER, By
from kiosk.server.catalogue.models import Definition, FormerDefinition, Interview, InterviewSession

_ID: Final = re.compile(r"[a-z0-9-]{1,64}")
BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Use:
    """What refers to an interview."""

    waiting: int
    """Candidates who are to be asked it."""
    recordings: int
    """Sessions in which it was asked, in whatever text it had."""


class Overtaken(BadRequest):
    """Somebody else changed the interview in the meantime."""


def check(text: str) -> tuple[interview.Interview | None, list[str]]:
    """The interview of this text, or None and everything that is wrong, a line each with its place."""
    return load.read(_bytes(text))


def plain(text: str) -> str:
    """As it is kept: lines as everywhere but on Windows, so that the same text has one hash wherever it was typed."""
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")


def sha256_of(text: str) -> str:
    return hashlib.sha256(_bytes(text)).hexdigest()


def add_definition(file: Path) -> Definition:
    """Stores an interview file under its id, replacing the former one. Raises BadRequest with all that is wrong."""
    try:
        with file.open("rb") as opened:
            data = opened.read(load.LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise BadRequest(f"There is no file {file}.") from error
    _, problems = load.read(data)
    if problems:
        raise BadRequest("\n".join(f"{file}: {problem}" for problem in problems))
    return put(data.decode("utf-8-sig"))


def put(text: str, by: By = SERVER, over: str | None = None) -> Definition:
    """Stores the interview of this text under its id. What it replaces is kept as a former text.

    Args:
        text: an interview file's.
        by: who does it.
        over: hash of the text that this is to replace, "" for none; None replaces whatever there is.

    Raises BadRequest when something is wrong with it, Overtaken when there is another text than `over`.
    """
    found, problems = check(text)
    if found is None:
        raise BadRequest("\n".join(problems))
    with transaction.atomic():
        known = Definition.objects.select_for_update().filter(pk=found.id).first()
        if over is not None and over != (known.sha256 if known else ""):
            raise Overtaken(f"'{found.id}' was changed by somebody else in the meantime.")
        if known is not None and known.sha256 == found.sha256:
            same: Definition = known
            return same
        if known is not None:
            _keep(known)
        values = {"title": found.title, "definition": text, "sha256": found.sha256}
        stored, new = Definition.objects.update_or_create(id=found.id, defaults=values)
        what = "interview added" if new else "interview replaced"
        audit.record(by.name, what, found.id, f"text {found.sha256[:16]}", by.address)
    made: Definition = stored
    return made


def delete(definition: Definition, by: By = SERVER) -> None:
    """No kiosk is told of it any more, and nobody is to be asked it. Texts that were asked in a recording stay."""
    with transaction.atomic():
        name = definition.pk
        _keep(definition)
        asked = InterviewSession.objects.filter(interview_reference=name).values("interview_sha256")
        FormerDefinition.objects.filter(name=name).exclude(sha256__in=asked).delete()
        waiting = Interview.objects.filter(definition=definition, open=True)
        for each in waiting.select_related("candidate"):
            audit.record(by.name, "unassign", each.candidate_id, name, by.address)
        waiting.filter(sessions=None).delete()
        Interview.objects.filter(definition=definition).update(open=False)
        definition.delete()
        audit.record(by.name, "interview deleted", name, address=by.address)


def use_of(name: str) -> Use:
    """Who is to be asked it, and in how many recordings it was."""
    return Use(
        waiting=Interview.objects.filter(definition=name, open=True).count(),
        recordings=InterviewSession.objects.filter(Q(interview_reference=name) | Q(interview__definition=name)).count(),
    )


def text_of(name: str, sha256: str) -> str:
    """The text with that hash which the interview has or had; empty when it is not known."""
    if not _ID.fullmatch(name):  # a kiosk may say anything
        return ""
    for table in (Definition.objects.filter(pk=name), FormerDefinition.objects.filter(name=name)):
        found = table.filter(sha256=sha256).values_list("definition", flat=True).first()
        if found:
            return str(found)
    return ""


def _keep(definition: Definition) -> None:
    values = {"title": definition.title, "definition": definition.definition}
    FormerDefinition.objects.update_or_create(name=definition.pk, sha256=definition.sha256, defaults=values)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
