"""One chunk: durable before it is acknowledged, and nothing of it when it is refused."""

import logging
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import override_settings

from kiosk.contract import wire
from kiosk.server.catalogue.models import Chunk, Erasure, InterviewSession, Kiosk, Recording, Segment
from kiosk.server.receive import leftovers, recordings, tokens
from kiosk.server.receive.answers import Refused
from kiosk.server.storage import DurableStorage
from tests.server.receive.api import ApiKiosk, completion, sha256


def files(database: Path) -> list[Path]:
    return sorted(path for path in (database / "media").rglob("*") if path.is_file())


def test_a_chunk_is_stored_under_the_seed_s_name_and_listed(
    kiosk: ApiKiosk, recording: str, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert kiosk.chunk(recording, 1, 0, b"one").status_code == 201
    assert files(database) == [
        database / "media" / "video_chunks" / recording / "01" / f"chunk_0000.{sha256(b'one')[:16]}"
    ]
    assert files(database)[0].read_bytes() == b"one"
    assert kiosk.held(recording) == {
        "state": "receiving",
        "chunks": [{"segment": 1, "number": 0, "size": 3, "sha256": sha256(b"one")}],
    }
    assert f"chunk 0 uploaded (3 bytes) session {recording}" in caplog.text
    assert Recording.objects.get().received_at is not None


def test_the_same_chunk_again_is_a_success_and_changes_nothing(kiosk: ApiKiosk, recording: str) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    before = Chunk.objects.get()
    assert kiosk.chunk(recording, 1, 0, b"one").status_code == 200
    after = Chunk.objects.get()
    assert (before.pk, before.at) == (after.pk, after.at)


def test_another_chunk_under_the_same_number_is_refused_and_the_first_one_stays(
    kiosk: ApiKiosk, recording: str, database: Path
) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    answer = kiosk.chunk(recording, 1, 0, b"two")
    assert (answer.status_code, answer.json()["error"]) == (409, "different")
    assert answer.json()["sha256"] == sha256(b"one")
    assert [path.read_bytes() for path in files(database)] == [b"one"]


def test_a_wrong_digest_leaves_nothing(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    answer = kiosk.chunk(recording, 1, 0, b"one", digest=sha256(b"two"))
    assert (answer.status_code, answer.json()["error"]) == (400, "digest")
    assert files(database) == []
    assert kiosk.held(recording)["chunks"] == []
    assert kiosk.chunk(recording, 1, 0, b"one").status_code == 201


@pytest.mark.parametrize("digest", ["", "md5=:abc:", "sha-256=:AAAA:", "sha-256"])
def test_a_chunk_without_a_digest_is_refused(kiosk: ApiKiosk, recording: str, database: Path, digest: str) -> None:
    answer = kiosk.send("PUT", wire.chunk_path(recording, 1, 0), b"one", **{wire.DIGEST_HEADER: digest})
    assert (answer.status_code, answer.json()["error"]) == (400, "digest")
    assert files(database) == []


class Untouchable:
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read

    def close(self) -> None: ...


def put_unread(kiosk: ApiKiosk, path: str, length: int | str | None, **headers: str) -> Any:
    environ = {"wsgi.input": Untouchable()}
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)  # type: ignore[assignment]  # WSGI's words are text
    given = {**kiosk.headers(), wire.DIGEST_HEADER: wire.content_digest(sha256(b"one")), **headers}
    return kiosk.client.request(
        REQUEST_METHOD="PUT",
        PATH_INFO=path.encode().decode("latin-1"),  # as WSGI has it
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()},
        **environ,
    )


