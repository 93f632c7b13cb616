"""Who is to be asked what: candidates added and named, interviews asked and taken back; all of it on record."""

import re
from typing import Any

import pytest
from django.test import Client

from kiosk.contract import wire
from kiosk.server.catalogue import definitions, entries
from kiosk.server.catalogue.models import AuditEntry, Candidate, Interview, Kiosk
from tests.server.receive.api import ApiKiosk
from tests.server.review import material
from tests.server.review.test_interview_pages import GOOD

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def tom() -> Client:
    definitions.put(GOOD)
    return material.signed_in("tom", "administrator")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def told() -> list[tuple[str, str, str]]:
    entries_ = AuditEntry.objects.filter(who="tom").exclude(what__in=("sign-in", "view"))
    return list(entries_.order_by("pk").values_list("what", "subject", "detail"))


def test_a_candidate_is_added_with_what_they_are_to_be_asked(tom: Client) -> None:
    room = material.kiosk("Room 2")
    form = {"candidate": " 4711 ", "name": "Ada", "interview": "lead", "kiosk": str(room.pk), "note": "needs more time"}
    page = text(tom.post("/planning-new", form, follow=True))
    assert "Ada is added" in page
    made = Interview.objects.get()
    assert (made.candidate.pk, made.candidate.name, made.definition_id) == ("4711", "Ada", "lead")
    assert (made.note, [one.name for one in made.kiosks.all()], made.open) == ("needs more time", ["Room 2"], True)
    assert told() == [("candidate added", "4711", ""), ("assign", "4711", "lead at Room 2")]
    listed = text(tom.get("/planning?q=ada"))
    assert "Team lead</bdi>, at Room 2" in listed
    assert "needs more time" in listed


def test_what_is_planned_on_the_pages_is_what_a_kiosk_fetches_and_no_other_kiosk(tom: Client) -> None:
    here, there = ApiKiosk(), ApiKiosk(instance="machine-2")
    for one, name in ((here, "Room 2"), (there, "Room 3")):
        page = text(tom.post("/kiosks/code"))
        [code] = re.findall(r'<p class="big" tabindex="0">([^<]+)</p>', page)
        assert one.enrol(code, name).status_code == 201
    room = Kiosk.objects.get(name="Room 2")
    form = {"candidate": "4711", "name": "Ada", "interview": "lead", "kiosk": str(room.pk), "note": "needs more time"}
    tom.post("/planning-new", form)
    told_ = here.get(wire.ASSIGNMENTS)
    [interview] = told_.json()["interviews"]
    assert (interview["definition"], interview["sha256"]) == (GOOD, definitions.sha256_of(GOOD))
    assert told_.json()["assignments"] == [{"candidate": "4711", "interview": "lead", "note": "needs more time"}]
    assert there.get(wire.ASSIGNMENTS).json() == {"interviews": [], "assignments": []}
    tom.post(f"/assignments/{Interview.objects.get().pk}/take-back")
    assert here.get(wire.ASSIGNMENTS, **{"If-None-Match": told_["ETag"]}).json()["assignments"] == []
    tom.post(f"/kiosks/{room.pk}/revoke")
    assert here.get(wire.ASSIGNMENTS).status_code == 403


def test_an_id_that_is_there_already_or_cannot_be_read_is_refused(tom: Client) -> None:
    Candidate.objects.create(pk="4711")
    known = tom.post("/planning-new", {"candidate": "4711", "interview": "lead"})
    assert (known.status_code, "with this id already" in text(known)) == (422, True)
    odd = tom.post("/planning-new", {"candidate": "a\u202eb"})
    assert (odd.status_code, Candidate.objects.count(), Interview.objects.count()) == (422, 1, 0)


def test_the_name_is_changed_and_never_written_into_the_audit_log(tom: Client) -> None:
    Candidate.objects.create(pk="4711")
    tom.post("/planning/4711/name", {"name": "Ada Okafor"})
    assert Candidate.objects.get().name == "Ada Okafor"
    assert told() == [("candidate changed", "4711", "the name")]
    too_long = tom.post("/planning/4711/name", {"name": "x" * 201})
    assert (too_long.status_code, Candidate.objects.get().name) == (422, "Ada Okafor")


def test_an_interview_is_asked_and_taken_back_and_one_that_was_begun_stays_on_record(tom: Client) -> None:
    Candidate.objects.create(pk="4711")
    assert "Choose one" in text(tom.get("/planning/4711"))
    refused = tom.post("/planning/4711/ask", {"interview": "unknown"})
    assert (refused.status_code, Interview.objects.count()) == (422, 0)
    tom.post("/planning/4711/ask", {"interview": "lead", "note": "second round"})
    tom.post("/planning/4711/ask", {"interview": "lead"})
    made = Interview.objects.get()
    assert "second round" in text(tom.get("/planning/4711"))
    tom.post(f"/assignments/{made.pk}/take-back")
    assert not Interview.objects.exists()
    begun = material.sitting("4711").interview
    tom.post(f"/assignments/{begun.pk}/take-back")
    assert Interview.objects.get().open is False
    assert tom.post(f"/assignments/{begun.pk}/take-back").status_code == 404
    assert [what for what, _, _ in told()] == ["assign", "unassign", "unassign"]


def test_a_kiosk_that_is_revoked_cannot_be_chosen(tom: Client) -> None:
    gone = material.kiosk("Old room", revoked_at=material.STARTED)
    Candidate.objects.create(pk="4711")
    assert "Old room" not in text(tom.get("/planning/4711"))
    answer = tom.post("/planning/4711/ask", {"interview": "lead", "kiosk": str(gone.pk)})
    assert (answer.status_code, Interview.objects.count()) == (422, 0)


def test_who_was_never_recorded_is_removed_when_asked_and_nobody_else(tom: Client) -> None:
    entries.assign("4711", "lead")
    assert "Remove 4711?" in text(tom.get("/planning/4711/remove"))
    tom.post("/planning/4711/remove")
    assert not Candidate.objects.exists()
    assert told() == [("candidate removed", "4711", "")]
    material.sitting("4712")
    assert "Remove this candidate" not in text(tom.get("/planning/4712"))
    assert "was recorded" in text(tom.get("/planning/4712/remove"))
    assert "There are recordings" in text(tom.post("/planning/4712/remove", follow=True))
    assert Candidate.objects.get().pk == "4712"


def test_the_list_can_show_only_who_waits(tom: Client) -> None:
    entries.assign("4711", "lead")
    Candidate.objects.create(pk="4712")
    everybody, waiting = (text(tom.get(f"/planning{query}")) for query in ("", "?open=1"))
    assert ("4712" in everybody, "4712" in waiting, "4711" in waiting) == (True, False, True)


def test_planning_shows_nothing_of_a_recording_to_who_may_not_watch(tom: Client) -> None:
    recording = material.stored(material.sitting("4711", name="Ada"))
    page = text(tom.get("/planning/4711"))
    assert "See the recordings" not in page
    assert str(recording.pk) not in page
    root = material.signed_in("root", superuser=True)
    assert "See the recordings" in text(root.get("/planning/4711"))
    assert "/planning/4711" in text(root.get("/candidates/4711"))
    assert AuditEntry.objects.filter(who="tom", what="view", subject="4711").count() == 1
