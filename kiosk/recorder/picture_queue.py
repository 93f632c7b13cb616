"""Pictures on their way from the camera's thread to the line's."""

import collections
import threading
from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.devices import CameraFrame

LONGEST_BYTES: Final = 64 * 1024 * 1024
HOLDS_NS: Final = NS * 5 // 2
MOST_BYTES: Final = 208 * 1024 * 1024
"""That is HOLDS_NS of 1280x720 at 30 pictures a second and three bytes a point."""
TOGETHER: Final = 2
EVER: Final = 1 << 62


class PictureQueue:
    """Bounded by bytes: some 30 s of JPEGs. When it is full the newest picture is dropped and counted.

    Raw pictures fill it in little more than a second, and a line that stalls for so long must lose nothing: as long as
    what waits is not older than `HOLDS_NS` it takes more, up to `most_bytes`.

    Pictures are handed over in pairs where they come quickly: who wakes half as often works with warm caches.
    """

    def __init__(self, longest_bytes: int = LONGEST_BYTES, most_bytes: int = MOST_BYTES) -> None:
        self.dropped = 0
        self.newest_ns = 0
        """Arrival of the newest picture, dropped ones included; 0 before the first."""
        self._longest = longest_bytes
        self._most = most_bytes
        self._handing_over = False
        """Whether what waits belongs to the pictures that were handed over last."""
        self._bytes = 0
        self._waiting: collections.deque[CameraFrame] = collections.deque()
        self._changed = threading.Condition()

    def put(self, frame: CameraFrame) -> None:
        """From the camera's thread; returns at once."""
        size = _size(frame)
        with self._changed:
            self.newest_ns = frame.t_ns
            if self._waiting and self._bytes + size > self._bound(frame.t_ns):
                self.dropped += 1
                return
            self._waiting.append(frame)
            self._bytes += size
            if len(self._waiting) >= TOGETHER:
                self._changed.notify()

    def _bound(self, t_ns: int) -> int:
        """How many bytes may wait when a picture of that instant comes."""
        return self._most if t_ns - self._waiting[0].t_ns < HOLDS_NS else self._longest

    def take(self, timeout_s: float, before_ns: int = EVER) -> CameraFrame | None:
        """The oldest picture that arrived before an instant; None when none came in time, or at `wake`."""
        with self._changed:
            if not self._has(before_ns):
                self._changed.wait(timeout_s)
            if not self._has(before_ns):
                return None
            frame = self._waiting.popleft()
            self._bytes -= _size(frame)
            return frame

    def has(self, before_ns: int) -> bool:
        """Whether a picture waits that arrived before an instant."""
        with self._changed:
            return self._has(before_ns)

    def _has(self, before_ns: int) -> bool:
        return bool(self._waiting) and self._waiting[0].t_ns < before_ns

    def wake(self) -> None:
        """Ends a `take` that waits."""
        with self._changed:
            self._changed.notify()

    def __len__(self) -> int:
        return len(self._waiting)


def _size(frame: CameraFrame) -> int:
    return len(frame.data) if isinstance(frame.data, bytes) else frame.data.nbytes
