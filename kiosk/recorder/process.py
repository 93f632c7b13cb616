"""The recorder's main: what `kiosk _recorder --output DIR` runs, detached from whoever started it."""

import logging
import os
import signal
from pathlib import Path

from kiosk.devices.opener import Devices
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import KioskError
from kiosk.recorder.service import Service, lock_output
from kiosk.system import places

log = logging.getLogger(__name__)


def main(output: Path) -> int:
    """Serves one session for `output`; returns the exit code of the process."""
    try:
        lock = lock_output(output)
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
