"""The process in which FFmpeg touches what arrived: limited, without the server's secrets, and never trusted.

    python -m kiosk.server.finalise.limited FOLDER

FOLDER/job.json says what to do (see `Job`); FOLDER/answer.json is what came of it. Ends at once when its standard
input closes, so that it never outlives its worker. Imports nothing of Django and reads no setting.
"""

import contextlib
import json
import os
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kiosk.contract.manifest import Manifest
from kiosk.domain.errors import BadRequest, KioskError
from kiosk.domain.wire import build, plain

JOB: Final = "job.json"
ANSWER: Final = "answer.json"
STEADY_NS: Final = 4_000_000
"""Pictures of what is watched may be moved by 4 ms, which nobody sees: a screen itself shows them up to 8 ms late. So
an hour's index is short even from a camera whose pictures come up to 3 ms late; the original keeps its times.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """Makes `rendition`, its `index` and `poster` (paths) of `segments` (paths, in order). Limits of 0 are none."""

    segments: tuple[str, ...]
    rendition: str
    poster: str
    index: str = ""
    """For what is watched in a browser (`media.fragment_index`); empty: none is made."""
    manifest: dict[str, Any] = field(default_factory=dict)
    memory_bytes: int = 0
    cpu_s: int = 0
    file_bytes: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """`error` is empty when it worked; `bad` says that trying again would not help."""

    error: str = ""
    bad: bool = False
    duration_s: float = 0.0
    captions: str = ""
    """The WebVTT."""
    poster: bool = False
    index: bool = False


def main(argv: list[str] | None = None) -> int:
    folder = Path((sys.argv[1:] if argv is None else argv)[0])
    threading.Thread(target=_end_with_the_worker, name="lifeline", daemon=True).start()
    job: Job = build(Job, json.loads((folder / JOB).read_bytes()))
    _limit(job)
    try:
        answer = _do(job)
    except BadRequest as error:
        answer = Answer(error=error.what, bad=True)
    except KioskError as error:
        answer = Answer(error=str(error))
    except MemoryError:
        answer = Answer(error="Reading it takes more memory than a recording may.", bad=True)
    part = folder / f"{ANSWER}.part"
    part.write_text(json.dumps(plain(answer)), encoding="utf-8")
    part.replace(folder / ANSWER)
    return 0


def _do(job: Job) -> Answer:
    from kiosk.media import timeline
    from kiosk.media.rendition import make_rendition, poster

    manifest: Manifest | None = build(Manifest, job.manifest) if job.manifest else None
    target = Path(job.rendition)
    facts = make_rendition([Path(path) for path in job.segments], manifest, target, steady_ns=STEADY_NS)
    at_s = timeline.poster_time(manifest, facts.duration_s) if manifest else facts.duration_s / 10
    picture = poster(target, at_s)
    Path(job.poster).write_bytes(picture)
    return Answer(
        duration_s=facts.duration_s,
        captions=timeline.webvtt(manifest) if manifest else "",
        poster=True,
        index=_index(job, target),
    )


def _index(job: Job, rendition: Path) -> bool:
    """Whether there is an index now. A recording without one is played as well, only later."""
    from kiosk.media.fragment_index import index_of

    if not job.index:
        return False
    try:
        Path(job.index).write_bytes(index_of(rendition))
    except BadRequest:
        return False
    return True


def _limit(job: Job) -> None:
    """Windows has no such limits; there the time limit of `playable` and the account's own must do."""
    if sys.platform == "win32":
        return
    import resource

    wanted = {
        resource.RLIMIT_AS: job.memory_bytes,
        resource.RLIMIT_CPU: job.cpu_s,
        resource.RLIMIT_FSIZE: job.file_bytes,
        resource.RLIMIT_NOFILE: job.files,
    }
    for what, most in wanted.items():
        if most:
            _, hard = resource.getrlimit(what)
            most_allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (most_allowed, most_allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold pictures of people
    os.nice(5)  # what arrives meanwhile comes first


def _end_with_the_worker() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1):  # not through sys.stdin: its lock would hold up the interpreter's end
            pass
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main())
