"""Segments → rendition, index, poster, captions, in a limited process; how it ended, in plain words.

A file that breaks its reader breaks nothing else: a crash, a hang or a refusal there becomes a `BadRequest`.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.wire import build, plain
from kiosk.server.finalise.limited import ANSWER, JOB, Answer, Job

log: Final = logging.getLogger(__name__)

_MIB: Final = 1024 * 1024
_TICK_S: Final = 0.2
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TZ")
"""Of the environment; the rest may hold passwords."""


class Stopped(Exception):
    """The worker ends, or lost its claim: the work is left as it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the process may use. `least_s`: processor time besides what the size allows; twice that on the clock."""

    memory_bytes: int = 2 * 1024**3
    """Of address space, most of which no program uses. The index of ten hours takes some 100 MiB."""
    least_s: int = 60
    files: int = 64


@dataclass(frozen=True, slots=True)
class Playable:
    """What was made, in local files."""

    rendition: Path
    index: Path | None
    """Lets a browser begin at once (`media.fragment_index`)."""
    poster: Path | None
    captions: str
    duration_s: float


def make(
    segments: Sequence[Path],
    manifest: dict[str, Any],
    folder: Path,
    stopping: threading.Event,
    limits: Limits = Limits(),  # frozen: everybody may share it
) -> Playable:
    """Makes all of it below `folder`, an empty private folder.

    Raises BadRequest when these files cannot become a recording, WorldFailed when it may work later, Stopped.
    """
    size = sum(path.stat().st_size for path in segments)
    job = Job(
        segments=tuple(str(path) for path in segments),
        rendition=str(folder / "rendition.mp4"),
        poster=str(folder / "poster.jpg"),
        index=str(folder / "rendition.index"),
        manifest=manifest,
        memory_bytes=limits.memory_bytes,
        cpu_s=limits.least_s + size // (2 * _MIB),
        file_bytes=2 * size + 64 * _MIB,
        files=limits.files,
    )
    (folder / JOB).write_text(json.dumps(plain(job)), encoding="utf-8")
    answer = _run(folder, 2 * limits.least_s + size // _MIB, stopping)
    if answer.error:
        raise (BadRequest if answer.bad else WorldFailed)(answer.error)
    poster = Path(job.poster) if answer.poster else None
    index = Path(job.index) if answer.index else None
    return Playable(Path(job.rendition), index, poster, answer.captions, answer.duration_s)


def _run(folder: Path, limit_s: float, stopping: threading.Event) -> Answer:
    command = [sys.executable, "-m", "kiosk.server.finalise.limited", str(folder)]
    environment = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
    words = folder / "words.txt"
    with (
        words.open("wb") as out,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True, env=environment
        ) as process,
    ):
        try:
            left = limit_s
            while process.poll() is None and left > 0 and not stopping.is_set():
                try:
                    process.wait(_TICK_S)
                except subprocess.TimeoutExpired:
                    left -= _TICK_S
            ended = process.poll()
        finally:
            process.kill()
    if ended is None:
        if stopping.is_set():
            raise Stopped
        raise BadRequest("Reading it takes longer than a recording may take.")
    try:
        answer: Answer = build(Answer, json.loads((folder / ANSWER).read_bytes()))
    except (OSError, ValueError, BadRequest):
        if ended in {-9, -15}:  # the system's or somebody's decision, not the file's doing
            raise WorldFailed("The process that reads it was ended from outside.") from None
        said = words.read_bytes()[-2000:].decode(errors="replace")
        log.warning("the limited process ended with %s: %s", ended, said)
        raise BadRequest(f"It cannot be read as a recording: {_how(ended)}.") from None
    return answer


def _how(code: int) -> str:
    if sys.platform != "win32":
        import signal

        if code == -signal.SIGXCPU:
            return "its reader used up its processor time"
        if code < 0:
            return f"its reader ended by {signal.Signals(-code).name}"
    return f"its reader failed with code {code}"
