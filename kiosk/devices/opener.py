"""Opens devices by what the configuration says (SPEC). The only door through which other rooms get a device."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.devices import opencv_camera, v4l2
from kiosk.devices.files import FileMicrophone, open_camera_file
from kiosk.devices.simulated.sound import LoudspeakerControls, SimulatedLoudspeaker
from kiosk.devices.simulated.stage import Stage
from kiosk.devices.sound_system import LOUDSPEAKER_LATENCIES_S, SoundSystem
from kiosk.devices.sounddevice_streams import SoundLoudspeaker, SoundMicrophone
from kiosk.domain.clock import Clock
from kiosk.domain.devices import Camera, DeviceIdentity, DeviceKind, Loudspeaker, Microphone
from kiosk.domain.errors import BadRequest, DeviceFailed

SIMULATED: Final = "simulated"
NULL: Final = "null"
_CAMERA_FORMS: Final = "Write a number, /dev/videoN, an identity, http://HOST/PATH, file:PATH or simulated."
_MICROPHONE_FORMS: Final = "Write default, a name or number, file:PATH.wav or simulated."
_LOUDSPEAKER_FORMS: Final = "Write default, a name or number, null or simulated."


class Devices:
    """Implements `domain.devices.DeviceOpener`; owns what all simulated devices of this process share.

    SPEC of a camera: empty or `default` (the first one), a number, a device path, an identity or name, `http://…`
    and `https://…` (MJPEG), `file:PATH` (in real time, looped), `simulated`, `simulated:640x480,yuyv`. Of a microphone
    and loudspeaker: empty or `default`, a number, an identity or name, `file:PATH.wav` (microphone: in real time, then
    silence), `null` (loudspeaker), `simulated`. Malformed ones raise BadRequest; missing, refused and busy devices
    DeviceFailed. `nodes` lists this machine's cameras; `latencies_s` is what a loudspeaker holds, as in `SoundSystem`.
    """

    def __init__(
        self,
        clock: Clock,
        assets: Path,
        nodes: Callable[[], list[v4l2.Node]] = v4l2.nodes,
        latencies_s: tuple[float, ...] = LOUDSPEAKER_LATENCIES_S,
    ) -> None:
        self._clock = clock
        self._nodes = nodes
        self._stage = Stage(clock, assets)
        self._sound = SoundSystem(latencies_s)
        self._lock = threading.Lock()
        self._real: set[DeviceKind] = set()

    def camera(self, spec: str, known: DeviceIdentity | None = None) -> Camera:
        spec = _clean(spec, _CAMERA_FORMS)
        kind, _, options = spec.partition(":")
        self._note(DeviceKind.CAMERA, kind)
        if kind == SIMULATED:
            return self._stage.camera(options)
        if spec.startswith(("http://", "https://")):
            return opencv_camera.open_http(spec, self._clock)
        if spec.startswith("file:"):
            return open_camera_file(_path(spec, _CAMERA_FORMS), self._clock)
        if "://" in spec:
            raise BadRequest(f"The camera {spec.split('://', maxsplit=1)[0]}://… is of no known kind.", _CAMERA_FORMS)
        if sys.platform == "win32":
            return opencv_camera.open_index(_index(spec), self._clock)
        found = self._nodes()
        node = _find_node(spec, found) if known is None else _find_again(spec, known, found)
        return opencv_camera.open_v4l2(node, self._clock)

    def microphone(self, spec: str) -> Microphone:
        spec = _clean(spec, _MICROPHONE_FORMS)
        self._note(DeviceKind.MICROPHONE, spec)
        if spec == SIMULATED:
            return self._stage.microphone()
        if spec.startswith("file:"):
            return FileMicrophone(_path(spec, _MICROPHONE_FORMS), self._clock)
        if spec == NULL or "://" in spec:
            raise BadRequest(f"There is no microphone of the kind {spec!r}.", _MICROPHONE_FORMS)
        return SoundMicrophone(self._sound, spec, self._clock)

    def loudspeaker(self, spec: str) -> Loudspeaker:
        spec = _clean(spec, _LOUDSPEAKER_FORMS)
        self._note(DeviceKind.LOUDSPEAKER, spec)
        if spec == SIMULATED:
            return self._stage.loudspeaker()
        if spec == NULL:
            return SimulatedLoudspeaker(self._clock, LoudspeakerControls(0.0), None)
        if spec.startswith("file:") or "://" in spec:
            raise BadRequest(f"There is no loudspeaker of the kind {spec!r}.", _LOUDSPEAKER_FORMS)
        return SoundLoudspeaker(self._sound, spec, self._clock)

    def simulate(self, device: str, action: str, value: str) -> None:
        """Does something to a simulated device; what is possible stands at `simulated.stage.Stage.simulate`."""
        try:
            kind = DeviceKind(device)
        except ValueError as error:
            kinds = ", ".join(DeviceKind)
            raise BadRequest(f"There is no device of the kind {device!r}.", f"There is: {kinds}.") from error
        if kind in self._real:
            raise BadRequest(f"The {kind} is not simulated.", f"Set the {kind} to simulated.")
        self._stage.simulate(kind, action, value)

    def _note(self, kind: DeviceKind, spec: str) -> None:
        """Remembers which kinds were last asked for as real ones."""
        with self._lock:
            (self._real.discard if spec == SIMULATED else self._real.add)(kind)


def _clean(spec: str, forms: str) -> str:
    spec = spec.strip()
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in spec):
        raise BadRequest(f"The device {spec!r} has characters in it that no device has.", forms)
    return spec


def _path(spec: str, forms: str) -> Path:
    name = spec.removeprefix("file:")
    if not name:
        raise BadRequest("file: names no file.", forms)
    return Path(name).expanduser()


def _index(spec: str) -> int:
    if spec.lower() in {"", "default"}:
        return 0
    digits = spec.removeprefix("index:")
    if not (digits.isascii() and digits.isdecimal()):
        raise BadRequest(f"The camera {spec!r} is of no known kind.", _CAMERA_FORMS)
    return int(digits)


def _find_node(spec: str, found: list[v4l2.Node]) -> v4l2.Node:
    """The camera node that `spec` means, on Linux."""
    if spec.isascii() and spec.isdecimal():
        return _existing(Path(f"/dev/video{int(spec)}"), found)
    if spec.startswith("/"):
        return _existing(Path(spec), found)
    if spec.lower() in {"", "default"}:
        if not found:
            raise DeviceFailed("No camera is plugged in.", _what_exists(found))
        return found[0]
    for node in found:
        if spec == node.identity.id:
            return node
    named = [node for node in found if node.identity.name == spec]
    if len(named) > 1:
        ids = ", ".join(node.identity.id for node in named)
        raise DeviceFailed(f"{spec!r} names more than one camera.", f"Write the identity: {ids}.")
    if not named:
        raise DeviceFailed(f"There is no camera {spec!r}.", _what_exists(found))
    return named[0]


def _find_again(spec: str, known: DeviceIdentity, found: list[v4l2.Node]) -> v4l2.Node:
    """Where a camera is now that was found by `spec` at first: its number changes when cameras are plugged in."""
    for node in found:
        if node.identity.id == known.id:
            return node
    node = _find_node(spec, found)
    if node.identity.id == known.id:
        return node
    raise DeviceFailed(
        f"The camera {known.name} is not plugged in. There is another one at its place: {node.identity.name}.",
        f"Plug {known.name} in again.",
    )


def _existing(path: Path, found: list[v4l2.Node]) -> v4l2.Node:
    trouble = v4l2.why_not(path)
    if trouble is None:
        return v4l2.node_of(path)
    if not trouble.remedy:
        raise DeviceFailed(trouble.what, _what_exists(found))
    raise trouble


def _what_exists(found: list[v4l2.Node]) -> str:
    if not found:
        return "The system lists no camera: plug one in, or use the camera simulated."
    return "There is: " + ", ".join(f"{node.path} ({node.identity.name})" for node in found) + "."
