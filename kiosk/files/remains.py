"""What is left of one session that was cut off: every file made whole, every fact in the journal, the manifest sealed.

A torn tail is kept in a file of its own before it is cut off; whole fragments are never written again. Every step
may be the last one before the power fails: run once more, it comes to the same end. Never asks whether the session is
being recorded: whoever calls knows (`recovery`).
"""

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kiosk.contract import names
from kiosk.contract.manifest import Manifest, encode
from kiosk.domain import events
from kiosk.domain.clock import Clock
from kiosk.domain.commands import Prepare
from kiosk.domain.errors import BadRequest, KioskError
from kiosk.domain.interview import Consent
from kiosk.domain.wire import build, plain
from kiosk.files.aside import PART, cut_off, set_aside, tails_of
from kiosk.files.changes import Changes
from kiosk.files.chunks import chunks_of
from kiosk.files.evidence import BY, durable_bytes, goes_on_after, recorded_until_ns, sealed_as, t_ns, told_start_ns
from kiosk.files.journal import read_journal
from kiosk.files.manifest import BETWEEN, SEALED, fold, read_manifest
from kiosk.files.report import MINUTE
from kiosk.files.salvage import TAIL_MOOF, Salvage, end_of_torn, salvage, whole_pieces
from kiosk.files.segment import CHUNK_NS
from kiosk.files.untold import told_until_ns, untold_minutes
from kiosk.files.verification import Depth, Progress, all_decodes, compare, sha256_of

INTERRUPTED: Final = "interrupted"


