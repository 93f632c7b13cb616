"""What the recorder sees around it while it records: how much room the disk has, and what the clocks do.

Tells and notes what it finds; what follows from that is for others.
"""

import contextlib
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kiosk.domain.clock import NS, Clock
from kiosk.domain.events import Gap, Problem
from kiosk.recorder.room import Room
from kiosk.recorder.timekeeping import CHANGED, Timekeeping
from kiosk.system import host

log = logging.getLogger(__name__)

LOOK_NS: Final = 2 * NS


class Lookout:
    """Args:
    output: the folder on whose disk everything is stored.
    tell: takes what everybody should hear.
    note: takes a kind and a body for the journal.
    media_ns: the media time of now.
    """

    def __init__(
        self,
        output: Path,
        clock: Clock,
        tell: Callable[[Gap | Problem], None],
        note: Callable[[str, dict[str, Any]], None],
        media_ns: Callable[[], int],
    ) -> None:
        self._output = output
        self._clock = clock
        self._tell = tell
        self._note = note
        self._media_ns = media_ns
        self._room = Room()
        self._timekeeping = Timekeeping()
        self._due_ns = 0

    def look(self, now_ns: int, *, stored: bool) -> None:
        """Every two seconds of the session clock, however often it is called.

        `stored`: what is recorded goes into the output folder, so that its disk matters.
        """
        if now_ns < self._due_ns:
            return
        self._due_ns = now_ns + LOOK_NS
        noticed = self._timekeeping.look(now_ns, host.since_start_ns(), self._clock.wall())
        if noticed.asleep_ns:
            self._tell(Gap("machine", self._media_ns(), noticed.asleep_ns, "the computer was asleep"))
        if noticed.jumped_ns:
            log.warning("the wall clock was set by %.1f s", noticed.jumped_ns / NS)
            self._note(CHANGED, {"by_s": round(noticed.jumped_ns / NS, 3)})
        if not stored:
            return
        with contextlib.suppress(OSError):
            problem = self._room.look(shutil.disk_usage(self._output).free)
            if problem is not None:
                self._tell(problem)
