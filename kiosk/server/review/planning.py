"""Planning: who is to be asked what, where. Candidates by id and name; nothing of their recordings is shown here."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue import entries
from kiosk.server.catalogue.models import Candidate, Definition, Interview, Kiosk
from kiosk.server.review.access import Act, by, needs, on_record, page

PAGE: Final = 25
TOLD: Final = "Kiosks are told at their next contact; one that has no network now knows it when it has."


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=200, required=False, help_text="For the people who watch; kiosks never see it."
    )


class AskForm(forms.Form):
    """Which interview, where, and what staff there should know."""

    interview = forms.ModelChoiceField(
        queryset=Definition.objects.none(),
        label="Interview",
        empty_label="Choose one",
        help_text="What this candidate is to be asked.",
    )
    kiosk = forms.ModelChoiceField(
        queryset=Kiosk.objects.none(),
        required=False,
        label="Kiosk",
        empty_label="Any kiosk",
        help_text="Only this kiosk is told of it.",
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=entries.LONGEST_NOTE,
        help_text="For staff there, such as “needs more time”.",
    )

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self.fields["interview"].queryset = Definition.objects.order_by("title", "pk")
        self.fields["interview"].label_from_instance = lambda one: f"{one.title} ({one.pk})"
        self.fields["kiosk"].queryset = Kiosk.objects.filter(revoked_at=None).order_by("name")
        self.fields["kiosk"].label_from_instance = lambda one: one.name


class CandidateForm(AskForm, NameForm):
    """A new person, and if one likes at once what they are to be asked."""

    candidate = forms.CharField(
        label="Number or id",
        max_length=entries.LONGEST_ID,
        help_text="As on the invitation; it is typed or chosen at the kiosk, and cannot be changed later.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("candidate", "name", "interview", "kiosk", "note")

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self.fields["interview"].required = False
        self.fields["interview"].empty_label = "None yet"

    def clean_candidate(self) -> str:
        value = str(self.cleaned_data["candidate"])
        if not value.isprintable():
            raise forms.ValidationError("An id has letters, digits and signs that can be read.")
        if Candidate.objects.filter(pk=value).exists():
            raise forms.ValidationError("There is a candidate with this id already. Search for it in the list.")
        return value


@needs(Act.ASSIGN)
@require_GET
def planning(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:200]
    only_open = request.GET.get("open", "") == "1"
    people = _search(asked, only_open=only_open)
    found = Paginator(people, PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "review/planning.html",
        found=found,
        asked=asked,
        only_open=only_open,
        searched=bool(asked or only_open),
    )


@needs(Act.ASSIGN)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = CandidateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                person = entries.add_candidate(given["candidate"], given["name"], by(request))
                if given["interview"] is not None:
                    _ask(request, person, given)
        except BadRequest as error:  # somebody else was quicker
            form.add_error("candidate", error.what)
        else:
            messages.success(
                request, f"{person.name or person.pk} is added. {TOLD if given['interview'] else ''}".strip()
            )
            return redirect("plan", person.pk)
    return page(request, "review/planning_new.html", status=422 if form.errors else 200, form=form)


@needs(Act.ASSIGN)
@require_GET
def plan(request: HttpRequest, candidate: str) -> HttpResponse:
    """One person: what they are to be asked and were asked, and what can be changed of it."""
    person = get_object_or_404(Candidate, pk=candidate)
    on_record(request, "view", person.pk, "what is planned")
    return _plan(request, person)


@needs(Act.ASSIGN)
@require_POST
def rename(request: HttpRequest, candidate: str) -> HttpResponse:
    person = get_object_or_404(Candidate, pk=candidate)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _plan(request, person, name=form)
    entries.name_candidate(person, form.cleaned_data["name"], by(request))
    messages.success(request, "The name is saved.")
    return redirect("plan", person.pk)


@needs(Act.ASSIGN)
@require_POST
def ask(request: HttpRequest, candidate: str) -> HttpResponse:
    person = get_object_or_404(Candidate, pk=candidate)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _plan(request, person, ask=form)
    _ask(request, person, form.cleaned_data)
    messages.success(
        request, f"{person.name or person.pk} is to be asked '{form.cleaned_data['interview'].title}'. {TOLD}"
    )
    return redirect("plan", person.pk)


@needs(Act.ASSIGN)
@require_POST
def take_back(request: HttpRequest, assignment: int) -> HttpResponse:
    """What a candidate is to be asked no more; it can be asked again at any time, so this is not asked twice."""
    found = get_object_or_404(Interview.objects.select_related("candidate"), pk=assignment, open=True)
    person = found.candidate
    entries.take_back(found, by(request))
    messages.success(request, f"{person.name or person.pk} is not to be asked '{found.title}' any more. {TOLD}")
    return redirect("plan", person.pk)


@needs(Act.ASSIGN)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, candidate: str) -> HttpResponse:
    """Somebody who was added and never recorded; asked first."""
    person = get_object_or_404(Candidate, pk=candidate)
    if request.method == "POST":
        try:
            entries.remove_candidate(person, by(request))
        except BadRequest as error:
            messages.warning(request, str(error))
            return redirect("plan", candidate)
        messages.success(request, f"{candidate} is removed.")
        return redirect("planning")
    return page(request, "review/planning_remove.html", person=person, recorded=entries.has_sessions(person))


def _ask(request: HttpRequest, person: Candidate, given: dict[str, Any]) -> None:
    entries.assign(person.pk, given["interview"].pk, kiosk=given["kiosk"], note=given["note"], by=by(request))


def _search(asked: str, *, only_open: bool) -> QuerySet:
    found = Candidate.objects.all()
    for word in asked.split():
        found = found.filter(Q(id__icontains=word) | Q(name__icontains=word) | Q(interviews__title__icontains=word))
    if only_open:
        found = found.filter(interviews__open=True, interviews__definition__isnull=False)
    return (
        found.order_by("-created_at", "pk").distinct().prefetch_related(Prefetch("interviews", queryset=_interviews()))
    )


def _interviews() -> QuerySet:
    """With how many recordings there are of each; those that are to be held first."""
    return (
        Interview.objects.select_related("definition")
        .prefetch_related("kiosks")
        .annotate(held=Count("sessions", distinct=True))
        .order_by("-open", "-pk")
    )


def _plan(
    request: HttpRequest, person: Candidate, *, name: NameForm | None = None, ask: AskForm | None = None
) -> HttpResponse:
    return page(
        request,
        "review/plan.html",
        status=422 if name or ask else 200,
        person=person,
        planned=_interviews().filter(candidate=person),
        recorded=entries.has_sessions(person),
        name_form=name or NameForm(initial={"name": person.name}),
        ask_form=ask or AskForm(),
        any_interview=Definition.objects.exists(),
    )
