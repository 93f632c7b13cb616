"""Recordings that belong to no interview yet: their list, their page, and the form that assigns one."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from kiosk.server.catalogue.models import Candidate, Definition, Interview, InterviewSession
from kiosk.server.review.access import Act, needs, on_record, page
from kiosk.server.review.candidates import sitting_values
from kiosk.server.review.playback import with_player
from kiosk.server.review.states import standing

RECEIVED = ("recording_video", "recording_created_at")
"""What an interview's `ai_result` receives of its recording."""


class AssignForm(forms.Form):
    candidate = forms.CharField(
        label="Candidate's id",
        max_length=64,
        help_text="As on the interview's invitation. A new one is made when it is not known.",
    )
    name = forms.CharField(
        label="Candidate's name", max_length=200, required=False, help_text="For reviewers only; kiosks never see it."
    )
    title = forms.CharField(label="Interview", max_length=200, help_text="What this interview is called.")

    def clean_candidate(self) -> str:
        value = str(self.cleaned_data["candidate"])
        if not value.isprintable():
            raise forms.ValidationError("An id has letters, digits and signs that can be read.")
        return value


def waiting() -> Any:
    """Sessions without an interview, newest first."""
    return (
        InterviewSession.objects.filter(interview=None)
        .select_related("recording", "kiosk", "consent")
        .order_by("-started_at", "-opened_at")
    )


@needs(Act.WATCH, Act.ASSIGN)
@require_GET
def unassigned(request: HttpRequest) -> HttpResponse:
    rows = [{"sitting": one, "standing": standing(getattr(one, "recording", None))} for one in waiting()[:200]]
    return page(request, "review/unassigned.html", rows=rows)


@needs(Act.WATCH, Act.ASSIGN)
@require_GET
def sitting(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """A recording that nobody has claimed: to watch it, and to say whose it is."""
    return _sitting(request, get_object_or_404(waiting(), pk=session), None)


@needs(Act.ASSIGN)
@require_http_methods(["POST"])
def assign(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    with transaction.atomic():
        found = get_object_or_404(waiting(), pk=session)
        form = AssignForm(request.POST)
        if not form.is_valid():
            return _sitting(request, found, form, status=422)
        person, new = Candidate.objects.get_or_create(pk=form.cleaned_data["candidate"])
        if form.cleaned_data["name"] and (new or not person.name):
            person.name = form.cleaned_data["name"]
            person.save(update_fields=["name"])
        _give(found, person, form.cleaned_data["title"])
        on_record(request, "assign", person.pk, f"recording {found.pk}: {form.cleaned_data['title']}")
    messages.success(request, f"The recording now belongs to {person.name or person.pk}.")
    if Act.WATCH in request.acts:
        return redirect("candidate-recording", person.pk, found.pk)
    return redirect("unassigned")


def _give(found: InterviewSession, person: Candidate, title: str) -> None:
    """To the candidate's interview of that title, which is made when there is none."""
    interview = Interview.objects.filter(candidate=person, title=title).order_by("-pk").first()
    if interview is None:
        definition = Definition.objects.filter(pk=found.interview_reference).first()
        interview = Interview(candidate=person, title=title, definition=definition, open=False)
    for key in RECEIVED:
        if key in found.metadata:
            interview.ai_result[key] = found.metadata[key]
    interview.save()
    found.interview = interview
    found.save(update_fields=["interview"])


def _sitting(request: HttpRequest, found: InterviewSession, form: AssignForm | None, status: int = 200) -> HttpResponse:
    values: dict[str, Any] = {"sitting": found, "title": found.title or found.interview_reference}
    if Act.WATCH in request.acts:
        on_record(request, "view", found.candidate_reference, f"recording {found.pk}, unassigned")
        values = sitting_values(request, found)
    known = Candidate.objects.filter(pk=found.candidate_reference).first()
    first = {
        "candidate": found.candidate_reference,
        "name": known.name if known else "",
        "title": found.title or found.interview_reference,
    }
    shows = page(request, "review/sitting.html", status=status, form=form or AssignForm(initial=first), **values)
    return with_player(request, shows)
