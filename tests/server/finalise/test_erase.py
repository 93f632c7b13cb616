import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kiosk.server.catalogue.models import (
    AuditEntry,
    Candidate,
    Chunk,
    Consent,
    Erasure,
    Interview,
    InterviewSession,
    Kiosk,
    Recording,
    Segment,
)
from kiosk.server.finalise import erase, live
from kiosk.server.finalise.worker import Claim, Worker
from tests.server.finalise.material import add_chunk, cuts, send, stored_names

pytestmark = pytest.mark.usefixtures("database")


def test_nothing_is_left_of_a_session_but_that_it_was_erased() -> None:
    sent, other = send(4.0), send(2.0, candidate="bob")
    Worker(threading.Event()).drain()
    add_chunk(sent.row(), 2, 0, cuts(2.0)[0])
    others = [name for name in stored_names() if other.session in name]
    kiosk = Kiosk.objects.create(name="Lobby", token_sha256="0" * 64, instance="i")
    InterviewSession.objects.filter(pk=sent.session).update(kiosk=kiosk)
    session = InterviewSession.objects.get(pk=sent.session)

    erase.erase_session(session, "officer")

    assert stored_names() == others
    assert not InterviewSession.objects.filter(pk=sent.session).exists()
    assert not Consent.objects.filter(session=sent.session).exists()
    assert not Recording.objects.filter(pk=sent.session).exists()
    assert not Segment.objects.filter(recording=sent.session).exists()
    assert not Chunk.objects.filter(recording=sent.session).exists()
    erasure = Erasure.objects.get(pk=sent.session)
    assert (erasure.kiosk, erasure.requested_by, erasure.done_at) == (kiosk, "officer", None)
    assert AuditEntry.objects.get(what="erase").subject == sent.session
    interview = Interview.objects.get(candidate="ada")
    assert interview.ai_result == {"score": 7}
    assert "recording_video" in Interview.objects.get(candidate="bob").ai_result

    erase.erase_session(session, "officer")  # once more changes nothing
    assert AuditEntry.objects.filter(what="erase").count() == 1


def test_an_erasure_that_was_interrupted_is_finished_by_the_worker() -> None:
    sent = send(4.0)
    Erasure.objects.create(session=sent.session, requested_by="officer")
    Worker(threading.Event()).drain()
    assert stored_names() == []
    assert not InterviewSession.objects.filter(pk=sent.session).exists()


def test_what_was_erased_while_it_was_finalised_leaves_nothing() -> None:
    sent = send(4.0)
    claim = Claim.take(60)
    assert claim is not None
    Erasure.objects.create(session=sent.session, requested_by="officer")
    InterviewSession.objects.get(pk=sent.session).delete()
    claim.work(threading.Event())
    assert stored_names() == []
    assert not Recording.objects.exists()


def test_what_arrived_and_what_could_be_watched_of_it_go_too() -> None:
    sent = send(4.0, complete=False)
    assert live.provisional(sent.row()) is not None
    default_storage.save(f"video_chunks/{sent.session}/01/chunk_0009", ContentFile(b"without a row"))
    erase.erase_session(sent.recording.session, "officer")
    assert stored_names() == []
    assert default_storage.listdir("video_chunks")[0] == []


def test_a_person_goes_with_every_interview_also_those_that_nobody_assigned() -> None:
    mine, loose, other = send(2.0), send(2.0, assigned=False), send(2.0, candidate="bob")
    erase.erase_candidate(Candidate.objects.get(pk="ada"), "officer")
    assert set(Candidate.objects.values_list("pk", flat=True)) == {"bob"}
    assert {str(each.session) for each in Erasure.objects.all()} == {mine.session, loose.session}
    assert Interview.objects.count() == 1
    assert all(other.session in name for name in stored_names())
    assert AuditEntry.objects.filter(subject="ada", what="erase").exists()
