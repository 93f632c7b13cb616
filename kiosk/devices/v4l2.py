"""What Linux itself says of a camera node: name, identity, formats, and why it cannot be opened.

Asks sysfs and a few ioctls. Never streams: pictures come through OpenCV (`opencv_camera`).
"""

import errno
import getpass
import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.devices.camera_modes import Format
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.errors import DeviceFailed

SYSFS: Final = Path("/sys/class/video4linux")
DEV: Final = Path("/dev")
_QUERYCAP: Final = 0x80685600
_ENUM_FMT: Final = 0xC0405602
_G_FMT: Final = 0xC0D05604
_S_FMT: Final = 0xC0D05605
_ENUM_FRAMESIZES: Final = 0xC02C564A
_ENUM_FRAMEINTERVALS: Final = 0xC034564B
_VIDEO_CAPTURE: Final = 1
_HAS_DEVICE_CAPS: Final = 0x80000000
_DISCRETE: Final = 1
_MOST: Final = 64
"""Entries of one list that are asked for; a driver that never ends its list must not hang us."""


@dataclass(frozen=True, slots=True)
class Node:
    """A camera node: its path and who it is. `capture` is False for metadata nodes, None when it may not be asked."""

    path: Path
    identity: DeviceIdentity
    capture: bool | None


def nodes(sysfs: Path = SYSFS, dev: Path = DEV) -> list[Node]:
    """All camera nodes of this machine in the order of their numbers, metadata nodes left out."""
    found = [node_of(path, sysfs) for path in dev.glob("video[0-9]*") if path.name[5:].isdecimal()]
    found.sort(key=lambda node: int(node.path.name[5:]))
    return [node for node in found if node.capture is not False]


def node_of(path: Path, sysfs: Path = SYSFS) -> Node:
    """Who stands behind `path`, as well as can be known without the right to open it."""
    real = Path(os.path.realpath(path))
    card, bus, capture = _asked(real)
    folder = sysfs / real.name
    name = _text(folder / "name") or card or real.name
    if capture is None and _text(folder / "index") not in {"", "0"}:
        capture = False  # a camera's further nodes are metadata
    identity = _usb_identity(folder) or (f"v4l2:{card}@{bus}" if card and bus else f"v4l2:{real}")
    spec = identity if identity.startswith(("usb:", "usb-port:")) else str(path)
    return Node(path, DeviceIdentity(DeviceKind.CAMERA, identity, name, spec), capture)


def _usb_identity(folder: Path) -> str:
    """`usb:VENDOR:PRODUCT:SERIAL`, or the port when the camera has no serial, or nothing when it is not on USB."""
    device = folder / "device"
    if not device.exists():
        return ""
    here = Path(os.path.realpath(device))
    for place in (here, *list(here.parents)[:4]):
        vendor, product = _text(place / "idVendor"), _text(place / "idProduct")
        if vendor and product:
            serial = _text(place / "serial")
            return f"usb:{vendor}:{product}:{serial}" if serial else f"usb-port:{place.name}:{vendor}:{product}"
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def why_not(path: Path) -> DeviceFailed | None:
    """Opens the node without streaming and says in plain words why that fails; None when it does not."""
    try:
        fd = os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        return refusal(path, error.errno or 0)
    os.close(fd)
    return None


def refusal(path: Path, number: int) -> DeviceFailed:
    """The error for what the system said when `path` was opened."""
    if number in {errno.EACCES, errno.EPERM}:
        return DeviceFailed(
            f"The system refuses this account the camera {path}.",
            f"Run: sudo usermod -aG video {_account()}, then sign in again. Or turn off the camera's privacy switch.",
        )
    if number == errno.EBUSY:
        return busy(path)
    if number in {errno.ENOENT, errno.ENXIO, errno.ENODEV}:
        return DeviceFailed(f"There is no camera at {path}.")
    return DeviceFailed(f"The camera {path} cannot be opened ({os.strerror(number)}).", "Plug it in again.")


