import dataclasses
import json
import types
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from kiosk.domain.commands import Command, Prepare, Start, Stop
from kiosk.domain.errors import BadRequest
from kiosk.domain.events import Event, Progress, RecorderState, Snapshot
from kiosk.domain.interview import Consent
from kiosk.domain.wire import LONGEST, decode, encode

KINDS: list[type[Any]] = [*get_args(Command), *get_args(Event)]


def example(hint: Any, depth: int = 0) -> Any:
    """Some value of that type, with every field filled."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return example(next(arg for arg in get_args(hint) if arg is not type(None)), depth)
    if origin is dict:
        return {"käse": example(get_args(hint)[1], depth)}
    if origin is tuple:
        return (example(get_args(hint)[0], depth),) * 2
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return hint(**{field.name: example(hints[field.name], depth + 1) for field in dataclasses.fields(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[-1]
    return {str: "line\nbreak “ü” \x00", int: -(2**62), float: -12.25, bool: True}[hint]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_message_comes_back_as_it_was_sent(kind: type[Any]) -> None:
    message = example(kind)
    data = encode(message)
    assert b"\n" not in data
    assert decode(data) == message


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_message_without_one_of_its_needed_fields_is_refused(kind: type[Any]) -> None:
    body = json.loads(encode(example(kind)))
    needed = [
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    for name in needed:
        with pytest.raises(BadRequest, match=name):
            decode(json.dumps({key: value for key, value in body.items() if key != name}).encode())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_field_of_another_type_is_refused(kind: type[Any]) -> None:
    body = json.loads(encode(example(kind)))
    for name in body:
        if name != "kind":
            with pytest.raises(BadRequest, match=name):
                decode(json.dumps(body | {name: [[]]}).encode())


def test_kinds_have_different_names() -> None:
    assert len({kind.__name__ for kind in KINDS}) == len(KINDS)


def test_what_a_newer_side_says_beside_is_ignored() -> None:
    assert decode(b'{"kind":"Start","later":1}') == Start()


def test_a_missing_field_with_a_default_takes_it() -> None:
    body = json.loads(encode(example(Prepare)))
    del body["rec_mark"]
    message = decode(json.dumps(body).encode())
    assert isinstance(message, Prepare)
    assert message.rec_mark


def test_no_consent_is_null_and_comes_back_as_none() -> None:
    message = dataclasses.replace(example(Prepare), consent=None)
    assert json.loads(encode(message))["consent"] is None
    assert decode(encode(message)) == message
    with_one = dataclasses.replace(message, consent=Consent("v", "h", "en", "t"))
    assert decode(encode(with_one)) == with_one


def test_an_int_is_a_float_but_a_truth_is_no_number() -> None:
    progress = Progress(RecorderState.IDLE, 1, rec=False, rec_reason="")
    body = json.loads(encode(progress))
    message = decode(json.dumps(body | {"fps": 30}).encode())
    assert isinstance(message, Progress)
    assert message.fps == 30.0
    assert isinstance(message.fps, float)
    for name, value in (("fps", True), ("frames", True), ("rec", 1), ("frames", 1.0)):
        with pytest.raises(BadRequest, match=name):
            decode(json.dumps(body | {name: value}).encode())


def test_an_unknown_word_of_a_list_is_refused() -> None:
    body = json.loads(encode(Progress(RecorderState.IDLE, 1, rec=False, rec_reason="")))
    with pytest.raises(BadRequest, match="no value 'flying'"):
        decode(json.dumps(body | {"state": "flying"}).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"Start"',
        b'{"kind":null}',
        b'{"kind":[]}',
        b'{"kind":"object"}',
        b'{"kind":"Exception"}',
        b"\xff\xfe",
        b'{"kind":"Start"',
        b"[" * 100_000,
        b'{"kind":"Stop","reason":' + b"9" * 10_000 + b"}",
        b" " * (LONGEST + 1),
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest):
        decode(data)


def test_a_value_inside_a_value_is_checked_too() -> None:
    body = json.loads(encode(example(Snapshot)))
    body["progress"]["frames"] = "many"
    with pytest.raises(BadRequest, match=r"Progress\.frames"):
        decode(json.dumps(body).encode())


def test_messages_cannot_be_changed() -> None:
    message = Stop("completed")
    with pytest.raises(dataclasses.FrozenInstanceError):
        message.reason = "other"  # type: ignore[misc] # that it fails is the test
