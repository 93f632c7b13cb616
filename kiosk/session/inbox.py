"""The director's thread: takes what happened from one bounded queue and lets time pass in between."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from kiosk.domain.clock import NS, Clock
from kiosk.domain.events import Progress
from kiosk.session.director import Director, Message

log = logging.getLogger(__name__)

CAPACITY: Final = 1000
IDLE_S: Final = 0.5


class Inbox:
    """Owns the thread that runs a director.

    `post` may be called from any thread. When the queue is full, Progress is dropped, as it may be; anything
    else waits, since it is a fact.
    """

    def __init__(self, clock: Clock, on_crash: Callable[[BaseException], None]) -> None:
        self._clock = clock
        self._on_crash = on_crash
        self._queue: queue.Queue[Message | None] = queue.Queue(CAPACITY)
        self._thread = threading.Thread(target=self._run, name="director", daemon=True)
        self._director: Director | None = None

    def start(self, director: Director) -> None:
        self._director = director
        self._thread.start()

    def post(self, message: Message) -> None:
        if isinstance(message, Progress):
            try:
                self._queue.put_nowait(message)
            except queue.Full:
                return
        else:
            self._queue.put(message)

    def stop(self) -> None:
        self._queue.put(None)

    def join(self, timeout: float) -> None:
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        director = self._director
        if director is None:
            return
        try:
            while True:
                wait = IDLE_S
                if director.wake_ns:
                    wait = min(IDLE_S, max(0.0, (director.wake_ns - self._clock.now_ns()) / NS))
                try:
                    message = self._queue.get(timeout=wait)
                except queue.Empty:
                    pass
                else:
                    if message is None:
                        return
                    director.handle(message)
                director.tick()
        except BaseException as error:
            log.exception("the director stopped")
            self._on_crash(error)
