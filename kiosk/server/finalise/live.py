"""What can be watched before all has arrived: a kiosk may have burned, and its interview shall still be seen.

For the review pages: `provisional(recording)` gives the storage name of an MP4 of what is held, without hole from the
first chunk of each segment on, or None. It makes or renews the file when new chunks came and the last one is a minute
old; so it may take some seconds (about 1 for ten minutes of recording). The worker makes it by itself when no chunk
has come for a while. It goes when the recording is stored. It is never signed for, and no table names it: its name
says of how many chunks it is made.
"""

import contextlib
import hashlib
import logging
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from kiosk.contract.manifest import Manifest
from kiosk.domain.errors import BadRequest, KioskError
from kiosk.domain.wire import build
from kiosk.server.catalogue.models import Chunk, Recording, RecordingState
from kiosk.server.finalise import playable, stored
from kiosk.system import host

log: Final = logging.getLogger(__name__)

FOLDER: Final = f"{stored.RECORDINGS}/provisional"
QUIET_S: Final = 180.0
"""So long without a chunk, and what is held is made watchable without being asked."""
RENEW_S: Final = 60.0
"""One that is younger is good enough while more arrives."""
KEPT: Final = 2
"""The newest, and the one before, which somebody may be watching."""

_hopeless: dict[str, str] = {}
"""Session → name that could not be made; asking again changes nothing until another chunk comes. One per process."""


def watchable(recording: Recording) -> list[list[Chunk]]:
    """Of each segment, in order, the chunks from number 0 on without hole. It ends before a segment without any, and
    after one that is known not to be all there.
    """
    told = {segment.number: segment.chunks for segment in recording.segments.all()}
    held: dict[int, list[Chunk]] = {}
    for chunk in recording.chunks.all():
        run = held.setdefault(chunk.segment, [])
        if chunk.number == len(run):
            run.append(chunk)
    found: list[list[Chunk]] = []
    while run := held.get(len(found) + 1, []):
        found.append(run)
        if len(run) < told.get(len(found), 0):
            break
    return found


def provisional(recording: Recording) -> str | None:
    """Storage name of what can be watched now; None when nothing can, or when the recording is stored."""
    if recording.state == RecordingState.STORED:
        return None
    session = str(recording.pk)
    runs = watchable(recording)
    if not runs:
        return None
    wanted = f"{FOLDER}/{session}/{_number(runs):06}.mp4"
    try:
        if stored.exists(wanted):
            return wanted
        newest = _newest(session)
        if newest is not None and _age_s(newest) < RENEW_S:
            return newest
        if _hopeless.get(session) == wanted or not _make(recording, runs, wanted):
            return newest
    except BadRequest as error:
        _hopeless[session] = wanted
        log.warning("session %s cannot be watched yet: %s", session, error)
        return _newest(session)
    except (KioskError, stored.Gone, playable.Stopped) as error:
        log.warning("session %s cannot be watched now: %s", session, error)
        return None
    return wanted


def make_for_quiet(quiet_s: float = QUIET_S) -> int:
    """Makes what is held watchable, for each recording of which no chunk came for so long; returns how many."""
    since = timezone.now() - timedelta(seconds=quiet_s)
    made = 0
    for recording in Recording.objects.filter(state=RecordingState.RECEIVING, received_at__lt=since):
        runs = watchable(recording)
        name = f"{FOLDER}/{recording.pk}/{_number(runs):06}.mp4"
        if runs and not stored.exists(name) and _hopeless.get(str(recording.pk)) != name:
            made += provisional(recording) == name
    return made


def forget(session: str) -> None:
    """Removes what was made of a session. Raises WorldFailed."""
    _hopeless.pop(session, None)
    stored.remove_folder(f"{FOLDER}/{session}")


def _make(recording: Recording, runs: list[list[Chunk]], name: str) -> bool:
    """False when somebody else is at it."""
    session = str(recording.pk)
    folder = Path(settings.SPOOL_FOLDER) / f"provisional-{session}"
    lock = host.open_private(Path(settings.SPOOL_FOLDER) / "provisional.lock")  # one at a time: others come first
    try:
        if not host.try_lock(lock):
            return False
        shutil.rmtree(folder, ignore_errors=True)
        host.private_folder(folder)
        manifest, files = _manifest(recording), {each.number: each.file for each in recording.segments.all()}
        paths = []
        for number, run in enumerate(runs, 1):
            file = files.get(number, "")
            path = folder / (file if stored.belongs(session, file) else f"segment_{number:02}.mp4")
            _join(run, path)
            paths.append(path)
        made = playable.make(paths, manifest, folder, threading.Event())
        stored.put_film(made.rendition, made.index, name)
        log.info("session %s: %d chunks can be watched (%s)", session, _number(runs), name)
        for old in _films(session)[:-KEPT]:
            stored.remove(stored.index_name(old))
            stored.remove(old)
        return True
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _join(run: list[Chunk], path: Path) -> None:
    """Writes the chunks one after another, as far as they are what their rows say."""
    with path.open("wb") as out:
        for chunk in run:
            data = b"".join(stored.pieces(chunk.name))
            if hashlib.sha256(data).hexdigest() != chunk.sha256:
                raise BadRequest(f"Chunk {chunk.number} of segment {chunk.segment} is damaged.")
            out.write(data)


def _manifest(recording: Recording) -> dict[str, Any]:
    """The manifest, when there is a sound one."""
    given = recording.manifest
    with contextlib.suppress(BadRequest):
        if isinstance(given, dict) and given:
            build(Manifest, given)
            return given
    return {}


def _number(runs: list[list[Chunk]]) -> int:
    return sum(len(run) for run in runs)


def _newest(session: str) -> str | None:
    films = _films(session)
    return films[-1] if films else None


def _films(session: str) -> list[str]:
    """Storage names, the newest last."""
    files = sorted(stored.names_in(f"{FOLDER}/{session}")[1])
    return [f"{FOLDER}/{session}/{file}" for file in files if file.endswith(".mp4")]


def _age_s(name: str) -> float:
    age: float = (timezone.now() - default_storage.get_modified_time(name)).total_seconds()
    return age
