"""Candidates: the list with its search, and a candidate's page with the player."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import F, Max, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from kiosk.server.catalogue import definitions
from kiosk.server.catalogue.models import Candidate, Interview, InterviewSession, Recording
from kiosk.server.review import words
from kiosk.server.review.access import Act, needs, on_record, page
from kiosk.server.review.playback import LIFE_S, best_use, make_link, with_player
from kiosk.server.review.states import standing
from kiosk.server.review.story import story_of

PAGE: Final = 25
"""Candidates on one page of the list."""


@needs(Act.WATCH)
@require_GET
def candidates(request: HttpRequest) -> HttpResponse:
    asked, day = request.GET.get("q", "").strip()[:200], _day(request.GET.get("day", ""))
    found = Paginator(_search(asked, day), PAGE).get_page(request.GET.get("page"))
    rows = [{"candidate": one, "sittings": [_row(sitting) for sitting in _sittings(one)]} for one in found]
    return page(
        request, "review/candidates.html", rows=rows, found=found, asked=asked, day=day, searched=bool(asked or day)
    )


def _search(asked: str, day: date | None) -> QuerySet:
    found = Candidate.objects.all()
    for word in asked.split():
        found = found.filter(
            Q(id__icontains=word)
            | Q(name__icontains=word)
            | Q(interviews__title__icontains=word)
            | Q(interviews__definition__title__icontains=word)
            | Q(interviews__sessions__title__icontains=word)
        )
    if day is not None:
        start = datetime.combine(day, time(), UTC)
        found = found.filter(
            interviews__sessions__started_at__gte=start, interviews__sessions__started_at__lt=start + timedelta(days=1)
        )
    sessions = InterviewSession.objects.select_related("recording", "kiosk").order_by("-started_at", "-opened_at")
    interviews = Interview.objects.select_related("definition").prefetch_related(
        Prefetch("sessions", queryset=sessions)
    )
    return (
        found.annotate(latest=Max("interviews__sessions__started_at"))
        .order_by(F("latest").desc(nulls_last=True), "id")
        .prefetch_related(Prefetch("interviews", queryset=interviews))
        .distinct()
    )


@needs(Act.WATCH)
@require_GET
def candidate(request: HttpRequest, candidate: str, session: uuid.UUID | None = None) -> HttpResponse:
    """The newest recording of this candidate, or the one that is asked for."""
    person = get_object_or_404(Candidate, pk=candidate)
    sittings = _sittings(person)
    shown = next((one for one in sittings if session is None or one.pk == session), None)
    if shown is None and session is not None:
        raise Http404
    on_record(request, "view", person.pk, f"recording {shown.pk}" if shown else "")
    shows = page(
        request,
        "review/candidate.html",
        person=person,
        others=[_row(one) for one in sittings] if len(sittings) > 1 else [],
        open_interviews=[one for one in person.interviews.all() if one.open],
        **(sitting_values(request, shown) if shown else {}),
    )
    return with_player(request, shows) if shown else shows


@needs(Act.WATCH)
@require_GET
def state(_request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """For the page of a recording that is still arriving: {"sentence": …, "state": …, "over": …}."""
    found = get_object_or_404(Recording.objects.select_related("session__kiosk"), pk=session)
    now = standing(found)
    return JsonResponse({"sentence": now.sentence, "state": found.state, "over": now.over})


def sitting_values(request: HttpRequest, sitting: InterviewSession) -> dict[str, Any]:
    """What the templates of a recording show; makes the link to play it."""
    recording = getattr(sitting, "recording", None)
    manifest = recording.manifest if recording is not None else {}
    video = make_link(request, recording, best_use(recording)) if recording is not None else ""
    start = _seconds(request.GET.get("at", ""))
    story = story_of(manifest, recording.duration_s if recording else 0.0)
    consent = getattr(sitting, "consent", None)
    player = {
        "fresh": reverse("fresh-link", args=[sitting.pk]),
        "seconds": LIFE_S,
        **story.timeline(),
    }
    return {
        "sitting": sitting,
        "title": _title(sitting),
        "recording": recording,
        "standing": standing(recording),
        "story": story,
        "video": f"{video}#t={start:g}" if video and start else video,
        "player": player,
        "consent": consent,
        "asked": bool(definitions.text_of(sitting.interview_reference, sitting.interview_sha256)),
        "stored_size": words.size(recording.bytes) if recording is not None and recording.bytes else "",
        "length": words.span(story.duration_s) if story.duration_s else "",
        "language": _language(manifest),
    }


def _sittings(person: Candidate) -> list[InterviewSession]:
    """Newest first."""
    if "interviews" in getattr(person, "_prefetched_objects_cache", {}):
        found = [one for interview in person.interviews.all() for one in interview.sessions.all()]
        return sorted(found, key=lambda one: one.started_at or one.opened_at, reverse=True)
    return list(
        InterviewSession.objects.filter(interview__candidate=person)
        .select_related("recording", "kiosk", "interview__definition", "consent")
        .order_by("-started_at", "-opened_at")
    )


def _row(sitting: InterviewSession) -> dict[str, Any]:
    recording = getattr(sitting, "recording", None)
    return {
        "sitting": sitting,
        "title": _title(sitting),
        "standing": standing(recording),
        "length": words.clock(recording.duration_s) if recording is not None and recording.duration_s else "",
    }


def _title(sitting: InterviewSession) -> str:
    interview = sitting.interview
    defined = interview.definition.title if interview is not None and interview.definition is not None else ""
    return str(
        sitting.title or (interview.title if interview is not None else "") or defined or sitting.interview_reference
    )


def _language(manifest: Any) -> str:
    interview = manifest.get("interview") if isinstance(manifest, dict) else None
    language = interview.get("language") if isinstance(interview, dict) else ""
    return language if isinstance(language, str) and 0 < len(language) <= 35 else "en"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 10**6 else 0.0
