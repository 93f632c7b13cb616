"""The simulated camera: replays JPEGs made beforehand, by the clock, with faults that can be switched on."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.devices import jpeg
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import CameraFrame, DeviceIdentity, DeviceKind
from kiosk.domain.errors import BadRequest, DeviceFailed

IDENTITY: Final = DeviceIdentity(DeviceKind.CAMERA, "simulated-camera", "Simulated camera", "simulated")
FPS: Final = 30.0
BUFFERS: Final = 4
"""Pictures that the driver keeps for a late reader; more are lost, as with a real camera."""
FLASH_PICTURES: Final = 2


@dataclass(frozen=True, slots=True)
class Pictures:
    """What the camera can show, all of one size."""

    loop: tuple[bytes, ...]
    flash: bytes
    black: bytes
    width: int
    height: int


def load(folder: Path) -> Pictures:
    """The pictures of `assets/simulated`. Raises DeviceFailed when they are not there or no JPEGs."""
    try:
        loop = tuple(jpeg.split((folder / "camera.mjpeg").read_bytes()))
        flash, black = (folder / "flash.jpg").read_bytes(), (folder / "black.jpg").read_bytes()
    except OSError as error:
        what = f"The pictures of the simulated camera cannot be read from {folder} ({error.strerror})."
        raise DeviceFailed(what, "Install the program again.") from error
    size = jpeg.size_of(loop[0]) if loop else None
    if size is None:
        raise DeviceFailed(f"{folder / 'camera.mjpeg'} holds no pictures.", "Install the program again.")
    return Pictures(loop, flash, black, *size)


class CameraControls:
    """What is wrong with the simulated camera now; outlives its being opened and closed. Safe between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.changed = threading.Condition()
        self.plugged = True
        self.stalled = False
        self.frozen = False
        self.black = False
        self.fps = FPS
        self.flash_ns: int | None = None
        self.origin_ns = clock.now_ns()
        self.origin_number = 0

    def due_ns(self, number: int) -> int:
        """The instant of picture `number`."""
        return self.origin_ns + round((number - self.origin_number) * NS / self.fps)

    def number_at(self, t_ns: int) -> int:
        """The newest picture at an instant."""
        return self.origin_number + int((t_ns - self.origin_ns) * self.fps // NS)

    def set_fps(self, fps: float) -> None:
        """From the next picture on."""
        with self.changed:
            number = self.number_at(self._clock.now_ns())
            self.origin_ns, self.origin_number = self.due_ns(number), number
            self.fps = fps
            self.changed.notify_all()

    def flash(self) -> int:
        """The lower half turns white for two pictures; returns the instant of the first one."""
        with self.changed:
            self.flash_ns = self.due_ns(self.number_at(self._clock.now_ns() + NS // 20) + 1)
            return self.flash_ns

    def do(self, action: str, value: str) -> bool:
        """Whether this action is one of ours, and done."""
        match action:
            case "unplug" | "plug":
                self._set(plugged=action == "plug")
            case "stall" | "go":
                self._set(stalled=action == "stall")
            case "freeze" | "thaw":
                self._set(frozen=action == "freeze")
            case "black" | "normal":
                self._set(black=action == "black")
            case "fps":
                self.set_fps(_positive(value))
            case "flash":
                self.flash()
            case _:
                return False
        return True

    def _set(self, **values: bool) -> None:
        with self.changed:
            for name, value in values.items():
                setattr(self, name, value)
            self.changed.notify_all()


ACTIONS: Final = ("unplug", "plug", "stall", "go", "freeze", "thaw", "black", "normal", "fps", "flash")


def _positive(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0.1 <= number <= 240:
        raise BadRequest(f"The camera cannot give {value!r} pictures a second.", "Give a number from 0.1 to 240.")
    return number


class SimulatedCamera:
    """One opening of the simulated camera (`domain.devices.Camera`)."""

    def __init__(self, controls: CameraControls, pictures: Pictures, clock: Clock) -> None:
        if not controls.plugged:
            raise DeviceFailed("The simulated camera is unplugged.", "Plug it in.")
        self.identity = IDENTITY
        self.width = pictures.width
        self.height = pictures.height
        self._controls = controls
        self._pictures = pictures
        self._clock = clock
        self._closed = False
        self._next = controls.number_at(clock.now_ns()) + 1
        self._frozen_at = 0

    def read(self) -> CameraFrame:
        controls = self._controls
        with controls.changed:
            while True:
                if self._closed:
                    raise DeviceFailed("The simulated camera is closed.")
                if not controls.plugged:
                    raise DeviceFailed("The simulated camera was unplugged.", "Plug it in again.")
                if controls.stalled:
                    controls.changed.wait()
                    continue
                now = self._clock.now_ns()
                self._next = max(self._next, controls.number_at(now) - BUFFERS + 1)
                due = controls.due_ns(self._next)
                if now < due:
                    controls.changed.wait((due - now) / NS)
                    continue
                number = self._next
                self._next += 1
                return CameraFrame(due, "jpeg", self._picture(number, due), self.width, self.height)

    def close(self) -> None:
        with self._controls.changed:
            self._closed = True
            self._controls.changed.notify_all()

    def _picture(self, number: int, due_ns: int) -> bytes:
        controls, pictures = self._controls, self._pictures
        if controls.flash_ns is not None and due_ns >= controls.flash_ns:
            if due_ns < controls.flash_ns + round((FLASH_PICTURES - 0.5) * NS / controls.fps):
                return pictures.flash
            controls.flash_ns = None
        if controls.black:
            return pictures.black
        if not controls.frozen:
            self._frozen_at = number
        return pictures.loop[self._frozen_at % len(pictures.loop)]
