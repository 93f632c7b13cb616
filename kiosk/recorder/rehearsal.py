"""A rehearsal: where its recording lies, what it tells, and how it is played back. Nothing of it may stay on a disk.

The recording goes into a private folder beside the recorder's socket, mostly in memory, and never into the output
folder. The folder is locked while its recorder lives, so that whoever comes next can tell what a killed one left.
"""

import contextlib
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.domain import events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import NoSpace
from kiosk.files.disk import BYTES_A_SECOND, in_words
from kiosk.recorder.line import Line
from kiosk.recorder.preview_file import PreviewFile
from kiosk.recorder.reel import Place
from kiosk.recorder.replay import Replay, ReplayEnded
from kiosk.system import host

log = logging.getLogger(__name__)

LONGEST_NS: Final = 180 * NS
"""A rehearsal that nobody ends is given up: it lies in memory."""
ALONE_LIMIT_NS: Final = 10 * NS
"""Without anybody who watches, a trial is for nobody."""
_PREFIX: Final = "rehearsal-"
_LOCK: Final = "lock"


class RehearsalFolder:
    """Made when something is to be rehearsed, gone when it is over.

    Args:
        name: stands for the output folder.
    """

    def __init__(self, name: str) -> None:
        self._path = host.runtime_folder() / f"{_PREFIX}{name}"
        self._lock: int | None = None
        _sweep(host.runtime_folder())

    def place(self, session: str) -> Place:
        """Where a trial is recorded. Raises NoSpace, WorldFailed."""
        self.remove()
        try:
            self._path.mkdir(mode=0o700)
            self._lock = host.open_private(self._path / _LOCK)
            host.try_lock(self._lock)
            free = shutil.disk_usage(self._path).free
        except OSError as error:
            raise in_words(error, self._path) from error
        if free < LONGEST_NS // NS * BYTES_A_SECOND:
            self.remove()
            raise NoSpace("There is no room for a rehearsal.", f"Free some space at {self._path.parent}.")
        return Place(self._path / session, session)

    def remove(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        _remove(self._path)


class Rehearsal:
    """Plays back what was recorded, and tells what it was like. Belongs to the service's thread.

    Args:
        post: takes Rehearsed and ReplayEnded, from the replay's thread.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        line: Line,
        preview: PreviewFile,
        post: Callable[[events.Rehearsed | ReplayEnded], None],
    ) -> None:
        self._clock = clock
        self._line = line
        self._preview = preview
        self._post = post
        self._folder = RehearsalFolder(name)
        self._replay: Replay | None = None
        self._began_ns = 0

    def begin(self, session: str) -> Place:
        """Where to record. Raises NoSpace, WorldFailed."""
        self._began_ns = self._clock.now_ns()
        return self._folder.place(session)

    def too_long(self, now_ns: int) -> bool:
        """Whether it has gone on for longer than any rehearsal should."""
        return bool(self._began_ns) and now_ns - self._began_ns > LONGEST_NS

    def play(self, manifest: Path, judge: Callable[[Path], events.Rehearsed]) -> None:
        """Begins to play back what that manifest lists. Rehearsed comes first, ReplayEnded when it is over."""
        self._replay = Replay(manifest, self._clock, self._line, self._preview, judge, self._post)
        self._replay.start()

    def silence(self) -> None:
        """Ends the replay early; ReplayEnded follows."""
        if self._replay is not None:
            self._replay.stop()

    def end(self) -> None:
        """Nothing is left of it when this returns."""
        replay, self._replay = self._replay, None
        if replay is not None:
            replay.stop()
            replay.join(5)
        self._began_ns = 0
        self._folder.remove()


def _sweep(runtime: Path) -> None:
    """Removes what recorders left that were killed."""
    for left in runtime.glob(f"{_PREFIX}*"):
        try:
            lock = host.open_private(left / _LOCK)
        except OSError:
            continue
        dead = host.try_lock(lock)
        os.close(lock)
        if dead:
            log.warning("removing what a rehearsal left: %s", left.name)
            _remove(left)


def _remove(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
