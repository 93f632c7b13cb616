"""Signed links: whose, how long, what is sent, and what is on record."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from kiosk.media.boxes import BoxCutter
from kiosk.server.catalogue.models import AuditEntry, Candidate, Chunk, Recording
from kiosk.server.finalise import stored
from kiosk.server.review import playback
from kiosk.server.review.playback import Blocks, Use, make_link
from kiosk.server.review.ranges import Part
from kiosk.server.storage import DurableStorage
from tests.server.review import material

CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def eve() -> Client:
    return material.signed_in("eve", "reviewer")


@pytest.fixture
def recording() -> Recording:
    return material.stored(material.sitting())


class Elsewhere(DurableStorage):
    """An object store as far as a page can tell."""

    def url(self, name: str, parameters: object = None, expire: int = 1) -> str:
        return f"https://store:8333/{name}?for={expire}"


def link(client: Client, recording: Recording, browser: str = "") -> str:
    answer = client.post(f"/recordings/{recording.pk}/link", headers={"User-Agent": browser})
    assert answer.status_code == 200
    return str(answer.json()["url"])


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # Django has no types


def test_a_link_plays_the_whole_file_in_parts(eve: Client, recording: Recording) -> None:
    url, whole = link(eve, recording), material.film()[0]
    first = eve.get(url, headers={"Range": "bytes=0-"})
    assert first.status_code == 206
    assert first["Content-Range"] == f"bytes 0-{len(whole) - 1}/{len(whole)}"
    assert first["Content-Type"] == "video/mp4"
    assert body(first) == whole
    middle = eve.get(url, headers={"Range": "bytes=1000-1999"})
    assert (middle.status_code, middle["Content-Length"], body(middle)) == (206, "1000", whole[1000:2000])
    suffix = eve.get(url, headers={"Range": "bytes=-7"})
    assert body(suffix) == whole[-7:]
    several = eve.get(url, headers={"Range": "bytes=0-1,5-6"})
    assert (several.status_code, body(several)) == (206, whole[:2])
    plain = eve.get(url)
    assert (plain.status_code, plain["Accept-Ranges"], body(plain)) == (200, "bytes", whole)


def test_chromium_is_sent_the_film_as_fragments_and_everybody_else_the_film(eve: Client, recording: Recording) -> None:
    url = link(eve, recording, CHROMIUM)
    answer = eve.get(url, headers={"Range": "bytes=0-"})
    whole = body(answer)
    assert [kind for kind, _ in BoxCutter().feed(whole)][:5] == ["ftyp", "moov", "sidx", "moof", "mdat"]
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes 0-{len(whole) - 1}/{len(whole)}")
    assert body(eve.get(url, headers={"Range": "bytes=20000-29999"})) == whole[20000:30000]
    assert eve.head(url)["Content-Length"] == str(len(whole))
    plain = link(eve, recording)
    assert body(eve.get(plain)) == material.film()[0]
    assert eve.head(plain)["ETag"] != eve.head(url)["ETag"]


def test_a_film_without_an_index_is_played_as_it_is(eve: Client, recording: Recording) -> None:
    """Every recording of before there were any, and one whose index is being made anew."""
    before = link(eve, recording, CHROMIUM)
    default_storage.delete(stored.index_name(recording.video))
    assert eve.get(before).status_code == 404  # the player asks for a fresh link
    assert body(eve.get(link(eve, recording, CHROMIUM))) == material.film()[0]
    default_storage.save(stored.index_name(recording.video), ContentFile(material.index()))
    default_storage.delete(recording.video)
    default_storage.save(recording.video, ContentFile(b"another film"))
    assert eve.get(before).status_code == 404


def test_a_head_request_tells_the_length_and_sends_nothing(eve: Client, recording: Recording) -> None:
    answer = eve.head(link(eve, recording))
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(material.film()[0])), b"")


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=x", "bytes=9-3"])
def test_a_part_that_is_not_there_is_416_with_the_length(asked: str, eve: Client, recording: Recording) -> None:
    answer = eve.get(link(eve, recording), headers={"Range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(material.film()[0])}"


def test_a_part_of_another_version_is_the_whole_instead(eve: Client, recording: Recording) -> None:
    url = link(eve, recording)
    tag = eve.head(url)["ETag"]
    same = eve.get(url, headers={"Range": "bytes=0-9", "If-Range": tag})
    other = eve.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (same.status_code, len(body(same))) == (206, 10)
    assert (other.status_code, len(body(other))) == (200, len(material.film()[0]))


def test_one_answer_is_bounded_so_that_a_paused_player_holds_no_worker() -> None:
    assert playback.MOST < 8 * 1024 * 1024


def test_a_forged_link_is_refused(eve: Client, recording: Recording) -> None:
    url = link(eve, recording)
    assert eve.get(url[:-1] + ("A" if url[-1] != "A" else "B")).status_code == 403
    other = signing.dumps([str(recording.pk), "video", recording.video, 1, "", 2**40], salt="another purpose")
    assert eve.get(f"/play/{other}").status_code == 403
    assert eve.get(f"/play/{signing.dumps('odd', salt=playback.SALT)}").status_code == 403
    assert eve.get("/play/x").status_code == 403


def test_a_link_that_is_too_old_is_refused(eve: Client, recording: Recording) -> None:
    request = RequestFactory().get("/")
    request.session, request.user = eve.session, get_user_model().objects.get(username="eve")
    assert body(eve.get(make_link(request, recording, Use.VIDEO))) == material.film()[0]
    assert eve.get(make_link(request, recording, Use.VIDEO, life_s=-1)).status_code == 403


def test_another_account_and_another_session_of_the_same_account_are_refused(eve: Client, recording: Recording) -> None:
    url = link(eve, recording)
    assert material.signed_in("max", "reviewer").get(url).status_code == 403
    again = Client()
    again.force_login(get_user_model().objects.get(username="eve"), backend="django.contrib.auth.backends.ModelBackend")
    assert again.get(url).status_code == 403
    assert Client().get(url).status_code == 302
    eve.post("/sign-out")
    assert eve.get(url).status_code == 302


def test_a_download_is_for_who_may_export_and_has_the_files_name(eve: Client, recording: Recording) -> None:
    assert eve.post(f"/recordings/{recording.pk}/download").status_code == 403
    officer = material.signed_in("ida", "privacy officer")
    answer = officer.post(f"/recordings/{recording.pk}/download", follow=True)
    assert f"interview_{recording.pk}_20260309_140530.mp4" in answer["Content-Disposition"]
    assert body(answer) == material.film()[0]
    assert AuditEntry.objects.filter(who="ida", what="download", subject=str(recording.pk)).count() == 1


def test_one_entry_for_opening_the_page_and_one_for_each_link_and_none_for_parts(
    eve: Client, recording: Recording
) -> None:
    eve.get("/candidates/4711")
    url = link(eve, recording)
    for _ in range(5):
        body(eve.get(url, headers={"Range": "bytes=0-9"}))
    entries = AuditEntry.objects.filter(who="eve")
    assert [entry.what for entry in entries.order_by("pk")] == ["sign-in", "view", "play", "play"]
    assert set(entries.filter(what="play").values_list("subject", flat=True)) == {str(recording.pk)}


def test_what_was_erased_or_lost_is_404(eve: Client, recording: Recording) -> None:
    url = link(eve, recording)
    default_storage.delete(recording.video)
    assert eve.get(url).status_code == 404
    Candidate.objects.all().delete()
    recording.session.delete()
    assert eve.get(url).status_code == 404
    assert eve.post(f"/recordings/{recording.pk}/link").status_code == 404


def test_captions_and_poster_are_for_who_may_watch(eve: Client, recording: Recording) -> None:
    captions = eve.get(f"/recordings/{recording.pk}/captions")
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert captions.content.startswith(b"WEBVTT")
    assert eve.get(f"/recordings/{recording.pk}/poster").content[:2] == b"\xff\xd8"
    assert material.signed_in("tom", "administrator").get(f"/recordings/{recording.pk}/captions").status_code == 403


def test_what_has_arrived_can_be_watched_before_the_rest(eve: Client) -> None:
    sitting = material.sitting()
    recording = Recording.objects.create(session=sitting, received_at=timezone.now())
    name, data = f"video_chunks/{sitting.pk}/01/chunk_0000", material.as_recorded()
    default_storage.save(name, ContentFile(data))
    digest = hashlib.sha256(data).hexdigest()
    Chunk.objects.create(recording=recording, segment=1, number=0, size=len(data), sha256=digest, name=name)
    page = eve.get("/candidates/4711").content.decode()
    assert "It is not verified yet" in page
    [url] = re.findall(r'<video[^>]* src="([^"]+)"', page)
    first = eve.get(url, headers={"Range": "bytes=0-99"})
    assert (first.status_code, body(first)[4:8]) == (206, b"ftyp")
    officer = material.signed_in("ida", "privacy officer")
    assert officer.post(f"/recordings/{recording.pk}/download").status_code == 404


def test_an_object_store_is_asked_for_a_link_of_its_own() -> None:
    class Store:
        def url(self, name: str, parameters: object = None, expire: int = 1) -> str:
            return f"https://store/{name}?for={expire}"

    assert playback._signs_links(Store())
    assert not playback._signs_links(default_storage)
    assert playback._origin(Store()) == "https://store"
    assert playback._origin(default_storage) == ""


def test_a_page_with_a_player_may_load_from_where_the_storage_sends(eve: Client, recording: Recording) -> None:
    assert "media-src 'self';" in eve.get("/candidates/4711")["Content-Security-Policy"] + ";"
    with override_settings(STORAGES={**settings.STORAGES, "default": {"BACKEND": f"{__name__}.Elsewhere"}}):
        assert "media-src 'self' https://store:8333;" in eve.get("/candidates/4711")["Content-Security-Policy"] + ";"
        assert "https" not in eve.get("/candidates")["Content-Security-Policy"]
        sent = eve.get(link(eve, recording))
    assert (sent.status_code, sent["Location"]) == (302, f"https://store:8333/{recording.video}?for=600")


def test_blocks_close_their_file_sent_or_not(recording: Recording) -> None:
    def some() -> Iterator[bytes]:
        file = default_storage.open(recording.video)
        blocks = Blocks(file, Part(10, 29))
        yield from blocks
        blocks.close()
        assert file.closed

    assert b"".join(some()) == material.film()[0][10:30]
