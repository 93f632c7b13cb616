"""A thread that does one thing at regular instants of the clock, as a sound card does. Must never run ahead of time."""

import contextlib
import threading
from collections.abc import Callable
from typing import Final

from kiosk.domain.clock import NS, Clock

_TOO_LATE_NS: Final = NS // 2


class PacedThread:
    """Calls `step(number, due_ns)` for blocks 0, 1, 2, ... of `period_ns`, each when its instant has come.

    Owner: whoever constructs it; it ends with `stop()`. A step that comes late is made up for at once; after more
    than half a second (the process was stopped) the missed steps are skipped, so that `number` jumps.
    """

    def __init__(self, name: str, clock: Clock, period_ns: float, step: Callable[[int, int], None]) -> None:
        self._clock = clock
        self._period_ns = period_ns
        self._step = step
        self._ended = False
        self._rest = threading.Lock()
        """Held until `stop`, and waited for meanwhile: half the work of an Event, for a thread that wakes often."""
        self._rest.acquire()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.start_ns = 0
        """Instant of step 0, known once `start` has returned."""

    def start(self) -> None:
        self.start_ns = self._clock.now_ns()
        self._thread.start()

    def stop(self) -> None:
        """After it returns no step runs any more, unless a step itself calls it."""
        self._ended = True
        with contextlib.suppress(RuntimeError):  # it was let go before
            self._rest.release()
        if threading.current_thread() is not self._thread:
            self.join(2.0)

    def join(self, timeout: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        number = 0
        while not self._ended:
            due_ns = self.start_ns + round(number * self._period_ns)
            late_ns = self._clock.now_ns() - due_ns
            if late_ns < 0:
                if self._rest.acquire(timeout=-late_ns / NS):
                    return
                continue
            if late_ns > _TOO_LATE_NS:
                number += int(late_ns / self._period_ns)
                due_ns = self.start_ns + round(number * self._period_ns)
            self._step(number, due_ns)
            number += 1
