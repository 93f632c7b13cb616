"""What kiosk and server say to each other over HTTP: paths, headers, statuses, bodies. Version 1.

JSON bodies are the dataclasses here (`domain.wire.plain` and `build`), so both sides check every field. Keys may
join within a version; readers pass over keys that they do not know. Nothing here sends or receives.

Every request but `enrol` carries `Authorization: Bearer TOKEN` and `Kiosk-Instance: ID`. Every refusal has a `Refusal`
as its body. What each status means to the kiosk:

    200 201 202   done; for a chunk only this one means that it is durable
    401 403       this kiosk may not (any more): everything waits, the proctor is told
    404           a recording that the server does not know: open it again
    409           conflict: see `Refusal.error` (`different`, `missing`, `instance`)
    410           erased: nothing of it may be sent again, and the kiosk's copy is to be deleted
    400 413 422   that item is wrong: it is parked alone, with an alert; others go on
    429 503 507   later; `Retry-After` is honoured
    other 5xx, time-outs, resets   later
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Final

VERSION: Final = 1
ROOT: Final = "/api/v1"
ENROL: Final = f"{ROOT}/enrol"
ASSIGNMENTS: Final = f"{ROOT}/assignments"
HEARTBEAT: Final = f"{ROOT}/heartbeat"
RECORDINGS: Final = f"{ROOT}/recordings"

DIGEST_HEADER: Final = "Content-Digest"
INSTANCE_HEADER: Final = "Kiosk-Instance"
"""Tells installations apart that carry the same token (a cloned disk): made of the machine's identity and the state
folder. The server keeps the one that enrolled; another is refused with 409 `instance`, and both are told."""

LARGEST_CHUNK: Final = 64 * 1024 * 1024
"""Bytes. Ten seconds have some 3 MiB."""
LARGEST_BODY: Final = 32 * 1024 * 1024
"""Bytes of any JSON body; a manifest with hours of code history stays far below."""


def recording_path(recording: str) -> str:
    return f"{RECORDINGS}/{recording}"


def chunk_path(recording: str, segment: int, number: int) -> str:
    """Segments count from 1, chunks from 0 in each."""
    return f"{RECORDINGS}/{recording}/segments/{segment}/chunks/{number}"


def chunks_path(recording: str) -> str:
    return f"{RECORDINGS}/{recording}/chunks"


def complete_path(recording: str) -> str:
    return f"{RECORDINGS}/{recording}/complete"


def receipt_path(recording: str, *, check: bool = False) -> str:
    """`check` asks the server to read and hash what it stored once more before it answers."""
    return f"{RECORDINGS}/{recording}/receipt" + ("?check=1" if check else "")


def content_digest(sha256: str) -> str:
    """The header's value (RFC 9530) for a hash in hexadecimal."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def parse_content_digest(value: str) -> str | None:
    """The SHA-256 in hexadecimal; None when the header holds none. Other algorithms beside it are passed over."""
    for part in value.split(","):
        name, _, text = part.strip().partition("=")
        if name.lower() == "sha-256" and len(text) == 46 and text[0] == text[-1] == ":":
            try:
                raw = base64.b64decode(text[1:-1], validate=True)
            except ValueError:
                return None
            return raw.hex() if len(raw) == 32 else None
    return None


def canonical(value: Any) -> bytes:
    """JSON of which there is only one form: sorted keys, no spaces, UTF-8. What is hashed and signed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256_of(value: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Body of every answer from 400 on. `error` is for programs, the sentences are for people."""

    error: str
    what: str
    remedy: str = ""
    missing: tuple[tuple[int, int], ...] = ()
    """With 409 `missing`: (segment, chunk) that `complete` counts and the server does not hold."""
    sha256: str = ""
    """With 409 `different`: what the server holds under that number."""


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """POST `ENROL`; 201 `Enrolled`, 403 when the code is not known, used up or too old."""

    code: str
    name: str
    """What people call this kiosk; the host's name by default."""
    instance: str
    program: str
    """Name and version of the program."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    kiosk: str
    token: str
    """Shown this once; the server keeps only its hash."""
    server: str
    """What the server calls itself."""
    key: str
    """Ed25519 public key that signs receipts, 32 bytes in base64."""
    key_id: str


@dataclass(frozen=True, slots=True)
class Assignment:
    candidate: str
    interview: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class InterviewDefinition:
    id: str
    title: str
    definition: str
    """The interview file's text (TOML)."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Assignments:
    """GET `ASSIGNMENTS`; the kiosk keeps the last one for when there is no network."""

    interviews: tuple[InterviewDefinition, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    reference: str
    text_sha256: str
    language: str
    given_at: str


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """PUT `recording_path`; 201 the first time, 200 again; the same words again change nothing. Answer: `Opened`."""

    candidate: str
    interview: str
    title: str
    interview_sha256: str
    started_at: str
    consent: ConsentGiven | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    state: str


@dataclass(frozen=True, slots=True)
class HeldChunk:
    segment: int
    number: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Held:
    """GET `chunks_path`: what the server really holds. The kiosk believes it, also when it went backwards.

    `state`: receiving, complete, finalising, stored, failed. Once it is `stored` the chunks are gone: ask for the
    receipt instead.
    """

    state: str
    chunks: tuple[HeldChunk, ...]


@dataclass(frozen=True, slots=True)
class SegmentTotal:
    segment: int
    file: str
    start_s: float
    duration_s: float
    chunks: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CompleteRequest:
    """POST `complete_path`; 202 `Opened`. 409 `missing` when chunks are not there. The same again is the same.

    Again with more segments or another manifest: what was stored is made anew, and there is a new receipt.
    """

    segments: tuple[SegmentTotal, ...]
    manifest: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """Answer of `receipt_path` while there is no receipt: 202, or 409 with state `failed`."""

    state: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class QueueFacts:
    recordings: int = 0
    chunks: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """POST `HEARTBEAT`, about every 30 s; answer `HeartbeatAnswer`."""

    name: str
    program: str
    state: str
    """ready, recording, not-ready."""
    problems: tuple[str, ...] = ()
    disk_hours: float | None = None
    """Recording time that fits on the kiosk's disk."""
    queue: QueueFacts = field(default_factory=QueueFacts)
    at: str = ""
    """The kiosk's wall clock, so that a wrong one is noticed."""
    erased: tuple[str, ...] = ()
    """Recordings whose copies the kiosk has deleted because it was asked to."""
    called: str = ""
    """Why the proctor is called there: help, away, refused, trouble, check; empty when nobody is."""


@dataclass(frozen=True, slots=True)
class HeartbeatAnswer:
    at: str
    erase: tuple[str, ...] = ()
    """Recordings to delete here, whatever their state. Repeated until a heartbeat says that they are erased."""
    problems: tuple[str, ...] = ()
    """What the server wants the proctor to know (the same identity is used elsewhere, its disk is nearly full)."""
