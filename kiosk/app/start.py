"""Before anything begins: whether there is room, a voice and a folder, and nobody else records into it."""

import errno
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.app.archive import RECORDER_RUNS
from kiosk.app.narration import speech_of
from kiosk.config import Config
from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import BadRequest, NoSpace, WorldFailed
from kiosk.domain.interview import Interview
from kiosk.files.disk import BYTES_A_SECOND
from kiosk.recorder.client import RecorderClient
from kiosk.recovery import recover_output
from kiosk.speech.voices import choose_voice
from kiosk.system import host

RESERVE_BYTES: Final = 50_000_000
"""For the recorder's ballast, the ledger and whatever else grows."""
LOCK_LIMIT_NS: Final = 3 * NS
_REFUSALS: Final = {
    errno.EEXIST: "there is a file of that name, not a folder",
    errno.ENOTDIR: "a part of that path is a file, not a folder",
    errno.EROFS: "that disk is read-only",
    errno.EACCES: "this account may not write there",
    errno.EPERM: "the system lets nobody write there",
    errno.ENOENT: "the system lets nobody write there",  # /proc
}
"""Why the output folder cannot be written, in words."""


def prepare_output(output: Path) -> None:
    """Makes the output folder. Raises BadRequest when it cannot be one, NoSpace when the disk is full."""
    try:
        host.private_folder(output)
        probe = output / ".writable.part"
        try:
            with open(host.open_private(probe), "wb", closefd=True) as file:  # noqa: PTH123  # a descriptor
                file.write(b"\0" * 4096)
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoSpace(f"The disk of {output} is full.", "Free some space, or choose another folder.") from error
        why = _REFUSALS.get(error.errno or 0, error.strerror)
        raise BadRequest(
            f"Recordings cannot be stored in {output}: {why}.", "Choose a folder that this account can write to."
        ) from error


def check_ready(config: Config, interviews: Sequence[Interview], clock: Clock, *, rejoins: bool = False) -> None:
    """Refuses before anything begins what could not end well. Raises NoSpace, WorldFailed, VoiceFailed, BadRequest.

    `rejoins`: whoever asks can take up an interview that nobody leads any more; nothing else matters then.
    """
    prepare_output(config.output)
    visitor = RecorderClient(config.output, clock, _ignore, _ignore)
    running = visitor.look()
    if running is not None and running.rehearsal and not running.led:
        visitor.send(commands.Stop("abandoned"))  # whoever tried something is gone
        running = None
    visitor.close()
    if running is not None:
        if rejoins and not running.led and running.progress.state in RECORDER_RUNS:
            return
        raise WorldFailed(
            f"An interview is being recorded into {config.output} already.",
            "Wait until it ends, or end it with 'kiosk stop'.",
        )
    recover_output(config.output, clock)
    free = shutil.disk_usage(config.output).free - RESERVE_BYTES
    needed_s = max(interview.longest_seconds for interview in interviews)
    fits_s = max(0, free // BYTES_A_SECOND)
    if fits_s < needed_s:
        raise NoSpace(
            f"The disk of {config.output} has room for {_minutes(fits_s // 60)}; "
            f"this interview may take {_minutes(-(-needed_s // 60))}.",
            "Free some space, or choose another folder.",
        )
    _check_lock(config.output, clock)
    voices = speech_of(clock).voices()  # raises when there is no voice engine
    for interview in interviews:
        for question in interview.questions:
            choose_voice(voices, interview.language, question.voice or interview.voice or config.voice)


def _check_lock(output: Path, clock: Clock) -> None:
    """Raises WorldFailed when there is a recorder that cannot be reached from here; waits for one that just ends."""
    try:
        lock = host.open_private(output / names.LOCK)
    except OSError as error:
        raise BadRequest(f"Recordings cannot be stored in {output}: {error.strerror}.") from error
    try:
        deadline_ns = clock.now_ns() + LOCK_LIMIT_NS
        while not (free := host.try_lock(lock)) and clock.now_ns() < deadline_ns:
            threading.Event().wait(0.05)  # the system tells nobody when a lock is given back
        if not free:
            raise WorldFailed(
                f"Something else records into {output}, perhaps another login of this account.",
                "Wait until it ends, or end it from there with 'kiosk stop'.",
            )
    finally:
        os.close(lock)


def _minutes(count: int) -> str:
    return f"{count} minute{'' if count == 1 else 's'}"


def _ignore(_: events.Event | str) -> None:
    """For a visitor who only wants to know whether somebody is there."""
