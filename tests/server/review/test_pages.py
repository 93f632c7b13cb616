"""What the pages say: lists and search, a candidate's page, assigning, erasing, exporting, kiosks, the audit log."""

import io
import json
import re
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from kiosk.server.catalogue.models import (
    AuditEntry,
    Candidate,
    Chunk,
    EnrolCode,
    Erasure,
    InterviewSession,
    Kiosk,
    Recording,
    RecordingState,
    Segment,
)
from kiosk.server.review.fleet import seen, space_of
from kiosk.server.review.states import standing
from kiosk.server.review.story import story_of
from kiosk.ui.theme import THEMES
from tests.server.review import material

pytestmark = pytest.mark.usefixtures("database")

STATIC = Path(__file__).parents[3] / "kiosk" / "server" / "review" / "static" / "review"


@pytest.fixture
def eve() -> Client:
    return material.signed_in("eve", "reviewer")


@pytest.fixture
def officer() -> Client:
    return material.signed_in("ida", "privacy officer")


def text(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]  # Django has no types


def found(client: Client, query: str) -> list[str]:
    return re.findall(r'class="strong" href="/candidates/([^"/]+)"', text(client.get(f"/candidates{query}")))


# ── Candidates ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_searched_by_id_name_interview_and_day(eve: Client) -> None:
    material.sitting("4711", name="Ada Okafor")
    material.sitting("4712", name="Jonas", title="Team lead", started_at=material.STARTED + timedelta(days=1))
    assert found(eve, "") == ["4712", "4711"]
    assert found(eve, "?q=11") == ["4711"]
    assert found(eve, "?q=okafor") == ["4711"]
    assert found(eve, "?q=team+lead") == ["4712"]
    assert found(eve, "?q=ada+team") == []
    assert found(eve, "?day=2026-03-09") == ["4711"]
    assert found(eve, "?q=jonas&day=2026-03-09") == []
    assert found(eve, "?day=nonsense&page=99") == ["4712", "4711"]


def test_the_list_says_how_each_recording_stands(eve: Client) -> None:
    material.stored(material.sitting("1"))
    Recording.objects.create(session=material.sitting("2"), state=RecordingState.RECEIVING, received_at=timezone.now())
    Recording.objects.create(session=material.sitting("3"), state=RecordingState.FINALISING)
    Recording.objects.create(session=material.sitting("4"), state=RecordingState.FAILED, why="chunk 3 is damaged")
    page = text(eve.get("/candidates"))
    for word in ("Stored", "Arriving", "Being verified", "Failed"):
        assert f"</svg>{word}</span>" in page


def test_a_candidate_with_an_odd_id_has_a_page_too(eve: Client) -> None:
    for name in ("a/b", "..", "50% ö?#", "~2f", 'x"><b>'):
        material.sitting(name)
        [link] = re.findall(r'class="strong" href="([^"]+)"', text(eve.get("/candidates", {"q": name})))
        assert eve.get(link).status_code == 200
    assert "<b>" not in text(eve.get("/candidates"))


def test_the_page_of_a_stored_recording_has_it_all(eve: Client) -> None:
    recording = material.stored(material.sitting(name="Ada"))
    page = text(eve.get("/candidates/4711"))
    assert "Interview Recording</h2>" in page
    assert re.search(r'Recorded: <time datetime="2026-03-09T14:05:30Z" data-local>9 Mar 2026, 14:05 UTC</time>', page)
    assert re.search(r'<video[^>]* src="/play/[^"]+"', page)
    assert f'src="/recordings/{recording.pk}/captions"' in page
    for question in material.QUESTIONS.values():
        assert question in page
    assert 'href="?at=4.00#player"' in page
    assert "Sound, 0.4 seconds: the device stopped" in page
    assert "30 pictures a second" in page
    assert "Good: picture and sound are complete." in page
    assert "form 12" in page
    assert "Question repeated: What have you built" in page
    assert "return f&#x27;Hello, {name}&#x27;" in page
    assert "Download" not in page
    assert "Delete" not in page


