"""Interviews as they are defined: list, one with its questions, upload or paste, replace, download, delete.

What is saved went through the very check of `kiosk check`. What recordings were made with is never changed: its text
stays, and its page says how long it held.
"""

import difflib
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from kiosk.domain.interview import Interview
from kiosk.interviews.load import LARGEST_BYTES
from kiosk.server.catalogue import definitions
from kiosk.server.catalogue.models import Definition, FormerDefinition, InterviewSession
from kiosk.server.review import words
from kiosk.server.review.access import Act, by, needs, page
from kiosk.system import places

SAMPLES: Final = {"general": "a general interview", "software-engineer": "an interview with code"}
"""Files in `assets/interviews` that one may begin with, and what they are called."""


class DefinitionForm(forms.Form):
    file = forms.FileField(
        label="From a file", required=False, help_text="A file takes the place of what stands in the field below."
    )
    text = forms.CharField(
        label="Or type or paste it here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
    )
    over = forms.CharField(required=False, widget=forms.HiddenInput)
    """Hash of the text that it is to replace, once somebody has been asked."""

    def given(self) -> tuple[str, str]:
        """The text, and why it cannot be read."""
        file = self.cleaned_data.get("file")
        if file is None:
            return definitions.plain(self.cleaned_data.get("text", "")), ""
        if file.size > LARGEST_BYTES:
            return "", f"An interview file has {LARGEST_BYTES // 1024} KiB at most; this one is larger."
        try:
            return definitions.plain(file.read().decode("utf-8-sig")), ""
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return "", f"Line {line}: this is not UTF-8 text. Save the file as UTF-8."


@dataclass(frozen=True, slots=True)
class Shown:
    """A definition as the list shows it. `interview` is None when kiosks could not ask it."""

    definition: Definition
    interview: Interview | None
    use: definitions.Use
    length: str


@needs(Act.ASSIGN, Act.WATCH)
@require_GET
def interviews(request: HttpRequest) -> HttpResponse:
    rows = []
    for one in Definition.objects.order_by("title", "pk"):
        read, _ = definitions.check(one.definition)
        rows.append(Shown(one, read, definitions.use_of(one.pk), _length(read)))
    return page(request, "review/interviews.html", rows=rows)


@needs(Act.ASSIGN, Act.WATCH)
@require_GET
def interview(request: HttpRequest, interview: str, sha256: str = "") -> HttpResponse:
    """One interview with its questions, as it is or as it was."""
    known = Definition.objects.filter(pk=interview).first()
    text = definitions.text_of(interview, sha256 or (known.sha256 if known else ""))
    if not text:
        raise Http404
    read, problems = definitions.check(text)
    now = known is not None and sha256 in {"", known.sha256}
    former = None if now else FormerDefinition.objects.filter(name=interview, sha256=sha256).first()
    named = read or known or former
    title = named.title if named is not None else interview
    return page(
        request,
        "review/interview.html",
        name=interview,
        title=title,
        known=known,
        now=now,
        read=read,
        problems=problems,
        length=_length(read),
        sha256=sha256 or (known.sha256 if known else ""),
        use=definitions.use_of(interview),
        former=_former(interview),
        former_now=former,
    )


@needs(Act.ASSIGN, Act.WATCH)
@require_GET
def download(request: HttpRequest, interview: str, sha256: str) -> HttpResponse:
    """The file, as a kiosk has it."""
    del request
    text = definitions.text_of(interview, sha256)
    if not text:
        raise Http404
    answer = HttpResponse(text.encode(), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{interview}.toml"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Act.ASSIGN)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new interview; the id in its text says which, so this may also turn out to replace one."""
    if request.method == "POST":
        return _save(request, None)
    sample = request.GET.get("sample", "")
    text = places.asset(f"interviews/{sample}.toml").read_text(encoding="utf-8") if sample in SAMPLES else ""
    return _form(request, None, DefinitionForm(initial={"text": text}))


@needs(Act.ASSIGN)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, interview: str) -> HttpResponse:
    known = get_object_or_404(Definition, pk=interview)
    if request.method == "POST":
        return _save(request, known)
    return _form(request, known, DefinitionForm(initial={"text": known.definition}))


