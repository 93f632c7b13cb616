"""Files that stand in for devices: `file:PATH` as a camera (looped) or a microphone (then silence), in real time.

A file is read as fast as the disk gives it; everything here is paced by the clock. A live device is never opened here.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from kiosk.devices import jpeg, wav
from kiosk.devices.opencv_camera import open_video_file
from kiosk.devices.pacing import PacedThread
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import CameraFrame, DeviceIdentity, DeviceKind, Pixels, SampleBlock
from kiosk.domain.errors import DeviceFailed

JPEG_ENDINGS: Final = (".jpg", ".jpeg", ".mjpg", ".mjpeg")
DEFAULT_FPS: Final = 30.0
_BEHIND_NS: Final = NS // 2


def _identity(kind: DeviceKind, path: Path) -> DeviceIdentity:
    return DeviceIdentity(kind, f"file:{path}", path.name, f"file:{path}")


class _Pace:
    """Waits for the instant of the next picture; `close` ends the wait."""

    def __init__(self, clock: Clock, fps: float) -> None:
        self._clock = clock
        self._period_ns = NS / fps
        self._next_ns = float(clock.now_ns())
        self._closed = threading.Event()

    def close(self) -> None:
        self._closed.set()

    def wait(self) -> int:
        """Returns the instant. Raises DeviceFailed after `close`. A reader that was away starts anew, not in a rush."""
        while not self._closed.is_set():
            now = self._clock.now_ns()
            if now - self._next_ns > _BEHIND_NS:
                self._next_ns = float(now)
            if now >= self._next_ns:
                due = round(self._next_ns)
                self._next_ns += self._period_ns
                return due
            self._closed.wait((self._next_ns - now) / NS)
        raise DeviceFailed("The camera file is closed.")


class JpegFileCamera:
    """JPEGs of an MJPEG file, or one JPEG again and again, as a camera of 30 pictures a second."""

    def __init__(self, path: Path, clock: Clock) -> None:
        try:
            self._pictures = jpeg.split(path.read_bytes())
        except OSError as error:
            raise DeviceFailed(f"The camera file {path} cannot be opened ({error.strerror}).") from error
        size = jpeg.size_of(self._pictures[0]) if self._pictures else None
        if size is None:
            raise DeviceFailed(f"The camera file {path} holds no JPEG pictures.")
        self.identity = _identity(DeviceKind.CAMERA, path)
        self.width, self.height = size
        self._number = 0
        self._pace = _Pace(clock, DEFAULT_FPS)

    def read(self) -> CameraFrame:
        t_ns = self._pace.wait()
        picture = self._pictures[self._number % len(self._pictures)]
        self._number += 1
        return CameraFrame(t_ns, "jpeg", picture, self.width, self.height)

    def close(self) -> None:
        self._pace.close()


class VideoFileCamera:
    """Any video file that OpenCV reads, at its own rate, looped."""

    def __init__(self, path: Path, clock: Clock) -> None:
        if not path.is_file():
            raise DeviceFailed(f"The camera file {path} does not exist.")
        self._path = path
        self._file = open_video_file(path)
        self._first = self._picture()
        self._ahead: Pixels | None = self._first
        self.identity = _identity(DeviceKind.CAMERA, path)
        self.height, self.width = int(self._first.shape[0]), int(self._first.shape[1])
        self._pace = _Pace(clock, self._file.fps or DEFAULT_FPS)
        self._reading = threading.Lock()
        self._closed = False

    def read(self) -> CameraFrame:
        with self._reading:
            if self._closed:
                raise DeviceFailed("The camera file is closed.")
            picture, self._ahead = (self._ahead if self._ahead is not None else self._picture()), None
        return CameraFrame(self._pace.wait(), "bgr", picture, self.width, self.height)

    def close(self) -> None:
        self._pace.close()
        with self._reading:
            if not self._closed:
                self._closed = True
                self._file.release()

    def _picture(self) -> Pixels:
        picture = self._file.read()
        if picture is None:  # its end: once more from the start
            self._file.release()
            self._file = open_video_file(self._path)
            picture = self._file.read()
        if picture is None:
            raise DeviceFailed(f"The camera file {self._path} holds no pictures.")
        return picture


def open_camera_file(path: Path, clock: Clock) -> JpegFileCamera | VideoFileCamera:
    """The camera that plays `path`. Raises DeviceFailed when it is missing or holds no pictures."""
    if path.suffix.lower() in JPEG_ENDINGS:
        return JpegFileCamera(path, clock)
    return VideoFileCamera(path, clock)


class FileMicrophone:
    """A WAV in real time at its own rate, once, then digital silence (`domain.devices.Microphone`)."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._samples, self.rate = wav.read(path)
        self.identity = _identity(DeviceKind.MICROPHONE, path)
        self._clock = clock
        self._block = max(self.rate // 100, 1)
        self._thread: PacedThread | None = None

    def start(self, on_block: Callable[[SampleBlock], None], on_lost: Callable[[str], None]) -> None:  # noqa: ARG002 (a file is never lost)
        def step(number: int, _due_ns: int) -> None:
            if number == 0:  # its samples have not sounded yet
                return
            first = (number - 1) * self._block
            heard = np.zeros(self._block, np.float32)
            part = self._samples[first : first + self._block]
            heard[: part.size] = part
            on_block(SampleBlock(first, self._clock.now_ns() - self._block * NS // self.rate, heard))

        self._thread = PacedThread("file-microphone", self._clock, self._block * NS / self.rate, step)
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self._thread.stop()
