"""Deletes everything of a session or a person, and remembers only that it was done.

First the erasure is written down, so that nothing of it is accepted any more; then the files go, then the rows. Killed
in between, the worker goes on with it (`go_on`). Safe to repeat.
"""

import logging
import uuid
from typing import Final

from django.db import transaction
from django.db.models import Q

from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import Candidate, Erasure, Interview, InterviewSession, Recording
from kiosk.server.finalise import live, stored

log: Final = logging.getLogger(__name__)
_KEYS: Final = ("recording_video", "recording_created_at")


def erase_session(session: InterviewSession, by: str) -> None:
    """Deletes a session with all its files. Raises WorldFailed when a file cannot be deleted now: the session then
    stays marked as erased, and the rest is deleted later.

    Args:
        session: may be gone already.
        by: the account's name, for the records.
    """
    with transaction.atomic():
        _, new = Erasure.objects.get_or_create(
            session=session.pk, defaults={"kiosk_id": session.kiosk_id, "requested_by": by[:150]}
        )
        if new:
            audit.record(by, "erase", str(session.pk), f"recording of candidate {session.candidate_reference}")
    _finish(session.pk)


def erase_candidate(candidate: Candidate, by: str) -> None:
    """Deletes a person: every session, also those that are not assigned, every interview, and the candidate."""
    of_person = Q(interview__candidate=candidate) | Q(interview=None, candidate_reference=candidate.pk)
    for session in InterviewSession.objects.filter(of_person):
        erase_session(session, by)
    person = candidate.pk
    with transaction.atomic():
        if Candidate.objects.filter(pk=person).delete()[0]:
            audit.record(by, "erase", person, "the candidate and all interviews")


def go_on() -> int:
    """Finishes erasures that were interrupted; returns how many. Raises WorldFailed."""
    left = InterviewSession.objects.filter(pk__in=Erasure.objects.values("session")).values_list("pk", flat=True)
    for session in list(left):
        _finish(session)
    return len(left)


def remove_files(session: uuid.UUID) -> None:
    """Deletes all that the store holds of a session. Raises WorldFailed."""
    name = str(session)
    recording = Recording.objects.filter(pk=session).first()
    if recording is not None:
        named = {recording.video, recording.captions, recording.poster}
        named |= {stored.index_name(recording.video)} if recording.video else set()
        named |= {chunk.name for chunk in recording.chunks.all()}
        named |= {segment.original for segment in recording.segments.all()}
        for each in named - {""}:
            stored.remove(each)
    for folder in (f"{stored.CHUNKS}/{name}", f"{stored.RECORDINGS}/originals/{name}"):
        stored.remove_folder(folder)
    live.forget(name)
    for file in stored.names_in(stored.RECORDINGS)[1]:
        if file.startswith(f"interview_{name}_"):
            stored.remove(f"{stored.RECORDINGS}/{file}")


def _finish(session: uuid.UUID) -> None:
    remove_files(session)
    with transaction.atomic():
        row = InterviewSession.objects.select_for_update().filter(pk=session).first()
        if row is None:
            return
        if row.interview_id is not None:
            interview = Interview.objects.select_for_update().get(pk=row.interview_id)
            if str(session) in str(interview.ai_result.get("recording_video", "")):
                interview.ai_result = {key: value for key, value in interview.ai_result.items() if key not in _KEYS}
                interview.save(update_fields=["ai_result"])
        row.delete()
    remove_files(session)  # what a chunk that was just being taken left behind
    log.info("session %s is erased", session)
