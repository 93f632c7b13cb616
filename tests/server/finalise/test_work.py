import logging
import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import av
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from kiosk.contract import receipt, wire
from kiosk.media.boxes import scan
from kiosk.server import keys
from kiosk.server.catalogue.models import Interview, InterviewSession, RecordingState
from kiosk.server.finalise import stored
from kiosk.server.finalise.worker import Claim, Worker
from tests.server.finalise.material import Sent, add_chunk, cuts, film, read, send, stored_names

pytestmark = pytest.mark.usefixtures("database")
HUGE = b"\x7f\xff\xff\xff"


def drain() -> None:
    Worker(threading.Event(), quiet_s=3600).drain()


def expected_names(sent: Sent) -> list[str]:
    base = sent.video.removesuffix(".mp4")
    originals = [f"interview_recordings/originals/{sent.session}/{each.file}" for each in sent.recording.segments.all()]
    return sorted([f"{base}.mp4", f"{base}.index", f"{base}.jpg", f"{base}.vtt", *originals])


def check_stored(sent: Sent) -> None:
    """Everything that `stored` promises."""
    row = sent.row()
    assert (row.state, row.why, row.claimed_until) == (RecordingState.STORED, "", None)
    assert stored_names() == expected_names(sent)
    assert row.chunks.count() == 0
    assert [read(segment.original) for segment in row.segments.all()] == list(sent.segments)
    promised = receipt.check(row.receipt, sent.session, keys.receipt_public(settings.DATA))
    assert [(each.segment, each.bytes, each.sha256) for each in promised.segments] == [
        (segment.number, segment.bytes, segment.sha256) for segment in row.segments.all()
    ]
    assert promised.manifest_sha256 == wire.sha256_of(row.manifest)
    with av.open(default_storage.path(row.video)) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    assert pictures == round(row.duration_s * 30)
    assert list((settings.SPOOL_FOLDER).glob("finalise-*")) == []


def test_a_complete_recording_becomes_one_that_is_stored(caplog: pytest.LogCaptureFixture) -> None:
    sent = send(5.0)
    with caplog.at_level(logging.INFO):
        drain()

    check_stored(sent)
    row = sent.row()
    assert row.video == sent.video
    assert (row.duration_s, row.bytes) == (pytest.approx(5.0, abs=0.03), len(film(5.0)))
    assert row.created_at is not None
    kinds = [box.kind for box in scan(Path(default_storage.path(row.video))).boxes]
    assert kinds.index("moov") < kinds.index("mdat")
    assert read(row.poster)[:2] == b"\xff\xd8"
    assert "What are you proud of?" in read(row.captions).decode()
    assert f"merging session {sent.session}" in caplog.text
    assert f"merged 3 chunks into {sent.video} (" in caplog.text


def test_session_and_interview_receive_the_path_and_keep_what_is_not_ours() -> None:
    sent = send(2.0)
    drain()
    row = sent.row()
    session = InterviewSession.objects.get(pk=sent.session)
    words = {"recording_video": sent.video, "recording_created_at": row.created_at.isoformat()}
    assert session.metadata == {"room": "4", **words}
    assert Interview.objects.get(pk=session.interview_id).ai_result == {"score": 7, **words}
    assert datetime.fromisoformat(words["recording_created_at"]).tzinfo is not None


def test_an_unassigned_recording_is_stored_as_well() -> None:
    sent = send(2.0, assigned=False, candidate="nobody-knows")
    drain()
    check_stored(sent)


def test_segments_become_one_file_with_the_gap_marked() -> None:
    sent = send(4.0, 2.0)
    drain()
    check_stored(sent)
    assert sent.row().duration_s == pytest.approx(6.0, abs=0.03)
    with av.open(default_storage.path(sent.video)) as container:
        titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
    assert "Gap: 12 s not recorded" in titles