def test_before_the_path_exists_the_page_says_what_has_arrived(eve: Client) -> None:
    sitting = material.sitting(kiosk=material.kiosk())
    recording = Recording.objects.create(session=sitting, received_at=timezone.now() - timedelta(seconds=10))
    for number in range(12):
        Chunk.objects.create(recording=recording, segment=1, number=number, size=1, sha256="0" * 64, name="x")
    Kiosk.objects.update(heartbeat=material.beat("recording", queue={"recordings": 1, "chunks": 28, "bytes": 1}))
    page = text(eve.get("/candidates/4711"))
    assert "Interview Recording</h2>" not in page
    assert "Recorded:" not in page
    assert "Arriving: 12 of about 40 chunks; the last one 10 seconds ago." in page
    news = eve.get(f"/recordings/{recording.pk}/state").json()
    assert (news["state"], news["over"]) == ("receiving", False)


def test_how_a_recording_stands_in_words() -> None:
    now = timezone.now()
    sitting = material.sitting()
    assert standing(None).word == "Announced"
    recording = Recording.objects.create(session=sitting, received_at=now - timedelta(minutes=5))
    waiting = standing(recording, now)
    assert waiting.word == "Waiting for the kiosk"
    assert "Nothing is lost" in waiting.sentence
    Segment.objects.create(recording=recording, number=1, file="a", chunks=1, bytes=1, sha256="0" * 64)
    assert "0 of 1 chunk," in standing(recording, now).sentence
    recording.state, recording.why = RecordingState.FAILED, "chunk 3 is damaged."
    assert "could not be finished: chunk 3 is damaged. What arrived is kept" in standing(recording).sentence


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        [],
        {},
        {"chapters": 3, "answers": "x", "gaps": [1], "code": [{"history": [{}]}], "quality": [], "devices": 1},
        {"chapters": [{"question": None, "start_s": "x"}], "gaps": [{"at_s": float("nan"), "lost_s": 1}]},
        {"events": [{"what": None}], "captions": [{}], "quality": {"frames": True, "dropped": "many"}},
    ],
)
def test_no_manifest_makes_its_page_fail(manifest: object, eve: Client) -> None:
    story = story_of(manifest)
    json.dumps(story.timeline(), allow_nan=False)
    recording = material.stored(material.sitting())
    if "NaN" not in json.dumps(manifest):
        Recording.objects.filter(pk=recording.pk).update(manifest=manifest if manifest is not None else {})
    assert eve.get("/candidates/4711").status_code == 200


def test_a_question_that_was_put_twice_has_each_time_its_own_answer() -> None:
    spans = [{"question": "a", "start_s": 1, "end_s": 5}, {"question": "a", "start_s": 6, "end_s": 9}]
    answers = [{"question": "a", "start_s": 2, "end_s": 5}, {"question": "a", "start_s": 7, "end_s": None}]
    story = story_of({"chapters": spans, "answers": answers})
    assert [(one.number, one.text, one.answer_s) for one in story.questions] == [(1, "A", 2.0), (2, "A", 7.0)]
    assert [one.answer_length for one in story.questions] == ["3 seconds", ""]


# ── Unassigned ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unassigned_recording_is_listed_watched_and_assigned(eve: Client) -> None:
    sitting = material.sitting("guest", assigned=False)
    recording = material.stored(sitting)
    assert f"/unassigned/{sitting.pk}" in text(eve.get("/unassigned"))
    page = text(eve.get(f"/unassigned/{sitting.pk}"))
    assert "<video" in page
    assert "Whose recording" not in page
    tom = material.signed_in("tom", "administrator")
    page = text(tom.get(f"/unassigned/{sitting.pk}"))
    assert "<video" not in page
    assert "Whose recording" in page
    form = {"candidate": "4711", "name": "Ada", "title": "Demonstration"}
    assert tom.post(f"/unassigned/{sitting.pk}/assign", form)["Location"] == "/unassigned"
    sitting.refresh_from_db()
    assert (sitting.interview.candidate.pk, sitting.interview.candidate.name) == ("4711", "Ada")
    assert sitting.interview.ai_result["recording_video"] == recording.video
    assert "other" not in sitting.interview.ai_result
    assert AuditEntry.objects.filter(who="tom", what="assign", subject="4711").count() == 1
    assert tom.post(f"/unassigned/{sitting.pk}/assign", form).status_code == 404
    assert eve.get(f"/candidates/4711/{sitting.pk}").status_code == 200


