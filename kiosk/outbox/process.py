"""Starts the outbox beside a kiosk: a process of its own that outlives it until everything is sent."""

import logging
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.domain.errors import WorldFailed
from kiosk.system import host, places

log = logging.getLogger(__name__)

ENROLMENT: Final = "enrolment.json"
"""In the state folder; there is one when this kiosk is enrolled."""


@dataclass(frozen=True, slots=True)
class Sending:
    """The outbox that was started. It needs nothing more: it watches its kiosk by itself."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid


def enrolled() -> bool:
    """Whether this kiosk has a server to send to."""
    return (places.state_folder() / ENROLMENT).exists()


def start_beside(output: Path, config_file: Path | None = None) -> Sending | None:
    """The same as `start`, for a kiosk: when sending does not start, recording goes on, and the log says why."""
    try:
        return start(output, config_file)
    except WorldFailed as error:
        log.error("nothing is sent for now: %s", error)  # noqa: TRY400  # the world's failure, no bug
        return None


def start(output: Path, config_file: Path | None = None) -> Sending | None:
    """Starts sending what is in `output`; None when this kiosk is not enrolled.

    It ends when this process has ended and nothing waits any more. Where one sends already, the new one ends at once.
    Raises WorldFailed.
    """
    if not enrolled():
        return None
    command = places.own_command("sync", "--output", str(output.absolute()), "--beside", str(os.getpid()))
    if config_file is not None:
        command += ["--config", str(config_file.absolute())]
    log = places.words_of("sync")
    try:
        host.private_folder(log.parent)
        return Sending(host.spawn_detached(command, log, os.environ), log)
    except OSError as error:
        raise WorldFailed(
            f"The sending could not be started: {error.strerror}.", "Recordings are kept; 'kiosk sync' sends them."
        ) from error
