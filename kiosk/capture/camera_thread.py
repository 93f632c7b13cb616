"""The camera's thread: hands on each picture as it comes, and brings the camera back when it is lost.

A driver may block for ever in any call. So two threads work here: one reads, and is left behind when it hangs; one
watches, tells the world once, and starts the next reader. A camera comes back only as itself.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.capture.silence import LOOK_S, Silence
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import Camera, CameraFrame, DeviceIdentity
from kiosk.domain.errors import BadRequest, DeviceFailed, KioskError

log = logging.getLogger(__name__)

STALE_NS: Final = NS * 17 // 10
"""Without a picture for this long the camera is taken for lost: with the looks in between it is told within 2 s."""
OPENING_NS: Final = 15 * NS
"""Opening and the first picture may take this long."""
RETRY_S: Final = 1.0
MEASURED_NS: Final = 2 * NS
WARM_UP_NS: Final = NS * 6 // 10
"""Pictures come for this long before the camera counts as ready: its first rate is a burst."""
MOST_ABANDONED: Final = 4
"""Readers that hang in the driver; while so many do, no further one is started."""
_MOST_TIMES: Final = 600


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """`identity` is None while there is no camera. `fps` is measured over the last 2 s, 0 when none came."""

    identity: DeviceIdentity | None
    fps: float
    last_frame_ns: int
    """`t_ns` of the newest picture; 0 before the first."""
    width: int
    height: int


class _Reader:
    """One opening of the camera, in a thread of its own; may be left behind at any time."""

    def __init__(self, owner: "CameraThread", number: int) -> None:
        self._owner = owner
        self.camera: Camera | None = None
        self.failure: KioskError | None = None
        self.frames = 0
        self.left = False
        self.thread = threading.Thread(target=self._run, name=f"camera-{number}", daemon=True)

    def leave(self) -> None:
        """Nothing of this reader counts any more; a driver that returns is closed."""
        self.left = True
        camera = self.camera
        if camera is not None and self.thread.is_alive():
            threading.Thread(target=camera.close, name="camera-close", daemon=True).start()

    def _run(self) -> None:
        try:
            camera = self._owner.opened(self)
            while not self.left:
                self._owner.arrived(self, camera.read())
        except KioskError as error:
            self.failure = error
        except Exception as error:
            log.exception("the camera's thread failed")
            self.failure = KioskError(f"The camera's thread failed: {error!r}.")
        finally:
            if self.camera is not None:
                self.camera.close()
            self._owner.changed.set()


class CameraThread:
    """Owns the camera from `start` to `stop`.

    Args:
        open_camera: opens it; called again after a loss. Another identity than the first is refused.
        retry_s: seconds between two attempts to open it again.
        look_s: seconds between two looks at it; for tests.
        on_frame: each picture, from the reading thread; must return soon.
        on_lost: once per loss, from the watching thread, and again when there is another reason why it stays lost.
        on_back: once when pictures come again.
    """

    def __init__(
        self,
        open_camera: Callable[[], Camera],
        clock: Clock,
        *,
        retry_s: float = RETRY_S,
        look_s: float = LOOK_S,
        on_frame: Callable[[CameraFrame], None],
        on_lost: Callable[[KioskError], None],
        on_back: Callable[[DeviceIdentity], None],
    ) -> None:
        self._open = open_camera
        self._clock = clock
        self._retry_s = retry_s
        self._look_s = look_s
        self._on_frame = on_frame
        self._on_lost = on_lost
        self._on_back = on_back
        self._lock = threading.Lock()
        self._times: deque[int] = deque(maxlen=_MOST_TIMES)
        self._seen_ns = 0
        self._size = (0, 0)
        self._reader: _Reader | None = None
        self._abandoned: list[_Reader] = []
        self._identity: DeviceIdentity | None = None
        self._lost = False
        self._told = ""
        """Why it is lost, as it was told."""
        self._failure: KioskError | None = None
        self._up = threading.Event()
        self.changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="camera-watch", daemon=True)

    def start(self) -> None:
        """Begins to open the camera; `wait_ready` tells how that went."""
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.changed.set()

    def join(self, timeout: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def wait_ready(self, timeout_s: float) -> None:
        """Waits until pictures come steadily. Raises DeviceFailed (or BadRequest for a wrong SPEC) when they do not."""
        self._up.wait(timeout_s)
        failure = self._failure
        if failure is not None:
            raise failure
        if not self._up.is_set():
            raise DeviceFailed("The camera gives no pictures.", "Plug it in again, or choose another one.")

    @property
    def identity(self) -> DeviceIdentity | None:
        """Who the camera is, lost or not; None before the first opening."""
        return self._identity

    @property
    def status(self) -> CameraStatus:
        with self._lock:
            times, size, lost = list(self._times), self._size, self._lost or self._reader is None
            identity = self._identity
        now_ns = self._clock.now_ns()
        last_ns = times[-1] if times else 0
        recent = [t_ns for t_ns in times if t_ns > now_ns - MEASURED_NS]
        span_ns = recent[-1] - recent[0] if len(recent) > 1 else 0
        # A camera that fell silent is measured up to now, so that its rate sinks at once.
        span_ns = max(span_ns, (now_ns - recent[0]) * (len(recent) - 1) // len(recent)) if recent else 0
        fps = (len(recent) - 1) * NS / span_ns if span_ns > 0 else 0.0
        return CameraStatus(None if lost else identity, fps, last_ns, *size)

    # ── called by the reading thread ────────────────────────────────────────────────────────────────

    def opened(self, reader: _Reader) -> Camera:
        """Opens the camera for a reader. Raises DeviceFailed when it is another one than before."""
        camera = self._open()
        reader.camera = camera
        with self._lock:
            before = self._identity
            if before is None:
                self._identity = camera.identity
        if before is not None and camera.identity.id != before.id:
            raise DeviceFailed(
                f"Another camera answers: {camera.identity.name} instead of {before.name}.",
                "Plug the first one in again.",
            )
        return camera

    def arrived(self, reader: _Reader, frame: CameraFrame) -> None:
        """A picture came."""
        with self._lock:
            if reader.left or reader is not self._reader:
                return
            reader.frames += 1
            self._times.append(frame.t_ns)
            while self._times[0] <= frame.t_ns - MEASURED_NS:
                self._times.popleft()
            self._seen_ns = self._clock.now_ns()
            self._size = (frame.width, frame.height)
        if reader.frames == 1 or not self._up.is_set():
            self.changed.set()
        self._on_frame(frame)

    # ── the watching thread ─────────────────────────────────────────────────────────────────────────

    def _watch(self) -> None:
        number = 0
        while not self._stopping.is_set():
            self._abandoned = [left for left in self._abandoned if left.thread.is_alive()]
            if len(self._abandoned) < MOST_ABANDONED:
                number += 1
                reader = _Reader(self, number)
                with self._lock:
                    self._reader = reader
                    self._times.clear()
                reader.thread.start()
                failure = self._watch_one(reader)
                with self._lock:
                    self._reader = None
                reader.leave()
                self._abandoned.append(reader)
                if failure is not None:
                    self._tell(failure)
                    if isinstance(failure, BadRequest):
                        break
            self._stopping.wait(self._retry_s)
        for left in self._abandoned:
            left.thread.join(1.0)

    def _watch_one(self, reader: _Reader) -> KioskError | None:
        """Until this opening is over: why, or None after `stop`."""
        began_ns = self._clock.now_ns()
        first_ns = 0
        silence = Silence()
        while not self._stopping.is_set():
            paused = not self.changed.wait(self._look_s)
            self.changed.clear()
            now_ns = self._clock.now_ns()
            if reader.failure is not None:
                return reader.failure
            if reader.frames == 0:
                if silence.too_long(now_ns, began_ns, OPENING_NS, paused=paused):
                    return DeviceFailed("The camera does not answer.", "Plug it in again.")
                continue
            first_ns = first_ns or now_ns
            if self._lost:
                self._welcome_back()
            elif not self._up.is_set() and now_ns - first_ns >= WARM_UP_NS:
                self._failure = None
                self._up.set()
            if silence.too_long(now_ns, self._seen_ns, STALE_NS, paused=paused):
                return DeviceFailed("The camera gives no pictures any more.", "Check its cable.")
        return None

    def _tell(self, failure: KioskError) -> None:
        """Once per loss; a camera that never came up is told by `wait_ready`."""
        with self._lock:
            self._lost = True
        told, self._told = self._told, failure.what
        if not self._up.is_set():
            self._failure = failure
            self._up.set()
        elif told != failure.what and not self._stopping.is_set():
            self._on_lost(failure)

    def _welcome_back(self) -> None:
        with self._lock:
            self._lost = False
            identity = self._identity
        self._failure = None
        self._told = ""
        if identity is not None:
            self._on_back(identity)
