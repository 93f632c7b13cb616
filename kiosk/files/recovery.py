"""An output folder's sessions after a crash: which were cut off, which ended in order, and what became of each.

Must never touch a session that is being recorded: while a recorder lives, what is not ended is left alone. Knows no
database. How one session is brought to its end stands in `remains`.
"""

import contextlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.contract import names
from kiosk.contract.manifest import Manifest
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.files.changes import Changes, HostChanges
from kiosk.files.disk import in_words
from kiosk.files.manifest import read_manifest
from kiosk.files.remains import Remains, bring_to_end, segments
from kiosk.files.verification import Depth, Progress, compare, silent
from kiosk.system import host


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
    present = {path.name for _, path in segments(folder)}
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
    left = Remains(folder, clock, depth, changes or HostChanges(), progress or silent)
    manifest = None
    try:
        manifest = bring_to_end(left)
    except OSError as error:
        name = Path(error.filename).name if error.filename else folder.name
        left.problems.append(str(in_words(error, folder / name)))
    except KioskError as error:
        left.problems.append(str(error))
    if left.problems:
        outcome = Outcome.DAMAGED
    elif manifest is None or not manifest.segments:
        outcome = Outcome.NOTHING
    else:
        outcome = Outcome.RECOVERED if left.changed else Outcome.WHOLE
    return SessionReport(
        folder.name,
        outcome,
        manifest,
        _begun_at(manifest, left.lines),
        left.torn,
        left.lost_ns,
        tuple(left.kept),
        tuple(left.problems),
    )


def _begun_at(manifest: Manifest | None, lines: Sequence[dict[str, Any]] = ()) -> str:
    first = next((str(line.get("wall", "")) for line in lines if line["kind"] == "Prepare"), "")
    return first or (manifest.started_at if manifest else "")
