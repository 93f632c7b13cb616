"""Opening, completing, receipts, heartbeats, assignments."""

import dataclasses
import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from kiosk.contract import wire
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import plain
from kiosk.server.catalogue import definitions, entries
from kiosk.server.catalogue.models import Consent, Erasure, Interview, InterviewSession, Kiosk, Recording, Segment
from kiosk.server.receive import openapi, urls
from tests.server.receive.api import STARTED, ApiKiosk, completion

TOML = """schema = 1
id = "python-1"
title = "Python"
language = "en"

[[question]]
id = "first"
kind = "spoken"
text = "What did you build?"
answer_seconds = 60
"""


@pytest.fixture
def interview(database: Path, tmp_path: Path) -> Interview:
    file = tmp_path / "python.toml"
    file.write_text(TOML)
    definitions.add_definition(file)
    return entries.assign("4711", "python-1", note="second round")


# ── Open ──


def test_opening_is_done_once_and_repeating_it_changes_nothing(kiosk: ApiKiosk) -> None:
    recording = str(uuid.uuid4())
    first = kiosk.open(recording)
    assert (first.status_code, first.json()) == (201, {"state": "receiving"})
    again = kiosk.open(recording, title="Another title")
    assert (again.status_code, again.json()) == (200, {"state": "receiving"})
    session = InterviewSession.objects.get()
    assert (session.title, session.candidate_reference) == ("Python", "4711")
    assert session.started_at.isoformat() == "2026-11-22T13:03:07+00:00"
    assert Consent.objects.get().reference == "form 12"


def test_a_recording_of_an_unknown_candidate_is_accepted_unassigned(kiosk: ApiKiosk, recording: str) -> None:
    assert InterviewSession.objects.get().interview is None


def test_a_recording_of_an_open_interview_belongs_to_it(interview: Interview, kiosk: ApiKiosk, recording: str) -> None:
    assert InterviewSession.objects.get().interview == interview


