"""The recorder's main: what `kiosk _recorder --output DIR` runs, detached from whoever started it."""

import logging
import os
import signal
import threading
from pathlib import Path
from typing import Final

from kiosk.devices.opener import Devices
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.recorder.service import Service, lock_output
from kiosk.system import places

log = logging.getLogger(__name__)


LOCK_LIMIT_S: Final = 3.0
"""A recorder that was killed gives its lock back when the system has taken it down, a moment later."""


def _locked(output: Path) -> int:
    """As `lock_output`, with patience for one that just ends."""
    clock, pause = SystemClock(), threading.Event()
    deadline_ns = clock.now_ns() + round(LOCK_LIMIT_S * NS)
    while True:
        try:
            return lock_output(output)
        except WorldFailed:
            if clock.now_ns() > deadline_ns:
                raise
        pause.wait(0.05)  # the system tells nobody when a lock is given back


def main(output: Path) -> int:
    """Serves one session for `output`; returns the exit code of the process."""
    try:
        lock = _locked(output)
    except KioskError as error:
        log.error("%s", error)  # noqa: TRY400  # a sentence for people, no bug
        return error.exit_code
    clock = SystemClock()
    service = Service(output, clock, Devices(clock, places.asset("")))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: service.interrupt())
    try:
        service.run()
    finally:
        os.close(lock)
    return 0
