"""Makes the recorder ready, beside everything else: the devices open while what was recorded before is recovered.

Both take seconds. The thread posts one answer, Ready or Failed, and ends; it must never touch the service's state.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain import commands, events
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError
from kiosk.files.ballast import Ballast
from kiosk.recorder.account import Counts
from kiosk.recorder.folder import counted_before, recovered_place
from kiosk.recorder.line import Line
from kiosk.recorder.reel import Place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """The devices run, and it is known where the first segment goes."""

    prepared: events.Prepared
    place: Place
    before: Counts
    """What the recorders of this session before have counted."""


class Preparation:
    """For one output folder.

    Args:
        post: takes the answer, from the thread.
    """

    def __init__(
        self,
        output: Path,
        clock: Clock,
        line: Line,
        ballast: Ballast,
        post: Callable[[Ready | events.Failed], None],
    ) -> None:
        self._output = output
        self._clock = clock
        self._line = line
        self._ballast = ballast
        self._post = post
        self.running = False
        """From `begin` until the service has taken the answer, which it says with `taken`."""

    def begin(self, command: commands.Prepare) -> None:
        self.running = True
        threading.Thread(target=self._work, args=(command,), name="prepare", daemon=True).start()

    def taken(self) -> None:
        self.running = False

    def _work(self, command: commands.Prepare) -> None:
        try:
            if not command.rehearsal:
                self._ballast.reserve()
            with ThreadPoolExecutor(1, "recover") as beside:
                found = beside.submit(self._place_for, command)
                prepared = self._line.open(command)
                place, before = found.result()
            self._post(Ready(prepared, place, before))
        except KioskError as error:
            self._post(events.Failed("Prepare", error.code, error.what, error.remedy))
        except Exception as error:
            log.exception("preparing failed")
            self._post(events.Failed("Prepare", "failed", f"The devices could not be opened: {error}.", ""))

    def _place_for(self, command: commands.Prepare) -> tuple[Place, Counts]:
        if command.continues and not command.rehearsal:
            place = recovered_place(self._output, command.session, self._clock)
            return place, counted_before(place.folder)
        return Place(self._output / command.session, command.session), Counts()
