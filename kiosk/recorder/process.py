"""The recorder's main: what `kiosk _recorder --output DIR` runs, detached from whoever started it."""

import logging
import os
import signal
import threading
from pathlib import Path
from typing import Final

from kiosk.contract import names
from kiosk.devices.opener import Devices
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.files.disk import in_words
from kiosk.recorder.service import Service
from kiosk.system import host, places

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


def lock_output(output: Path) -> int:
    """Takes the one lock of an output folder, for as long as this process lives; returns the descriptor.

    Raises WorldFailed when another recorder has it, BadRequest when the folder cannot be written.
    """
    try:
        host.private_folder(output)
        fd = host.open_private(output / names.LOCK)
    except OSError as error:
        raise in_words(error, output) from error
    if not host.try_lock(fd):
        os.close(fd)
        raise WorldFailed(f"Another recorder records into {output}.", "Wait until it ends.")
    return fd


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
