"""Brings a session that was cut off to its end: every file whole, every fact in the journal, the manifest sealed.

A torn tail is kept in a file of its own before it is cut off; whole fragments are never written again. Every step
may be the last one before the power fails: run once more, it comes to the same end. Knows no database, and must
never touch a session that is being recorded (see `recover_sessions`).
"""

import contextlib
import json
import logging
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from kiosk.contract import names
from kiosk.contract.manifest import Manifest, encode
from kiosk.domain import events
from kiosk.domain.clock import Clock
from kiosk.domain.commands import Prepare
from kiosk.domain.errors import BadRequest, KioskError, WorldFailed
from kiosk.domain.interview import Consent
from kiosk.domain.wire import build, plain
from kiosk.files.aside import PART, cut_off, set_aside, tails_of
from kiosk.files.changes import Changes, HostChanges
from kiosk.files.chunks import chunks_of
from kiosk.files.disk import in_words
from kiosk.files.evidence import BY, durable_bytes, goes_on_after, recorded_until_ns, sealed_as, t_ns, told_start_ns
from kiosk.files.journal import read_journal
from kiosk.files.manifest import BETWEEN, SEALED, fold, read_manifest
from kiosk.files.salvage import TAIL_MOOF, Salvage, end_of_torn, salvage, whole_pieces
from kiosk.files.segment import CHUNK_NS
from kiosk.files.verification import Depth, Progress, all_decodes, compare, sha256_of, silent
from kiosk.system import host

log = logging.getLogger(__name__)

INTERRUPTED: Final = "interrupted"


class Outcome(StrEnum):
    WHOLE = "whole"
    """There was nothing to do."""
    RECOVERED = "recovered"
    NOTHING = "nothing-recorded"
    DAMAGED = "damaged"
    """Something cannot be read, or is not what was recorded; see `problems`."""
    RUNNING = "running"
    """Left alone: it may be being recorded now."""


@dataclass(frozen=True, slots=True)
class SessionReport:
    """What was found in one session's folder, and what it holds now. Names of files are relative to the folder."""

    session: str
    outcome: Outcome
    manifest: Manifest | None = None
    """What the journal tells now; None when it could not be read."""
    begun_at: str = ""
    torn_bytes: int = 0
    lost_ns: int = 0
    """Known to have been recorded and not to be there; the true loss may be a moment longer."""
    kept: tuple[str, ...] = ()
    """Files that hold what was cut off or set aside."""
    problems: tuple[str, ...] = ()

    @property
    def recorded(self) -> bool:
        return self.manifest is not None and bool(self.manifest.segments)


@dataclass(slots=True)
class _Work:
    """What one run does to one session."""

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


def recover_sessions(
    output: Path,
    clock: Clock,
    depth: Depth = Depth.QUICK,
    progress: Progress | None = None,
    changes: Changes | None = None,
    *,
    leaving: Collection[str] = (),
) -> list[SessionReport]:
    """Every session of an output folder, by id. While something is recorded there, what is not ended is left alone.

    Those that are `leaving`, because their copy here is being deleted, are passed over.
    Nothing is raised for a single session: its report has a problem then. Raises WorldFailed when the folder
    cannot be read.
    """
    try:
        there = [each for each in output.iterdir() if names.SESSION.fullmatch(each.name) and each.is_dir()]
    except OSError as error:
        raise WorldFailed(f"The folder {output} cannot be read: {error.strerror}.") from error
    folders = sorted(each for each in there if each.name not in leaving)
    reports: dict[Path, SessionReport] = {}
    cut_off = [folder for folder in folders if ended_in_order(folder, Depth.QUICK) is None]
    if cut_off:
        with nobody_records(output) as alone:  # no longer than this: an interview may want to begin
            for folder in cut_off:
                if alone:
                    reports[folder] = recover_session(folder, clock, depth, progress, changes)
    for folder in folders:
        if folder not in reports:
            running = SessionReport(folder.name, Outcome.RUNNING)
            reports[folder] = ended_in_order(folder, depth, progress) or running
    return [reports[folder] for folder in folders]


@contextlib.contextmanager
def nobody_records(output: Path) -> Iterator[bool]:
    """Whether no recorder is alive in an output folder; none can begin until this is left. Raises WorldFailed."""
    try:
        fd = host.open_private(output / names.LOCK)
    except OSError as error:
        raise in_words(error, output / names.LOCK) from error
    try:
        yield host.try_lock(fd)
    finally:
        os.close(fd)


