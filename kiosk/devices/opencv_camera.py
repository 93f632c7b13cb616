"""Real cameras through OpenCV, on the raw path: the camera's own JPEG is handed over undecoded where it gives one.

OpenCV says little: a lost camera stays "opened", a refused format succeeds, `read` raises for a USB error. This module
believes only pictures. It never falls back to another camera and never prints.
"""

import contextlib
import functools
import http.client
import logging
import os
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np

from kiosk.devices import camera_modes, jpeg, v4l2
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import CameraFrame, DeviceIdentity, DeviceKind, Pixels
from kiosk.domain.errors import BadRequest, DeviceFailed

log = logging.getLogger(__name__)

SELECT_TIMEOUT_S: Final = 2
OPEN_TIMEOUT_MS: Final = 5000
READ_TIMEOUT_MS: Final = 2000
_STALE_NS: Final = NS // 2
"""A picture that is older than this when it arrives waited in a buffer while nobody read."""
_INSTANT_NS: Final = NS // 125
"""A read that took less found its picture waiting."""
_MOST_BACKLOG: Final = 300
_MOST_DAMAGED: Final = 10


@functools.cache
def opencv() -> ModuleType:
    """OpenCV, told to be quiet, not to wait for ever and to start no threads; loaded when it is first needed."""
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(SELECT_TIMEOUT_S))
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    cv2.setNumThreads(1)  # one camera's pictures are small: to wake others for them costs more than it saves
    return cv2


class OpenCvCamera:
    """An opened camera (`domain.devices.Camera`). `raw` says whether its pictures come as the camera made them.

    `yuyv` says whether a picture of two bytes a point is YUYV.
    """

    def __init__(
        self, identity: DeviceIdentity, capture: Any, clock: Clock, *, convert_property: int, yuyv: bool = False
    ) -> None:
        self.identity = identity
        self._capture = capture
        self._clock = clock
        self._reading = threading.Lock()
        self._closed = False
        self._released = False
        self._last_ns = 0
        self._draining = False
        self._wants_end = False
        self._stamps = False
        self._yuyv = yuyv
        self.raw = True
        try:
            first = self._first_picture(convert_property)
        except BaseException:
            capture.release()
            raise
        self.width, self.height = first.width, first.height

    def read(self) -> CameraFrame:
        with self._reading:
            try:
                return self._fresh()
            finally:
                if self._closed:
                    self._release()

    def close(self) -> None:
        """Releases at once, or as soon as the read in work ends (its time-outs bound it)."""
        self._closed = True
        if self._reading.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._reading.release()

    def _release(self) -> None:
        if not self._released:
            self._released = True
            self._capture.release()

    def _first_picture(self, convert_property: int) -> CameraFrame:
        """Finds out whether pictures come in a form that we take, and lets OpenCV make BGR of them otherwise."""
        frame = self._picture()
        if frame is None:
            cv2 = opencv()
            on = 1 if convert_property == cv2.CAP_PROP_CONVERT_RGB else cv2.CV_8UC3
            self._capture.set(convert_property, on)
            self.raw = False
            frame = self._picture()
        if frame is None:
            raise DeviceFailed(f"The camera {self.identity.name} gives pictures that cannot be used.")
        self._wants_end = isinstance(frame.data, bytes) and frame.data.endswith(b"\xff\xd9")
        return frame

    def _fresh(self) -> CameraFrame:
        """The next whole picture that did not wait in a buffer while nobody read."""
        damaged = 0
        backlog = 0
        while True:
            called_ns = self._clock.now_ns()
            frame = self._picture()
            now_ns = self._clock.now_ns()
            if frame is None or (self._wants_end and isinstance(frame.data, bytes) and not _whole(frame.data)):
                damaged += 1
                if damaged > _MOST_DAMAGED:
                    raise DeviceFailed(f"The camera {self.identity.name} gives only damaged pictures.")
                continue
            old_by_stamp = self._stamps and now_ns - frame.t_ns > _STALE_NS
            stale = old_by_stamp or (not self._stamps and self._waited_in_a_buffer(called_ns, now_ns))
            if stale and backlog < _MOST_BACKLOG:
                backlog += 1
                continue
            self.width, self.height = frame.width, frame.height
            return frame

    def _waited_in_a_buffer(self, called_ns: int, now_ns: int) -> bool:
        """Without the driver's stamps: after a long gap, what is handed over without a wait is old."""
        waited_ns = now_ns - called_ns
        if waited_ns > _STALE_NS or (self._last_ns and called_ns - self._last_ns > _STALE_NS):
            self._draining = True
        if self._draining and _INSTANT_NS <= waited_ns <= _STALE_NS:
            self._draining = False
        self._last_ns = now_ns
        return self._draining and waited_ns < _INSTANT_NS

    def _picture(self) -> CameraFrame | None:
        """One read. None for what we do not take on the raw path; raises DeviceFailed when nothing comes."""
        if self._closed:
            raise DeviceFailed(f"The camera {self.identity.name} is closed.")
        cv2 = opencv()
        try:
            good, data = self._capture.read()
        except cv2.error as error:
            raise DeviceFailed(f"The camera {self.identity.name} reports an error.", "Plug it in again.") from error
        if not good or data is None or data.size == 0:
            raise DeviceFailed(f"The camera {self.identity.name} gives no pictures any more.", "Plug it in again.")
        now_ns = self._clock.now_ns()
        t_ns = self._stamp(now_ns)
        if not self.raw:
            if data.ndim != 3 or data.shape[2] != 3:
                return None
            return CameraFrame(t_ns, "bgr", np.ascontiguousarray(data), int(data.shape[1]), int(data.shape[0]))
        if self._yuyv and data.dtype == np.uint8 and data.ndim == 3 and data.shape[2] == 2:
            return CameraFrame(t_ns, "yuyv", np.ascontiguousarray(data), int(data.shape[1]), int(data.shape[0]))
        if data.dtype != np.uint8 or bytes(data.reshape(-1)[:2]) != jpeg.START:
            return None
        picture = data.tobytes().rstrip(b"\0")  # some drivers hand over the whole buffer
        size = jpeg.size_of(picture)
        return CameraFrame(t_ns, "jpeg", picture, *size) if size else None

    def _stamp(self, now_ns: int) -> int:
        """The driver's own instant of the picture where it is on our clock (V4L2), else now."""
        self._stamps = False
        if sys.platform == "linux" and self._capture.getBackendName() == "V4L2":
            stamp_ns = int(float(self._capture.get(opencv().CAP_PROP_POS_MSEC)) * 1e6)
            if now_ns - 60 * NS < stamp_ns <= now_ns:
                self._stamps = True
                return stamp_ns
        return now_ns


