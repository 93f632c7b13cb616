"""Kiosks themselves: enrol, what they are to ask, how they are."""

import base64
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from kiosk.contract import names, wire
from kiosk.domain.wire import plain
from kiosk.server import keys, storage
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import Definition, Erasure, Interview, Kiosk
from kiosk.server.receive import bodies, checks, tokens
from kiosk.server.receive.answers import answer

SCARCE: Final = 0.2
"""Share of the server's disk below which people are warned."""
DOUBLED: Final = timedelta(days=1)
"""How long a kiosk is told that its identity was used elsewhere."""
CLOCK_OFF_S: Final = 300


def enrol(request: HttpRequest, _: None) -> HttpResponse:
    asked: wire.EnrolRequest = bodies.read_json(request, wire.EnrolRequest)
    checks.text(asked.code, "The code", 64)
    checks.text(asked.name, "The kiosk's name", 200)
    checks.text(asked.instance, "The kiosk's instance", 64)
    checks.text(asked.program, "The program", 100, empty=True)
    kiosk, token = tokens.enrol(asked, audit.address_of(request))
    public = keys.receipt_public(settings.DATA)
    return answer(
        wire.Enrolled(
            kiosk=str(kiosk.id),
            token=token,
            server=settings.SERVER_NAME,
            key=base64.b64encode(public).decode(),
            key_id=keys.receipt_key_id(settings.DATA),
        ),
        201,
    )


def assignments(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """Interviews that are open and meant for this kiosk or for all; 304 when the kiosk has them."""
    interviews = (
        Interview.objects.filter(Q(kiosks=kiosk) | Q(kiosks=None), open=True, definition__isnull=False)
        .distinct()
        .order_by("pk")
    )
    definitions = Definition.objects.filter(interview__in=interviews).distinct().order_by("pk")
    body = wire.Assignments(
        interviews=tuple(
            wire.InterviewDefinition(each.id, each.title, each.definition, each.sha256) for each in definitions
        ),
        assignments=tuple(wire.Assignment(each.candidate_id, each.definition_id, each.note) for each in interviews),
    )
    tag = f'"{wire.sha256_of(plain(body))}"'
    given = str(request.headers.get("If-None-Match", ""))
    same = tag in {one.strip().removeprefix("W/") for one in given.split(",")}
    response = HttpResponseNotModified() if same else answer(body)
    response["ETag"] = tag
    return response


def heartbeat(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    beat: wire.Heartbeat = bodies.read_json(request, wire.Heartbeat)
    now = timezone.now()
    checks.text(beat.name, "The kiosk's name", 200)
    checks.text(beat.program, "The program", 100, empty=True)
    values = plain(beat)
    del values["erased"]
    Kiosk.objects.filter(pk=kiosk.pk).update(seen_at=now, heartbeat=values, name=beat.name, program=beat.program)
    mine = Erasure.objects.filter(Q(kiosk=kiosk) | Q(kiosk__instance=kiosk.instance), done_at=None)
    gone = [session for session in beat.erased if names.SESSION.fullmatch(session)]
    if gone:
        mine.filter(session__in=gone[:1000]).update(done_at=now)
    erase = tuple(str(session) for session in mine.order_by("requested_at").values_list("session", flat=True)[:1000])
    return answer(wire.HeartbeatAnswer(now.isoformat(), erase, tuple(_problems(kiosk, beat.at, now))))


def _problems(kiosk: Kiosk, said: str, now: datetime) -> list[str]:
    problems = []
    if kiosk.doubled_at is not None and now - kiosk.doubled_at < DOUBLED:
        problems.append("Another machine uses this kiosk's identity. Enrol that machine with a code of its own.")
    disk = storage.free()
    if disk is not None and disk[0] < SCARCE * disk[1]:
        problems.append(f"The server's disk has {100 * disk[0] // disk[1]} % left.")
    try:
        off_s = (datetime.fromisoformat(said) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):  # it does not say, or not with its offset
        return problems
    if abs(off_s) > CLOCK_OFF_S:
        problems.append(f"The clocks of kiosk and server are {abs(off_s) / 60:.0f} minutes apart.")
    return problems
