"""What lies in the output folder: each recording's chunks, as its journal and its manifest tell them.

While a recording runs its journal is the source, line by line as it grows; once it is sealed its manifest is. Only
reads, and never asks the recorder: a caller every few seconds would make it believe that it has a kiosk.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kiosk.contract import names
from kiosk.contract.manifest import Manifest, decode
from kiosk.contract.wire import CompleteRequest, ConsentGiven, OpenRequest, SegmentTotal, sha256_of
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import BadRequest
from kiosk.ledger.upload_rows import ChunkRow

QUIET_NS: Final = 15 * NS
"""A recording writes its journal every two seconds; one that is silent for so long has ended, one way or another."""
LARGEST_MANIFEST: Final = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Facts:
    """What the disk says of a recording."""

    session: str
    started_at: str
    duration_s: float
    live: bool
    """It is being recorded."""
    chunks: tuple[ChunkRow, ...]
    opening: OpenRequest | None
    complete: CompleteRequest | None
    """None while the manifest is not final."""
    sealed: str
    """SHA-256 of the manifest's canonical form; empty while it is not final."""
    trouble: str
    """Why it cannot be sent to the end as it is, in plain words."""
    problems: tuple[str, ...] = ()
    """What its recorder says is wrong now."""


@dataclass
class _Watched:
    """One session's folder as far as it has been read."""

    folder: Path
    offset: int = 0
    rest: bytes = b""
    prepare: dict[str, Any] = field(default_factory=dict)
    started_at: str = ""
    files: dict[int, str] = field(default_factory=dict)
    chunks: dict[tuple[int, int], ChunkRow] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    durable_s: float = 0.0
    ended: bool = False
    grew_ns: int | None = None
    journal: "tuple[int, int] | None" = None
    manifest: "tuple[int, int, int] | None" = None
    silent: bool = False
    quiet: bool = False
    facts: Facts | None = None


class Recordings:
    """Watches one output folder. One thread's own."""

    def __init__(self, output: Path, clock: Clock) -> None:
        self._output = output
        self._clock = clock
        self._watched: dict[str, _Watched] = {}

    def look(self) -> list[Facts]:
        """What is new or has changed since the last look; at the first one, everything. Raises OSError."""
        with os.scandir(self._output) as entries:
            found = sorted(entry.name for entry in entries if names.SESSION.fullmatch(entry.name) and entry.is_dir())
        for session in set(self._watched) - set(found):
            del self._watched[session]
        changed = []
        for session in found:
            facts = self._look_at(session)
            if facts is not None:
                changed.append(facts)
        return changed

    def facts(self, session: str) -> Facts | None:
        """As of the last look."""
        watched = self._watched.get(session)
        return watched.facts if watched is not None else None

    def known(self) -> list[Facts]:
        return [watched.facts for watched in self._watched.values() if watched.facts is not None]

    def _look_at(self, session: str) -> Facts | None:
        watched = self._watched.setdefault(session, _Watched(self._output / session))
        try:
            grew = self._read_journal(watched)
            manifest = _mark(watched.folder / names.MANIFEST)
        except OSError:
            return None  # it was deleted, or the disk does not answer; the next look tells
        silent = self._silent(watched)
        if not grew and manifest == watched.manifest and silent == watched.silent:
            return None
        watched.manifest, watched.silent = manifest, silent
        watched.quiet = watched.ended or silent
        facts = self._made(session, watched)
        changed = facts != watched.facts
        watched.facts = facts
        return facts if changed else None

    def _silent(self, watched: _Watched) -> bool:
        return watched.grew_ns is None or self._clock.now_ns() - watched.grew_ns > QUIET_NS

    def _read_journal(self, watched: _Watched) -> bool:
        """Takes in what the journal has more than last time; whether that is anything."""
        path = watched.folder / names.JOURNAL
        try:
            found = path.stat()
        except FileNotFoundError:
            return False
        mark = (found.st_size, found.st_mtime_ns)
        if mark == watched.journal:
            return False
        if found.st_size < watched.offset:  # recovery cut a torn line off
            watched.offset, watched.rest = 0, b""
        with path.open("rb") as file:
            file.seek(watched.offset)
            data = file.read()
        watched.offset += len(data)
        *lines, watched.rest = (watched.rest + data).split(b"\n")
        for line in lines:
            _take(watched, line)
        if watched.journal is not None or self._clock.wall().timestamp() - found.st_mtime < QUIET_NS / NS:
            watched.grew_ns = self._clock.now_ns()
        watched.journal = mark
        return True

    def _made(self, session: str, watched: _Watched) -> Facts | None:
        trouble = ""
        raw: dict[str, Any] = {}
        manifest: Manifest | None = None
        try:
            raw, manifest = _read_manifest(watched.folder / names.MANIFEST, session)
        except FileNotFoundError:
            if not watched.chunks and not watched.started_at:
                return None  # nothing was recorded
            if self._silent(watched):
                trouble = "The recording was cut off. 'kiosk recover' makes it whole; what is there is sent already."
        except (BadRequest, OSError) as error:
            trouble = f"The manifest cannot be used: {error}"
        live = not watched.quiet
        final = (
            manifest is not None
            and not live
            and set(watched.chunks) <= {(c.segment, c.number) for c in manifest.chunks}
        )
        if manifest is None or not final:
            if manifest is not None and self._silent(watched):
                trouble = "The manifest does not hold every chunk that was recorded. 'kiosk recover' makes it anew."
            chunks = tuple(watched.chunks[key] for key in sorted(watched.chunks))
            opening = _opening_of_journal(watched)
            if opening is None and manifest is not None:
                opening = _opening(manifest)
            started = watched.started_at or (manifest.started_at if manifest else "")
            problems = tuple(watched.problems.values())
            return Facts(session, started, watched.durable_s, live, chunks, opening, None, "", trouble, problems)
        if not manifest.segments:
            return None
        numbered = _numbered(manifest)
        chunks = tuple(
            ChunkRow(c.segment, c.number, numbered.get(c.segment, ""), c.offset, c.size, c.sha256)
            for c in manifest.chunks
        )
        complete, wrong = _complete(manifest, raw, numbered)
        opening = _opening(manifest)
        return Facts(
            session, manifest.started_at, manifest.duration_s, False, chunks, opening, complete, sha256_of(raw), wrong
        )


