"""The camera's side of a recording: decodes its pictures, shows them in the preview, and says what is wrong with them.

Keeps the camera that was chosen, by who it is and not by its number. Decides nothing about the recording.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

import av

from kiosk.capture.camera_thread import CameraStatus, CameraThread
from kiosk.devices import means
from kiosk.domain.clock import Clock
from kiosk.domain.devices import Camera, CameraFrame, DeviceIdentity, DeviceOpener
from kiosk.domain.errors import KioskError
from kiosk.domain.events import Problem
from kiosk.encode.decoder import PictureDamaged, PictureDecoder
from kiosk.encode.picture_watch import Look, PictureWatch
from kiosk.encode.preview import PreviewScaler
from kiosk.encode.rate_watch import RateWatch
from kiosk.encode.trial import PICTURES
from kiosk.recorder.preview_file import PreviewFile

log = logging.getLogger(__name__)

DEVICE: Final = "camera"
RATE: Final = "frame rate"
"""Stands for itself: a slow camera shows the candidate well enough."""
LOOKS: Final = {
    Look.BLACK: (
        "The camera's picture is black.",
        "Open the camera's cover or privacy switch, take away what is in front of the lens, and switch on the light.",
    ),
    Look.GLARE: (
        "The picture is much too bright.",
        "Turn the camera away from the window or the lamp, or dim the light.",
    ),
    Look.COVERED: (
        "The camera shows one even surface and nobody in front of it.",
        "Take away what covers the lens, or turn the camera to the candidate.",
    ),
    Look.FROZEN: ("The camera's picture stands still.", "Unplug the camera and plug it in again."),
    Look.DARK: (
        "The picture is too dark.",
        "Switch on more light in front of the candidate, and see that nothing covers the lens.",
    ),
}
SLOW: Final = (
    "The camera gives only {fps:.0f} pictures a second.",
    "Switch on more light, and plug the camera straight into the computer. Sound and picture stay together.",
)


class Sight:
    """`see` belongs to the line's thread, the rest to the service's.

    Args:
        spec: the camera to open first; after a loss it is opened by its identity.
        on_frame: takes each picture, from the camera's thread, and must return soon.
        post: takes Problems, from any thread, without waiting.
    """

    def __init__(
        self,
        devices: DeviceOpener,
        spec: str,
        clock: Clock,
        *,
        on_frame: Callable[[CameraFrame], None],
        post: Callable[[Problem], None],
        preview: PreviewFile,
    ) -> None:
        self._devices = devices
        self._spec = spec
        self._post = post
        self._preview = preview
        self._decoder = PictureDecoder(halve=means.halve_rows)
        self._scaler = PreviewScaler(quarter=means.quarter)
        self._watch = PictureWatch()
        self._rate = RateWatch()
        self._lock = threading.Lock()
        self._lost: Problem | None = None
        self._seen: Problem | None = None
        self._told: dict[str, Problem] = {}
        self._anew = False
        """The camera was opened again: what was seen before says nothing any more."""
        self._camera = CameraThread(self._open, clock, on_frame=on_frame, on_lost=self._on_lost, on_back=self._on_back)
        self.judged = threading.Event()
        """Set once it is known how the picture looks."""
        self._samples: deque[CameraFrame] | None = deque(maxlen=PICTURES)
        self.damaged = 0
        """Pictures that came and could not be decoded."""

    def start(self) -> None:
        self._camera.start()

    def wait_ready(self, timeout_s: float) -> None:
        """Waits until pictures come steadily. Raises DeviceFailed, or BadRequest for a wrong SPEC."""
        self._camera.wait_ready(timeout_s)

    def stop(self) -> None:
        """Ends it; what stood is taken back, since nobody looks any more."""
        self._camera.stop()
        with self._lock:
            for device in list(self._told):
                self._tell(device, None)

    def join(self, timeout: float) -> None:
        self._camera.join(timeout)

    def take_samples(self) -> list[CameraFrame]:
        """The newest pictures, one after the other, for the encoder's trial; none are kept after that."""
        samples, self._samples = self._samples, None
        return list(samples or ())

    @property
    def status(self) -> CameraStatus:
        return self._camera.status

    def see(self, frame: CameraFrame, *, wanted: bool, shown: bool) -> av.VideoFrame | None:
        """The picture in the recording's format; None when nobody wants it, or when it is damaged.

        Args:
            frame: the next one; each is to be shown here, in order.
            wanted: for the recording. Some pictures are looked at in any case.
            shown: whether the preview may have it.
        """
        if self._anew:
            self._anew = False
            self._watch, self._rate = PictureWatch(), RateWatch()
            self._judge()
            self._judge_rate()
        if self._rate.picture(frame.t_ns):
            self._judge_rate()
        samples = self._samples
        if samples is not None:
            samples.append(frame)
        due = shown and self._preview.due(frame.t_ns)
        # What the preview has anyway is looked at, where there is one.
        looked = self._watch.due(frame.t_ns) and (due or not shown)
        if not (due or looked or wanted):
            return None
        try:
            picture = self._decoder.decode(frame)
        except PictureDamaged:
            self.damaged += 1
            return None
        if due or looked:
            small = self._scaler.scale(picture)
            if due:
                self._preview.write(frame.t_ns, small)
            if looked:
                self._look(small, frame)
        return picture

    def _look(self, small: memoryview, frame: CameraFrame) -> None:
        before = self._watch.standing
        if self._watch.look(small, frame.t_ns, frame.width, frame.height) is not before:
            self._judge()
        if self._watch.settled:
            self.judged.set()

    def _judge(self) -> None:
        look = self._watch.standing
        with self._lock:
            self._seen = None if look is Look.GOOD else Problem(DEVICE, *LOOKS[look])
        self._tell_camera()

    def _judge_rate(self) -> None:
        what, remedy = SLOW
        low = self._rate.low
        with self._lock:
            self._tell(RATE, Problem(RATE, what.format(fps=low), remedy) if low else None)

    def _tell_camera(self) -> None:
        """A camera has one problem at a time; that it is lost comes first."""
        with self._lock:
            self._tell(DEVICE, self._lost or self._seen)

    def _tell(self, device: str, stands: Problem | None) -> None:
        """With the lock: what stands now, when that is not what was told last."""
        if stands == self._told.get(device):
            return
        if stands is None:
            del self._told[device]
        else:
            self._told[device] = stands
        self._post(stands or Problem(device, "", ""))

    # ── called by the camera's threads ──────────────────────────────────────────────────────────────

    def _open(self) -> Camera:
        return self._devices.camera(self._spec, self._camera.identity)

    def _on_lost(self, error: KioskError) -> None:
        with self._lock:
            self._lost = Problem(DEVICE, error.what, error.remedy)
        self._tell_camera()

    def _on_back(self, identity: DeviceIdentity) -> None:
        log.info("the camera is back: %s", identity.id)
        self._anew = True
        with self._lock:
            self._lost = None
        self._tell_camera()
