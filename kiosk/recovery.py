"""An output folder after a crash: files first, then the ledger, which is their index, then what a dead run left.

Runs when a kiosk starts, quickly, and as `kiosk recover`, closely. Never stands in the way of a start: what cannot
be put right is told. Never touches what is being recorded.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.contract import names
from kiosk.contract.manifest import Manifest
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import BadRequest, KioskError
from kiosk.domain.interview import Consent
from kiosk.domain.view import SessionState
from kiosk.domain.wire import build
from kiosk.files.manifest import BETWEEN
from kiosk.files.recovery import Outcome, SessionReport, nobody_records, recover_sessions
from kiosk.files.remains import INTERRUPTED
from kiosk.files.verification import Depth, Progress
from kiosk.ledger.ledger import ENDED, Ledger, SessionRow
from kiosk.ledger.rebuild import KEPT, delete_aside, open_sound
from kiosk.ledger.uploads import Uploads
from kiosk.system import host, places

log = logging.getLogger(__name__)

CUT_OFF: Final = "It was cut off. What was recorded until then is stored."
CUT_OFF_BEFORE: Final = "It was cut off before anything was recorded."


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in an output folder. `ledger_aside`: the name of the damaged ledger, "" mostly; `entered`:
    sessions that the ledger did not know or knew otherwise.
    """

    output: Path
    sessions: tuple[SessionReport, ...] = ()
    ledger_aside: str = ""
    entered: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """Of the folder itself; those of a session are in its report."""

    @property
    def whole(self) -> bool:
        """Whether all that could be read is in order now."""
        return not self.problems and all(session.outcome is not Outcome.DAMAGED for session in self.sessions)


def recover_output(output: Path, clock: Clock, depth: Depth = Depth.QUICK, progress: Progress | None = None) -> Report:
    """Puts an output folder in order. Raises nothing for what is wrong there: the report has it."""
    if not output.is_dir():
        return Report(output)
    problems: list[str] = []
    reports: list[SessionReport] = []
    aside = ""
    entered: list[str] = []
    try:
        reports = recover_sessions(output, clock, depth, progress, leaving=_leaving(output, clock))
        if reports or (output / names.LEDGER).exists():
            aside, entered = _index(output, clock, reports)
    except KioskError as error:
        problems.append(str(error))
    if (output / names.LOCK).exists():  # else nothing was ever recorded here, and no lock is left behind
        _sweep(output)
    found = Report(output, tuple(reports), aside, tuple(entered), tuple(problems))
    _write_down(found)
    return found


def _leaving(output: Path, clock: Clock) -> frozenset[str]:
    """Sessions whose copy here is being deleted: the outbox finishes that."""
    if not (output / names.LEDGER).exists():
        return frozenset()
    try:
        uploads = Uploads.open(output / names.LEDGER, clock)
    except KioskError:  # whether it is damaged is found out when it is filled
        return frozenset()
    try:
        return frozenset(row.session for row in uploads.leaving())
    finally:
        uploads.close()


def _index(output: Path, clock: Clock, reports: list[SessionReport]) -> tuple[str, list[str]]:
    """Makes the ledger say what the files say. Returns the damaged one's new name, and what was entered."""
    with nobody_records(output) as alone:
        ledger, aside = open_sound(output / names.LEDGER, clock, may_replace=alone)
        try:
            known = {row.session: row for row in ledger.sessions()}
            entered = [report.session for report in reports if _enter(ledger, report, known.get(report.session))]
            if alone:
                entered += _end_those_without_a_folder(ledger, reports)
                for name in delete_aside(output / names.LEDGER, until=clock.wall() - KEPT):
                    log.info("%s, which was damaged, was kept long enough and is deleted", name)
        finally:
            ledger.close()
    return aside, entered


