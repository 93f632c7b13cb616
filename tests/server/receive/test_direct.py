"""The kiosks' API goes past what only pages need; its statements are worded once."""

import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kiosk.contract import wire
from kiosk.server.catalogue.models import Chunk, Kiosk, Recording
from kiosk.server.receive import openapi
from kiosk.server.receive.statements import Change, Question
from tests.server.receive.api import ApiKiosk


def test_an_answer_to_a_kiosk_is_whole_and_has_nothing_of_the_pages(database: Path) -> None:
    response = Client().get(openapi.PATH)
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(response.content))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in response
    assert not response.cookies
    assert "Content-Security-Policy" in Client().get("/sign-in")


@pytest.mark.parametrize("path", [f"{wire.ROOT}/", f"{wire.ROOT}/nothing", f"{wire.ROOT}/recordings/x/y"])
def test_what_the_api_does_not_know_is_not_found(database: Path, path: str) -> None:
    assert Client().get(path).status_code == 404


def test_a_chunk_that_is_new_costs_five_statements_of_the_database(kiosk: ApiKiosk) -> None:
    recording = str(uuid.uuid4())
    kiosk.open(recording)
    kiosk.chunk(recording, 1, 0, b"first")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert kiosk.chunk(recording, 1, 1, b"second").status_code == 201
    words = [each["sql"].split()[0] for each in asked.captured_queries]
    assert words == ["SELECT", "SELECT", "SELECT", "BEGIN", "UPDATE", "INSERT", "COMMIT"]


def test_a_statement_takes_new_values_each_time(kiosk: ApiKiosk) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    for recording in (first, second):
        kiosk.open(recording)
        kiosk.chunk(recording, 1, 0, recording.encode())
    question = Question(Chunk.objects.all(), "recording", "segment", "number")
    for recording in (first, second):
        found = question.first(uuid.UUID(recording), 1, 0)
        assert (found.recording_id, found.size) == (uuid.UUID(recording), 36)
        assert found == Chunk.objects.get(recording=recording)
    assert question.first(uuid.UUID(first), 1, 1) is None
    theirs = Question(Recording.objects.defer("manifest"), "session", "session__kiosk")
    owner = Kiosk.objects.get()
    assert theirs.first(uuid.UUID(first), owner.id).get_deferred_fields() == {"manifest"}
    assert theirs.first(uuid.UUID(first), uuid.uuid4()) is None
    now = timezone.now()
    received = Change(Recording.objects.filter(completed_at=None), "received_at", "session")
    assert (received(now, uuid.UUID(first)), received(now, uuid.uuid4())) == (1, 0)
    assert Recording.objects.get(pk=first).received_at == now
