"""Interviews as they are defined: checked before they are saved, replaced only when asked, and never what was asked."""

import html
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kiosk.interviews import load
from kiosk.server.catalogue import definitions, entries
from kiosk.server.catalogue.models import AuditEntry, Definition, FormerDefinition, Interview, InterviewSession
from tests.server.review import material

pytestmark = pytest.mark.usefixtures("database")

GOOD = """schema = 1
id = "lead"
title = "Team lead"
language = "en"

[[question]]
id = "first"
kind = "spoken"
text = "What did you build?"
answer_seconds = 60

[[question]]
id = "code"
kind = "coding"
text = "Please write it down."
answer_seconds = 600
statement = "Write a function that greets."
code_language = "python"
starter = "def greet(name):"
"""
OTHER = GOOD.replace("answer_seconds = 60\n", "answer_seconds = 90\n")


@pytest.fixture
def tom() -> Client:
    return material.signed_in("tom", "administrator")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def typed(answer: Any) -> str:
    """What stands in the field."""
    [found] = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", text(answer), re.DOTALL)
    return html.unescape(found)


def told(*whats: str) -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(what__in=whats).order_by("pk").values_list("who", "what"))


def test_what_is_pasted_is_saved_as_it_is_and_its_questions_are_shown(tom: Client) -> None:
    answer = tom.post("/interviews-new", {"text": GOOD.replace("\n", "\r\n")}, follow=True)
    assert answer.redirect_chain == [("/interviews/lead", 302)]
    page = text(answer)
    for words in ("Team lead", "What did you build?", "1 minute to answer", "Code in python", "def greet(name):"):
        assert words in page
    stored = Definition.objects.get()
    assert (stored.definition, stored.title) == (GOOD, "Team lead")
    assert stored.sha256 == definitions.sha256_of(GOOD)
    assert told("interview added") == [("tom", "interview added")]
    assert "Team lead" in text(tom.get("/interviews"))
    eve = material.signed_in("eve", "reviewer")
    assert "What did you build?" in text(eve.get("/interviews/lead"))
    assert "Change it" not in text(eve.get("/interviews/lead"))


def test_a_file_is_saved_and_downloaded_again_byte_for_byte(tom: Client) -> None:
    file = SimpleUploadedFile("lead.toml", b"\xef\xbb\xbf" + GOOD.encode())
    tom.post("/interviews-new", {"file": file, "text": "this is passed over"})
    stored = Definition.objects.get()
    answer = tom.get(f"/interviews/lead/texts/{stored.sha256}/file")
    assert answer.content == GOOD.encode()
    assert answer["Content-Disposition"] == 'attachment; filename="lead.toml"'


def test_every_mistake_is_told_as_kiosk_check_tells_it_and_nothing_is_saved(tom: Client, tmp_path: Path) -> None:
    wrong = GOOD.replace("answer_seconds = 60\n", "answer_secnds = 60\n").replace('id = "lead"', 'id = "Team Lead"')
    (tmp_path / "wrong.toml").write_text(wrong)
    answer = tom.post("/interviews-new", {"text": wrong})
    assert answer.status_code == 422
    page = text(answer)
    problems = load.check(tmp_path / "wrong.toml")
    assert len(problems) == 3
    for problem in problems:
        assert problem.split(": ", 1)[1].replace('"', "&quot;").replace("'", "&#x27;") in page
    assert "3 things are not right yet" in page
    assert "answer_secnds = 60" in page, "what was typed is still there to be corrected"
    torn = text(tom.post("/interviews-new", {"text": 'schema = 1\ntitle = "Team\n'}))
    assert "Line 2, column 14:" in torn
    assert '<code class="excerpt">title = &quot;Team</code>' in torn
    assert not Definition.objects.exists()
    assert told("interview added") == []


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({}, "Choose a file, or type the interview."),
        ({"file": SimpleUploadedFile("a.toml", b"title = 'caf\xe9'")}, "Line 1: this is not UTF-8 text."),
        ({"file": SimpleUploadedFile("a.toml", b"#" * (load.LARGEST_BYTES + 1))}, "has 256 KiB at most"),
        ({"text": "#" * (load.LARGEST_BYTES + 1)}, "has 256 KiB at most"),
    ],
    ids=["nothing", "not UTF-8", "a file that is too large", "a text that is too large"],
)
def test_what_cannot_be_read_is_told_in_words(tom: Client, sent: dict[str, Any], why: str) -> None:
    answer = tom.post("/interviews-new", sent)
    assert (answer.status_code, why in text(answer)) == (422, True)
    assert not Definition.objects.exists()


