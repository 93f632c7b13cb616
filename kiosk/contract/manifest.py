"""The manifest: what a session's recording holds, as JSON beside it. Schema 1.

Times are seconds of media time (`*_s`) unless the name says otherwise; wall-clock times are ISO 8601 with
offset. A value that is not filled yet is null. Keys may join within a schema number; none changes its meaning.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build, plain

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Segment:
    file: str
    start_s: float
    duration_s: float
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Chunk:
    segment: int
    number: int
    offset: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Span:
    """From `start_s` to `end_s` something of a question happened; `end_s` is null when it never ended."""

    question: str
    start_s: float
    end_s: float | None


@dataclass(frozen=True, slots=True)
class Caption:
    start_s: float
    end_s: float | None
    text: str
    question: str


@dataclass(frozen=True, slots=True)
class CodeState:
    """The editor's whole text at one instant."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    question: str
    final: str
    history: tuple[CodeState, ...]


@dataclass(frozen=True, slots=True)
class MissingTime:
    at_s: float
    lost_s: float
    cause: str
    device: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something else worth knowing: a pause, a repeat, a note, a problem, the end."""

    at_s: float | None
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Manifest:
    session: str
    interview: dict[str, Any]
    """`id`, `title`, `sha256`, `language`."""
    candidate: str
    started_at: str
    ended: str | None
    """Reason of the end; null while it runs or when it was cut off."""
    duration_s: float
    segments: tuple[Segment, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    consent: dict[str, Any] | None = None
    """`reference`, `text_sha256`, `language`, `given_at`."""
    devices: dict[str, Any] | None = None
    chapters: tuple[Span, ...] = ()
    voice: tuple[Span, ...] = ()
    answers: tuple[Span, ...] = ()
    captions: tuple[Caption, ...] = ()
    code: tuple[Code, ...] = ()
    quality: dict[str, Any] | None = None
    gaps: tuple[MissingTime, ...] = ()
    events: tuple[Happening, ...] = ()
    program: str = ""
    schema: int = field(default=SCHEMA)


def encode(manifest: Manifest) -> bytes:
    """The manifest as UTF-8 JSON, for people too: what holds nothing but values stands on one line."""
    return (_text(plain(manifest), "") + "\n").encode()


def _text(value: Any, indent: str) -> str:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(each, dict | list) for each in inside):
        return json.dumps(value, ensure_ascii=False)
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name, ensure_ascii=False)}: {_text(each, deeper)}" for name, each in value.items()]
        opened, closed = "{", "}"
    else:
        parts = [_text(each, deeper) for each in value]
        opened, closed = "[", "]"
    return f"{opened}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{closed}"


def decode(data: bytes) -> Manifest:
    """The manifest in `data`. Raises BadRequest when it is damaged, no manifest, or of a newer schema."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The manifest is damaged: it is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("The manifest is damaged: it is not a JSON object.")
    if body.get("schema") != SCHEMA:
        raise BadRequest(f"The manifest has schema {body.get('schema')!r}; this program reads schema {SCHEMA}.")
    try:
        manifest: Manifest = build(Manifest, body)
    except BadRequest as error:
        raise BadRequest(f"The manifest is damaged: {error.what}") from error
    return manifest