@dataclass(slots=True)
class Remains:
    """One session's folder, and what one run finds in it and does to it."""

    folder: Path
    clock: Clock
    depth: Depth
    changes: Changes
    progress: Progress
    lines: list[dict[str, Any]] = field(default_factory=list)
    added: list[dict[str, Any]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    torn: int = 0
    lost_ns: int = 0
    changed: bool = False

    def add(self, kind: str, body: dict[str, Any]) -> None:
        wall = self.clock.wall().isoformat()
        self.added.append({**body, "t_ns": self.clock.now_ns(), "wall": wall, "by": BY, "kind": kind})

    def keep(self, path: Path) -> None:
        self.kept.append(path.name)
        self.changed = True

    def all(self) -> list[dict[str, Any]]:
        return [*self.lines, *self.added]


def bring_to_end(left: Remains) -> Manifest | None:
    """Does what is missing; the manifest afterwards, None when there is nothing. Raises OSError, KioskError."""
    _cut_journal(left)
    journal = left.folder / names.JOURNAL
    left.lines = read_journal(journal) if journal.exists() else []
    for stale in sorted(left.folder.glob("*" + PART)):
        left.changes.remove(stale)
    files = segments(left.folder)
    if not files and not left.lines:
        return None
    _know_the_session(left)
    start_ns = 0
    ours: list[tuple[Path, int]] = []
    for number, path in files:
        sealed = sealed_as(left.lines, path.name)
        if sealed is not None:
            found = compare(path, int(sealed["bytes"]), str(sealed["sha256"]), left.depth, left.progress)
            left.problems += found
            ours.append((path, int(sealed["start_ns"])))
            start_ns = int(sealed["start_ns"]) + int(sealed["duration_ns"])
            continue
        rescued = _mend(left, number, path)
        if rescued is not None:
            start_ns = told_start_ns(left.lines, number, start_ns)
            _seal(left, number, path, rescued, start_ns)
            ours.append((path, start_ns))
            start_ns += rescued.duration_ns
    there = {path.name for _, path in files}
    sealed_files = {str(line.get("file")): None for line in left.lines if line["kind"] == SEALED}
    left.problems += [f"{name} is missing." for name in sealed_files if name not in there]
    _end(left, start_ns, ours)
    if left.added:
        left.changes.append(journal, b"".join(_as_line(line) for line in left.added))
        left.changes.sync(journal)
        left.changes.sync_folder(left.folder)
        left.changed = True
    manifest = fold(_understood(left))
    _write_manifest(left, manifest)
    return manifest


# ── the journal ─────────────────────────────────────────────────────────────────────────────────────────


def _cut_journal(left: Remains) -> None:
    """A torn last line was never confirmed to anybody."""
    path = left.folder / names.JOURNAL
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        left.keep(cut_off(path, whole, left.changes))


def _know_the_session(left: Remains) -> None:
    """Without a Prepare nothing can be said of a session: then what the manifest knows, or the folder's name."""
    if any(line["kind"] == "Prepare" for line in left.lines):
        return
    try:
        known: Manifest | None = read_manifest(left.folder / names.MANIFEST)
    except KioskError:
        known = None
    interview = known.interview if known else {}
    consent = None
    if known is not None and known.consent is not None:
        with contextlib.suppress(BadRequest):
            consent = build(Consent, known.consent)
    prepare = Prepare(
        session=left.folder.name,
        interview=str(interview.get("id", "")),
        interview_title=str(interview.get("title", "")),
        interview_sha256=str(interview.get("sha256", "")),
        language=str(interview.get("language", "")),
        candidate=known.candidate if known else "",
        consent=consent,
        camera="",
        microphone="",
        speaker="",
    )
    left.add("Prepare", plain(prepare))


def _as_line(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _understood(left: Remains) -> list[dict[str, Any]]:
    """The lines that a manifest can be made of; damaged ones are told and passed over."""
    lines = left.all()
    try:
        fold(lines)
    except BadRequest:
        prepare = next(line for line in reversed(lines) if line["kind"] == "Prepare")
        good = []
        for line in lines:
            try:
                fold([prepare, line])
            except BadRequest:
                left.problems.append(f"A line of {names.JOURNAL} ({line['kind']}) is damaged and was passed over.")
            else:
                good.append(line)
        return good
    return lines


# ── a segment ───────────────────────────────────────────────────────────────────────────────────────────


def _mend(left: Remains, number: int, path: Path) -> Salvage | None:
    """Cuts a torn tail off. None when there is no recording in the file: then it is set aside."""
    found = salvage(path, durable_bytes(left.lines, number))
    left.progress(path.name, 0, found.size)
    if not found.whole_to:
        left.keep(set_aside(path, left.changes))
        return None
    if found.torn:
        left.torn += found.torn
        left.keep(cut_off(path, found.whole_to, left.changes))
    else:
        left.changes.sync(path)  # what a killed process wrote may still wait in memory
    if not found.decodes:
        left.problems.append(f"The end of {path.name} does not decode. It was left as it is.")
    return found


def _seal(left: Remains, number: int, path: Path, found: Salvage, start_ns: int) -> None:
    """Adds to the journal what its recorder could not any more."""
    of_it = [line for line in left.lines if line.get("segment") == number]
    if not any(line["kind"] == "Started" for line in of_it):
        at_ns = max((t_ns(line) for line in left.lines if line.get("by") != BY), default=0)
        begun = events.Started(left.folder.name, number, path.name, _started_at(path), at_ns)
        left.add("Started", {**plain(begun), "start_ns": start_ns})
    if not found.closed and not goes_on_after(left.lines, number):
        lost_ns = max(0, _known_end_ns(left, number, path) - found.duration_ns)
        left.lost_ns += lost_ns
        gap = plain(events.Gap(BETWEEN, start_ns + found.duration_ns, lost_ns, "The recorder was cut off."))
        if not any(line["kind"] == "Gap" and gap.items() <= line.items() for line in left.lines):
            left.add("Gap", gap)
    told = {line.get("number"): line for line in of_it if line["kind"] == "ChunkReady"}
    for chunk in chunks_of(path, CHUNK_NS):
        ready = plain(events.ChunkReady(number, chunk.number, chunk.offset, chunk.size, chunk.sha256))
        before = told.get(chunk.number)
        if before is None or any(before.get(key) != value for key, value in ready.items()):
            left.add("ChunkReady", ready)
        if before is not None and before.get("size") == chunk.size and before.get("sha256") != chunk.sha256:
            left.problems.append(f"Bytes of {path.name} (chunk {chunk.number}) are no longer those recorded.")
    if left.depth is Depth.EVERYTHING and not all_decodes(path, left.progress):
        left.problems.append(f"Not all of {path.name} decodes.")
    body = {
        "segment": number,
        "file": path.name,
        "start_ns": start_ns,
        "duration_ns": found.duration_ns,
        "bytes": found.whole_to,
        "sha256": sha256_of(path, left.progress),
    }
    left.add(SEALED, body)


def _end(left: Remains, duration_ns: int, files: Sequence[tuple[Path, int]]) -> None:
    """The session's end and its last minutes, unless the recorder told them. `files`, and where each begins."""
    lines = left.all()
    begun = max((number for number, line in enumerate(lines) if line["kind"] == "Started"), default=-1)
    if any(line["kind"] == "Stopped" for line in lines[begun + 1 :]):
        return
    gaps = sum(line["kind"] == "Gap" for line in lines)
    frames = sum(piece.frames for path, _ in files for piece in whole_pieces(path))
    for minute in untold_minutes(files, told_until_ns(lines)):
        left.add(MINUTE, plain(minute))
    file, manifest = (files[-1][0].name, names.MANIFEST) if files else ("", "")
    stopped = events.Stopped(left.folder.name, INTERRUPTED, file, manifest, duration_ns, frames, 0, gaps)
    left.add("Stopped", plain(stopped))


def _known_end_ns(left: Remains, number: int, path: Path) -> int:
    """Up to when the segment is known to have been recorded, by the journal or by the torn fragment."""
    ends_ns = [recorded_until_ns(left.lines, number)]
    for tail in tails_of(path):
        with tail.open("rb") as file:
            ends_ns.append(end_of_torn(path, file.read(TAIL_MOOF)))
    return max(ends_ns)


# ── the manifest, and small things ──────────────────────────────────────────────────────────────────────


def _write_manifest(left: Remains, manifest: Manifest) -> None:
    """In place of the one that is there, if that says anything else. Nothing recorded needs none."""
    path = left.folder / names.MANIFEST
    part = path.with_name(path.name + PART)
    data = encode(manifest)
    if not manifest.segments or (path.exists() and path.read_bytes() == data):
        return
    left.changes.create(part, [data])
    left.changes.sync(part)
    left.changes.rename(part, path)
    left.changes.sync_folder(left.folder)
    left.changed = True


def segments(folder: Path) -> list[tuple[int, Path]]:
    """Number and file of each segment, in order."""
    found = []
    for path in folder.iterdir():
        name = names.SEGMENT.fullmatch(path.name)
        if name is not None and path.is_file():
            found.append((int(name["segment"]), path))
    return sorted(found)


def _started_at(path: Path) -> str:
    """As its name says: UTC, whole seconds."""
    name = names.SEGMENT.fullmatch(path.name)
    assert name is not None
    with contextlib.suppress(ValueError):
        return datetime.strptime(name["started"], "%Y%m%d_%H%M%S").replace(tzinfo=UTC).isoformat()
    return ""
