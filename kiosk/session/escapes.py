"""Who tries to get out of kiosk mode: on record, and counted until the proctor has seen it, also over restarts.

A key that sticks, or somebody who hammers, makes one entry for each way out in `EVERY_NS`, with how often it was.
"""

import logging
from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.errors import KioskError
from kiosk.session.ports import Guard
from kiosk.session.scene import Scene

log = logging.getLogger(__name__)

EVERY_NS: Final = 10 * NS
MOST_WAYS: Final = 20
"""So many different ones wait to be written; what else is tried meanwhile counts as `OTHER`."""
OTHER: Final = "others"
MOST_TOLD: Final = 999


class Escapes:
    """Called by the director's thread alone."""

    def __init__(self, scene: Scene, guard: Guard) -> None:
        self._scene = scene
        self._guard = guard
        self._waiting: dict[str, int] = {}
        self._next_ns = 0

    def first(self) -> int:
        """How many attempts the proctor has not seen yet when the kiosk starts: whoever pulls the plug hides none."""
        try:
            return min(MOST_TOLD, self._guard.unseen_leaving())
        except KioskError as error:
            log.error("the attempts to leave cannot be read: %s", error)  # noqa: TRY400  # the world's failure
            return 0

    def tried(self, how: str) -> None:
        """Somebody tried to get out; the first is written at once, and what follows soon after it together."""
        way = how if how in self._waiting or len(self._waiting) < MOST_WAYS else OTHER
        self._waiting[way] = self._waiting.get(way, 0) + 1
        self._scene.show_if_new(tries_to_leave=min(MOST_TOLD, self._scene.view.tries_to_leave + 1))
        self.tick()

    def forget(self) -> None:
        """The proctor has seen the count, if the panel was open, and closes it."""
        if not self._scene.view.lock.open or not self._scene.view.tries_to_leave:
            return
        self._next_ns = 0
        self.tick()
        self._scene.show(tries_to_leave=0)
        try:
            self._guard.see_leaving()
        except KioskError as error:
            log.error("that the attempts were seen is not entered: %s", error)  # noqa: TRY400  # the world's failure

    def tick(self) -> None:
        """Writes what waits, now and then."""
        now = self._scene.now_ns()
        if not self._waiting or now < self._next_ns:
            return
        self._next_ns = now + EVERY_NS
        while self._waiting:
            how, times = next(iter(self._waiting.items()))
            try:
                self._guard.remember_leaving(how, times)
            except KioskError as error:
                log.error("an attempt to leave is not entered: %s", error)  # noqa: TRY400  # the world's failure
                return  # it waits for the next time
            del self._waiting[how]
