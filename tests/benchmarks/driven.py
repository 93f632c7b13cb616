"""A recorder process that a benchmark leads as a kiosk does, with simulated devices, and looks at from outside."""

import mmap
import os
import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kiosk.domain import commands, events, preview
from kiosk.domain.clock import SystemClock
from kiosk.domain.interview import Consent
from kiosk.recorder.client import RecorderClient

LIMIT_S = 60.0
LOOK_S = 1 / 15
"""As often as a screen looks at the preview."""
TICK = os.sysconf("SC_CLK_TCK")
SIMULATED = "simulated"
E = TypeVar("E")


@dataclass(frozen=True)
class Sample:
    """What the process had used when it was looked at."""

    at_s: float
    """Since the first sample."""
    cpu_s: float
    memory_mb: float
    frames: int
    dropped: int


class Driven:
    """Starts a recorder for `output`; `close` whatever happens."""

    def __init__(self, output: Path) -> None:
        self._inbox: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
        self.progress: events.Progress | None = None
        self.preview = Path()
        self.lost = ""
        self.client = RecorderClient(output, SystemClock(), self._heard, self._lost)
        self.client.open()

    def _heard(self, event: events.Event) -> None:
        if isinstance(event, events.Progress):
            self.progress = event
        elif isinstance(event, events.Snapshot):
            self.preview = Path(event.preview)
        self._inbox.put(event) if not isinstance(event, events.Progress | events.Durable) else None

    def _lost(self, what: str) -> None:
        self.lost = what

    def prepare(self, *, rehearsal: bool = False, speaker: str = SIMULATED) -> events.Prepared:
        consent = None if rehearsal else Consent("bench", "", "en", "2026-01-01T00:00:00+00:00")
        self.client.send(
            commands.Prepare(
                str(uuid.uuid4()), "bench", "Bench", "", "en", "bench", consent, SIMULATED, SIMULATED, speaker,
                questions={"one": "What is one?"}, rehearsal=rehearsal,
            )
        )  # fmt: skip
        return self.wait(events.Prepared)

    def start(self) -> events.Started:
        self.client.send(commands.Start())
        return self.wait(events.Started)

    def wait(self, kind: type[E], what: Callable[[E], bool] | None = None, limit_s: float = LIMIT_S) -> E:
        """The next event of a kind."""
        deadline = time.monotonic() + limit_s
        while True:
            event = self._inbox.get(timeout=max(0.01, deadline - time.monotonic()))
            if isinstance(event, events.Failed):
                raise SystemExit(f"{event.what} {event.remedy}")
            if isinstance(event, kind) and (what is None or what(event)):
                return event

    def sample(self, began: float) -> Sample:
        """Of the recorder's process now; `began` as `time.monotonic` gives it."""
        cpu_s, memory_mb = used(self.client.pid)
        progress = self.progress
        return Sample(
            time.monotonic() - began,
            cpu_s,
            memory_mb,
            progress.frames if progress else 0,
            progress.dropped if progress else 0,
        )

    def stop(self) -> events.Stopped:
        self.client.send(commands.Stop("completed"))
        return self.wait(events.Stopped)

    def close(self) -> None:
        self.client.send(commands.Stop("stopped"))
        self.client.close()


class Screen:
    """Reads the preview as a screen does, in a thread of its own."""

    def __init__(self) -> None:
        self.shown = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, path: Path) -> None:
        self._thread = threading.Thread(target=self._run, args=(path,), name="screen", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self, path: Path) -> None:
        newest_ns = 0
        with path.open("rb") as file, mmap.mmap(file.fileno(), preview.FILE_BYTES, access=mmap.ACCESS_READ) as view:
            while not self._stopping.wait(LOOK_S):
                picture = preview.read_newest(memoryview(view))
                if picture is not None and picture.t_ns != newest_ns:
                    newest_ns = picture.t_ns
                    self.shown += 1


@dataclass(frozen=True)
class Recorded:
    """A whole recording, looked at from outside."""

    samples: list[Sample]
    peak_mb: float
    """The most that was resident, from the start of the process to just before the end of the recording."""
    shown: int
    """Pictures that the preview gave to whoever looked as a screen does."""
    stopped: events.Stopped


def record(output: Path, look: Callable[[Driven], list[Sample]]) -> Recorded:
    """Records into `output` with the preview on, for as long as `look` takes to bring its samples."""
    driven, screen = Driven(output), Screen()
    try:
        driven.prepare()
        driven.start()
        screen.start(driven.preview)
        samples = look(driven)
        most_mb = peak_mb(driven.client.pid)
        stopped = driven.stop()
    finally:
        screen.stop()
        driven.close()
    return Recorded(samples, most_mb, screen.shown, stopped)


def after_a_minute(samples: list[Sample]) -> Sample:
    """The first one that is a minute old; of a shorter run the one in its middle."""
    return next((sample for sample in samples if sample.at_s >= 60), samples[len(samples) // 2])


def used(pid: int) -> tuple[float, float]:
    """Processor seconds and resident megabytes of a process."""
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(stat[11]) + int(stat[12])) / TICK, pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb(pid: int) -> float:
    """The most that was resident of a process since it became its program, in megabytes.

    The usual `ru_maxrss` is never less than what its starter held: Linux carries that over into the new program.

    Raises:
        ProcessLookupError: it has ended.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    except (FileNotFoundError, IndexError):  # gone, or ended and not yet waited for
        raise ProcessLookupError(pid) from None
