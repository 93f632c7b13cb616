"""Watches how long Qt's events keep the event loop busy.

It counts the CPU time of this thread and not the time on the wall, so that a machine with other work to do does not
count against the screens. Such a machine still makes the same work cost more (caches, shared cores), therefore a test
fails at `ALLOWANCE` times the goal; the figure of the slowest event stands in its message.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

GOAL_MS: Final = 50.0
ALLOWANCE: Final = 3.0


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
                self.slowest = Slowest(ms, name)


@contextmanager
def watched(application: WatchedApplication) -> Iterator[None]:
    """Fails when an event in here takes too long."""
    application.slowest = Slowest()
    application.watching = True
    try:
        yield
    finally:
        application.watching = False
    slowest = application.slowest
    limit = GOAL_MS * ALLOWANCE
    assert slowest.ms <= limit, (
        f"{slowest.what} kept the event loop busy for {slowest.ms:.0f} ms, {GOAL_MS:.0f} is the goal"
    )