def busy(path: Path) -> DeviceFailed:
    return DeviceFailed(f"The camera {path} is in use by another program.", "Close that program, then try again.")


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "ACCOUNT"


if sys.platform != "win32":
    import fcntl

    def _ioctl(fd: int, request: int, data: bytes) -> bytes | None:
        try:
            return fcntl.ioctl(fd, request, data)
        except OSError:
            return None

    def _asked(path: Path) -> tuple[str, str, bool | None]:
        """Card, bus and whether it gives pictures, or empty when it cannot be asked."""
        try:
            fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            return "", "", None
        try:
            answer = _ioctl(fd, _QUERYCAP, bytes(104))
        finally:
            os.close(fd)
        if answer is None:
            return "", "", None
        _, card, bus, _, all_caps, own_caps = struct.unpack_from("=16s32s32sIII", answer)
        caps = own_caps if all_caps & _HAS_DEVICE_CAPS else all_caps
        return _string(card), _string(bus), bool(caps & _VIDEO_CAPTURE)

    def in_use(path: Path) -> bool:
        """Whether another program streams from it: setting the format that is set is refused as busy."""
        try:
            fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            return error.errno == errno.EBUSY
        try:
            current = _ioctl(fd, _G_FMT, struct.pack("=I", _VIDEO_CAPTURE) + bytes(204))
            if current is None:
                return False
            fcntl.ioctl(fd, _S_FMT, current)
        except OSError as error:
            return error.errno == errno.EBUSY
        finally:
            os.close(fd)
        return False

    def formats(path: Path) -> tuple[Format, ...]:
        """What the camera says that it offers, largest first; empty when it cannot be asked."""
        try:
            fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            return ()
        try:
            found = {mode for code in _encodings(fd) for mode in _modes(fd, code)}
        finally:
            os.close(fd)
        return tuple(sorted(found, key=lambda mode: (-mode.width * mode.height, mode.encoding, -mode.fps)))

    def _encodings(fd: int) -> list[bytes]:
        codes = []
        for index in range(_MOST):
            answer = _ioctl(fd, _ENUM_FMT, struct.pack("=II", index, _VIDEO_CAPTURE) + bytes(56))
            if answer is None:
                break
            codes.append(answer[44:48])
        return codes

    def _modes(fd: int, code: bytes) -> list[Format]:
        modes = []
        for index in range(_MOST):
            answer = _ioctl(fd, _ENUM_FRAMESIZES, struct.pack("=I4s", index, code) + bytes(36))
            if answer is None:
                break
            kind, width, height = struct.unpack_from("=III", answer, 8)
            if kind != _DISCRETE:
                break
            modes.append(Format(code.decode("ascii", "replace"), width, height, _fastest(fd, code, width, height)))
        return modes

    def _fastest(fd: int, code: bytes, width: int, height: int) -> float:
        fastest = 0.0
        for index in range(_MOST):
            asked = struct.pack("=I4sII", index, code, width, height) + bytes(36)
            answer = _ioctl(fd, _ENUM_FRAMEINTERVALS, asked)
            if answer is None:
                break
            kind, numerator, denominator = struct.unpack_from("=III", answer, 16)
            if kind == _DISCRETE and numerator:
                fastest = max(fastest, denominator / numerator)
        return round(fastest, 3)

    def _string(raw: bytes) -> str:
        return raw.split(b"\0")[0].decode("utf-8", "replace").strip()

else:

    def _asked(path: Path) -> tuple[str, str, bool | None]:  # noqa: ARG001 (there are no such nodes on Windows)
        return "", "", None

    def in_use(path: Path) -> bool:  # noqa: ARG001 (there are no such nodes on Windows)
        return False

    def formats(path: Path) -> tuple[Format, ...]:  # noqa: ARG001 (there are no such nodes on Windows)
        return ()
