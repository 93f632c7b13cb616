"""Whatever is sent, the server answers with a refusal in JSON or with success; never with a fault of its own."""

import json
import uuid
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.contract import wire
from kiosk.domain.wire import plain
from kiosk.server.catalogue.models import Recording
from tests.server.receive.api import STARTED, ApiKiosk, completion, sha256

RECORDING: Final = str(uuid.UUID(int=7))

VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
SAMPLES: Final[list[tuple[str, str, Any]]] = [
    ("PUT", wire.recording_path(RECORDING), plain(wire.OpenRequest("4711", "python-1", "t", "", STARTED))),
    ("POST", wire.HEARTBEAT, plain(wire.Heartbeat("a", "b", "ready"))),
    ("POST", wire.complete_path(RECORDING), plain(completion(RECORDING, [b"one"]))),
    ("POST", wire.ENROL, plain(wire.EnrolRequest("a", "b", "c", "d"))),
]


def places(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside JSON values."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [so_far, *(place for key, item in inner for place in places(item, (*so_far, key)))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """One that is right but for one value; or any bytes at all."""
    method, path, body = draw(st.sampled_from(SAMPLES))
    if draw(st.integers(0, 9)) == 0:
        return method, path, draw(st.binary(max_size=60))
    changed = replaced(body, draw(st.sampled_from(places(body))), draw(VALUES))
    return method, path, json.dumps(changed).encode()


@pytest.fixture
def ready(kiosk: ApiKiosk, database: Path) -> ApiKiosk:
    assert kiosk.open(RECORDING).status_code == 201
    assert kiosk.chunk(RECORDING, 1, 0, b"one").status_code == 201
    return kiosk


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(requests())
def test_no_body_makes_the_server_fail(ready: ApiKiosk, request_: tuple[str, str, bytes]) -> None:
    answer = ready.send(*request_)
    assert answer.status_code < 500, answer.content
    assert isinstance(answer.json(), dict)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(
    st.text(st.characters(min_codepoint=32, exclude_characters="/?#%\\"), max_size=40),
    st.text("0123456789abcdef-", max_size=40),
)
def test_no_address_makes_the_server_fail_or_store(ready: ApiKiosk, odd: str, near: str) -> None:
    for part in (odd, near):
        for path in (
            f"{wire.RECORDINGS}/{part}/segments/1/chunks/0",
            f"{wire.recording_path(RECORDING)}/segments/{part}/chunks/0",
            f"{wire.recording_path(RECORDING)}/segments/1/chunks/{part}",
        ):
            answer = ready.send("PUT", path, b"x", **{wire.DIGEST_HEADER: wire.content_digest(sha256(b"x"))})
            assert answer.status_code < 500, (path, answer.content)
    assert Recording.objects.count() == 1


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60),
    st.sampled_from(["Authorization", wire.INSTANCE_HEADER, wire.DIGEST_HEADER, "If-None-Match"]),
)
def test_no_header_makes_the_server_fail(ready: ApiKiosk, value: str, name: str) -> None:
    chunk = ready.send("PUT", wire.chunk_path(RECORDING, 1, 1), b"x", **{name: value})
    assert chunk.status_code < 500
    assert ready.get(wire.ASSIGNMENTS, **{name: value}).status_code < 500