def ended_in_order(folder: Path, depth: Depth, progress: Progress | None = None) -> SessionReport | None:
    """The report of a session whose manifest is there and tells its end, and None for any other. Changes nothing."""
    try:
        manifest = read_manifest(folder / names.MANIFEST)
    except KioskError:
        return None
    present = {path.name for _, path in _segments(folder)}
    if manifest.ended is None or not present <= {segment.file for segment in manifest.segments}:
        return None
    problems: list[str] = []
    for segment in manifest.segments:
        path = folder / segment.file
        if path.name not in present:
            problems.append(f"{segment.file} is missing.")
        else:
            problems += compare(path, segment.bytes, segment.sha256, depth, progress or silent)
    outcome = Outcome.DAMAGED if problems else Outcome.WHOLE if manifest.segments else Outcome.NOTHING
    return SessionReport(folder.name, outcome, manifest, _begun_at(manifest), problems=tuple(problems))


def recover_session(
    folder: Path,
    clock: Clock,
    depth: Depth = Depth.QUICK,
    progress: Progress | None = None,
    changes: Changes | None = None,
) -> SessionReport:
    """Brings one session to its end. The caller knows that nobody records it (`nobody_records`).

    Raises nothing for what is wrong with the files or the disk: the report has it.
    """
    work = _Work(folder, clock, depth, changes or HostChanges(), progress or silent)
    manifest = None
    try:
        manifest = _recover(work)
    except OSError as error:
        name = Path(error.filename).name if error.filename else folder.name
        work.problems.append(str(in_words(error, folder / name)))
    except KioskError as error:
        work.problems.append(str(error))
    if work.problems:
        outcome = Outcome.DAMAGED
    elif manifest is None or not manifest.segments:
        outcome = Outcome.NOTHING
    else:
        outcome = Outcome.RECOVERED if work.changed else Outcome.WHOLE
    return SessionReport(
        folder.name,
        outcome,
        manifest,
        _begun_at(manifest, work.lines),
        work.torn,
        work.lost_ns,
        tuple(work.kept),
        tuple(work.problems),
    )


def _recover(work: _Work) -> Manifest | None:
    _cut_journal(work)
    journal = work.folder / names.JOURNAL
    work.lines = read_journal(journal) if journal.exists() else []
    for stale in sorted(work.folder.glob("*" + PART)):
        work.changes.remove(stale)
    files = _segments(work.folder)
    if not files and not work.lines:
        return None
    _know_the_session(work)
    start_ns = 0
    ours = []
    for number, path in files:
        sealed = sealed_as(work.lines, path.name)
        if sealed is not None:
            found = compare(path, int(sealed["bytes"]), str(sealed["sha256"]), work.depth, work.progress)
            work.problems += found
            start_ns = int(sealed["start_ns"]) + int(sealed["duration_ns"])
            ours.append(path)
            continue
        rescued = _mend(work, number, path)
        if rescued is not None:
            start_ns = told_start_ns(work.lines, number, start_ns)
            _seal(work, number, path, rescued, start_ns)
            start_ns += rescued.duration_ns
            ours.append(path)
    there = {path.name for _, path in files}
    sealed_files = {str(line.get("file")): None for line in work.lines if line["kind"] == SEALED}
    work.problems += [f"{name} is missing." for name in sealed_files if name not in there]
    _end(work, start_ns, ours)
    if work.added:
        work.changes.append(journal, b"".join(_as_line(line) for line in work.added))
        work.changes.sync(journal)
        work.changes.sync_folder(work.folder)
        work.changed = True
    manifest = fold(_understood(work))
    _write_manifest(work, manifest)
    return manifest


# ── the journal ─────────────────────────────────────────────────────────────────────────────────────────


def _cut_journal(work: _Work) -> None:
    """A torn last line was never confirmed to anybody."""
    path = work.folder / names.JOURNAL
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        work.keep(cut_off(path, whole, work.changes))


