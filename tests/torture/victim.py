"""A real recorder with simulated devices that dies at a chosen instant; and what it must not have lost."""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.interview import Consent
from kiosk.files.evidence import started_by_recorder
from kiosk.files.journal import read_journal
from kiosk.files.recovery import SessionReport
from kiosk.media.boxes import fragments
from kiosk.media.inspect import inspect
from kiosk.recorder.client import RecorderClient

PATIENCE_S = 90.0
Told = TypeVar("Told", bound=events.Event)


class Victim:
    """Prepares when it is made; `start` begins to record."""

    def __init__(self, output: Path) -> None:
        self.session = str(uuid.uuid4())
        self.folder = output / self.session
        self.durable_ns = 0
        """The last media time that it told to be safe."""
        self.lit = False
        """Whether REC was."""
        self._inbox: queue.Queue[events.Event] = queue.Queue()
        self._client = RecorderClient(output, SystemClock(), self._heard, lambda _what: None)
        self._client.open()
        try:
            self._prepare()
        except BaseException:
            self.bury()
            raise

    def _prepare(self) -> None:
        consent = Consent("torture", "", "en", "2026-11-22T14:02:00+01:00")
        self._client.send(
            commands.Prepare(
                self.session, "torture", "Torture", "", "en", "nobody", consent, "simulated", "simulated", "simulated"
            )
        )
        self.wait_for(events.Prepared)

    def _heard(self, event: events.Event) -> None:
        if isinstance(event, events.Progress):
            self.durable_ns = max(self.durable_ns, event.durable_ns)
            self.lit |= event.rec
        else:
            self._inbox.put(event)

    def wait_for(self, kind: type[Told]) -> Told:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            event = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            assert not isinstance(event, events.Failed), event
            if isinstance(event, kind):
                return event

    def start(self) -> None:
        self._client.send(commands.Start())

    def kill(self) -> int:
        """`kill -9`. Returns the session clock of that instant."""
        at_ns = time.perf_counter_ns()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._client.pid, signal.SIGKILL)
        return at_ns

    def bury(self) -> None:
        """The process is gone, and the connection to it."""
        self.kill()
        self._client.close()


@dataclass
class Line:
    """One line of the table."""

    fault: str
    tries: int = 0
    opened: int = 0
    nothing: int = 0
    """Killed before the first durable fragment: no recording, and REC was never lit."""
    unannounced: int = 0
    """Of those that opened: killed before the journal could tell when the recording began. No loss can be told then."""
    worst_ns: int = 0
    total_ns: int = 0
    failures: tuple[str, ...] = ()

    def wrong(self, what: str) -> None:
        self.failures += (f"try {self.tries}: {what}",)

    def text(self) -> str:
        mean, worst = (
            f"{self.total_ns / max(1, self.opened - self.unannounced) / NS:.2f} s",
            f"{self.worst_ns / NS:.2f} s",
        )
        if not self.worst_ns:
            mean = worst = ""
        cells = (self.fault, self.tries, self.opened, self.nothing, mean, worst, len(self.failures))
        return f"| {' | '.join(map(str, cells))} |"


HEAD = """| fault | tries | opened, or as before | nothing recorded yet | mean loss s | worst loss s | failures |
|---|---|---|---|---|---|---|"""


def judge(line: Line, victim: Victim, died_ns: int, report: SessionReport) -> None:
    """Adds one try: what its recovered session holds, and what is missing at its end."""
    if report.problems:
        line.wrong(" ".join(report.problems))
    files = sorted(victim.folder.glob("*.mp4"))
    if not files:
        line.nothing += 1
        if victim.lit or victim.durable_ns:
            line.wrong("REC was lit, and there is no recording")
        return
    found = inspect(files[-1])
    if found.integrity.undecodable or not found.integrity.whole:
        line.wrong(f"{files[-1].name} is not whole")
        return
    line.opened += 1
    end_ns = _last_presentation_ns(files[-1])
    if end_ns < victim.durable_ns - NS // 25:  # a picture's length: durable is where the next one would begin
        line.wrong(f"{(victim.durable_ns - end_ns) / NS:.3f} s that were told to be safe are lost")
    started = started_by_recorder(read_journal(victim.folder / names.JOURNAL), 1)
    if started is None:
        line.unannounced += 1
        if victim.lit:
            line.wrong("REC was lit before the first fragment was announced")
        return
    lost_ns = died_ns - started["t0_ns"] - end_ns
    print(f"  {lost_ns / NS:.2f} s lost", file=sys.stderr, flush=True)
    line.worst_ns = max(line.worst_ns, lost_ns)
    line.total_ns += lost_ns


def _last_presentation_ns(path: Path) -> int:
    """Of the track that ends first: its last picture, or the end of its sound."""
    last: dict[int, int] = {}
    for _, fragment in fragments(path):
        for run in fragment.runs:
            last[run.track.id] = max(run.frame_times_ns, default=run.end_ns)
    return min(last.values(), default=0)


def let_pass(seconds: float) -> None:
    """The fault's own instant: nothing is waited for."""
    threading.Event().wait(seconds)
