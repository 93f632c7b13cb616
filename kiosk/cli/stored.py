"""A session's folder as a command finds it: by its id, with its manifest, and not while it is being recorded."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.contract import names
from kiosk.contract.manifest import Manifest
from kiosk.domain.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Stored:
    folder: Path
    manifest: Manifest

    @property
    def segments(self) -> list[Path]:
        return [self.folder / segment.file for segment in self.manifest.segments]


def stored(output: Path, session: str) -> Stored:
    """The recording of a session that has ended. Raises BadRequest when there is none."""
    from kiosk.files.recovery import ended_in_order, nobody_records
    from kiosk.files.verification import Depth

    folder = output / session
    if not names.SESSION.fullmatch(session):
        raise BadRequest(f"'{session[:50]}' is not the id of a session.", "'kiosk sessions' lists them.")
    if not folder.is_dir():
        raise BadRequest(f"There is no session {session} in {output}.", "'kiosk sessions' lists those that are.")
    ended = ended_in_order(folder, Depth.QUICK)
    if ended is None or ended.manifest is None:
        with nobody_records(output) as alone:
            if not alone:
                raise BadRequest(f"Session {session} has not ended: it is being recorded.", "Wait until it ends.")
        raise BadRequest(f"Session {session} was cut off.", "Run 'kiosk recover', then try again.")
    manifest = ended.manifest
    if not manifest.segments:
        raise BadRequest(f"Nothing was recorded in session {session}.")
    return Stored(folder, manifest)
