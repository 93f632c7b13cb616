"""The lock of the proctor's panel: how many PINs may be tried, and how long it stays shut after too many.

Waiting is measured on the machine's own time since its start, sleep included, and never on the wall clock: setting
that forward opens nothing. When the machine was started again, nobody knows how long it was off, so the whole wait
begins anew.
"""

import dataclasses
import logging
from collections.abc import Sequence
from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.errors import KioskError
from kiosk.domain.view import PanelLock
from kiosk.session.ports import Attempt, Guard
from kiosk.session.scene import Scene

log = logging.getLogger(__name__)

FREE: Final = 5
"""So many wrong ones, then it locks; and again after each further one."""
FIRST_WAIT_NS: Final = 30 * NS
LONGEST_WAIT_NS: Final = 3600 * NS


def wait_after(wrong: int) -> int:
    """Nanoseconds that follow the wrong PIN of that number: none, then 30 s, doubled each time, an hour at most."""
    if wrong < FREE:
        return 0
    return min(LONGEST_WAIT_NS, FIRST_WAIT_NS << min(wrong - FREE, 20))


def standing(attempts: Sequence[Attempt], boot: str, boot_ns: int) -> tuple[int, int]:
    """(wrong ones since the last right one, nanoseconds left to wait) at that time of that start of the machine."""
    wrong, since = 0, None
    for attempt in attempts:
        if attempt.right:
            wrong, since = 0, None
        else:
            wrong += 0 if attempt.carried else 1
            since = attempt
    if since is None:
        return wrong, 0
    wait_ns = wait_after(wrong)
    if since.boot != boot or since.boot_ns > boot_ns:
        return wrong, wait_ns
    return wrong, max(0, wait_ns - (boot_ns - since.boot_ns))


class Lockout:
    """Called by the director's thread alone. Without a PIN it is always open."""

    def __init__(self, scene: Scene, guard: Guard) -> None:
        self._scene = scene
        self._guard = guard
        self._unwritten: list[Attempt] = []
        """What the ledger did not take: it counts all the same, as long as this program runs."""

    def first(self) -> PanelLock:
        """As it is when the kiosk starts: shut, and perhaps still for a while."""
        if not self._guard.required():
            return PanelLock()
        boot, boot_ns = self._guard.since_start()
        attempts = self._attempts()
        wrong, left_ns = standing(attempts, boot, boot_ns)
        if left_ns and attempts[-1].boot != boot:
            self._remember(Attempt(boot, boot_ns, right=False, carried=True))
        return self._lock(wrong, left_ns, is_open=False)

    @property
    def open(self) -> bool:
        return self._scene.view.lock.open

    def enter(self, pin: str) -> None:
        """A PIN was typed. While it is locked none is looked at, not even the right one."""
        if not self._guard.required() or self.open:
            return
        boot, boot_ns = self._guard.since_start()
        wrong, left_ns = standing(self._attempts(), boot, boot_ns)
        if left_ns:
            self._show(wrong, left_ns, is_open=False)
            return
        self._scene.show(lock=dataclasses.replace(self._scene.view.lock, checking=True))
        right = self._guard.matches(pin)
        self._remember(Attempt(boot, boot_ns, right))
        log.log(logging.INFO if right else logging.WARNING, "the proctor's PIN: %s", "right" if right else "wrong")
        wrong = 0 if right else wrong + 1
        self._show(wrong, wait_after(wrong), is_open=right)

    def lock(self) -> None:
        """The panel was closed."""
        if self._guard.required() and self.open:
            self._show(0, 0, is_open=False)

    def tick(self) -> None:
        """The wait may be over."""
        lock = self._scene.view.lock
        if lock.until_ns and self._scene.now_ns() >= lock.until_ns:
            boot, boot_ns = self._guard.since_start()
            wrong, left_ns = standing(self._attempts(), boot, boot_ns)
            self._show(wrong, left_ns, is_open=False)

    def _attempts(self) -> list[Attempt]:
        try:
            known = list(self._guard.attempts())
        except KioskError as error:
            log.error("the attempts cannot be read: %s", error)  # noqa: TRY400  # the world's failure, no bug
            known = []
        return [*known, *self._unwritten]

    def _remember(self, attempt: Attempt) -> None:
        if attempt.right:
            self._unwritten.clear()
        try:
            self._guard.remember(attempt)
        except KioskError as error:
            log.error("an attempt is not entered in the ledger: %s", error)  # noqa: TRY400  # the world's failure
            self._unwritten.append(attempt)

    def _show(self, wrong: int, left_ns: int, *, is_open: bool) -> None:
        self._scene.show_if_new(lock=self._lock(wrong, left_ns, is_open=is_open))

    def _lock(self, wrong: int, left_ns: int, *, is_open: bool) -> PanelLock:
        until_ns = self._scene.now_ns() + left_ns if left_ns else 0
        return PanelLock(required=True, open=is_open, wrong=wrong, until_ns=until_ns)