def _whole(picture: bytes) -> bool:
    return picture.endswith(b"\xff\xd9")


def open_v4l2(node: v4l2.Node, clock: Clock) -> OpenCvCamera:
    """The camera at a V4L2 node, in the best mode that really gives pictures.

    Raises DeviceFailed that says whether it is missing, refused or busy.
    """
    trouble = v4l2.why_not(node.path)
    if trouble is not None:
        raise trouble
    *others, last = camera_modes.to_try(v4l2.formats(node.path))
    for mode in others:
        try:
            return _open_mode(node, mode, clock)
        except DeviceFailed as error:
            if v4l2.in_use(node.path):
                raise v4l2.busy(node.path) from error
            log.warning("%s gives no pictures as %s %dx%d", node.path, mode.encoding, mode.width, mode.height)
    try:
        return _open_mode(node, last, clock)
    except DeviceFailed as error:
        if v4l2.in_use(node.path):
            raise v4l2.busy(node.path) from error
        raise


def _open_mode(node: v4l2.Node, mode: camera_modes.Format, clock: Clock) -> OpenCvCamera:
    cv2 = opencv()
    # The node itself: OpenCV takes a link such as /dev/v4l/by-id/... for a video file.
    real = os.path.realpath(node.path)
    capture = cv2.VideoCapture(real, cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        raise v4l2.why_not(node.path) or v4l2.busy(node.path)
    for name, value in (
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*mode.encoding)),
        (cv2.CAP_PROP_FRAME_WIDTH, mode.width),
        (cv2.CAP_PROP_FRAME_HEIGHT, mode.height),
        (cv2.CAP_PROP_FPS, mode.fps or camera_modes.FPS),
        (cv2.CAP_PROP_CONVERT_RGB, 0),
    ):
        capture.set(name, value)
    yuyv = int(capture.get(cv2.CAP_PROP_FOURCC)) == cv2.VideoWriter.fourcc(*"YUYV")
    return OpenCvCamera(node.identity, capture, clock, convert_property=cv2.CAP_PROP_CONVERT_RGB, yuyv=yuyv)


