"""A recorder in this process, and a visitor who remembers all that it tells."""

import queue
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kiosk.devices.opener import Devices
from kiosk.domain import commands, events
from kiosk.domain.clock import SystemClock
from kiosk.domain.interview import Consent
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink
from kiosk.files.disk import Medium, PrivateFile
from kiosk.recorder.client import RecorderClient
from kiosk.recorder.service import Service
from kiosk.system import places

LIMIT_S = 60.0
CONSENT = Consent("v1", "ab", "en", "2026-11-22T10:00:00+00:00")
E = TypeVar("E")


class Visitor:
    """A client that remembers all it hears."""

    def __init__(self, output: Path) -> None:
        self.heard: list[events.Event] = []
        self.lost: list[str] = []
        self._inbox: queue.Queue[events.Event] = queue.Queue()
        self.client = RecorderClient(output, SystemClock(), self._hear, self.lost.append)
        assert self.client.attach()

    def _hear(self, event: events.Event) -> None:
        self.heard.append(event)
        self._inbox.put(event)

    def send(self, *orders: commands.Command) -> None:
        for order in orders:
            self.client.send(order)

    def wait(self, kind: type[E], what: Callable[[E], bool] | None = None) -> E:
        """The next event of a kind of which `what` is true."""
        while True:
            event = self._inbox.get(timeout=LIMIT_S)
            if isinstance(event, kind) and (what is None or what(event)):
                return event


@dataclass
class Recorder:
    """A service in a thread of its own."""

    output: Path
    open_medium: Callable[[Path], Medium] = PrivateFile
    make_encoder: Callable[[Sink, EncoderSettings], Encoder] = Encoder
    patience_s: int = 10
    done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        clock = SystemClock()
        devices = Devices(clock, places.asset(""))
        self.service = Service(self.output, clock, devices, self.open_medium, self.make_encoder, self.patience_s)
        self.thread = threading.Thread(target=self._run, name="test-recorder")
        self.thread.start()
        while True:
            try:
                self.visitor = Visitor(self.output)
            except AssertionError:
                self.done.wait(0.05)
            else:
                return

    def _run(self) -> None:
        self.service.run()
        self.done.set()

    def end(self) -> None:
        if not self.done.is_set():
            self.service.interrupt()
        self.thread.join(LIMIT_S)
        self.visitor.client.close()
        assert not self.thread.is_alive()


def prepare(
    consent: Consent | None = CONSENT, camera: str = "simulated", *, rehearsal: bool = False
) -> commands.Prepare:
    return commands.Prepare(
        str(uuid.uuid4()), "trial", "Trial", "00", "en", "c-1", consent, camera, "simulated", "simulated",
        questions={"one": "What is one?"}, rehearsal=rehearsal,
    )  # fmt: skip
