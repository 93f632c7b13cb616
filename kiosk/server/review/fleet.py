"""Kiosks as their heartbeats tell, codes that let new ones in, and the server's own space."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kiosk.contract.wire import Heartbeat
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build
from kiosk.server import storage
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import Kiosk
from kiosk.server.receive import tokens
from kiosk.server.review import words
from kiosk.server.review.access import Act, needs, on_record, page

SILENT: Final = timedelta(minutes=2)
"""After that a kiosk counts as not seen."""
SCARCE: Final = 0.2
"""Below that share of free space the server warns."""
SOON_FULL_HOURS: Final = 5.0
CLOCK_OFF_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A kiosk as the page shows it."""

    kiosk: Kiosk
    name: str
    word: str
    tone: str
    """good, recording, caution, quiet."""
    problems: tuple[str, ...]
    disk: str
    disk_low: bool
    queue: str
    program: str
    called: str = ""
    """Why the proctor is called there, in words; empty when nobody is."""


CALLS: Final = {
    "help": "the candidate asks for help",
    "away": "nobody has moved or spoken for a long time",
    "refused": "the candidate did not agree and waits",
    "trouble": "a device does not work",
    "check": "the candidate cannot get through the check",
}
"""What a heartbeat tells, in words."""


@dataclass(frozen=True, slots=True)
class Space:
    free: str
    hours: str
    percent: int
    scarce: bool


@needs(Act.FLEET)
@require_GET
def kiosks(request: HttpRequest) -> HttpResponse:
    return _page(request)


@needs(Act.ENROL)
@require_POST
def make_code(request: HttpRequest) -> HttpResponse:
    """Shows a fresh code, this once; only its hash is kept."""
    code = tokens.make_code()
    on_record(request, "enrol code")
    return _page(request, code=code)


@needs(Act.ENROL)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, kiosk: uuid.UUID) -> HttpResponse:
    """Asked first; then this kiosk's token is worth nothing any more."""
    found = get_object_or_404(Kiosk, pk=kiosk, revoked_at=None)
    if request.method == "POST":
        tokens.revoke(found, request.user.get_username(), audit.address_of(request))
        messages.success(request, f"{found.name} may not send or fetch anything any more.")
        return redirect("kiosks")
    return page(request, "review/revoke.html", kiosk=found)


def seen(kiosk: Kiosk, now: datetime) -> Seen:
    """How this kiosk stands, by its last heartbeat."""
    beat = _heartbeat(kiosk)
    problems = list(beat.problems) if beat is not None else []
    word, tone = "Never seen", "quiet"
    if beat is not None and kiosk.seen_at is not None:
        word, tone = {"ready": ("Ready", "good"), "recording": ("Recording", "recording")}.get(
            beat.state, ("Not ready", "caution")
        )
        if now - kiosk.seen_at > SILENT:
            word, tone = "Not seen", "caution"
        elif (off := _clock_off(beat, kiosk.seen_at)) > CLOCK_OFF_S:
            problems.append(f"Its clock is {words.span(off)} off.")
    if kiosk.doubled_at is not None:
        problems.append("Another machine used this kiosk's identity. Revoke it and enrol both again.")
    queue = beat.queue if beat is not None else None
    hours = beat.disk_hours if beat is not None else None
    return Seen(
        kiosk=kiosk,
        name=kiosk.name,
        word=word,
        tone=tone,
        problems=tuple(problems),
        disk=words.hours(hours) if hours is not None else "",
        disk_low=hours is not None and hours < SOON_FULL_HOURS,
        queue=(
            f"{words.count(queue.recordings, 'recording')}, {words.size(queue.bytes)}"
            if queue is not None and queue.recordings
            else "Nothing waits"
            if queue is not None
            else ""
        ),
        program=kiosk.program,
        called=CALLS.get(beat.called, "the kiosk does not say why") if beat is not None and beat.called else "",
    )


def space_of(free: int, total: int) -> Space:
    """The server's disk in recording hours."""
    share = free / total if total else 0.0
    return Space(words.size(free), words.hours(free / words.BYTES_AN_HOUR), int(share * 100), share < SCARCE)


def _page(request: HttpRequest, code: str = "") -> HttpResponse:
    now = timezone.now()
    found = Kiosk.objects.order_by("name", "enrolled_at")
    space = storage.free()
    shown = [seen(kiosk, now) for kiosk in found if kiosk.revoked_at is None]
    return page(
        request,
        "review/kiosks.html",
        kiosks=sorted(shown, key=lambda one: not one.called),  # somebody waits there
        calls=[one for one in shown if one.called],
        revoked=[kiosk for kiosk in found if kiosk.revoked_at is not None],
        space=space_of(*space) if space is not None else None,
        code=code,
        code_until=now + tokens.LIFE,
        address=f"{request.scheme}://{request.get_host()}",
    )


def _heartbeat(kiosk: Kiosk) -> Heartbeat | None:
    if not kiosk.heartbeat:
        return None
    try:
        beat: Heartbeat = build(Heartbeat, kiosk.heartbeat)
    except BadRequest:
        return None
    return beat


def _clock_off(beat: Heartbeat, seen_at: datetime) -> float:
    try:
        at: Any = datetime.fromisoformat(beat.at)
    except ValueError:
        return 0.0
    return abs((at - seen_at).total_seconds()) if at.tzinfo is not None else 0.0