def test_of_a_request_without_a_token_not_one_byte_is_read(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    for path in (wire.chunk_path(recording, 1, 0), wire.recording_path(recording)):
        assert put_unread(kiosk, path, 3, Authorization="Bearer wrong").status_code == 401
    assert files(database) == []


def test_a_body_that_is_too_long_is_refused_before_it_is_read(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    answer = put_unread(kiosk, wire.chunk_path(recording, 1, 0), wire.LARGEST_CHUNK + 1)
    assert (answer.status_code, answer.json()["error"]) == (413, "too-large")
    assert put_unread(kiosk, wire.recording_path(recording), wire.LARGEST_BODY + 1).status_code == 413
    assert files(database) == []


@pytest.mark.parametrize(("length", "status"), [(None, 411), ("", 411), ("-1", 400), ("x", 400), ("9" * 30, 400)])
def test_a_body_of_unknown_length_is_refused_before_it_is_read(
    kiosk: ApiKiosk, recording: str, length: str | None, status: int
) -> None:
    assert put_unread(kiosk, wire.chunk_path(recording, 1, 0), length).status_code == status
    assert put_unread(kiosk, wire.chunk_path(recording, 1, 0), 3, **{"Transfer-Encoding": "chunked"}).status_code == 411


def test_a_chunk_of_a_recording_that_is_not_known_is_refused_unread(kiosk: ApiKiosk, database: Path) -> None:
    for name in (str(uuid.uuid4()), "x", "..", "A" * 36):
        answer = put_unread(kiosk, f"{wire.RECORDINGS}/{name}/segments/1/chunks/0", 3)
        assert answer.status_code == 404, name
        assert "what" in answer.json()
    assert files(database) == []


@pytest.mark.parametrize(
    "place", ["0/chunks/0", "-1/chunks/0", "1/chunks/-1", "1/chunks/1e3", "1/chunks/9999999", "x/chunks/٣"]
)
def test_numbers_that_cannot_be_are_refused_unread(kiosk: ApiKiosk, recording: str, place: str) -> None:
    assert put_unread(kiosk, f"{wire.recording_path(recording)}/segments/{place}", 3).status_code == 404


def test_an_empty_chunk_is_refused(kiosk: ApiKiosk, recording: str) -> None:
    assert kiosk.chunk(recording, 1, 0, b"").status_code in {400, 411}


def test_a_kiosk_cannot_touch_another_one_s_recording(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    other = ApiKiosk(instance="machine-2")
    other.enrol(tokens.make_code())
    assert other.chunk(recording, 1, 0, b"one").status_code == 404
    assert other.get(wire.chunks_path(recording)).status_code == 404
    assert other.get(wire.receipt_path(recording)).status_code == 404
    refused = other.open(recording)
    assert (refused.status_code, refused.json()["error"]) == (422, "other-kiosk")
    assert files(database) == []


def test_a_kiosk_that_was_enrolled_anew_goes_on_with_its_recordings(kiosk: ApiKiosk, recording: str) -> None:
    assert kiosk.enrol(tokens.make_code()).status_code == 201
    assert kiosk.chunk(recording, 1, 0, b"one").status_code == 404
    assert kiosk.open(recording).status_code == 200
    assert kiosk.chunk(recording, 1, 0, b"one").status_code == 201


def test_a_replaced_machine_takes_over_once_the_old_one_is_revoked(kiosk: ApiKiosk, recording: str) -> None:
    tokens.revoke(Kiosk.objects.get(), "somebody")
    new = ApiKiosk(instance="machine-2")
    new.enrol(tokens.make_code())
    assert new.open(recording).status_code == 200
    assert new.chunk(recording, 1, 0, b"one").status_code == 201


def test_of_an_erased_recording_nothing_is_taken(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    Erasure.objects.create(session=recording)
    InterviewSession.objects.all().delete()
    for answer in (
        kiosk.open(recording),
        kiosk.chunk(recording, 1, 0, b"one"),
        kiosk.get(wire.chunks_path(recording)),
        kiosk.complete(recording, [b"one"]),
        kiosk.get(wire.receipt_path(recording)),
    ):
        assert (answer.status_code, answer.json()["error"]) == (410, "erased")
    assert InterviewSession.objects.count() == 0
    assert files(database) == []


def test_a_chunk_whose_file_is_gone_is_not_held_and_can_be_sent_again(
    kiosk: ApiKiosk, recording: str, database: Path
) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.chunk(recording, 1, 1, b"two")
    files(database)[0].unlink()
    assert [chunk["number"] for chunk in kiosk.held(recording)["chunks"]] == [1]
    assert kiosk.complete(recording, [b"one", b"two"]).json()["missing"] == [[1, 0]]
    assert kiosk.chunk(recording, 1, 0, b"one").status_code in {200, 201}
    assert [path.read_bytes() for path in files(database)] == [b"one", b"two"]
    assert len(kiosk.held(recording)["chunks"]) == 2


def test_a_file_that_a_crash_left_without_a_row_is_replaced(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    Chunk.objects.all().delete()
    files(database)[0].write_bytes(b"on")
    assert kiosk.chunk(recording, 1, 0, b"one").status_code == 201
    assert [path.read_bytes() for path in files(database)] == [b"one"]


def test_a_store_that_is_not_this_disk_receives_the_same_bytes(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    elsewhere = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    data = b"one" * 3_000_000  # more than is kept in memory while it arrives
    with override_settings(STORAGES=elsewhere):
        assert kiosk.chunk(recording, 1, 0, data).status_code == 201
        assert kiosk.chunk(recording, 1, 0, data).status_code == 200
        assert kiosk.chunk(recording, 1, 1, b"one", digest=sha256(b"two")).status_code == 400
        with default_storage.open(Chunk.objects.get().name) as file:
            assert file.read() == data
        assert [chunk["size"] for chunk in kiosk.held(recording)["chunks"]] == [len(data)]
    assert files(database) == []
    assert list((database / "spool").iterdir()) == []


def test_what_a_crash_left_is_put_away_at_the_start(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.chunk(recording, 1, 1, b"two")
    Chunk.objects.filter(number=1).delete()
    arriving = database / "media" / ".incoming" / "1-2.part"
    arriving.write_bytes(b"half")
    leftovers.sweep(DurableStorage(str(settings.MEDIA_ROOT)))
    assert [path.stem for path in files(database)] == ["chunk_0000"]


def test_below_the_reserve_nothing_is_taken(
    kiosk: ApiKiosk, recording: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "RESERVE_BYTES", 10**18)
    answer = put_unread(kiosk, wire.chunk_path(recording, 1, 0), 3)
    assert (answer.status_code, answer.json()["error"], answer["Retry-After"]) == (507, "no-space", "60")
    assert files(database) == []


def test_while_the_database_is_locked_nothing_is_acknowledged(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            locked.set()
            done.wait(30)
            cursor.execute("ROLLBACK")
        connection.close()

    holder = threading.Thread(target=hold, name="holds the database")
    holder.start()
    try:
        assert locked.wait(30)
        answer = kiosk.chunk(recording, 1, 0, b"one")
        assert (answer.status_code, answer.json()["error"], answer["Retry-After"]) == (503, "database", "5")
    finally:
        done.set()
        holder.join(30)
    assert kiosk.held(recording)["chunks"] == []
    assert kiosk.chunk(recording, 1, 0, b"one").status_code == 201
    assert [path.read_bytes() for path in files(database)] == [b"one"]


def test_of_many_that_send_the_same_number_at_once_one_wins_and_its_bytes_are_stored(
    kiosk: ApiKiosk, recording: str, database: Path
) -> None:
    answers: list[tuple[int, bytes]] = []
    gate = threading.Barrier(4)

    def send(data: bytes) -> None:
        one = ApiKiosk(kiosk.token)
        gate.wait(30)
        answers.append((one.chunk(recording, 1, 0, data).status_code, data))
        connection.close()

    senders = [
        threading.Thread(target=send, args=(data,), name="sender") for data in (b"a" * 9, b"b" * 9, b"a" * 9, b"c" * 9)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    [winner] = {data for status, data in answers if status in {200, 201}}
    assert [status for status, _ in answers].count(201) == 1
    assert {status for status, data in answers if data != winner} <= {409}
    assert [path.read_bytes() for path in files(database)] == [winner]
    assert Chunk.objects.get().sha256 == sha256(winner)


def test_chunks_that_are_merged_already_count_as_held(kiosk: ApiKiosk, recording: str, database: Path) -> None:
    for number, data in enumerate((b"one", b"two")):
        kiosk.chunk(recording, 1, number, data)
    kiosk.complete(recording, [b"one", b"two"])
    merge(recording)
    assert [chunk["sha256"] for chunk in kiosk.held(recording)["chunks"]] == [sha256(b"one"), sha256(b"two")]
    assert kiosk.chunk(recording, 1, 0, b"one").status_code == 200
    assert kiosk.chunk(recording, 1, 0, b"another").status_code == 409
    assert Chunk.objects.count() == 0


def test_what_befalls_a_recording_while_a_chunk_of_it_arrives_is_noticed(kiosk: ApiKiosk, recording: str) -> None:
    before = Recording.objects.get(pk=recording)  # as the request saw it that now has all its bytes
    late = (before, (1, 0), Chunk(size=7, sha256=sha256(b"another"), name="video_chunks/late"))
    kiosk.chunk(recording, 1, 0, b"one")
    assert recordings._note(*late) == sha256(b"one")
    kiosk.complete(recording, [b"one"])
    merge(recording)
    assert recordings._note(*late) == sha256(b"one")
    assert Chunk.objects.count() == 0
    Erasure.objects.create(session=recording)
    InterviewSession.objects.all().delete()
    with pytest.raises(Refused) as refused:
        recordings._note(*late)
    assert refused.value.status == 410
    assert Chunk.objects.count() == 0


def merge(recording: str) -> None:
    """What the finaliser does to the rows when everything is verified."""
    held = Recording.objects.get(pk=recording)
    for segment in Segment.objects.filter(recording=held):
        segment.original = f"originals/{segment.file}"
        segment.save()
    Chunk.objects.filter(recording=held).delete()
    held.state = "stored"
    held.receipt = {"recording": recording, "signed": True}
    held.save()


def test_a_manifest_and_more_segments_can_follow_what_is_stored(kiosk: ApiKiosk, recording: str) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.complete(recording, [b"one"])
    merge(recording)
    kiosk.chunk(recording, 2, 0, b"two")
    assert kiosk.complete(recording, [b"one"]).json() == {"state": "stored"}
    answer = kiosk.complete(recording, [b"one"], [b"two"])
    assert (answer.status_code, answer.json()) == (202, {"state": "complete"})
    assert list(Segment.objects.values_list("number", flat=True)) == [1, 2]
    assert Segment.objects.get(number=1).original != ""
    merge(recording)
    assert kiosk.complete(recording, [b"one"], [b"two"], title="Other").json() == {"state": "complete"}


def test_a_stored_segment_is_never_replaced_nor_left_out(kiosk: ApiKiosk, recording: str) -> None:
    kiosk.chunk(recording, 1, 0, b"one")
    kiosk.complete(recording, [b"one"])
    merge(recording)
    assert kiosk.complete(recording, [b"two"]).status_code == 409
    without = completion(recording, [b"one"], [b"two"])
    only_second = wire.CompleteRequest(without.segments[1:], without.manifest)
    assert kiosk.send("POST", wire.complete_path(recording), only_second).status_code == 422
    assert Recording.objects.get().state == "stored"
