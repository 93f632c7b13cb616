"""The outbox of one output folder: looks at the disk, picks the recording that is next, gives it a turn.

The recording that runs comes first, so that after its end only its last chunk is left to send; then the oldest. What
fails waits by itself and the others go on, unless it is the server or the way to it that fails.
"""

import contextlib
import logging
import os
import queue
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from kiosk.contract import names
from kiosk.contract.wire import HeartbeatAnswer
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.ledger.upload_rows import UploadRow, UploadState
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.answers import Later, NotAllowed, Refused
from kiosk.outbox.api import Api
from kiosk.outbox.backoff import Backoff
from kiosk.outbox.enrolment import Enrolment
from kiosk.outbox.heartbeat import EVERY_S, Pulse
from kiosk.outbox.link import Link, Route
from kiosk.outbox.metrics import Metrics
from kiosk.outbox.recordings import Recordings
from kiosk.outbox.removal import Removal, Retention
from kiosk.outbox.sender import CONNECTIONS, Parked, Sender, Stopping
from kiosk.system import host

log = logging.getLogger(__name__)

LOCK: Final = ".outbox.lock"
LOOK_S: Final = 0.25
"""Between two looks at the disk while something is recorded; the last chunk is to leave within two seconds."""
IDLE_LOOK_S: Final = 1.0
PAUSE_S: Final = 300.0
"""After a refusal of this kiosk as a whole."""
REMOVAL_EVERY_S: Final = 60.0
TRIES: Final = 4
SOON_S: Final = 15.0
PROBLEM: Final = "problem"
"""The name under which the ledger keeps what is wrong with the server or the way to it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an outbox works; the numbers are turned by tests only."""

    name: str
    retention: Retention = field(default_factory=Retention)
    connections: int = CONNECTIONS
    heartbeat_s: float = EVERY_S
    backoff_base_s: float = 1.0
    backoff_cap_s: float = 300.0
    look_s: float = LOOK_S
    idle_look_s: float = IDLE_LOOK_S
    pause_s: float = PAUSE_S
    metrics_port: int = 0
    """Where Prometheus may read how it does, on this machine alone; 0 for nowhere."""