def test_assigning_to_a_known_interview_makes_no_second_one_and_keeps_its_other_results() -> None:
    known = material.sitting("4711", name="Ada").interview
    known.ai_result = {"score": 3}
    known.save()
    sitting = material.sitting("guest", assigned=False)
    root = material.signed_in("root", superuser=True)
    root.post(f"/unassigned/{sitting.pk}/assign", {"candidate": "4711", "name": "Other", "title": "Demonstration"})
    sitting.refresh_from_db()
    assert sitting.interview == known
    assert sitting.interview.ai_result == {"score": 3}
    assert Candidate.objects.get(pk="4711").name == "Ada"


def test_an_assignment_without_a_candidate_changes_nothing() -> None:
    sitting = material.sitting("guest", assigned=False)
    root = material.signed_in("root", superuser=True)
    answer = root.post(f"/unassigned/{sitting.pk}/assign", {"candidate": " ", "title": "Demonstration"})
    assert answer.status_code == 422
    assert "This field is required" in text(answer)
    assert InterviewSession.objects.filter(interview=None).count() == 1


# ── A person's data ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_everything_is_deleted_only_when_the_id_is_typed(officer: Client) -> None:
    sitting = material.sitting(name="Ada")
    recording = material.stored(sitting)
    asked = text(officer.get("/candidates/4711/delete"))
    assert "cannot be undone" in asked
    assert "type the candidate's id: <strong>4711</strong>" in asked
    wrong = officer.post("/candidates/4711/delete", {"typed": "4712"})
    assert wrong.status_code == 422
    assert "Nothing was deleted" in text(wrong)
    assert default_storage.exists(recording.video)
    done = officer.post("/candidates/4711/delete", {"typed": "4711"}, follow=True)
    assert "Everything about 4711 is deleted" in text(done)
    assert not Candidate.objects.exists()
    assert not InterviewSession.objects.exists()
    assert not default_storage.exists(recording.video)
    assert Erasure.objects.filter(session=sitting.pk, requested_by="ida").exists()
    assert AuditEntry.objects.filter(who="ida", what="erase", subject="4711").count() == 1


def test_an_unassigned_recording_is_deleted_when_its_reference_is_typed(officer: Client) -> None:
    sitting = material.sitting("guest", assigned=False)
    material.stored(sitting)
    officer.post(f"/unassigned/{sitting.pk}/delete", {"typed": ""})
    assert InterviewSession.objects.exists()
    officer.post(f"/unassigned/{sitting.pk}/delete", {"typed": "guest"})
    assert not InterviewSession.objects.exists()


def test_everything_is_downloaded_as_one_archive_and_that_is_on_record(officer: Client) -> None:
    material.stored(material.sitting(name="Ada"))
    answer = officer.post("/candidates/4711/export")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    assert any(name.endswith("recording.mp4") for name in archive.namelist())
    assert answer["Content-Disposition"] == 'attachment; filename="interview-data-4711.zip"'
    assert AuditEntry.objects.filter(who="ida", what="export", subject="4711").count() == 1


def test_an_archive_that_nobody_reads_to_its_end_leaves_nothing_behind(officer: Client) -> None:
    material.stored(material.sitting())
    unread = officer.post("/candidates/4711/export")
    unread.close()
    begun = officer.post("/candidates/4711/export")
    next(iter(begun.streaming_content))
    begun.close()


# ── Kiosks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_kiosk_is_shown_as_its_heartbeat_tells(eve: Client) -> None:
    now = timezone.now()
    ready = seen(material.kiosk("a", heartbeat=material.beat()), now)
    assert (ready.word, ready.tone, ready.disk, ready.queue) == ("Ready", "good", "41 hours", "Nothing waits")
    busy = material.beat("recording", disk_hours=3.2, queue={"recordings": 2, "chunks": 9, "bytes": 1_300_000_000})
    recording = seen(material.kiosk("b", heartbeat=busy), now)
    assert (recording.word, recording.queue, recording.disk_low) == ("Recording", "2 recordings, 1.3 GB", True)
    wrong = seen(material.kiosk("c", heartbeat=material.beat("not-ready", problems=["Microphone silent."])), now)
    assert (wrong.word, wrong.problems) == ("Not ready", ("Microphone silent.",))
    clock = seen(material.kiosk("d", heartbeat=material.beat(at=(now - timedelta(hours=1)).isoformat())), now)
    assert clock.problems == ("Its clock is 1 hour off.",)
    odd = seen(material.kiosk("e", heartbeat={"state": 3}), now)
    assert odd.word == "Never seen"
    assert eve.get("/kiosks").status_code == 200


