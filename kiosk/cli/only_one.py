"""One kiosk per account: the second start says so, and asks the first to come to the front."""

import contextlib
import os
from collections.abc import Callable
from typing import Final

from kiosk.domain.errors import WorldFailed
from kiosk.system import host
from kiosk.system.channel import Channel, Door, connect

NAME: Final = "kiosk"
TO_FRONT: Final = b"to-front"


class OnlyOne:
    """Held by the kiosk that runs, from here to `leave`. Raises WorldFailed when another one does."""

    def __init__(self) -> None:
        self._to_front: Callable[[], None] = _nobody
        self._lock = host.open_private(host.runtime_folder() / "kiosk.lock")
        if not host.try_lock(self._lock):
            os.close(self._lock)
            raise WorldFailed(
                "The kiosk is running already.",
                "It comes to the front now." if _call() else "Use the one that runs, or close it first.",
            )
        self._door = Door(host.address(NAME), _ignore, self._asked, _ignore, "only-one")
        self._door.start()

    def on_call(self, to_front: Callable[[], None]) -> None:
        """From now on `to_front` is called, from another thread, when somebody starts a second kiosk."""
        self._to_front = to_front

    def leave(self) -> None:
        self._to_front = _nobody
        self._door.stop()
        os.close(self._lock)

    def _asked(self, channel: Channel, message: bytes) -> None:
        if message == TO_FRONT:
            self._to_front()
        channel.close()


def _call() -> bool:
    """Asks the kiosk that runs to come to the front; whether it could be asked."""
    with contextlib.suppress(OSError):
        channel = connect(host.address(NAME), lambda _channel, _message: None, _ignore, "second")
        channel.send(TO_FRONT)
        channel.close(flush_s=1)
        channel.join(1)
        return True
    return False


def _ignore(_: Channel) -> None:
    """Nobody needs to know who comes and goes."""


def _nobody() -> None:
    """Nothing is shown yet, or any more."""