class Outbox:
    """Sends everything from one output folder. The folder's lock must be held (see `lock`).

    Args:
        on_change: called after every turn, from the thread that runs it.
    """

    def __init__(
        self,
        output: Path,
        enrolment: Enrolment,
        route: Route,
        settings: Settings,
        clock: Clock,
        *,
        on_change: Callable[[], None] = lambda: None,
        randomness: random.Random | None = None,
    ) -> None:
        self._output = output
        self._clock = clock
        self._settings = settings
        self._on_change = on_change
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._link = Link(route, enrolment.headers(), stopping=self._stopping.is_set, clock=clock)
        self.uploads = Uploads.open(output / names.LEDGER, clock, outbox=True)
        api = Api(self._link, enrolment.public_key)
        self._recordings = Recordings(output, clock)
        self._sender = Sender(output, self.uploads, api, clock, self._stopping.is_set, connections=settings.connections)
        self._removal = Removal(output, self.uploads, clock, settings.retention)
        self._backoff = Backoff(
            randomness or random.Random(),  # noqa: S311  # spreads load, guards nothing
            settings.backoff_base_s,
            settings.backoff_cap_s,
        )
        self._heard: queue.Queue[HeartbeatAnswer] = queue.Queue(16)
        self._live: tuple[str, ...] | None = None
        self._pulse = Pulse(
            output, settings.name, self.uploads, api, clock,
            live=lambda: self._live, on_answer=self._hear, on_failure=self._pulse_failed,
            every_s=settings.heartbeat_s,
        )  # fmt: skip
        self._failures = 0
        self._failed_ever = 0
        self._metrics: Metrics | None = None
        self._not_before_ns = 0
        self._removal_due_ns = 0
        self.live_sessions: frozenset[str] = frozenset()

    # ── Its life ────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, done: Callable[[], bool] = lambda: False) -> None:
        """Works until `stop`, or until `done` says so after a round.

        Raises WorldFailed when the output folder or the ledger fails.
        """
        self.uploads.begin()
        self._look()
        self._removal.finish_what_was_begun(self._is_live)
        self._pulse.start()
        self._start_metrics()
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                busy = self.round()
                self._on_change()
                if done():
                    return
                if not busy:
                    self._wake.wait(self._settings.look_s if self._active() else self._settings.idle_look_s)
        finally:
            self.stop()
            if self._metrics is not None:
                self._metrics.stop()
                self._metrics.join(2)
            self._pulse.stop()
            self._pulse.join(2)
            self._sender.stop()
            self._link.close()
            self.uploads.close()

    def _start_metrics(self) -> None:
        """Where a port is configured; sending does not depend on it."""
        if not self._settings.metrics_port:
            return
        try:
            self._metrics = Metrics(self._settings.metrics_port, lambda: self._pulse.numbers(self._failed_ever))
        except OSError as error:
            log.warning("no metrics at port %d: %s", self._settings.metrics_port, error.strerror)
            return
        self._metrics.start()

    def stop(self) -> None:
        """From any thread: ends what is being sent, then `run`. What is half sent is sent again another time."""
        self._stopping.set()
        self._wake.set()
        self._link.abort()

    def round(self) -> bool:
        """One look and one turn at most; whether there was a turn."""
        self._look()
        self._obey()
        row = self._next()
        if row is not None:
            self._give_turn(row)
        if self._clock.now_ns() >= self._removal_due_ns and not self._paused():
            self._removal_due_ns = self._clock.now_ns() + round(REMOVAL_EVERY_S * NS)
            self._make_room()
        return row is not None

    def next_due(self) -> list[UploadRow]:
        """What could be sent right now."""
        now = self._clock.wall()
        return [row for row in self.uploads.open_rows() if row.due(now) and self._has_something(row)]

    def heard(self) -> bool:
        """Whether the server was asked, since the start, what it wants, and that is done and told."""
        return self._pulse.settled and self._heard.empty()

    def stuck(self) -> bool:
        """Whether going on at once would change nothing: what is left failed several times, or is being recorded."""
        if self._clock.now_ns() + round(SOON_S * NS) < self._not_before_ns or self._failures >= TRIES:
            return True
        soon = self._clock.wall() + timedelta(seconds=SOON_S)
        for row in self.uploads.open_rows():
            if not self._has_something(row):
                continue
            if row.state is UploadState.COMPLETE or not row.error or (row.attempts < TRIES and row.due(soon)):
                return False
        return True

    # ── The disk ────────────────────────────────────────────────────────────────────────────────────────────────

    def _look(self) -> None:
        try:
            changed = self._recordings.look()
        except OSError as error:
            raise WorldFailed(f"The output folder cannot be read: {error.strerror}.") from error
        for facts in changed:
            self.uploads.index(facts.session, facts.started_at, facts.chunks, facts.sealed)
        for row in self.uploads.open_rows():
            if not (self._output / row.session).is_dir():
                self.uploads.park(row.session, "The recording's folder is missing.")
        live = [facts for facts in self._recordings.known() if facts.live]
        self.live_sessions = frozenset(facts.session for facts in live)
        self._live = tuple(what for facts in live for what in facts.problems) if live else None

    def _is_live(self, session: str) -> bool:
        return session in self.live_sessions

    def _active(self) -> bool:
        return bool(self.live_sessions) or bool(self.uploads.open_rows())

    # ── Turns ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _next(self) -> UploadRow | None:
        if self._paused():
            return None
        due = self.next_due()
        return min(due, key=lambda row: not self._is_live(row.session), default=None)

    def _paused(self) -> bool:
        return self._clock.now_ns() < self._not_before_ns

    def _has_something(self, row: UploadRow) -> bool:
        """A recording that runs has nothing to send between two chunks."""
        facts = self._recordings.facts(row.session)
        if facts is None:
            return False
        return row.chunks_sent < row.chunks_total or not facts.live

    def _give_turn(self, row: UploadRow) -> None:
        session = row.session
        facts = self._recordings.facts(session)
        if facts is None or not self.uploads.claim(session):
            return
        try:
            turn = self._sender.turn(facts)
        except Stopping:
            self.uploads.release(session)
        except NotAllowed as error:
            self._failed_ever += 1
            self._sender.doubt(session)
            self.uploads.postpone(session, 0, error.what)
            self._not_allowed(error)
        except Later as error:
            self._sender.doubt(session)
            if self._stopping.is_set():
                self.uploads.release(session)
                return
            self._failed_ever += 1
            self._later(row, error)
        except Refused as error:
            self._failed_ever += 1
            self._sender.doubt(session)
            self._refused(session, error)
        except Parked as error:
            self._failed_ever += 1
            self._sender.doubt(session)
            log.error("%s is parked: %s", session, error)  # noqa: TRY400  # no bug of ours
            self.uploads.park(session, str(error))
        except BaseException:
            self.uploads.release(session)
            raise
        else:
            self._all_well()
            if turn.state is not UploadState.STORED:
                self.uploads.release(session, turn.state, in_s=turn.in_s)

    def _all_well(self) -> None:
        self._failures = 0
        self._not_before_ns = 0
        self.uploads.say(PROBLEM, "")

    def _later(self, row: UploadRow, error: Later) -> None:
        failures = self._failures if error.for_all else row.attempts
        delay_s = self._backoff.delay(failures, error.after_s)
        log.warning("%s waits %.1f s: %s", row.session, delay_s, error)
        self.uploads.postpone(row.session, delay_s, str(error))
        if error.for_all:
            self._failures += 1
            self._not_before_ns = self._clock.now_ns() + round(delay_s * NS)
            self.uploads.say(PROBLEM, str(error))

    def _not_allowed(self, error: NotAllowed) -> None:
        log.error("everything waits: %s", error)
        self._not_before_ns = self._clock.now_ns() + round(self._settings.pause_s * NS)
        self.uploads.say(PROBLEM, str(error))

    def _refused(self, session: str, error: Refused) -> None:
        if error.status == 410 and error.refusal.error == "erased":
            log.warning("%s is erased on the server: it goes here too", session)
            self.uploads.release(session)
            self._erase(session)
            return
        log.error("%s is parked: the server refuses it (status %d): %s", session, error.status, error)
        self.uploads.park(session, str(error))

    # ── What the server asks for ────────────────────────────────────────────────────────────────────────────────

    def _hear(self, answer: HeartbeatAnswer) -> None:
        with contextlib.suppress(queue.Full):  # the server asks again
            self._heard.put_nowait(answer)
        self._wake.set()

    def _pulse_failed(self, error: KioskError) -> None:
        if self._stopping.is_set():
            return
        log.warning("no heartbeat: %s", error)
        with contextlib.suppress(KioskError):  # the ledger fails: the main thread notices for itself
            self.uploads.say(PROBLEM, str(error))

    def _answers(self) -> Iterator[HeartbeatAnswer]:
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._heard.get_nowait()

    def _obey(self) -> None:
        for answer in self._answers():
            self.uploads.say("server", " ".join(answer.problems))
            if not self._failures and not self._paused():
                self.uploads.say(PROBLEM, "")
            for session in answer.erase:
                if names.SESSION.fullmatch(session):
                    self._erase(session)
        if self.uploads.leaving():
            self._removal.finish_what_was_begun(self._is_live)
            self._pulse.soon()

    def _erase(self, session: str) -> None:
        row = self.uploads.row(session)
        if row is not None and row.state is UploadState.ERASED:
            self.uploads.erase_asked_again(session)
            return
        if self._is_live(session):
            self.uploads.leave(session, "erase")
            return
        self._removal.erase(session)
        self._pulse.soon()

    # ── Room ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _make_room(self) -> None:
        """Removes what may go, one at a time, as long as there is a reason."""
        for _ in range(len(self.uploads.removable())):
            rows = [row for row in self._removal.candidates() if row.due(self._clock.wall())]
            if not rows or self._stopping.is_set() or not self._remove(rows[0]):
                return

    def _remove(self, row: UploadRow) -> bool:
        """Whether to go on with the next."""
        facts = self._recordings.facts(row.session)
        if facts is None or facts.sealed != row.told:
            return False
        try:
            if self._sender.check(facts):
                self._removal.remove(row.session)
                return True
            log.error("the server lost %s: it is sent again", row.session)
            self._sender.doubt(row.session)
            self.uploads.lost(row.session)
        except Refused as error:
            self._refused_check(row.session, error)
        except NotAllowed as error:
            self._not_allowed(error)
            return False
        except Later as error:
            log.info("%s stays here for now: %s", row.session, error)
            return False
        return True

    def _refused_check(self, session: str, error: Refused) -> None:
        if error.status == 410 and error.refusal.error == "erased":
            self._erase(session)
            return
        log.error("%s stays here: the server refuses to check it (%s)", session, error)


def lock(output: Path) -> int | None:
    """Takes the one lock that the outbox of a folder holds; its descriptor, or None when another has it.

    Raises WorldFailed.
    """
    try:
        host.private_folder(output)
        fd = host.open_private(output / LOCK)
    except OSError as error:
        raise WorldFailed(f"The output folder {output} cannot be used: {error.strerror}.") from error
    if host.try_lock(fd):
        return fd
    os.close(fd)
    return None