def _mark(path: Path) -> "tuple[int, int, int] | None":
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _take(watched: _Watched, line: bytes) -> None:
    """One line of the journal. One that is damaged was never confirmed to anybody."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return
    if not isinstance(body, dict):
        return
    try:
        match body.get("kind"):
            case "Prepare":
                watched.prepare = body
            case "Started":
                segment = int(body["segment"])
                watched.files[segment] = _name(str(body["recording"]))
                watched.started_at = watched.started_at or str(body["started_at"])
                watched.ended = False
            case "ChunkReady":
                chunk = ChunkRow(
                    int(body["segment"]),
                    int(body["number"]),
                    watched.files.get(int(body["segment"]), ""),
                    int(body["offset"]),
                    int(body["size"]),
                    str(body["sha256"]),
                )
                watched.chunks[chunk.key] = chunk
            case "Sealed":
                watched.files[int(body["segment"])] = _name(str(body["file"]))
            case "Durable":
                watched.durable_s = int(body["at_ns"]) / NS
            case "Problem":
                watched.problems.pop(str(body["device"]), None)
                if body["what"]:
                    watched.problems[str(body["device"])] = f"{body['what']} {body['remedy']}".strip()
            case "Stopped":
                watched.ended = True
                watched.problems.clear()
    except (KeyError, TypeError, ValueError):
        return


def _name(path: str) -> str:
    """The last part of a path of either system: the journal says where the file was when it was written."""
    return path.replace("\\", "/").rpartition("/")[2]


def _read_manifest(path: Path, session: str) -> tuple[dict[str, Any], Manifest]:
    """The manifest as JSON and as values. Raises OSError, BadRequest."""
    with path.open("rb") as file:
        data = file.read(LARGEST_MANIFEST + 1)
    if len(data) > LARGEST_MANIFEST:
        raise BadRequest("The manifest is too large to be sent.")
    manifest = decode(data)
    if manifest.session != session:
        raise BadRequest("The manifest is of another session.")
    raw: dict[str, Any] = json.loads(data)
    return raw, manifest


def _numbered(manifest: Manifest) -> dict[int, str]:
    """File by segment number, which stands in the file's name."""
    files = {}
    for index, segment in enumerate(manifest.segments, 1):
        found = names.SEGMENT.fullmatch(segment.file)
        files[int(found["segment"]) if found else index] = _name(segment.file)
    return files


def _complete(manifest: Manifest, raw: dict[str, Any], numbered: dict[int, str]) -> tuple[CompleteRequest | None, str]:
    """What `complete` says, or why the manifest does not fit itself."""
    totals = []
    for (number, file), segment in zip(numbered.items(), manifest.segments, strict=False):
        chunks = sorted((c for c in manifest.chunks if c.segment == number), key=lambda c: c.number)
        offset = 0
        for index, chunk in enumerate(chunks):
            if chunk.number != index or chunk.offset != offset:
                return None, f"The manifest's chunks of {file} have a hole. 'kiosk recover' makes it anew."
            offset += chunk.size
        if offset != segment.bytes:
            return None, f"The manifest's chunks do not make up the whole of {file}. 'kiosk recover' makes it anew."
        totals.append(
            SegmentTotal(number, file, segment.start_s, segment.duration_s, len(chunks), segment.bytes, segment.sha256)
        )
    return CompleteRequest(tuple(totals), raw), ""


def _opening(manifest: Manifest) -> OpenRequest:
    interview = manifest.interview
    return OpenRequest(
        candidate=manifest.candidate,
        interview=str(interview.get("id") or ""),
        title=str(interview.get("title") or ""),
        interview_sha256=str(interview.get("sha256") or ""),
        started_at=manifest.started_at,
        consent=_consent(manifest.consent),
    )


def _opening_of_journal(watched: _Watched) -> OpenRequest | None:
    prepare = watched.prepare
    if not prepare:
        return None
    return OpenRequest(
        candidate=str(prepare.get("candidate") or ""),
        interview=str(prepare.get("interview") or ""),
        title=str(prepare.get("interview_title") or ""),
        interview_sha256=str(prepare.get("interview_sha256") or ""),
        started_at=watched.started_at,
        consent=_consent(prepare.get("consent")),
    )


def _consent(values: object) -> ConsentGiven | None:
    if not isinstance(values, dict):
        return None
    said = [str(values.get(key) or "") for key in ("reference", "text_sha256", "language", "given_at")]
    return ConsentGiven(*said)