def test_done_again_with_more_it_is_made_anew() -> None:
    sent = send(2.0)
    drain()
    first = sent.row()
    more = send(2.0, 4.0)  # as the kiosk would tell it of the same session
    second = more.recording.segments.get(number=2)
    row = sent.row()
    row.segments.create(
        number=2,
        file=first.segments.get().file.replace("_01.", "_02."),
        chunks=2,
        bytes=second.bytes,
        sha256=second.sha256,
    )
    for number, data in enumerate(cuts(4.0)):
        add_chunk(row, 2, number, data)
    row.state, row.manifest = RecordingState.COMPLETE, {}
    row.save()
    more.recording.session.delete()

    drain()

    made = sent.row()
    assert made.state == RecordingState.STORED
    assert made.duration_s == pytest.approx(6.0, abs=0.03)
    assert made.created_at > first.created_at
    assert len(receipt.check(made.receipt, sent.session, keys.receipt_public(settings.DATA)).segments) == 2


def test_an_earlier_rendition_of_another_name_goes() -> None:
    sent = send(2.0)
    drain()
    row = sent.row()
    row.manifest = {**row.manifest, "started_at": "2026-11-22T15:03:08+01:00"}
    row.state = RecordingState.COMPLETE
    row.save()
    drain()
    row = sent.row()
    assert row.video == sent.video.replace("140307", "140308")
    assert [name for name in stored_names() if "originals" not in name] == [
        stored.index_name(row.video),
        row.poster,
        row.video,
        row.captions,
    ]


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_damaged_chunk_is_given_back_to_the_kiosk_and_taken_again(damage: str) -> None:
    sent = send(5.0)
    chunk = sent.recording.chunks.get(number=1)
    path = Path(default_storage.path(chunk.name))
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "cut" else bytes([data[0] ^ 1]) + data[1:])

    drain()

    row = sent.row()
    assert row.state == RecordingState.RECEIVING
    assert row.why.startswith("Chunk 1 of segment 1 was damaged or lost")
    assert sorted(row.chunks.values_list("number", flat=True)) == [0, 2]
    assert not path.exists()

    add_chunk(row, 1, 1, data)
    row.state = RecordingState.COMPLETE
    row.save()
    drain()
    check_stored(sent)


def test_a_chunk_that_has_no_row_is_asked_for() -> None:
    sent = send(5.0)
    sent.recording.chunks.get(number=2).delete()
    drain()
    row = sent.row()
    assert row.state == RecordingState.RECEIVING
    assert row.why.startswith("Chunk 2 of segment 1 is missing")


def test_a_file_that_is_not_what_was_announced_fails_with_the_reason_and_is_kept() -> None:
    sent = send(5.0)
    sent.recording.segments.update(sha256="0" * 64)
    drain()
    row = sent.row()
    assert row.state == RecordingState.FAILED
    assert "is not the file that the kiosk announced" in row.why
    assert row.chunks.count() == 3
    assert (row.video, row.receipt) == ("", {})
    assert not any(name.startswith("interview_recordings") for name in stored_names())


def hostile() -> dict[str, bytes]:
    data = film(4.0)
    moov, moof, trun = data.index(b"moov"), data.index(b"moof"), data.index(b"trun")
    return {
        "garbage": os.urandom(20_000),
        "empty-head": data[:24],
        "text": b"Dear reader, this is not a film. " * 100,
        "huge-box": data[: moov - 4] + b"\0\0\0\1moov" + b"\0\0\0\xff" + b"\xff" * 4 + data[moov + 4 :],
        "huge-inner-box": data[: moov + 4] + HUGE + data[moov + 8 :],
        "huge-sample-count": data[: trun + 8] + HUGE + data[trun + 12 :],
        "huge-offset": data[: trun + 12] + HUGE + data[trun + 16 :],
        "no-fragment": data[: moof - 4],
        "noise-for-boxes": data[: moof + 4] + os.urandom(len(data) - moof - 4),
    }


def test_hostile_files_fail_with_a_reason_and_break_nothing() -> None:
    sent = {kind: send(4.0, chunks=[[data]], manifest={}) for kind, data in hostile().items()}
    good = send(2.0)
    drain()
    for kind, each in sent.items():
        row = each.row()
        assert row.state == RecordingState.FAILED, kind
        assert row.why.endswith("."), kind
        assert len(row.why) > 15, kind
        assert row.receipt == {}, kind
        assert not default_storage.exists(each.video), kind
    assert good.row().state == RecordingState.STORED


