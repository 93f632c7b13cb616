"""Keeps for the heartbeat whether the proctor is called; of the director's thread. Only what changes is written."""

import logging

from kiosk.domain.errors import KioskError
from kiosk.domain.view import Call, View
from kiosk.outbox import calls

log = logging.getLogger(__name__)


class Calling:
    """One run of the screens. What an earlier one left is over when this one begins, and when it ends."""

    def __init__(self) -> None:
        self._kept: Call | None = None
        self._keep(None)

    def on_view(self, view: View) -> None:
        if view.called is not self._kept:
            self._keep(view.called)

    def end(self) -> None:
        if self._kept is not None:
            self._keep(None)

    def _keep(self, called: Call | None) -> None:
        self._kept = called
        try:
            calls.keep(called)
        except KioskError as error:
            log.warning("%s", error)
