"""PortAudio: loaded once, its list of devices read anew when that may be old.

Knows which streams live, and how much sound each loudspeaker has to hold on this machine. Opens none.
"""

import atexit
import logging
import threading
from pathlib import Path
from typing import Any, Final, Protocol

from kiosk.domain.errors import DeviceFailed

log = logging.getLogger(__name__)

LOUDSPEAKER_LATENCIES_S: Final = (0.04, 0.08, 0.16, 0.3)
"""How much sound a loudspeaker holds: little at first, so that a question begins at once; on a machine on which it ran
dry the next time more. At 0.04 s it rode out 60 ms without the interpreter, at 0.3 s 400 ms (measured)."""
CLOSE_S: Final = 3.0
"""How long PortAudio may take to give a stream back. When a sound server dies, its own library sometimes keeps the
stream's thread for ever (seen about once in two hundred times, on a busy machine)."""


class Stream(Protocol):
    """What is opened with it."""

    @property
    def alive(self) -> bool: ...

    def close(self) -> None: ...


class SoundSystem:
    """PortAudio: loaded once. Its list is read anew when it may be old and no stream lives, for that ends all streams.

    The list may be old when the machine's sound cards changed, or when something could not be found or opened.
    It also knows how much sound each loudspeaker has to hold on this machine.

    Args:
        latencies_s: what a loudspeaker holds at first, and what each time that it ran dry.
        close_s: how long a stream may take to end.
    """

    def __init__(self, latencies_s: tuple[float, ...] = LOUDSPEAKER_LATENCIES_S, close_s: float = CLOSE_S) -> None:
        self._latencies_s = latencies_s
        self.close_s = close_s
        self._steps: dict[str, int] = {}
        self._lock = threading.Lock()
        self._library: Any = None
        self._cards = ""
        self._doubted = False
        self._streams: set[Stream] = set()
        self._stuck = False
        self._opening = threading.Lock()

    @property
    def opening(self) -> threading.Lock:
        """Held while a stream begins, so that the sound server's newest stream is that one."""
        return self._opening

    def library(self) -> Any:
        """The module `sounddevice`, with a list of devices that is as fresh as PortAudio allows."""
        with self._lock:
            if self._library is None:
                try:
                    import sounddevice
                except OSError as error:
                    raise DeviceFailed(
                        "The sound library PortAudio is not installed.", "Run: sudo apt install libportaudio2."
                    ) from error
                self._library = sounddevice
                self._cards = _cards()
            elif (self._doubted or _cards() != self._cards) and not any(stream.alive for stream in self._streams):
                for stream in tuple(self._streams):
                    stream.close()  # one that is left open would be freed under its owner
                self._streams.clear()
                self._cards = _cards()
                self._doubted = False
                if not self._stuck:  # otherwise its end would wait for ever
                    self._library._terminate()  # noqa: SLF001 (only so the list is read anew, sounddevice #125)
                    self._library._initialize()  # noqa: SLF001
            return self._library

    def stuck(self, library: Any) -> None:
        """PortAudio does not give a stream back: it is not ended any more, nor at the end of the process."""
        log.error("the sound library keeps a stream for itself: its list of devices stays as it is")
        self._stuck = True
        atexit.unregister(library._exit_handler)  # noqa: SLF001 (it would wait for that stream for ever)

    def doubt(self) -> None:
        """Something was missing: the list may be old."""
        with self._lock:
            self._doubted = True

    def latency_s(self, loudspeaker: str) -> float:
        """How much sound the loudspeaker of that id is to hold when it is opened."""
        return self._latencies_s[self._steps.get(loudspeaker, 0)]

    def ran_dry(self, loudspeaker: str, latency_s: float) -> bool:
        """It held that much, and that was too little: whether it is to hold more from its next opening on."""
        step = self._latencies_s.index(latency_s) + 1
        if step == len(self._latencies_s):
            return False
        self._steps[loudspeaker] = max(step, self._steps.get(loudspeaker, 0))
        return True

    def opened(self, stream: Stream) -> None:
        with self._lock:
            self._streams.add(stream)

    def closed(self, stream: Stream) -> None:
        with self._lock:
            self._streams.discard(stream)


def _cards() -> str:
    """What ALSA lists now; changes when a card is plugged in or out."""
    try:
        return Path("/proc/asound/cards").read_text("utf-8", "replace")
    except OSError:
        return ""
