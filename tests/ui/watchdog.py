"""Watches how long Qt's events keep the event loop busy.

It counts the CPU time of this thread and not the time on the wall: a machine with other work to do takes the processor
away in the middle of an event, which says nothing about the screens. The limit is the promise itself, 50 ms for each
event; on a quiet machine the slowest takes less than half of that, which leaves room for a machine whose caches and
cores are shared. What the slowest event was stands in the message.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

LIMIT_MS: Final = 50.0


@dataclass(frozen=True, slots=True)
class Slowest:
    """The event that took longest: milliseconds, and what it was."""

    ms: float = 0.0
    what: str = ""


class WatchedApplication(QApplication):
    """Delivers every event, and times those from outside when somebody watches."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.watching = False
        self.slowest = Slowest()
        self.doing = ""
        """What is being tried, for the message."""
        self._inside = False

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if not self.watching or self._inside:
            return super().notify(receiver, event)
        self._inside = True
        kind = event.type()  # the event may be gone afterwards, and so may its receiver
        name = f"{kind.name} to {type(receiver).__name__} {receiver.objectName()}"
        began = time.thread_time_ns()
        try:
            return super().notify(receiver, event)
        finally:
            ms = (time.thread_time_ns() - began) / 1e6
            self._inside = False
            if ms > self.slowest.ms:
                self.slowest = Slowest(ms, f"{name} {self.doing}".rstrip())


@contextmanager
def watched(application: WatchedApplication) -> Iterator[None]:
    """Fails when an event in here takes too long.

    What other tests have left is kept from the collector, as `application.run` keeps what the kiosk has made: here that
    is ten times as much, and going through it says nothing about the screens.
    """
    application.slowest = Slowest()
    application.doing = ""
    gc.freeze()
    application.watching = True
    try:
        yield
    finally:
        application.watching = False
        gc.unfreeze()
    slowest = application.slowest
    assert slowest.ms <= LIMIT_MS, f"{slowest.what} kept the event loop busy for {slowest.ms:.0f} ms"
