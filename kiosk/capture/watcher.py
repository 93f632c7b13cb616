"""What the feeds of microphone and loudspeaker share: a thread that looks after the device, and how a driver is ended.

A sound device that is gone rarely says so, and its driver may hang in any call. How it is opened and when it counts as
lost is for the feeds to say.
"""

import threading
from collections.abc import Callable
from typing import Final

from kiosk.capture.silence import Silence
from kiosk.domain.clock import Clock
from kiosk.domain.devices import DeviceIdentity, DeviceKind, Loudspeaker, Microphone
from kiosk.domain.errors import KioskError

RETRY_S: Final = 1.0
STOP_S: Final = 3.0
"""How long a driver may take to stop; a hung one is left behind."""


class Watcher:
    """Owns a thread, `_watch`, until `stop`; a feed says what that does and when it begins.

    Args:
        retry_s: seconds between two attempts to open the device again.
        look_s: seconds between two looks at it; for tests.
        on_lost: called once per loss, from the watcher's thread.
        on_back: called once when it works again.
    """

    def __init__(
        self,
        kind: DeviceKind,
        clock: Clock,
        *,
        retry_s: float,
        look_s: float,
        on_lost: Callable[[KioskError], None],
        on_back: Callable[[DeviceIdentity], None],
    ) -> None:
        self._clock = clock
        self._retry_s = retry_s
        self._look_s = look_s
        self._silence = Silence()
        self._on_lost = on_lost
        self._on_back = on_back
        self._lock = threading.Lock()
        self._said = ""
        """Why the device is gone, in its driver's words; empty while it is not."""
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"{kind}-watch", daemon=True)

    def stop(self) -> None:
        self._stopping.set()
        self._changed.set()

    def join(self, timeout: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _pause(self) -> bool:
        """Waits for the next look; whether nothing ended the wait before its time."""
        woken = self._changed.wait(self._look_s)
        self._changed.clear()
        return not woken

    def _watch(self) -> None:
        raise NotImplementedError


def end(device: Microphone | Loudspeaker) -> None:
    """Stops a driver that may hang: it gets its own thread and some seconds."""
    stopper = threading.Thread(target=device.stop, name=f"{device.identity.kind}-stop", daemon=True)
    stopper.start()
    stopper.join(STOP_S)
