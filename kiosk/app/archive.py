"""What earlier kiosks left in the output folder: the journals tell where their interviews stand."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.app.book import noted
from kiosk.contract import names
from kiosk.domain import commands
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError
from kiosk.domain.events import RecorderState
from kiosk.domain.interview import Interview
from kiosk.domain.view import Delivery
from kiosk.domain.view import SessionState as State
from kiosk.files.journal import read_journal
from kiosk.ledger.ledger import Ledger
from kiosk.ledger.upload_rows import UploadState
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.process import enrolled
from kiosk.recorder.client import RecorderClient
from kiosk.session.standing import Standing, prepare_of, standing_of

log = logging.getLogger(__name__)

ABANDONED: Final = "abandoned"
RECORDER_RUNS: Final = (RecorderState.STARTING, RecorderState.RECORDING, RecorderState.PAUSED)


class OutputArchive:
    """`interviews` are those that one which was cut off may be of."""

    def __init__(
        self,
        output: Path,
        ledger: Ledger,
        recorder: RecorderClient,
        interviews: Sequence[Interview],
        clock: Clock,
    ) -> None:
        self._output = output
        self._ledger = ledger
        self._recorder = recorder
        self._interviews = interviews
        self._clock = clock

    def running(self) -> Standing | None:
        try:
            snapshot = self._recorder.look()
        except KioskError as error:
            log.warning("%s", error)
            return None
        if snapshot is None:
            return None
        if snapshot.rehearsal:
            self._recorder.send(commands.Stop("abandoned"))  # whoever tried something is gone
            self._recorder.close()
            return None
        standing = None
        if not snapshot.led and snapshot.progress.state in RECORDER_RUNS:
            standing = self._standing(snapshot.session, running=True)
        if standing is None:
            self._recorder.close()
        return standing

    def unfinished(self) -> Standing | None:
        with noted():
            newest = next(iter(self._ledger.sessions()), None)
            if newest is None or not newest.recording or newest.state is State.REFUSED:
                return None
            if newest.state is State.FINISHED and newest.reason != ABANDONED:
                return None
            return self._standing(newest.session, running=False)
        return None

    def delivery(self, session: str) -> Delivery:
        """As the outbox has written it down; what cannot be read counts as not sent."""
        if not enrolled():
            return Delivery.STORED
        with noted():
            uploads = Uploads.open(self._output / names.LEDGER, self._clock)
            try:
                row = uploads.row(session)
            finally:
                uploads.close()
            if row is not None and row.state is UploadState.STORED:
                return Delivery.SENT
        return Delivery.WILL_BE_SENT

    def _standing(self, session: str, *, running: bool) -> Standing | None:
        try:
            lines = read_journal(self._output / session / names.JOURNAL)
        except KioskError as error:
            log.warning("%s", error)
            return None
        prepare = prepare_of(lines)
        for interview in self._interviews:
            if prepare is not None and interview.sha256 == prepare.interview_sha256:
                return standing_of(lines, interview, self._clock.now_ns(), running=running)
        log.warning("the interview of session %s is not on this kiosk any more", session)
        return None