def test_replacing_is_asked_and_what_was_asked_in_a_recording_stays(tom: Client) -> None:
    definitions.put(GOOD)
    first = definitions.sha256_of(GOOD)
    entries.assign("4711", "lead")
    material.sitting("4712", assigned=False, interview_sha256=first)
    InterviewSession.objects.update(interview_reference="lead")
    asked = tom.post("/interviews/lead/change", {"text": OTHER})
    page = text(asked)
    assert "Replace Team lead?" in page
    assert "The 1 recording that was made stays as it is" in page
    assert "The 1 candidate who waits for it is asked the new text" in page
    assert "answer_seconds = 60</del>" in page
    assert "answer_seconds = 90</ins>" in page
    assert Definition.objects.get().definition == GOOD
    done = tom.post("/interviews/lead/change", {"text": OTHER, "over": first}, follow=True)
    assert "is replaced" in text(done)
    assert Definition.objects.get().definition == OTHER
    assert FormerDefinition.objects.get().definition == GOOD
    former = text(tom.get(f"/interviews/lead/texts/{first}"))
    assert "This is a former text" in former
    assert "1 minute to answer" in former
    assert told("interview added", "interview replaced") == [
        ("server", "interview added"),
        ("tom", "interview replaced"),
    ]
    assert "exactly as it was" in text(tom.post("/interviews-new", {"text": OTHER}, follow=True))


def test_a_recordings_page_leads_to_the_text_that_was_asked_in_it(tom: Client) -> None:
    definitions.put(GOOD)
    first = definitions.sha256_of(GOOD)
    material.stored(material.sitting("4711", interview_sha256=first))
    material.stored(material.sitting("4712", interview_sha256="ab" * 32))
    InterviewSession.objects.update(interview_reference="lead")
    definitions.put(OTHER)
    eve = material.signed_in("eve", "reviewer")
    assert f'href="/interviews/lead/texts/{first}">As it was asked' in text(eve.get("/candidates/4711"))
    assert "1 minute to answer" in text(eve.get(f"/interviews/lead/texts/{first}"))
    assert "As it was asked" not in text(eve.get("/candidates/4712"))
    InterviewSession.objects.update(interview_reference="../A")
    assert eve.get("/candidates/4711").status_code == 200


def test_who_was_overtaken_is_asked_again_about_what_is_there_now(tom: Client) -> None:
    definitions.put(GOOD)
    first = definitions.sha256_of(GOOD)
    definitions.put(OTHER)
    third = OTHER.replace("Team lead", "Lead")
    answer = tom.post("/interviews/lead/change", {"text": third, "over": first})
    assert "Replace Team lead?" in text(answer)
    assert Definition.objects.get().definition == OTHER
    with pytest.raises(definitions.Overtaken):
        definitions.put(third, over=first)


def test_the_id_of_an_interview_does_not_change_under_it(tom: Client) -> None:
    definitions.put(GOOD)
    answer = tom.post("/interviews/lead/change", {"text": GOOD.replace('"lead"', '"other"')})
    assert (answer.status_code, "The id of an interview does not change" in text(answer)) == (422, True)
    assert Definition.objects.get().pk == "lead"


def test_it_is_deleted_when_its_id_is_typed_and_what_was_asked_stays(tom: Client) -> None:
    definitions.put(GOOD)
    first = definitions.sha256_of(GOOD)
    definitions.put(OTHER)
    entries.assign("4711", "lead")
    held = entries.assign("4712", "lead")
    made = InterviewSession.objects.create(
        id=uuid.uuid4(),
        interview=held,
        candidate_reference="4712",
        interview_reference="lead",
        interview_sha256=first,
    )
    assert "<strong>2 candidates</strong>" in text(tom.get("/interviews/lead/delete"))
    assert tom.post("/interviews/lead/delete", {"typed": "leed"}).status_code == 422
    assert Definition.objects.exists()
    tom.post("/interviews/lead/delete", {"typed": "lead"})
    assert not Definition.objects.exists()
    assert [one.definition for one in FormerDefinition.objects.all()] == [GOOD], "only what was asked in a recording"
    assert [(one.candidate_id, one.open) for one in Interview.objects.all()] == [("4712", False)]
    made.refresh_from_db()
    assert made.interview == held
    assert "The interview itself is deleted" in text(tom.get(f"/interviews/lead/texts/{first}"))
    assert tom.get("/interviews/lead").status_code == 404
    assert told("interview deleted", "unassign") == [("tom", "unassign")] * 2 + [("tom", "interview deleted")]


def test_samples_can_be_begun_with_and_are_right(tom: Client) -> None:
    for sample in ("general", "software-engineer"):
        assert f"sample={sample}" in text(tom.get("/interviews-new"))
        assert definitions.check(typed(tom.get("/interviews-new", {"sample": sample})))[1] == []
    assert typed(tom.get("/interviews-new", {"sample": "../../etc/passwd"})) == ""


def test_one_that_kiosks_could_not_ask_is_marked(tom: Client) -> None:
    Definition.objects.create(
        pk="old", title="Old", definition="id = 'old'", sha256=definitions.sha256_of("id = 'old'")
    )
    assert "Kiosks cannot ask it" in text(tom.get("/interviews"))
    assert "language: is missing." in text(tom.get("/interviews/old"))
