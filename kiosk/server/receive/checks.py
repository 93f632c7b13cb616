"""Whether the values of a request may go into the tables: lengths, characters, ranges, names."""

import re
from datetime import datetime
from typing import Any, Final

from kiosk.contract import manifest, names, wire
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build
from kiosk.server.receive.answers import Refused, refuse

HIGHEST: Final = 999_999
"""The highest number of a segment or a chunk: three months of ten-second chunks."""
LARGEST_SEGMENT: Final = 2**50
"""Bytes."""
LONGEST_S: Final = 10 * 365 * 86_400.0
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def text(value: str, what: str, longest: int, *, empty: bool = False) -> str:
    """The value, when it is one line that fits its column. Raises BadRequest."""
    if not empty and not value.strip():
        raise BadRequest(f"{what} is empty.")
    if len(value) > longest:
        raise BadRequest(f"{what} has {len(value)} characters; {longest} is the most.")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise BadRequest(f"{what} has control characters in it.")
    return value


def sha256(value: str, what: str, *, empty: bool = False) -> str:
    if not (_SHA256.fullmatch(value) or (empty and not value)):
        raise BadRequest(f"{what} is not a SHA-256 in hexadecimal.")
    return value


def instant(value: str, what: str) -> datetime:
    """An aware time of ISO 8601."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadRequest(f"{what} is not a time of ISO 8601.") from error
    if found.tzinfo is None or not 1900 < found.year < 9000:
        raise BadRequest(f"{what} is not a time of ISO 8601 with its offset.")
    return found


def session(value: str) -> str:
    """Raises Refused 404 for what cannot be a recording's id."""
    if not names.SESSION.fullmatch(value):
        raise refuse(404, "unknown", "This is not the id of a recording.")
    return value


def number(value: str, *, first: int) -> int:
    """A segment's or a chunk's number from a path."""
    if not (value.isascii() and value.isdigit()) or len(value) > len(str(HIGHEST)) or int(value) < first:
        raise refuse(404, "unknown", f"A number from {first} to {HIGHEST} is wanted in the address.")
    return int(value)


def opening(asked: wire.OpenRequest) -> datetime:
    """Raises BadRequest; returns when the recording began."""
    text(asked.candidate, "The candidate's id", 64)
    text(asked.interview, "The interview's id", 64, empty=True)
    text(asked.title, "The title", 200, empty=True)
    sha256(asked.interview_sha256, "The interview's hash", empty=True)
    if asked.consent is not None:
        text(asked.consent.reference, "The consent's reference", 200)
        sha256(asked.consent.text_sha256, "The consent's hash", empty=True)
        text(asked.consent.language, "The consent's language", 35, empty=True)
        text(asked.consent.given_at, "The consent's time", 40, empty=True)
    return instant(asked.started_at, "started_at")


def totals(recording: str, asked: wire.CompleteRequest) -> None:
    """Raises Refused 422 when the segments or the manifest cannot be those of this recording."""
    try:
        _totals(recording, asked)
    except BadRequest as error:
        raise _wrong(error.what) from error


def _totals(recording: str, asked: wire.CompleteRequest) -> None:
    if not asked.segments:
        raise _wrong("A recording has one segment at least.")
    if len({segment.segment for segment in asked.segments}) != len(asked.segments):
        raise _wrong("Two segments have the same number.")
    if sum(segment.chunks for segment in asked.segments) > HIGHEST:
        raise _wrong("These are too many chunks.")
    for segment in asked.segments:
        found = names.SEGMENT.fullmatch(segment.file)
        if found is None or found["session"] != recording:
            raise _wrong(f"{segment.file[:100]!r} is not the name of a segment of this recording.")
        if not 1 <= segment.segment <= HIGHEST or not 1 <= segment.chunks <= HIGHEST:
            raise _wrong(f"Segment {segment.segment} with {segment.chunks} chunks is out of range.")
        if not 1 <= segment.bytes <= LARGEST_SEGMENT:
            raise _wrong(f"Segment {segment.segment} cannot have {segment.bytes} bytes.")
        if not (0 <= segment.start_s <= LONGEST_S and 0 <= segment.duration_s <= LONGEST_S):
            raise _wrong(f"Segment {segment.segment} has a time that is out of range.")
        text(segment.file, "The file's name", 120)
        sha256(segment.sha256, f"The hash of segment {segment.segment}")
    if asked.manifest:
        _manifest(recording, asked.manifest)


def _manifest(recording: str, values: dict[str, Any]) -> None:
    found = build(manifest.Manifest, values)
    if found.schema != manifest.SCHEMA:
        raise _wrong(f"The manifest has schema {found.schema}; this server knows {manifest.SCHEMA}.")
    if found.session != recording:
        raise _wrong("The manifest is that of another recording.")


def _wrong(what: str) -> Refused:
    return refuse(422, "wrong", what)
