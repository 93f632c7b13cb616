"""Ports of the devices, and the stamped values that they hand over.

Real and simulated drivers stand behind the same protocols and pass the same conformance suite.
Instants are session-clock nanoseconds (`domain.clock`). Samples are float32 mono, full scale ±1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:  # types only: at run time this floor needs nothing but the standard library
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.float32]"
"""One channel, one dimension, full scale ±1."""
Pixels: TypeAlias = "NDArray[np.uint8]"
"""(height, width, 3), blue first."""

RATE = 48_000
"""Samples a second of the session: of the mix, of rendered questions and of the recording."""


class DeviceKind(StrEnum):
    CAMERA = "camera"
    MICROPHONE = "microphone"
    LOUDSPEAKER = "loudspeaker"


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """What stays the same when a device is plugged in elsewhere.

    `id` is stable where the system offers it (USB serial or path, sound card name); `name` is for people;
    `spec` is what to write into the configuration to get this device again.
    """

    kind: DeviceKind
    id: str
    name: str
    spec: str

    def may_be(self, other: "DeviceIdentity") -> bool:
        """Whether both are the same device as far as they are known: `ALSA:pulse:desk` may be `ALSA:pulse`."""
        longer, shorter = sorted((self.id, other.id), key=len, reverse=True)
        return longer == shorter or longer.startswith(f"{shorter}:")


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """One picture as the camera gave it.

    `t_ns` is its arrival. `data` is a whole JPEG (`bytes`), a BGR picture (height, width, 3), or YUYV: two bytes a
    point (height, width, 2), BT.601 in video range.
    """

    t_ns: int
    encoding: Literal["jpeg", "bgr", "yuyv"]
    data: "bytes | Pixels"
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SampleBlock:
    """Consecutive samples of one device.

    `first` is the device's own count of the first sample since the stream opened, with what the driver says
    it lost counted in; `t_ns` is the best estimate of the instant at which that sample sounded, which may
    be late by scheduling but never early. `anew`: samples were lost before this block and the driver cannot say how
    many, so its count begins anew here.
    """

    first: int
    t_ns: int
    samples: Samples
    anew: bool = False


class Camera(Protocol):
    """An opened camera. One thread reads; another may close."""

    identity: DeviceIdentity
    width: int
    height: int

    def read(self) -> CameraFrame:
        """The next picture; blocks. Raises DeviceFailed when the camera is lost or hands over nothing usable."""
        ...

    def close(self) -> None:
        """Releases the device; a blocked `read` ends soon. Safe to call twice."""
        ...


class Microphone(Protocol):
    """An opened microphone; `rate` is its own, in samples a second."""

    identity: DeviceIdentity
    rate: int

    def start(self, on_block: Callable[[SampleBlock], None], on_lost: Callable[[str], None]) -> None:
        """Begins to call `on_block` from the device's thread. `on_lost` says once, in plain words, why it ended.

        `identity` may become longer here: behind a sound server nobody knows before who it will be.
        """
        ...

    def stop(self) -> None:
        """After it returns, nothing is called any more. Safe to call twice."""
        ...


class Loudspeaker(Protocol):
    """An opened loudspeaker at `rate` samples a second. `audible` is False when nothing can be heard (`null`).

    `ran_dry`: it had nothing to play for a moment, and holds more sound when it is opened again.
    """

    identity: DeviceIdentity
    rate: int
    audible: bool
    ran_dry: bool

    def start(self, fill: Callable[[Samples, int, int], None], on_lost: Callable[[str], None]) -> None:
        """Begins to call `fill(out, first, t_ns)`: write `out` in place; its first sample is number `first`
        of the stream and will sound at `t_ns`. Time in which the stream played nothing at all counts as samples.
        """
        ...

    def stop(self) -> None:
        """After it returns, nothing is called any more. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice of the speech engine; `languages` are BCP 47 tags."""

    id: str
    name: str
    languages: tuple[str, ...]


class VoiceEngine(Protocol):
    """Renders one text into one WAV file, in a process of its own that is killed at a deadline."""

    @property
    def version(self) -> str:
        """Name and version of what speaks, for the cache: another one may sound different. Raises VoiceFailed."""
        ...

    def voices(self) -> tuple[VoiceInfo, ...]:
        """All voices. Raises VoiceFailed."""
        ...

    def render(self, text: str, voice: str, words_per_minute: int, wav: Path) -> None:
        """Writes a complete, validated WAV of `text` to `wav` or raises VoiceFailed (BadRequest: no such voice)."""
        ...


class DeviceOpener(Protocol):
    """Opens devices by what the configuration says (SPEC); raises BadRequest or DeviceFailed."""

    def camera(self, spec: str, known: DeviceIdentity | None = None) -> Camera:
        """With `known`, only that camera, wherever it is now plugged in; `spec` says how it was asked for at first."""
        ...

    def microphone(self, spec: str) -> Microphone: ...
    def loudspeaker(self, spec: str) -> Loudspeaker: ...
    def simulate(self, device: str, action: str, value: str) -> None:
        """Does something to a simulated device (`say`, `unplug`, ...); BadRequest when it is not simulated."""
        ...