def _know_the_session(work: _Work) -> None:
    """Without a Prepare nothing can be said of a session: then what the manifest knows, or the folder's name."""
    if any(line["kind"] == "Prepare" for line in work.lines):
        return
    try:
        known: Manifest | None = read_manifest(work.folder / names.MANIFEST)
    except KioskError:
        known = None
    interview = known.interview if known else {}
    consent = None
    if known is not None and known.consent is not None:
        with contextlib.suppress(BadRequest):
            consent = build(Consent, known.consent)
    prepare = Prepare(
        session=work.folder.name,
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
    work.add("Prepare", plain(prepare))


def _as_line(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _understood(work: _Work) -> list[dict[str, Any]]:
    """The lines that a manifest can be made of; damaged ones are told and passed over."""
    lines = work.all()
    try:
        fold(lines)
    except BadRequest:
        prepare = next(line for line in reversed(lines) if line["kind"] == "Prepare")
        good = []
        for line in lines:
            try:
                fold([prepare, line])
            except BadRequest:
                work.problems.append(f"A line of {names.JOURNAL} ({line['kind']}) is damaged and was passed over.")
            else:
                good.append(line)
        return good
    return lines


# ── a segment ───────────────────────────────────────────────────────────────────────────────────────────


def _mend(work: _Work, number: int, path: Path) -> Salvage | None:
    """Cuts a torn tail off. None when there is no recording in the file: then it is set aside."""
    found = salvage(path, durable_bytes(work.lines, number))
    work.progress(path.name, 0, found.size)
    if not found.whole_to:
        work.keep(set_aside(path, work.changes))
        return None
    if found.torn:
        work.torn += found.torn
        work.keep(cut_off(path, found.whole_to, work.changes))
    else:
        work.changes.sync(path)  # what a killed process wrote may still wait in memory
    if not found.decodes:
        work.problems.append(f"The end of {path.name} does not decode. It was left as it is.")
    return found


def _seal(work: _Work, number: int, path: Path, found: Salvage, start_ns: int) -> None:
    """Adds to the journal what its recorder could not any more."""
    of_it = [line for line in work.lines if line.get("segment") == number]
    if not any(line["kind"] == "Started" for line in of_it):
        at_ns = max((t_ns(line) for line in work.lines if line.get("by") != BY), default=0)
        begun = events.Started(work.folder.name, number, path.name, _started_at(path), at_ns)
        work.add("Started", {**plain(begun), "start_ns": start_ns})
    if not found.closed and not goes_on_after(work.lines, number):
        lost_ns = max(0, _known_end_ns(work, number, path) - found.duration_ns)
        work.lost_ns += lost_ns
        gap = plain(events.Gap(BETWEEN, start_ns + found.duration_ns, lost_ns, "The recorder was cut off."))
        if not any(line["kind"] == "Gap" and gap.items() <= line.items() for line in work.lines):
            work.add("Gap", gap)
    told = {line.get("number"): line for line in of_it if line["kind"] == "ChunkReady"}
    for chunk in chunks_of(path, CHUNK_NS):
        ready = plain(events.ChunkReady(number, chunk.number, chunk.offset, chunk.size, chunk.sha256))
        before = told.get(chunk.number)
        if before is None or any(before.get(key) != value for key, value in ready.items()):
            work.add("ChunkReady", ready)
        if before is not None and before.get("size") == chunk.size and before.get("sha256") != chunk.sha256:
            work.problems.append(f"Bytes of {path.name} (chunk {chunk.number}) are no longer those recorded.")
    if work.depth is Depth.EVERYTHING and not all_decodes(path, work.progress):
        work.problems.append(f"Not all of {path.name} decodes.")
    body = {
        "segment": number,
        "file": path.name,
        "start_ns": start_ns,
        "duration_ns": found.duration_ns,
        "bytes": found.whole_to,
        "sha256": sha256_of(path, work.progress),
    }
    work.add(SEALED, body)


def _end(work: _Work, duration_ns: int, files: Sequence[Path]) -> None:
    """The session's end, unless the recorder told it."""
    lines = work.all()
    begun = max((number for number, line in enumerate(lines) if line["kind"] == "Started"), default=-1)
    if any(line["kind"] == "Stopped" for line in lines[begun + 1 :]):
        return
    gaps = sum(line["kind"] == "Gap" for line in lines)
    frames = sum(piece.frames for path in files for piece in whole_pieces(path))
    file, manifest = (files[-1].name, names.MANIFEST) if files else ("", "")
    stopped = events.Stopped(work.folder.name, INTERRUPTED, file, manifest, duration_ns, frames, 0, gaps)
    work.add("Stopped", plain(stopped))


def _known_end_ns(work: _Work, number: int, path: Path) -> int:
    """Up to when the segment is known to have been recorded, by the journal or by the torn fragment."""
    ends_ns = [recorded_until_ns(work.lines, number)]
    for tail in tails_of(path):
        with tail.open("rb") as file:
            ends_ns.append(end_of_torn(path, file.read(TAIL_MOOF)))
    return max(ends_ns)


# ── the manifest, and small things ──────────────────────────────────────────────────────────────────────


def _write_manifest(work: _Work, manifest: Manifest) -> None:
    """In place of the one that is there, if that says anything else. Nothing recorded needs none."""
    path = work.folder / names.MANIFEST
    part = path.with_name(path.name + PART)
    data = encode(manifest)
    if not manifest.segments or (path.exists() and path.read_bytes() == data):
        return
    work.changes.create(part, [data])
    work.changes.sync(part)
    work.changes.rename(part, path)
    work.changes.sync_folder(work.folder)
    work.changed = True


def _segments(folder: Path) -> list[tuple[int, Path]]:
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


def _begun_at(manifest: Manifest | None, lines: Sequence[dict[str, Any]] = ()) -> str:
    first = next((str(line.get("wall", "")) for line in lines if line["kind"] == "Prepare"), "")
    return first or (manifest.started_at if manifest else "")