def test_consent_that_is_told_later_is_kept(kiosk: ApiKiosk) -> None:
    recording = str(uuid.uuid4())
    kiosk.open(recording, consent=None)
    assert Consent.objects.count() == 0
    kiosk.open(recording)
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"candidate": ""},
        {"candidate": "x" * 65},
        {"candidate": "a\nb"},
        {"candidate": "a\x00b"},
        {"candidate": "\ud800"},
        {"title": "x" * 201},
        {"interview_sha256": "no"},
        {"started_at": "yesterday"},
        {"started_at": "2026-11-22T14:03:07"},
        {"started_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_what_does_not_fit_is_refused_in_words(kiosk: ApiKiosk, values: dict[str, Any]) -> None:
    answer = kiosk.open(str(uuid.uuid4()), **values)
    assert answer.status_code == 400
    assert answer.json()["what"].endswith(".")
    assert InterviewSession.objects.count() == 0


# ── Complete and receipt ──


def test_complete_lists_what_is_missing_and_then_stores_what_it_was_told(kiosk: ApiKiosk, recording: str) -> None:
    kiosk.chunk(recording, 1, 1, b"two")
    missing = kiosk.complete(recording, [b"one", b"two"], [b"three"])
    assert (missing.status_code, missing.json()["error"]) == (409, "missing")
    assert missing.json()["missing"] == [[1, 0], [2, 0]]
    assert Recording.objects.get().state == "receiving"
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.chunk(recording, 2, 0, b"three")
    done = kiosk.complete(recording, [b"one", b"two"], [b"three"])
    assert (done.status_code, done.json()) == (202, {"state": "complete"})
    held = Recording.objects.get()
    assert (held.bytes, held.duration_s, held.manifest["session"]) == (11, 20.0, recording)
    assert list(Segment.objects.values_list("number", "chunks", "bytes")) == [(1, 2, 6), (2, 1, 5)]


def test_completing_again_with_the_same_words_changes_nothing(kiosk: ApiKiosk, recording: str) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.complete(recording, [b"one"])
    Recording.objects.update(state="finalising", claimed_until=timezone.now())
    assert kiosk.complete(recording, [b"one"]).json() == {"state": "finalising"}
    assert Recording.objects.get().claimed_until is not None


def test_chunks_whose_sizes_do_not_add_up_are_refused(kiosk: ApiKiosk, recording: str) -> None:
    kiosk.chunk(recording, 1, 0, b"one!")
    assert kiosk.complete(recording, [b"one"]).status_code == 422
    assert Recording.objects.get().state == "receiving"


@pytest.mark.parametrize(
    "change",
    [
        {"segment": 0},
        {"segment": 10**9},
        {"chunks": 0},
        {"chunks": 10**12},
        {"bytes": -1},
        {"bytes": 10**30},
        {"start_s": -1.0},
        {"duration_s": 1e300},
        {"sha256": "x"},
        {"file": "../../etc/passwd"},
        {"file": f"interview_{uuid.UUID(int=1)}_20261122_130307_01.mp4"},
    ],
)
def test_segments_that_cannot_be_are_refused(kiosk: ApiKiosk, recording: str, change: dict[str, Any]) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    asked = completion(recording, [b"one"])
    wrong = dataclasses.replace(asked, segments=(dataclasses.replace(asked.segments[0], **change),))
    answer = kiosk.send("POST", wire.complete_path(recording), wrong)
    assert answer.status_code == 422, answer.content
    assert Segment.objects.count() == 0


@pytest.mark.parametrize("change", [{"session": str(uuid.UUID(int=1))}, {"schema": 9}, {"chunks": [{}]}, {"gaps": 1}])
def test_a_manifest_that_cannot_be_is_refused(kiosk: ApiKiosk, recording: str, change: dict[str, Any]) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    asked = completion(recording, [b"one"])
    wrong = wire.CompleteRequest(asked.segments, {**asked.manifest, **change})
    assert kiosk.send("POST", wire.complete_path(recording), wrong).status_code == 422


def test_an_interview_that_was_held_to_its_end_is_not_asked_again(
    interview: Interview, kiosk: ApiKiosk, recording: str
) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.complete(recording, [b"one"], ended="completed")
    interview.refresh_from_db()
    assert interview.open is False


def test_the_receipt_waits_until_it_is_stored_or_says_why_it_failed(kiosk: ApiKiosk, recording: str) -> None:
    path = wire.receipt_path(recording)
    assert (kiosk.get(path).status_code, kiosk.get(path).json()) == (202, {"state": "receiving", "why": ""})
    Recording.objects.update(state="failed", why="It is no video.")
    failed = kiosk.get(path)
    assert failed.status_code == 409
    assert (failed.json()["state"], failed.json()["why"], failed.json()["error"]) == (
        "failed",
        "It is no video.",
        "failed",
    )
    Recording.objects.update(state="stored", receipt={"signature": "abc"})
    assert (kiosk.get(path).status_code, kiosk.get(path).json()) == (200, {"signature": "abc"})


def test_a_check_of_what_is_gone_asks_for_it_again(kiosk: ApiKiosk, recording: str) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.complete(recording, [b"one"])
    Segment.objects.update(original="originals/gone.mp4")
    Recording.objects.update(state="stored", receipt={"signature": "abc"})
    answer = kiosk.get(wire.receipt_path(recording, check=True))
    assert (answer.status_code, answer.json()["state"]) == (202, "receiving")


# ── Kiosks ──


def test_a_heartbeat_is_kept_and_answered_with_what_to_erase_until_it_is_done(kiosk: ApiKiosk, recording: str) -> None:
    Erasure.objects.create(session=recording, kiosk=Kiosk.objects.get())
    beat = wire.Heartbeat("Front desk", "kiosk 0.1.0", "recording", ("camera lost",), 12.5, wire.QueueFacts(1, 2, 3))
    first = kiosk.send("POST", wire.HEARTBEAT, beat)
    assert (first.status_code, first.json()["erase"]) == (200, [recording])
    stored = Kiosk.objects.get()
    assert (stored.name, stored.heartbeat["disk_hours"], stored.heartbeat["queue"]["chunks"]) == ("Front desk", 12.5, 2)
    assert stored.seen_at is not None
    assert kiosk.send("POST", wire.HEARTBEAT, beat).json()["erase"] == [recording]
    done = dataclasses.replace(beat, erased=(recording, "nonsense"))
    assert kiosk.send("POST", wire.HEARTBEAT, done).json()["erase"] == []
    assert Erasure.objects.get().done_at is not None


def test_a_kiosk_whose_clock_is_wrong_is_told(kiosk: ApiKiosk) -> None:
    wrong = (timezone.now() - timedelta(hours=1)).isoformat()
    answer = kiosk.send("POST", wire.HEARTBEAT, wire.Heartbeat("a", "b", "ready", at=wrong))
    assert any("60 minutes apart" in problem for problem in answer.json()["problems"])


def test_assignments_are_sent_once_and_then_only_when_they_change(interview: Interview, kiosk: ApiKiosk) -> None:
    first = kiosk.get(wire.ASSIGNMENTS)
    assert first.json()["assignments"] == [{"candidate": "4711", "interview": "python-1", "note": "second round"}]
    [definition] = first.json()["interviews"]
    assert (definition["id"], definition["definition"]) == ("python-1", TOML)
    assert kiosk.get(wire.ASSIGNMENTS, **{"If-None-Match": first["ETag"]}).status_code == 304
    entries.assign("4712", "python-1")
    changed = kiosk.get(wire.ASSIGNMENTS, **{"If-None-Match": first["ETag"]})
    assert (changed.status_code, len(changed.json()["assignments"])) == (200, 2)


def test_an_assignment_for_one_kiosk_is_not_shown_to_another(interview: Interview, kiosk: ApiKiosk) -> None:
    other = Kiosk.objects.create(name="Other", token_sha256="x", instance="y")
    entries.assign("4713", "python-1", kiosk=other)
    interview.open = False
    interview.save()
    assert kiosk.get(wire.ASSIGNMENTS).json() == {"interviews": [], "assignments": []}


@pytest.mark.parametrize(
    "text", ["", "id = 1\ntitle = 'x'", "id = 'A b'\ntitle = 'x'", "id = 'a'", "[", "id = 'a'\ntitle = ' '"]
)
def test_a_file_that_is_no_interview_is_refused(database: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text)
    with pytest.raises(BadRequest):
        definitions.add_definition(file)


# ── The whole API ──


def test_the_description_holds_every_address_and_no_other(database: Path) -> None:
    routed = {}
    for pattern in urls.urlpatterns:
        path = "/" + str(pattern.pattern).replace("<str:", "{").replace(">", "}")
        routed[path] = {method.lower() for method in pattern.callback.handlers}
    del routed[openapi.PATH]
    del routed[f"{wire.ROOT}/<path:rest}}"]
    described = {path: set(operations) for path, operations in openapi.description()["paths"].items()}
    assert described == routed
    assert Client().get(openapi.PATH).json() == json.loads(json.dumps(openapi.description()))
    assert get_resolver().resolve(wire.chunk_path(str(uuid.UUID(int=1)), 1, 0)).kwargs["segment"] == "1"


def test_the_description_names_the_call_of_a_heartbeat_and_it_may_be_left_out() -> None:
    described = openapi.description()
    body = described["paths"][wire.HEARTBEAT]["post"]["requestBody"]["content"]["application/json"]["schema"]
    heartbeat = described["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert heartbeat["properties"]["called"]["type"] == "string"
    assert "called" not in heartbeat["required"], "older programs do not send it"


def test_every_reference_of_the_description_leads_somewhere() -> None:
    text = json.dumps(openapi.description())
    schemas = openapi.description()["components"]["schemas"]
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named == set(schemas)
    assert {"Refusal", "HeldChunk", "SegmentTotal", "Receipt"} <= named


def test_what_is_nowhere_and_wrong_methods_are_refused_in_json(kiosk: ApiKiosk) -> None:
    nowhere = kiosk.get(f"{wire.ROOT}/nothing/here")
    assert (nowhere.status_code, nowhere.json()["error"]) == (404, "unknown")
    wrong = kiosk.send("POST", wire.ASSIGNMENTS, b"{}")
    assert (wrong.status_code, wrong["Allow"]) == (405, "GET")


def test_a_name_that_the_server_does_not_know_puts_no_recording_aside(kiosk: ApiKiosk, recording: str) -> None:
    answer = kiosk.send("PUT", wire.chunk_path(recording, 1, 0), b"one", Host="other.example")
    assert (answer.status_code, answer.json()["error"], answer["Retry-After"]) == (503, "host", "60")


def test_a_fault_of_ours_is_logged_and_shows_the_client_nothing(
    kiosk: ApiKiosk, recording: str, caplog: pytest.LogCaptureFixture
) -> None:
    Recording.objects.update(manifest={"chunks": 7})  # as no kiosk can leave it
    Segment.objects.create(recording_id=recording, number=1, file="x", chunks=1, bytes=1, sha256="x", original="x")
    answer = kiosk.get(wire.chunks_path(recording))
    assert answer.status_code == 500
    assert set(answer.json()) == {field.name for field in dataclasses.fields(wire.Refusal)}
    assert "Traceback" not in answer.content.decode()
    assert "A fault of our own" in caplog.text


def test_json_that_is_not_in_order_is_refused(kiosk: ApiKiosk, recording: str) -> None:
    bodies = [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b'{"name": NaN}',
        b"\xff",
        b"[" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ]
    bodies += [b'{"name": 1e999}', b'{"name": "\\ud800"}', json.dumps({"name": 10**400}).encode()]
    for path, method in ((wire.HEARTBEAT, "POST"), (wire.complete_path(recording), "POST"), (wire.ENROL, "POST")):
        for body in bodies:
            answer = kiosk.send(method, path, body)
            assert answer.status_code in {400, 411, 422}, (path, body[:40], answer.content)
            assert answer.json()["what"]


def test_a_body_that_is_not_what_its_digest_says_is_refused(kiosk: ApiKiosk) -> None:
    body = json.dumps(plain(wire.Heartbeat("a", "b", "ready"))).encode()
    assert (
        kiosk.send("POST", wire.HEARTBEAT, body, **{wire.DIGEST_HEADER: wire.content_digest("0" * 64)}).status_code
        == 400
    )
    assert STARTED
