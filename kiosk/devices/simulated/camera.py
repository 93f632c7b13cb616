"""The simulated camera: replays pictures made beforehand, by the clock, with faults that can be switched on."""

import functools
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from kiosk.devices import jpeg, opencv_camera
from kiosk.devices.simulated import test_card
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import CameraFrame, DeviceIdentity, DeviceKind, Pixels
from kiosk.domain.errors import BadRequest, DeviceFailed

IDENTITY: Final = DeviceIdentity(DeviceKind.CAMERA, "simulated-camera", "Simulated camera", "simulated")
OTHER: Final = DeviceIdentity(DeviceKind.CAMERA, "simulated-camera-2", "Another simulated camera", "simulated")
FPS: Final = 30.0
BUFFERS: Final = 4
"""Pictures that the driver keeps for a late reader; more are lost, as with a real camera."""
FLASH_PICTURES: Final = 2
_ALLOW: Final = "Tell the simulated camera to allow it."


LEVELS: Final = {"covered": 70, "glare": 255, "dark": 14}
"""Brightness (of 255) of what it sees while it is covered, blinded or in the dark, where there is a little more."""

Picture: TypeAlias = "bytes | Pixels"


@dataclass(frozen=True, slots=True)
class Pictures:
    """What the camera can show, all of one size and encoding."""

    loop: tuple[Picture, ...]
    flash: Picture
    black: Picture
    mode: test_card.Mode


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
    return Pictures(loop, flash, black, test_card.Mode(*size))


def draw(mode: test_card.Mode) -> Pictures:
    """The pictures of a camera of another size or encoding: a test card."""
    width, height = mode.width, mode.height
    loop = tuple(_encoded(test_card.card(width, height, number), mode) for number in range(test_card.PICTURES))
    lit = test_card.card(width, height, 0)
    lit[height // 2 :] = 255
    return Pictures(loop, _encoded(lit, mode), _encoded(test_card.flat(width, height, 0), mode), mode)


@functools.lru_cache(maxsize=4)
def _seen(look: str, mode: test_card.Mode) -> Picture:
    """What a camera sees that has something wrong with what it sees."""
    picture = test_card.flat(mode.width, mode.height, LEVELS[look])
    if look == "dark":
        picture = picture + test_card.card(mode.width, mode.height, 0) // 8
    return _encoded(picture, mode)


def _encoded(picture: Pixels, mode: test_card.Mode) -> Picture:
    match mode.encoding:
        case "jpeg":
            return opencv_camera.as_jpeg(picture)
        case "yuyv":
            return opencv_camera.as_yuyv(picture)
        case _:
            return picture


class CameraControls:
    """What is wrong with the simulated camera now; outlives its being opened and closed. Safe between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.changed = threading.Condition()
        self.plugged = True
        self.stalled = False
        self.frozen = False
        self.look = ""
        """What is wrong with what it sees: black, or one of LEVELS."""
        self.refused = False
        self.swapped = False
        """Another camera is plugged in at this one's place."""
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
            case "black" | "covered" | "glare" | "dark" | "normal":
                self._set(look="" if action == "normal" else action)
            case "refuse" | "allow":
                self._set(refused=action == "refuse")
            case "swap" | "restore":
                self._set(swapped=action == "swap")
            case "fps":
                self.set_fps(_positive(value))
            case "flash":
                self.flash()
            case _:
                return False
        return True

    def _set(self, **values: object) -> None:
        with self.changed:
            for name, value in values.items():
                setattr(self, name, value)
            self.changed.notify_all()


ACTIONS: Final = (
    "unplug", "plug", "refuse", "allow", "swap", "restore", "stall", "go", "freeze", "thaw",
    "black", "covered", "glare", "dark", "normal", "fps", "flash",
)  # fmt: skip


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
        if controls.refused:
            raise DeviceFailed("The system refuses this account the simulated camera.", _ALLOW)
        if not controls.plugged:
            raise DeviceFailed("The simulated camera is unplugged.", "Plug it in.")
        self._swapped = controls.swapped
        self.identity = OTHER if controls.swapped else IDENTITY
        self.width = pictures.mode.width
        self.height = pictures.mode.height
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
                if not controls.plugged or controls.swapped is not self._swapped:
                    raise DeviceFailed("The simulated camera was unplugged.", "Plug it in again.")
                if controls.refused:
                    raise DeviceFailed("The system refuses this account the simulated camera.", _ALLOW)
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
                picture, encoding = self._picture(number, due), self._pictures.mode.encoding
                return CameraFrame(due, encoding, picture, self.width, self.height)

    def close(self) -> None:
        with self._controls.changed:
            self._closed = True
            self._controls.changed.notify_all()

    def _picture(self, number: int, due_ns: int) -> Picture:
        controls, pictures = self._controls, self._pictures
        if controls.flash_ns is not None and due_ns >= controls.flash_ns:
            if due_ns < controls.flash_ns + round((FLASH_PICTURES - 0.5) * NS / controls.fps):
                return pictures.flash
            controls.flash_ns = None
        if controls.look:
            return pictures.black if controls.look == "black" else _seen(controls.look, pictures.mode)
        if not controls.frozen:
            self._frozen_at = number
        return pictures.loop[self._frozen_at % len(pictures.loop)]