def open_index(index: int, clock: Clock) -> OpenCvCamera:
    """The camera with that number, where the system has no nodes (Windows)."""
    cv2 = opencv()
    capture = cv2.VideoCapture(index, cv2.CAP_ANY)
    if not capture.isOpened():
        capture.release()
        raise DeviceFailed(
            f"Camera {index} cannot be opened: Windows refuses it, another program uses it, or it is not plugged in.",
            "Allow desktop apps the camera (Settings, Privacy & security), close other programs, and check its cable.",
        )
    for name, value in (
        (cv2.CAP_PROP_FRAME_WIDTH, camera_modes.WIDTH),
        (cv2.CAP_PROP_FRAME_HEIGHT, camera_modes.HEIGHT),
        (cv2.CAP_PROP_FPS, camera_modes.FPS),
    ):
        capture.set(name, value)
    identity = DeviceIdentity(DeviceKind.CAMERA, f"index:{index}", f"Camera {index}", str(index))
    return OpenCvCamera(identity, capture, clock, convert_property=cv2.CAP_PROP_CONVERT_RGB)


def http_identity(url: str) -> DeviceIdentity:
    """Who a network camera is, without the name, password and query that its address may hold."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise BadRequest(
            f"The camera's address has no valid port: {parts.hostname}.", "Write it as http://HOST:PORT/PATH."
        ) from error
    if not parts.hostname:
        raise BadRequest("The camera's address has no host.", "Write it as http://HOST:PORT/PATH.")
    bare = f"{parts.scheme}://{parts.hostname}{port}{parts.path or '/'}"
    return DeviceIdentity(DeviceKind.CAMERA, bare, f"Network camera {parts.hostname}{port}", bare)


def open_http(url: str, clock: Clock) -> OpenCvCamera:
    """A network camera that sends MJPEG. Raises DeviceFailed that says whether it is away or refuses."""
    cv2 = opencv()
    identity = http_identity(url)
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS]
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        capture.release()
        raise _why_not_http(url, identity)
    capture.set(cv2.CAP_PROP_FORMAT, -1)
    return OpenCvCamera(identity, capture, clock, convert_property=cv2.CAP_PROP_FORMAT)


def _why_not_http(url: str, identity: DeviceIdentity) -> DeviceFailed:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path or "/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return DeviceFailed(
            f"The network camera {identity.id} does not answer.", "Check its address, its power and the network."
        )
    finally:
        with contextlib.suppress(OSError):
            connection.close()
    if status in {401, 403}:
        return DeviceFailed(
            f"The network camera {identity.id} refuses this kiosk (HTTP {status}).",
            "Put its name and password into the address: http://NAME:PASSWORD@HOST/PATH.",
        )
    return DeviceFailed(
        f"The network camera {identity.id} answers, but not with pictures (HTTP {status}).",
        "Check the path in its address: it must give MJPEG.",
    )


def as_jpeg(picture: Pixels) -> bytes:
    """A JPEG of a BGR picture, 4:2:0."""
    cv2 = opencv()
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return bytes(data.tobytes())


def as_yuyv(picture: Pixels) -> Pixels:
    """A BGR picture as YUYV: (height, width, 2), BT.601 in video range."""
    cv2 = opencv()
    return np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_YUY2))


class VideoFile:
    """A video file read picture by picture, as fast as asked."""

    def __init__(self, capture: Any) -> None:
        self._capture = capture
        fps = float(capture.get(opencv().CAP_PROP_FPS))
        self.fps = fps if 1 <= fps <= 240 else 0.0

    def read(self) -> "Pixels | None":
        """The next picture, or None at the end."""
        good, picture = self._capture.read()
        if not good or picture is None or picture.ndim != 3:
            return None
        return np.ascontiguousarray(picture)

    def release(self) -> None:
        self._capture.release()


def open_video_file(path: Path) -> VideoFile:
    """Opens a video file. Raises DeviceFailed when OpenCV cannot read it."""
    cv2 = opencv()
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        capture.release()
        raise DeviceFailed(f"The camera file {path} cannot be read as a video.")
    return VideoFile(capture)