def test_a_kiosk_that_calls_its_proctor_stands_first_with_why(eve: Client) -> None:
    material.kiosk("a", heartbeat=material.beat())
    material.kiosk("b", heartbeat=material.beat("recording", called="help"))
    page = text(eve.get("/kiosks"))
    assert page.count("Proctor called: the candidate asks for help") == 1, "in its row"
    assert "<strong>Proctor called: b</strong>, the candidate asks for help." in page
    assert page.index('<span class="strong">b</span>') < page.index('<span class="strong">a</span>')
    later = seen(material.kiosk("c", heartbeat=material.beat(called="of-a-newer-program")), timezone.now())
    assert later.called == "the kiosk does not say why"
    Kiosk.objects.all().update(heartbeat=material.beat())
    assert "Proctor called" not in text(eve.get("/kiosks"))


def test_a_kiosk_that_is_silent_for_over_two_minutes_is_not_seen_since(eve: Client) -> None:
    now = timezone.now()
    almost = material.kiosk("a", heartbeat=material.beat(), seen_at=now - timedelta(seconds=119))
    silent = material.kiosk("b", heartbeat=material.beat(), seen_at=now - timedelta(seconds=121))
    assert (seen(almost, now).word, seen(silent, now).word) == ("Ready", "Not seen")
    assert "Not seen since <time" in text(eve.get("/kiosks"))


def test_the_servers_space_is_told_in_hours_and_warned_about_below_a_fifth() -> None:
    assert space_of(24 * 10**9, 100 * 10**9).hours == "20 hours"
    assert not space_of(20, 100).scarce
    assert space_of(19, 100).scarce


def test_a_code_is_shown_once_and_kept_as_a_hash_and_a_kiosk_is_revoked_when_asked() -> None:
    tom = material.signed_in("tom", "administrator")
    page = text(tom.post("/kiosks/code"))
    [code] = re.findall(r'<p class="big" tabindex="0">([^<]+)</p>', page)
    assert EnrolCode.objects.count() == 1
    until = EnrolCode.objects.get().expires_at.replace(second=0, microsecond=0)
    assert re.search(rf"It lets one kiosk in, once, until <time[^>]*>[^<]*{until:%H:%M} UTC", page) is not None
    assert code not in str(EnrolCode.objects.values().get())
    assert code not in text(tom.get("/kiosks"))
    kiosk = material.kiosk("Room 2")
    assert "Revoke Room 2?" in text(tom.get(f"/kiosks/{kiosk.pk}/revoke"))
    assert Kiosk.objects.get(pk=kiosk.pk).revoked_at is None
    tom.post(f"/kiosks/{kiosk.pk}/revoke")
    assert Kiosk.objects.get(pk=kiosk.pk).revoked_at is not None
    told = [entry.what for entry in AuditEntry.objects.filter(who="tom").order_by("pk")]
    assert told == ["sign-in", "enrol code", "revoke"]


# ── Audit log, look ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_audit_log_is_searched_by_what_it_is_about(officer: Client) -> None:
    AuditEntry.objects.create(who="eve", what="view", subject="4711", detail="recording 1")
    AuditEntry.objects.create(who="max", what="view", subject="4712", detail=f"recording {uuid.uuid4()}")
    page = text(officer.get("/audit?subject=4711"))
    assert ">eve<" in page
    assert ">max<" not in page
    assert ">max<" in text(officer.get("/audit?who=max"))


@pytest.mark.parametrize(
    ("theme", "place"), [("light", 0), ("dark", 1), ("contrast", 2)], ids=["light", "dark", "contrast"]
)
def test_the_style_sheet_has_the_kiosks_tokens(theme: str, place: int) -> None:
    blocks = re.findall(r":root \{([^}]*)\}", (STATIC / "review.css").read_text(encoding="utf-8"))
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", blocks[place]))
    tokens = THEMES[theme]
    assert colours == {name.replace("_", "-"): getattr(tokens, name) for name in tokens.__slots__}


def test_every_icon_that_a_page_names_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    folder = STATIC.parents[1] / "templates"
    named = {
        icon for path in folder.rglob("*.html") for icon in re.findall(r'icon="([a-z]+)"', path.read_text("utf-8"))
    }
    assert named | {"good", "caution", "busy", "quiet", "recording"} <= drawn
