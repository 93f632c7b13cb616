"""The finaliser's process: claims recordings that are complete, one at a time, and works on each until it is over.

    python -m kiosk.server.finalise.worker [--data DIR] [--once] [--claim SECONDS] [--quiet SECONDS]

The recording's row is the queue. A claim is a conditional UPDATE of `claimed_until`, renewed while the work goes on;
whoever dies loses it by the clock, and another worker goes on. As many workers as one likes may run, on any machine
that reaches database and store. A complete recording whose `claimed_until` lies ahead waits for its next try.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # Django must know its settings before the tables may be imported
    from kiosk.server.catalogue.models import Recording

log: Final = logging.getLogger(__name__)

POLL_S: Final = 1.0
CLAIM_S: Final = 60.0
LONGEST_WAIT_S: Final = 300.0
HOUSEKEEPING_S: Final = 30.0


def main(argv: Sequence[str] | None = None) -> int:
    """Runs until SIGTERM or SIGINT (or, with `--once`, until nothing waits any more) and returns 0.

    `argv`: its own options, none by default; never the program's.
    """
    parser = argparse.ArgumentParser(prog="kiosk-server worker", description="Verifies and merges what has arrived.")
    parser.add_argument("--data", metavar="DIR", help="the server's data folder")
    parser.add_argument("--once", action="store_true", help="end when nothing waits")
    parser.add_argument(
        "--claim", type=float, default=CLAIM_S, metavar="SECONDS", help="others take over after so long"
    )
    parser.add_argument("--quiet", type=float, metavar="SECONDS", help="then an unfinished recording is made watchable")
    given = parser.parse_args(argv or [])
    if given.data:
        os.environ["KIOSK_SERVER_DATA"] = given.data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiosk.server.settings")
    import django

    django.setup()
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker = Worker(stopping, claim_s=given.claim, quiet_s=given.quiet)
    log.info("the finaliser waits for recordings")
    if given.once:
        worker.drain()
    else:
        worker.run()
    return 0


class Worker:
    """One at a time, in one thread; a second thread renews the claim.

    Args:
        stopping: set it from anywhere; the work in hand is left and its claim given back.
        claim_s: how long a claim lasts when nobody renews it.
        quiet_s: see `live.make_for_quiet`.
    """

    def __init__(self, stopping: threading.Event, *, claim_s: float = CLAIM_S, quiet_s: float | None = None) -> None:
        self._stopping = stopping
        self._claim_s = claim_s
        self._quiet_s = quiet_s
        self._housekeeping_due = time.monotonic()

    def run(self) -> None:
        """Until it is stopped. A database that is down is waited for."""
        from django.db import Error, connection

        wait_s = POLL_S
        while not self._stopping.is_set():
            try:
                busy = self.step()
                self._housekeeping()
                wait_s = 0.0 if busy else POLL_S
            except Error as error:
                log.warning("the database cannot be used now: %s", error)
                connection.close()
                wait_s = min(max(POLL_S, wait_s * 2), 30.0)
            self._stopping.wait(wait_s)

    def drain(self) -> None:
        """Until nothing can be done now."""
        while not self._stopping.is_set() and self.step():
            pass
        self._housekeeping()

    def step(self) -> bool:
        """Works on one recording, if one waits; returns whether one did."""
        claim = Claim.take(self._claim_s)
        if claim is None:
            return False
        claim.work(self._stopping)
        return True

    def _housekeeping(self) -> None:
        if time.monotonic() < self._housekeeping_due or self._stopping.is_set():
            return
        from kiosk.domain.errors import WorldFailed
        from kiosk.server.catalogue.models import Recording, RecordingState
        from kiosk.server.finalise import erase, live, work

        try:
            erase.go_on()
            left = Recording.objects.filter(state=RecordingState.STORED, chunks__isnull=False).distinct()
            for recording in left:
                work.clean_up(recording)
            live.make_for_quiet(live.QUIET_S if self._quiet_s is None else self._quiet_s)
        except WorldFailed as error:
            log.warning("left for later: %s", error)
        self._housekeeping_due = time.monotonic() + HOUSEKEEPING_S


class Claim:
    """A recording that nobody else works on, for as long as this is renewed."""

    def __init__(self, recording: "Recording", until: datetime, claim_s: float) -> None:
        self._recording = recording
        self._until = until
        self._next = until
        """What a renewal is just writing. Without a lock: a transaction may be open while a renewal waits for it."""
        self._claim_s = claim_s

    @staticmethod
    def take(claim_s: float) -> "Claim | None":
        """The recording that has waited longest, claimed; None when none waits."""
        from django.db.models import F, Q
        from django.utils import timezone

        from kiosk.server.catalogue.models import Recording, RecordingState

        now = timezone.now()
        free = Q(state__in=(RecordingState.COMPLETE, RecordingState.FINALISING)) & (
            Q(claimed_until=None) | Q(claimed_until__lt=now)
        )
        for found in Recording.objects.filter(free).order_by("completed_at").values_list("pk", flat=True)[:8]:
            until = timezone.now() + timedelta(seconds=claim_s)
            taken = Recording.objects.filter(free, pk=found).update(
                state=RecordingState.FINALISING, claimed_until=until, attempts=F("attempts") + 1
            )
            if taken:
                recording = Recording.objects.select_related("session").get(pk=found)
                return Claim(recording, until, claim_s)
        return None

    def mine(self) -> bool:
        """Whether the row still says that this one works on it."""
        return bool(self._row().exists())

    def work(self, stopping: threading.Event) -> None:
        """Finalises; whatever comes of it stands in the row afterwards."""
        from kiosk.domain.errors import BadRequest, WorldFailed
        from kiosk.server.catalogue.models import RecordingState
        from kiosk.server.finalise import playable, work

        recording, over, leave = self._recording, threading.Event(), threading.Event()
        renewing = threading.Thread(target=self._renew, args=(over, stopping, leave), name="claim", daemon=True)
        renewing.start()
        try:
            work.finalise(recording, leave, self.mine)
        except work.SendAgain as again:
            work.give_back(recording, str(again), self.mine)
        except BadRequest as error:
            log.error("session %s failed: %s", recording.pk, error)  # noqa: TRY400  # the reason says it all
            self._leave(state=RecordingState.FAILED, why=f"{error}"[:500], claimed_until=None)
        except WorldFailed as error:
            self._later(str(error))
        except playable.Stopped:
            self._give_up()
        except Exception:
            log.exception("session %s: finalising ended by a fault of the program", recording.pk)
            self._later("A fault of the program; see the server's log.")
        finally:
            over.set()
            renewing.join(10)
        self._forget_if_erased()

    def _later(self, why: str) -> None:
        from django.utils import timezone

        from kiosk.server.catalogue.models import RecordingState

        wait_s = min(LONGEST_WAIT_S, 2.0 ** min(self._recording.attempts, 10))
        log.warning("session %s is tried again in %.0f s: %s", self._recording.pk, wait_s, why)
        until = timezone.now() + timedelta(seconds=wait_s)
        self._leave(state=RecordingState.COMPLETE, why=why[:500], claimed_until=until)

    def _give_up(self) -> None:
        """Stopped, or somebody else decides by now."""
        from kiosk.server.catalogue.models import RecordingState

        log.info("session %s is left as it is", self._recording.pk)
        self._leave(state=RecordingState.COMPLETE, claimed_until=None)

    def _forget_if_erased(self) -> None:
        """What was erased while it was worked on must leave nothing behind."""
        from kiosk.domain.errors import WorldFailed
        from kiosk.server.catalogue.models import Erasure
        from kiosk.server.finalise import erase

        if Erasure.objects.filter(session=self._recording.pk).exists():
            try:
                erase.remove_files(self._recording.pk)
            except WorldFailed:
                log.exception("session %s is erased, but files of it may be left", self._recording.pk)

    def _leave(self, **values: object) -> None:
        self._row().update(**values)

    def _row(self) -> Any:
        from kiosk.server.catalogue.models import Recording, RecordingState

        return Recording.objects.filter(
            pk=self._recording.pk, state=RecordingState.FINALISING, claimed_until__in=(self._until, self._next)
        )

    def _renew(self, over: threading.Event, stopping: threading.Event, leave: threading.Event) -> None:
        """Sets `leave` when the work shall end: it is stopped, or the claim is lost."""
        from django.db import Error, connection
        from django.utils import timezone

        due = time.monotonic() + self._claim_s / 4
        try:
            while not over.wait(0.1):
                if stopping.is_set():
                    leave.set()
                    return
                if time.monotonic() < due:
                    continue
                due = time.monotonic() + self._claim_s / 4
                until = timezone.now() + timedelta(seconds=self._claim_s)
                try:
                    self._next = until
                    if not self._row().update(claimed_until=until):
                        leave.set()
                        return
                    self._until = until
                except Error as error:
                    log.warning("the claim of session %s is not renewed: %s", self._recording.pk, error)
        finally:
            connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