def test_a_file_that_was_cut_off_is_stored_as_far_as_it_is_whole() -> None:
    """It is what the kiosk has, by its own word; a torn tail holds no picture."""
    data = film(4.0)[:-20_000]
    sent = send(4.0, chunks=[[data]], manifest={})
    drain()
    row = sent.row()
    assert row.state == RecordingState.STORED
    assert 1 < row.duration_s < 4
    assert read(row.segments.get().original) == data


def test_names_that_lead_elsewhere_are_refused() -> None:
    sent = send(2.0)
    for name in ("../../../secret", "interview_x.mp4", f"../{sent.recording.segments.get().file}"):
        sent.recording.segments.update(file=name)
        sent.recording.__class__.objects.filter(pk=sent.recording.pk).update(state=RecordingState.COMPLETE)
        drain()
        assert sent.row().state == RecordingState.FAILED
        assert "file name" in sent.row().why


def test_a_store_that_fails_is_tried_again_later(caplog: pytest.LogCaptureFixture) -> None:
    sent = send(2.0)
    obstacle = Path(default_storage.path("interview_recordings/originals"))
    obstacle.parent.mkdir(parents=True, exist_ok=True)
    obstacle.write_bytes(b"a file where a folder must be")
    drain()
    row = sent.row()
    assert row.state == RecordingState.COMPLETE
    assert row.attempts == 1
    assert row.why
    assert timezone.now() < row.claimed_until < timezone.now() + timedelta(seconds=10)
    assert "tried again in 2 s" in caplog.text
    assert not Worker(threading.Event()).step()

    obstacle.unlink()
    row.claimed_until = timezone.now() - timedelta(seconds=1)
    row.save()
    drain()
    check_stored(sent)
    assert sent.row().attempts == 0


def test_a_recording_has_one_claim_at_a_time_and_an_expired_one_is_taken_over() -> None:
    sent = send(2.0)
    claim = Claim.take(30)
    assert claim is not None
    assert claim.mine()
    assert Claim.take(30) is None
    sent.recording.__class__.objects.filter(pk=sent.recording.pk).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )
    second = Claim.take(30)
    assert second is not None
    assert second.mine()
    assert not claim.mine()
    claim.work(threading.Event())  # it does its work, but says nothing any more
    assert sent.row().state == RecordingState.FINALISING
    second.work(threading.Event())
    check_stored(sent)


def test_a_worker_that_is_stopped_gives_its_claim_back() -> None:
    sent = send(2.0)
    stopping = threading.Event()
    stopping.set()
    claim = Claim.take(30)
    assert claim is not None
    claim.work(stopping)
    assert (sent.row().state, sent.row().claimed_until) == (RecordingState.COMPLETE, None)
    drain()
    check_stored(sent)


def test_chunks_that_a_kill_left_behind_go_but_not_those_of_a_segment_to_come() -> None:
    sent = send(2.0)
    drain()
    row = sent.row()
    add_chunk(row, 1, 0, cuts(2.0)[0])
    add_chunk(row, 2, 0, cuts(4.0)[0])
    drain()
    assert [(chunk.segment, chunk.number) for chunk in row.chunks.all()] == [(2, 0)]
    assert default_storage.exists(row.chunks.get().name)


def test_the_name_falls_back_to_when_the_session_began() -> None:
    sent = send(2.0, manifest={})
    drain()
    assert sent.row().video == sent.video
    assert sent.row().captions == ""


def test_a_manifest_that_is_none_is_a_reason() -> None:
    sent = send(2.0, manifest={"schema": 1})
    drain()
    assert sent.row().state == RecordingState.FAILED
    assert "Manifest" in sent.row().why


def test_a_candidates_name_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    send(2.0)
    with caplog.at_level(logging.DEBUG):
        drain()
    assert "Ada" not in caplog.text
