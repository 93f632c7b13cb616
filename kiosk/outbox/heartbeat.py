"""Every half minute, and when the proctor is called: how this kiosk does, to the server; and what that wants of it."""

import logging
import queue
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.contract import names
from kiosk.contract.wire import Heartbeat, HeartbeatAnswer, QueueFacts
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.ledger.uploads import Uploads
from kiosk.outbox import assignments, calls, self_tests
from kiosk.outbox.answers import Later, NotAllowed
from kiosk.outbox.api import Api
from kiosk.outbox.enrolment import PROGRAM
from kiosk.outbox.metrics import Numbers
from kiosk.outbox.removal import BYTES_AN_HOUR

log = logging.getLogger(__name__)

EVERY_S: Final = 30.0
LOOK_S: Final = 0.5
"""Whether the proctor was called, or came, is asked so often: the screens tell nobody else of it."""
ALERTS: Final = 10


class Pulse:
    """The thread that beats. What it hears goes to `on_answer`, what fails to `on_failure`, both from its thread.

    Args:
        live: the problems of the recording that runs; None when none does.
    """

    def __init__(
        self,
        output: Path,
        name: str,
        uploads: Uploads,
        api: Api,
        clock: Clock,
        *,
        live: Callable[[], Sequence[str] | None],
        on_answer: Callable[[HeartbeatAnswer], None],
        on_failure: Callable[[KioskError], None],
        every_s: float = EVERY_S,
    ) -> None:
        self._output = output
        self._name = name
        self._uploads = uploads
        self._api = api
        self._clock = clock
        self._live = live
        self._on_answer = on_answer
        self._on_failure = on_failure
        self._every_s = every_s
        self.settled = False
        """Whether the server was heard, or could not be, with nothing left to confirm."""
        self._taken = 0
        self._failed = 0
        self._heard_at = 0.0
        self._called = ""
        """Why the proctor is called, as the newest heartbeat told it, or tried to."""
        self._wake: queue.Queue[bool] = queue.Queue(1)  # full means that it wakes anyway
        self._thread = threading.Thread(target=self._run, name="outbox-heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        try:
            self._wake.put_nowait(False)
        except queue.Full:
            self._wake.get_nowait()
            self._wake.put_nowait(False)

    def join(self, timeout: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout)

    def soon(self) -> None:
        """Beats now: there is something to confirm."""
        self.settled = False
        if not self._wake.full():
            try:
                self._wake.put_nowait(True)
            except queue.Full:
                return

    def _run(self) -> None:
        while True:
            try:
                self.beat()
                self.settled = not self._uploads.unconfirmed()
            except (Later, NotAllowed, WorldFailed) as error:
                self.settled = True
                self._failed += 1
                self._on_failure(error)
            except KioskError as error:
                self.settled = True
                self._failed += 1
                log.error("the server refuses the heartbeat: %s", error)  # noqa: TRY400  # no bug of ours
                self._on_failure(error)
            if not self._rest():
                return

    def _rest(self) -> bool:
        """Until there is a reason for the next heartbeat, or it is due; False when there is to be none any more."""
        look_s = min(LOOK_S, self._every_s)
        for _ in range(round(self._every_s / look_s)):
            try:
                return self._wake.get(timeout=look_s)
            except queue.Empty:
                if calls.standing() != self._called:
                    return True
        return True

    def beat(self) -> None:
        """One heartbeat, and the assignments. Raises Later, NotAllowed, Refused, WorldFailed."""
        erased = self._uploads.unconfirmed()
        facts = self._facts(erased)
        self._called = facts.called  # also when nobody can be reached: then it is told with the next one that is due
        answer = self._api.heartbeat(facts)
        self._taken += 1
        self._heard_at = self._clock.wall().timestamp()
        self._uploads.confirm(erased)
        self._on_answer(answer)
        assignments.fetch(self._api)

    def _facts(self, erased: Sequence[str]) -> Heartbeat:
        waiting = self._uploads.open_rows()
        parked = [f"{row.session}: {row.error}" for row in self._uploads.parked()]
        live = self._live()
        problems = [*(live or ()), *parked[:ALERTS]]
        try:
            free = shutil.disk_usage(self._output).free
        except OSError as error:
            problems.append(f"The output folder cannot be read: {error.strerror}.")
            free = 0
        hours = round(free / BYTES_AN_HOUR, 1)
        if hours < 1:
            problems.append("There is room for less than one hour of recording.")
        tested = self_tests.last()
        broken = tested is not None and not tested.good
        if tested is not None and broken:
            problems.append(f"The self-test failed: {tested.sentence} {tested.remedy}".rstrip())
        state = "recording" if live is not None else ("not-ready" if broken or hours < 0.5 else "ready")
        return Heartbeat(
            name=self._name,
            program=PROGRAM,
            state=state,
            problems=tuple(problems),
            disk_hours=hours,
            queue=QueueFacts(
                len(waiting),
                sum(row.chunks_total - row.chunks_sent for row in waiting),
                sum(row.bytes_waiting for row in waiting),
            ),
            at=self._clock.wall().isoformat(timespec="seconds"),
            erased=tuple(session for session in erased if names.SESSION.fullmatch(session)),
            called=calls.standing(),
        )

    def numbers(self, sends_failed: int) -> Numbers:
        """The same for Prometheus, from any thread. Raises NoSpace, WorldFailed when the ledger fails."""
        facts = self._facts(())
        tested = self_tests.last()
        return Numbers(
            state=facts.state,
            problems=len(facts.problems),
            disk_hours=facts.disk_hours or 0.0,
            recordings=dict(Counter(row.state.value for row in self._uploads.rows())),
            chunks_waiting=facts.queue.chunks,
            bytes_waiting=facts.queue.bytes,
            heartbeats=self._taken,
            heartbeats_failed=self._failed,
            sends_failed=sends_failed,
            heard_at=self._heard_at,
            self_test_good=tested.good if tested is not None else None,
            self_test_at=datetime.fromisoformat(tested.at).timestamp() if tested is not None else 0.0,
        )
