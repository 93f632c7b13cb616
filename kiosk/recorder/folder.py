"""What a session leaves on disk while it is recorded: its folder, its journal, its seals, its manifest.

Used by the recorder's main thread alone. Only adds to the journal; what a recorder before left is recovered first.
"""

import dataclasses
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import kiosk
from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import plain
from kiosk.files.disk import in_words
from kiosk.files.journal import Journal, read_journal
from kiosk.files.manifest import PROGRAM, SEALED, Fold, fold, write_manifest
from kiosk.files.recovery import recover_session
from kiosk.files.report import QUALITY
from kiosk.files.segment import SealedSegment
from kiosk.recorder.account import Counts
from kiosk.recorder.reel import Place
from kiosk.system import host

log = logging.getLogger(__name__)

CUT_OFF: Final = "The recorder was cut off."


class SessionFolder:
    """Opens the journal of a session's folder, and makes both. Raises NoSpace, WorldFailed."""

    def __init__(self, folder: Path, clock: Clock, relief: Callable[[], bool] = lambda: False) -> None:
        self.path = folder
        self._clock = clock
        self._unsealed: set[int] = set()
        try:
            host.private_folder(folder)
            host.sync_folder(folder.parent)
        except OSError as error:
            raise in_words(error, folder) from error
        self._journal = Journal(folder / names.JOURNAL, relief)
        self._told: Fold | None = Fold()
        """Of all lines of the journal; None when one of them is damaged."""
        for line in read_journal(folder / names.JOURNAL):
            self._take(line)

    @property
    def manifest(self) -> Path:
        return self.path / names.MANIFEST

    def close(self) -> None:
        self._journal.close()

    def note(self, kind: str, body: dict[str, Any]) -> None:
        """One line, durable when this returns. Raises NoSpace, WorldFailed."""
        self._take(self._journal.append(kind, body, self._clock.now_ns(), self._clock.wall()))

    def _take(self, line: dict[str, Any]) -> None:
        try:
            if self._told is not None:
                self._told.take(line)
        except BadRequest:  # for the end to tell, or for recovery: the recording goes on
            log.exception("no manifest can be made of a line of the journal")
            self._told = None

    def begin(self, prepare: commands.Prepare, prepared: events.Prepared) -> None:
        """Writes down who, what and with which devices, before anything is recorded."""
        self.note(PROGRAM, {"version": f"kiosk {kiosk.__version__}", "boot": host.boot_id()})
        self.note("Prepare", plain(prepare))
        self.note("Prepared", plain(prepared))

    def sealed(self, place: Place, sealed: SealedSegment | None) -> None:
        """A segment is closed. None: its file cannot be trusted, and is looked at when the session has ended."""
        if sealed is None:
            self._unsealed.add(place.number)
            return
        body = {
            "segment": place.number,
            "file": sealed.path.name,
            "start_ns": place.start_ns,
            "duration_ns": sealed.duration_ns,
            "bytes": sealed.bytes,
            "sha256": sealed.sha256,
        }
        self.note(SEALED, body)

    def end(self, quality: dict[str, Any], stopped: events.Stopped) -> str:
        """The last lines, and the manifest; the first segment's path."""
        self.note(QUALITY, {"report": quality})
        self.note("Stopped", plain(stopped))
        return self.seal()

    def seal(self) -> str:
        """Makes the manifest of what the journal tells; the first segment's path. Raises NoSpace, WorldFailed."""
        if self._unsealed:
            told = recover_session(self.path, self._clock).manifest
        else:
            told = self._told.manifest() if self._told else fold(read_journal(self.path / names.JOURNAL))
            write_manifest(self.manifest, told)
        return str(self.path / told.segments[0].file) if told is not None and told.segments else ""


def recovered_place(output: Path, session: str, clock: Clock) -> Place:
    """Where a session that was cut off goes on: what there is of it is made whole first, which reads all of it.

    Damage keeps nobody from going on: it is for the end to tell.
    """
    folder = output / session
    first = Place(folder, session)
    if not folder.is_dir():
        return first
    report = recover_session(folder, clock)
    for problem in report.problems:
        log.error("what was recorded before: %s", problem)
    try:
        lines = read_journal(folder / names.JOURNAL)
    except BadRequest:
        return first
    taken = [int(name["segment"]) for path in folder.iterdir() if (name := names.SEGMENT.fullmatch(path.name))]
    place = place_after(lines, first, clock)
    return dataclasses.replace(place, number=max([place.number, *(number + 1 for number in taken)]))


def counted_before(folder: Path) -> Counts:
    """What the recorders of a recovered session have counted. Who was killed told nothing of what it had lost."""
    try:
        lines = read_journal(folder / names.JOURNAL) if folder.is_dir() else []
    except BadRequest:
        return Counts()
    ends = [line for line in lines if line["kind"] == "Stopped"]
    if not ends:
        return Counts()
    told = {name: [int(end.get(name, 0)) for end in ends] for name in ("frames", "dropped", "gaps")}
    return Counts(told["frames"][-1], max(told["dropped"]), told["gaps"][-1])


def recovered_end(output: Path, session: str, clock: Clock) -> events.Stopped | None:
    """The end of a session that was cut off and does not go on; None when nothing of it is recorded."""
    folder = output / session
    report = recover_session(folder, clock) if folder.is_dir() else None
    if report is None or report.manifest is None or not report.manifest.segments:
        return None
    manifest = report.manifest
    duration_ns = round(manifest.duration_s * NS)
    recording, where = str(folder / manifest.segments[0].file), str(folder / names.MANIFEST)
    counts = counted_before(folder)
    return events.Stopped(session, "", recording, where, duration_ns, counts.frames, counts.dropped, len(manifest.gaps))


def place_after(lines: list[dict[str, Any]], first: Place, clock: Clock) -> Place:
    """The place after the last segment that the journal's lines tell to be sealed; `first` when there is none."""
    sealed = [line for line in lines if line["kind"] == SEALED]
    if not sealed:
        return first
    last = max(sealed, key=lambda line: int(line["segment"]))
    number, start_ns, duration_ns = int(last["segment"]), int(last["start_ns"]), int(last["duration_ns"])
    cut_ns = _cut_ns(lines, number, duration_ns, clock)
    return Place(first.folder, first.session, number + 1, start_ns + duration_ns, cut_ns, CUT_OFF)


def _cut_ns(lines: list[dict[str, Any]], number: int, duration_ns: int, clock: Clock) -> int:
    """Session clock at which a segment ended. After a restart of the machine, by the wall clock: there is no other."""
    started = [line for line in lines if line["kind"] == "Started" and line.get("segment") == number]
    boot = [line.get("boot", "") for line in lines if line["kind"] == PROGRAM]
    now_ns = clock.now_ns()
    if not started:
        return now_ns
    t0_ns = int(started[-1]["t0_ns"])
    ended_ns = t0_ns + duration_ns
    if boot and boot[-1] == host.boot_id() and ended_ns <= now_ns:
        return ended_ns
    last = [line for line in lines if not line.get("by") and isinstance(line.get("t_ns"), int)]
    wall = _wall(last[-1]) if last else None
    if wall is None:
        return now_ns
    away_ns = round((clock.wall() - wall).total_seconds() * NS)
    return now_ns - max(0, away_ns + int(last[-1]["t_ns"]) - ended_ns)


def _wall(line: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(line.get("wall", "")))
    except ValueError:
        return None