@needs(Act.ASSIGN)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, interview: str) -> HttpResponse:
    """First a page that says what becomes of what refers to it; then, with the id typed, it goes."""
    known = get_object_or_404(Definition, pk=interview)
    wrong = False
    if request.method == "POST":
        if request.POST.get("typed", "").strip() == known.pk:
            definitions.delete(known, by(request))
            messages.success(request, f"'{known.title}' is deleted. Kiosks drop it at their next contact.")
            return redirect("interviews")
        wrong = True
    use = definitions.use_of(known.pk)
    return page(
        request, "review/interview_delete.html", status=422 if wrong else 200, known=known, use=use, wrong=wrong
    )


def _save(request: HttpRequest, known: Definition | None) -> HttpResponse:
    """Checks what was sent; asks before it replaces anything; saves."""
    form = DefinitionForm(request.POST, request.FILES)
    form.is_valid()  # no field is required, and what is wrong with a file is told with the rest
    text, unreadable = form.given()
    if unreadable:
        return _form(request, known, form, [unreadable])
    if not text.strip():
        return _form(request, known, form, ["Choose a file, or type the interview."])
    read, problems = definitions.check(text)
    if known is not None and read is not None and read.id != known.pk:
        problems.append(
            f'id: this is "{read.id}" now. The id of an interview does not change, since kiosks and recordings know '
            f'it: write "{known.pk}" again, or add this one as a new interview.'
        )
    if read is None or problems:
        return _form(request, known, form, problems, text)
    there = Definition.objects.filter(pk=read.id).first()
    if there is not None and there.sha256 == read.sha256:
        messages.success(request, f"'{there.title}' is exactly as it was. Nothing was changed.")
        return redirect("interview", there.pk)
    if there is not None and form.cleaned_data.get("over") != there.sha256:
        return _ask(request, there, read, text)
    try:
        stored = definitions.put(text, by(request), over=there.sha256 if there is not None else "")
    except definitions.Overtaken:
        return _ask(request, get_object_or_404(Definition, pk=read.id), read, text)
    messages.success(
        request,
        f"'{stored.title}' is replaced. Kiosks fetch it at their next contact."
        if there is not None
        else f"'{stored.title}' is saved. Kiosks fetch it as soon as a candidate is to be asked it.",
    )
    return redirect("interview", stored.pk)


def _form(
    request: HttpRequest,
    known: Definition | None,
    form: DefinitionForm,
    problems: list[str] | None = None,
    text: str | None = None,
) -> HttpResponse:
    if text is not None:  # what was in the file stands in the field now, to be corrected there
        form = DefinitionForm(initial={"text": text})
    return page(
        request,
        "review/interview_form.html",
        status=422 if problems else 200,
        known=known,
        form=form,
        problems=[_placed(problem, text or "") for problem in problems or []],
        samples=SAMPLES,
    )


def _ask(request: HttpRequest, there: Definition, read: Interview, text: str) -> HttpResponse:
    """Before another text takes the place of one: what that means for whom."""
    return page(
        request,
        "review/interview_replace.html",
        there=there,
        read=read,
        text=text,
        use=definitions.use_of(there.pk),
        changes=_changes(there.definition, text),
    )


def _changes(before: str, after: str) -> list[tuple[str, str]]:
    """Lines that go, come or stand beside those, each with "-", "+" or " "; "…" where some are left out."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]
    told = [("…", "") if line.startswith("@@") else (line[:1], line[1:]) for line in lines]
    return told[1:] if told and told[0][0] == "…" and lines[0].startswith("@@ -1,") else told


def _placed(problem: str, text: str) -> tuple[str, str]:
    """A problem, and the line it is in when it names one."""
    words_ = problem.split(":", 1)[0].removeprefix("line ").split(",")[0]
    lines = text.split("\n")
    number = int(words_) if words_.isascii() and words_.isdigit() else 0
    line = lines[number - 1].strip()[:120] if 0 < number <= len(lines) else ""
    return problem[:1].upper() + problem[1:] if problem.startswith("line ") else problem, line


def _length(read: Interview | None) -> str:
    return words.span(read.longest_seconds) if read is not None else ""


def _former(name: str) -> list[dict[str, Any]]:
    """Texts that it once had, the latest first, with the recordings that were made with each."""
    made = InterviewSession.objects.filter(interview_reference=name)
    return [
        {"former": one, "recordings": made.filter(interview_sha256=one.sha256).count()}
        for one in FormerDefinition.objects.filter(name=name)
    ]
