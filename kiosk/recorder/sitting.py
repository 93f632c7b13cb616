"""What is written down of one recording, from its first instant to its seal. Belongs to the service's thread.

Facts go into the journal before anybody hears of them. When they cannot be written the recording has failed: what is
durable stays, and everybody is told. Decides nothing about when it begins or ends.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from kiosk.domain import events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import KioskError
from kiosk.domain.events import RecorderState as State
from kiosk.domain.wire import plain
from kiosk.recorder.account import Account
from kiosk.recorder.folder import SessionFolder
from kiosk.recorder.line import Line
from kiosk.recorder.reel import SegmentEnded, SegmentLost
from kiosk.recorder.timekeeping import UNSYNCHRONISED
from kiosk.system import host

log = logging.getLogger(__name__)

KEPT: Final = (
    events.Prepared,
    events.Started,
    events.ChunkReady,
    events.Durable,
    events.VoiceStarted,
    events.VoiceEnded,
    events.VoiceLost,
    events.Marked,
    events.Gap,
    events.Paused,
    events.Resumed,
    events.Stopped,
)
"""Facts that go into the journal as they are told; problems do so, too."""


class Sitting:
    """Nothing is written before `begin` and after `leave`.

    Args:
        relief: makes room on a full disk, and tells whether it could.
        tell: takes what everybody should hear.
    """

    def __init__(
        self,
        clock: Clock,
        line: Line,
        account: Account,
        relief: Callable[[], bool],
        tell: Callable[[events.Event], None],
    ) -> None:
        self._clock = clock
        self._line = line
        self._account = account
        self._relief = relief
        self._tell = tell
        self._folder: SessionFolder | None = None
        self._standing: dict[str, events.Problem] = {}
        """By device: what was told to be wrong and is not over."""
        self._failed = False

    @property
    def manifest(self) -> Path:
        """Where it is, or will be."""
        assert self._folder is not None
        return self._folder.manifest

    def begin(self) -> None:
        """Opens the folder of the account's place and writes down who, what and with which devices, and what is wrong.

        Raises NoSpace, WorldFailed.
        """
        account = self._account
        assert account.place is not None
        assert account.prepare is not None
        assert account.prepared is not None
        self._folder = SessionFolder(account.place.folder, self._clock, self._relief)
        self._folder.begin(account.prepare, account.prepared)
        if not host.clock_synchronised():
            self.note(UNSYNCHRONISED, {})
        for problem in self._standing.values():
            self.note(type(problem).__name__, plain(problem))

    def keep(self, event: events.Event) -> None:
        """Writes down what was told, if it is to be on record."""
        if isinstance(event, events.Problem):
            self._wrong(event)
        elif isinstance(event, KEPT):
            self.note(type(event).__name__, plain(event))

    def _wrong(self, problem: events.Problem) -> None:
        """Something is wrong, or over: also before the recording, which then has it on record from its beginning."""
        if problem.what:
            self._standing[problem.device] = problem
        else:
            self._standing.pop(problem.device, None)
        self.note(type(problem).__name__, plain(problem))

    def leave(self) -> None:
        """Nothing more is written into this folder."""
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.close()

    def note(self, kind: str, body: dict[str, Any]) -> None:
        """One line of the journal."""
        if self._folder is not None:
            with self._or_fail():
                self._folder.note(kind, body)

    def ended(self, segment: SegmentEnded) -> None:
        """A segment is whole, and the next one goes on."""
        if self._folder is not None:
            with self._or_fail():
                self._folder.sealed(segment.place, segment.sealed)

    def lost(self, segment: SegmentLost) -> None:
        """A file is given up, and the next one begins."""
        if self._folder is not None and not segment.set_aside:
            with self._or_fail():
                self._folder.sealed(segment.place, segment.sealed)

    def seal(self, reason: str, drain: Callable[[], None], meanwhile: Callable[[], None]) -> events.Stopped | None:
        """Ends what is being recorded and makes it whole; None when that failed, which everybody was told then.

        `drain` takes in what the line told while it finished; `meanwhile` is called every second until then.
        """
        began = self._clock.now_ns()
        account, folder = self._account, self._folder
        account.state = State.STOPPING
        try:
            sealed = self._line.finish(meanwhile)
        except KioskError as error:
            self.fail(error)
            return None
        drain()
        assert folder is not None
        facts = self._line.facts()
        duration_ns = facts.media_ns
        manifest = str(folder.manifest)
        with self._or_fail():
            if sealed is not None:
                folder.sealed(sealed.place, sealed.sealed)
                duration_ns = sealed.place.start_ns + sealed.sealed.duration_ns
            stopped = account.stopped(reason, manifest, duration_ns, facts, self._clock.now_ns() - began)
            account.recording = folder.end(self._line.quality(), stopped) or account.recording
        if self._failed:
            return None
        log.info("stopped (%s): %.1f s in %d chunks", reason, duration_ns / NS, account.chunks)
        return account.stopped(reason, manifest, duration_ns, facts, self._clock.now_ns() - began)

    def fail(self, error: KioskError) -> None:
        """The recording cannot go on: what is durable stays, everybody hears why."""
        if self._failed:
            return
        self._failed = True
        log.error("failed: %s", error)
        self._account.state = State.FAILED
        sealed = self._line.abandon()
        if self._folder is not None and sealed is not None:
            with contextlib.suppress(KioskError):  # the disk failed: recovery makes of it what there is
                self._folder.sealed(sealed.place, sealed.sealed)
                self._folder.seal()
        self._tell(events.Failed("", error.code, error.what, error.remedy, fatal=True))

    @contextlib.contextmanager
    def _or_fail(self) -> Iterator[None]:
        try:
            yield
        except KioskError as error:
            self.fail(error)
