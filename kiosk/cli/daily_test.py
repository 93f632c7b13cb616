"""The daily self-test of a kiosk that runs: at the set hour, when nobody uses it, it tries its devices.

What comes of every such trial is kept, so that the server and monitoring hear of it. Never disturbs anybody: whoever
begins an interview has the devices at once.
"""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.doctor.self_test import WELL, WELL_UNHEARD, due
from kiosk.domain import requests
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError
from kiosk.domain.self_test import CAMERA, LOUDSPEAKER, MICROPHONE, OPENING, SelfTest
from kiosk.domain.view import Readiness, ReadyState, SessionState, View
from kiosk.outbox import self_tests

log = logging.getLogger(__name__)

KINDS: Final = (CAMERA, MICROPHONE, LOUDSPEAKER)
"""What else is wrong, a slow camera or a full disk, is over when a run goes well."""
LOOK_MS: Final = 20_000
"""Between two looks at the clock."""


class DailyTest:
    """Looked at now and then by the screen, and told every view by the director's thread."""

    def __init__(self, at: str, clock: Clock, post: Callable[[requests.TryDevices], None]) -> None:
        self._at = at
        self._clock = clock
        self._post = post
        self._asked_on = ""
        self._idle = False
        self._kept = ""

    def look(self) -> None:
        """Asks for the trial when it is due; once a day, since a kiosk that is not ready tries again by itself."""
        now = self._clock.wall()
        today = f"{now.astimezone():%Y-%m-%d}"
        if self._idle and today != self._asked_on and due(self._at, self_tests.last(), now):
            self._asked_on = today
            self._post(requests.TryDevices())

    def on_view(self, view: View) -> None:
        """Keeps what a trial found."""
        self._idle = view.state is SessionState.IDLE
        ready = view.readiness
        if ready.state not in {ReadyState.READY, ReadyState.NOT_READY} or ready.tried_at in {"", self._kept}:
            return
        self._kept = ready.tried_at
        try:
            self_tests.keep(_kept(ready))
        except KioskError as error:
            log.warning("%s", error)


def _kept(ready: Readiness) -> SelfTest:
    return SelfTest(
        ready.tried_at,
        good=not ready.what,
        sentence=ready.what or (WELL if LOUDSPEAKER in ready.tried else WELL_UNHEARD),
        remedy=ready.remedy,
        failed=(ready.device if ready.device in KINDS else OPENING) if ready.what else "",
        tried=ready.tried,
        hears=ready.hears,
    )