def _enter(ledger: Ledger, report: SessionReport, row: SessionRow | None) -> bool:
    """Whether anything had to be entered."""
    if report.outcome is Outcome.RUNNING or report.manifest is None:
        return False
    manifest = report.manifest
    unknown = row is None or row.state not in ENDED
    without_its_end = row is not None and not row.manifest and report.recorded
    if not (unknown or without_its_end or report.outcome is Outcome.RECOVERED):
        return False
    ended = row if row is not None and row.state in ENDED else None
    cut_off = _was_cut_off(manifest)
    trouble = (CUT_OFF if report.recorded else CUT_OFF_BEFORE) if cut_off else ""
    interview: dict[str, Any] = manifest.interview
    folder = Path(report.session)
    ledger.restore(
        SessionRow(
            session=report.session,
            interview=row.interview if row else str(interview.get("id", "")),
            title=row.title if row else str(interview.get("title", "")),
            interview_sha256=row.interview_sha256 if row else str(interview.get("sha256", "")),
            candidate=row.candidate if row else manifest.candidate,
            state=ended.state if ended else SessionState.FAILED if cut_off else SessionState.FINISHED,
            created_at=row.created_at if row else report.begun_at,
            consent=row.consent if row else _consent(manifest.consent),
            started_at=manifest.started_at if report.recorded else "",
            ended_at=(ended.ended_at if ended else "") or _ended_at(manifest),
            reason=(ended.reason if ended else "") or manifest.ended or INTERRUPTED,
            recording=(folder / manifest.segments[0].file).as_posix() if report.recorded else "",
            manifest=(folder / names.MANIFEST).as_posix() if report.recorded else "",
            duration_ns=round(manifest.duration_s * NS),
            trouble=(ended.trouble if ended else "") or trouble,
        ),
        report.outcome.value,
    )
    return True


def _was_cut_off(manifest: Manifest) -> bool:
    """An orderly end on demand is called an interruption too, and misses nothing at its end."""
    if manifest.ended is None or (manifest.ended == INTERRUPTED and not manifest.segments):
        return True
    return manifest.ended == INTERRUPTED and any(
        gap.device == BETWEEN and gap.at_s >= manifest.duration_s for gap in manifest.gaps
    )


def _end_those_without_a_folder(ledger: Ledger, reports: list[SessionReport]) -> list[str]:
    """Sessions that a crash ended before their first file."""
    seen = {report.session for report in reports if report.manifest or report.outcome is not Outcome.NOTHING}
    ended = []
    for row in ledger.unfinished():
        if row.session not in seen:
            ledger.ended(row.session, INTERRUPTED, 0, "", state=SessionState.FAILED)
            ledger.troubled(row.session, CUT_OFF_BEFORE)
            ended.append(row.session)
    return ended


def _consent(body: dict[str, Any] | None) -> Consent | None:
    try:
        return None if body is None else build(Consent, body)
    except BadRequest:
        return None


def _ended_at(manifest: Manifest) -> str:
    """When the recording's last moment was; for people."""
    try:
        begun = datetime.fromisoformat(manifest.started_at)
    except ValueError:
        return ""
    return (begun + timedelta(seconds=manifest.duration_s)).isoformat(timespec="milliseconds")


def _sweep(output: Path) -> None:
    """Removes what a dead run left and nobody needs: the candidate's last picture above all."""
    try:
        with nobody_records(output) as alone:
            if alone:
                (host.runtime_folder() / f"preview-{places.name_of_output(output)}").unlink(missing_ok=True)
                for stale in output.glob(".*.part"):
                    stale.unlink(missing_ok=True)
    except (KioskError, OSError) as error:
        log.warning("leftovers of an earlier run stay: %s", error)


def _write_down(report: Report) -> None:
    for session in report.sessions:
        if session.outcome is not Outcome.WHOLE:
            log.warning("%s: %s %s", session.session, session.outcome, " ".join(session.problems))
    if report.ledger_aside:
        log.error("the ledger was damaged and is %s now", report.ledger_aside)
    for problem in report.problems:
        log.error("%s", problem)
