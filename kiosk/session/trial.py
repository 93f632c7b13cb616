"""A recorder that keeps nothing: who has it open, and who waits for it to be gone.

Only one recorder runs at a time, so that whoever wants another one waits until this one has ended.
"""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.domain import commands
from kiosk.domain.clock import NS, Clock
from kiosk.session.ports import Recorder

log = logging.getLogger(__name__)

END_LIMIT_NS: Final = 15 * NS
"""A recorder that ends no sooner is let go of; what comes next says so if it is still in the way."""


class Trial:
    """Called by the director's thread alone."""

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock
        self._then: Callable[[], None] | None = None
        self._end_by_ns = 0
        self.runs = False
        """A recorder is there, though it may be about to end."""
        self.recording = False
        """Start was sent, and what it records was not played back yet."""

    @property
    def ending(self) -> bool:
        return self._end_by_ns > 0

    def open(self, prepare: commands.Prepare) -> None:
        """Starts a recorder and has it open the devices. Raises WorldFailed."""
        self._recorder.open()
        self.runs, self.recording, self._end_by_ns = True, False, 0
        self._recorder.send(prepare)

    def start(self) -> bool:
        """Has it begin to record, unless it does already; whether it will."""
        if not self.runs or self.ending or self.recording:
            return False
        self.recording = True
        self._recorder.send(commands.Start())
        return True

    def replay(self) -> None:
        self._recorder.send(commands.Replay())

    def replayed(self) -> None:
        """What was recorded is gone: another one may begin."""
        self.recording = False

    def end(self) -> None:
        """Has it end. Nothing of it stays."""
        if self.runs and not self.ending:
            self._end_by_ns = self._clock.now_ns() + END_LIMIT_NS
            self._recorder.send(commands.Stop("rehearsed"))

    def then(self, action: Callable[[], None]) -> None:
        """Does this as soon as no trial's recorder is there; in place of what was to be done before."""
        if not self.runs:
            action()
            return
        self._then = action
        self.end()

    def gone(self) -> None:
        """It has ended, or died."""
        self.runs = self.recording = False
        self._end_by_ns = 0
        self._recorder.close()
        then, self._then = self._then, None
        if then is not None:
            then()

    def drop(self) -> None:
        """Nobody waits for it any more."""
        self._then = None

    def tick(self) -> None:
        if self.ending and self._clock.now_ns() >= self._end_by_ns:
            log.error("the trial's recorder does not end")
            self.gone()
