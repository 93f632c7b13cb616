import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kiosk.contract.manifest import SCHEMA, Caption, Chunk, Code, CodeState, Manifest, MissingTime, Segment, Span
from kiosk.contract.names import SEGMENT, SESSION, segment_name
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build, plain

ID = "0b9f6f0e-0000-4000-8000-000000000001"


def test_a_segments_name_carries_session_utc_time_and_number() -> None:
    started = datetime(2026, 11, 22, 14, 3, 7, tzinfo=timezone(timedelta(hours=1)))
    name = segment_name(ID, started, 0)
    assert name == f"interview_{ID}_20261122_130307_00.mp4"
    found = SEGMENT.fullmatch(name)
    assert found is not None
    assert (found["session"], found["started"], found["segment"]) == (ID, "20261122_130307", "00")


def test_more_than_a_hundred_segments_have_names_too() -> None:
    assert SEGMENT.fullmatch(segment_name(ID, datetime(2026, 1, 1, tzinfo=UTC), 123))


@pytest.mark.parametrize("text", ["", ID.upper(), ID + "x", "../" + ID, ID.replace("-", "")])
def test_what_is_no_session_id_does_not_match(text: str) -> None:
    assert SESSION.fullmatch(ID)
    assert not SESSION.fullmatch(text)


def test_a_manifest_comes_back_from_json_as_it_was_written() -> None:
    manifest = Manifest(
        session=ID,
        interview={"id": "i", "title": "t", "sha256": "00", "language": "en"},
        candidate="C-17",
        started_at="2026-11-22T14:03:07+01:00",
        ended=None,
        duration_s=61.5,
        segments=(Segment("a.mp4", 0.0, 61.5, 1000, "ab"),),
        chunks=(Chunk(0, 0, 0, 1000, "ab"),),
        consent={"reference": "v1", "text_sha256": "cd", "language": "en", "given_at": "t"},
        chapters=(Span("q1", 0.0, None),),
        captions=(Caption(0.0, 1.5, "What?", "q1"),),
        code=(Code("q2", "x", (CodeState(1.0, "x"),)),),
        gaps=(MissingTime(1.0, 0.5, "reopened", "microphone"),),
    )
    body = json.loads(json.dumps(plain(manifest)))
    assert body["schema"] == SCHEMA
    assert body["chapters"] == [{"question": "q1", "start_s": 0.0, "end_s": None}]
    assert body["quality"] is None
    assert build(Manifest, body) == manifest


def test_a_manifest_with_a_wrong_value_is_refused() -> None:
    with pytest.raises(BadRequest, match=r"Manifest\.interview"):
        build(Manifest, {"session": ID, "interview": 1})
