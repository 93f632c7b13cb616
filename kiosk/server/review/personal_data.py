"""A person's data: download everything, delete everything. Both are on record; deleting is asked twice."""

import contextlib
import logging
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from django.contrib import messages
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from kiosk.domain.errors import WorldFailed
from kiosk.server.catalogue.models import Candidate, InterviewSession
from kiosk.server.review import words
from kiosk.server.review.access import Act, needs, on_record, page
from kiosk.server.review.unassigned import waiting

log: Final = logging.getLogger(__name__)

BLOCK: Final = 256 * 1024
WAIT_S: Final = 10.0
LATER: Final = (
    "It is marked as deleted, and nothing of it is accepted any more. "
    "Some files could not be deleted now; the server goes on with it by itself."
)


@needs(Act.EXPORT)
@require_POST
def export(request: HttpRequest, candidate: str) -> HttpResponse:
    """Everything about this person as one ZIP, made while it is sent."""
    from kiosk.server.finalise import package

    person = get_object_or_404(Candidate, pk=candidate)
    on_record(request, "export", person.pk)
    blocks = Piped(lambda stream: package.person_archive(person, stream), f"archive of candidate {person.pk}")
    answer = StreamingHttpResponse(blocks, content_type="application/zip")
    safe = "".join(sign if sign.isalnum() else "-" for sign in person.pk)
    answer["Content-Disposition"] = (
        f'attachment; filename="interview-data-{safe.encode("ascii", "replace").decode()}.zip"'
    )
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Act.ERASE)
@require_http_methods(["GET", "POST"])
def erase_person(request: HttpRequest, candidate: str) -> HttpResponse:
    """First a page that says what will go; then, with the candidate's id typed, it goes."""
    from kiosk.server.finalise import erase

    person = get_object_or_404(Candidate, pk=candidate)
    of_person = Q(interview__candidate=person) | Q(interview=None, candidate_reference=person.pk)
    sittings = list(InterviewSession.objects.filter(of_person).select_related("recording").order_by("started_at"))
    if request.method == "POST" and request.POST.get("typed", "").strip() == person.pk:
        _erase(request, erase.erase_candidate, person, f"Everything about {person.pk} is deleted.")
        return redirect("candidates")
    return _ask(request, person.pk, sittings, person=person)


@needs(Act.ERASE)
@require_http_methods(["GET", "POST"])
def erase_sitting(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """The same for a recording that belongs to nobody: what is typed is the candidate's id as the kiosk said it."""
    from kiosk.server.finalise import erase

    found = get_object_or_404(waiting(), pk=session)
    name = found.candidate_reference
    if request.method == "POST" and request.POST.get("typed", "").strip() == name:
        _erase(request, erase.erase_session, found, "The recording is deleted.")
        return redirect("unassigned")
    return _ask(request, name, [found], person=None)


def _erase(request: HttpRequest, erase: Callable[[Any, str], None], what: Any, done: str) -> None:
    """Deletes it, which is put on record there, and says so."""
    try:
        erase(what, request.user.get_username())
        messages.success(request, f"{done} Kiosks delete their copies at their next contact.")
    except WorldFailed as error:
        log.warning("deleting is not finished: %s", error)
        messages.warning(request, LATER)


def _ask(request: HttpRequest, name: str, sittings: list[InterviewSession], person: Candidate | None) -> HttpResponse:
    wrong = request.method == "POST"
    recordings = [one.recording for one in sittings if hasattr(one, "recording")]
    return page(
        request,
        "review/erase.html",
        status=422 if wrong else 200,
        name=name,
        person=person,
        sittings=sittings,
        wrong=wrong,
        hours=words.span(sum(one.duration_s for one in recordings)),
        size=words.size(sum(one.bytes for one in recordings)),
    )


class Piped:
    """What `write` writes into a stream, as blocks of an answer. `write` runs in a thread of its own, never ahead by
    more than a pipe holds; when the answer is closed early, its stream breaks and it ends. When it fails, so does the
    answer: a download that is cut short must not look like a whole one.
    """

    def __init__(self, write: Callable[[BinaryIO], Any], name: str) -> None:
        reading, writing = os.pipe()
        self._read = os.fdopen(reading, "rb", buffering=0)
        self._stream: BinaryIO = os.fdopen(writing, "wb")
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(write,), name=name, daemon=True)
        self._started = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._started:
            self._started = True
            self._thread.start()
        data: bytes | None = self._read.read(BLOCK)
        if data:
            return data
        self._thread.join(WAIT_S)
        if self._failed is not None:
            raise OSError("The archive could not be finished.") from self._failed
        raise StopIteration

    def close(self) -> None:
        self._read.close()
        if self._started:
            self._thread.join(WAIT_S)
        else:
            self._stream.close()

    def _run(self, write: Callable[[BinaryIO], Any]) -> None:
        try:
            with contextlib.closing(self._stream) as stream:
                write(stream)
        except BrokenPipeError:
            log.info("%s: whoever asked for it went away", self._thread.name)
        except Exception as error:
            log.exception("%s failed", self._thread.name)
            self._failed = error
        finally:
            connection.close()
