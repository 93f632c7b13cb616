"""Commands and events as JSON lines, typed on both sides.

Every message is one JSON object with `kind`, the value's class name. Decoding checks every field against the
value's annotations and refuses what does not fit, so that a wrong or hostile message changes nothing.
"""

import dataclasses
import json
import types
from enum import Enum
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from kiosk.domain.commands import Command
from kiosk.domain.errors import BadRequest
from kiosk.domain.events import Event

LONGEST: Final = 4 * 1024 * 1024
"""Bytes of the longest message that is accepted."""

_KINDS: Final[dict[str, type[Any]]] = {kind.__name__: kind for kind in get_args(Command) + get_args(Event)}
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_HINTS: Final[dict[type[Any], dict[str, Any]]] = {}


def plain(value: Any) -> Any:
    """A dataclass as JSON values."""
    if type(value) in _PLAIN:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def encode(message: Command | Event) -> bytes:
    """One message as UTF-8 JSON without a line break in it."""
    body = {"kind": type(message).__name__, **plain(message)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes) -> Command | Event:
    """The message in `data`. Raises BadRequest when it is not one of ours."""
    if len(data) > LONGEST:
        raise BadRequest(f"A message of {len(data)} bytes is too long.")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRequest("A message is not JSON.") from error
    name = body.pop("kind", None) if isinstance(body, dict) else None
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadRequest("A message is of no known kind.")
    message: Command | Event = build(kind, body)
    return message


def build(kind: type[Any], body: dict[str, Any]) -> Any:
    """A dataclass of `kind` from JSON values; unknown keys are ignored, so that a newer side may say more."""
    hints = _HINTS.setdefault(kind, get_type_hints(kind))
    values = {}
    for field in dataclasses.fields(kind):
        if field.name in body:
            values[field.name] = _value(hints[field.name], body[field.name], f"{kind.__name__}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise BadRequest(f"{kind.__name__}.{field.name} is missing.")
    return kind(**values)


def _value(hint: Any, value: Any, where: str) -> Any:
    if hint is Any:
        return value
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in get_args(hint):
            return None
        return _value(next(arg for arg in get_args(hint) if arg is not type(None)), value, where)
    if origin is dict and isinstance(value, dict):
        _, of = get_args(hint)
        return {str(key): _value(of, item, where) for key, item in value.items()}
    if origin is tuple and isinstance(value, list):
        return tuple(_value(get_args(hint)[0], item, where) for item in value)
    if isinstance(hint, type):
        if dataclasses.is_dataclass(hint) and isinstance(value, dict):
            return build(hint, value)
        if issubclass(hint, Enum):
            try:
                return hint(value)
            except ValueError as error:
                raise BadRequest(f"{where} has no value {value!r}.") from error
        if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, hint) and not (hint is int and isinstance(value, bool)):
            return value
    raise BadRequest(f"{where} is not of the right type.")
