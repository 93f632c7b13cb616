"""All simulated devices of one process, and what can be done to them by word of command."""

import threading
from pathlib import Path
from typing import Final

import numpy as np

from kiosk.devices import wav
from kiosk.devices.simulated import camera, sound, test_card
from kiosk.devices.simulated.room import SimulatedRoom
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import RATE, DeviceKind
from kiosk.domain.errors import BadRequest

CLICK_SAMPLES: Final = RATE // 1000
_ACTIONS: Final = {
    DeviceKind.CAMERA: (*camera.ACTIONS, "clap"),
    DeviceKind.MICROPHONE: (*sound.ACTIONS, "say", "hush", "click", "clap"),
    DeviceKind.LOUDSPEAKER: sound.LOUDSPEAKER_ACTIONS,
}


class Stage:
    """Camera, microphone and loudspeaker in one room; each may be opened again and again.

    Args:
        clock: paces everything.
        assets: the folder that holds `simulated/`.
        microphone_ppm, loudspeaker_ppm: how much faster than the session clock their clocks run.
    """

    def __init__(
        self, clock: Clock, assets: Path, *, microphone_ppm: float = 80.0, loudspeaker_ppm: float = -30.0
    ) -> None:
        self._clock = clock
        self._folder = assets / "simulated"
        self._lock = threading.Lock()
        self._pictures: dict[str, camera.Pictures] = {}
        self._options = ""
        """Of the camera that was opened last."""
        self.room = SimulatedRoom()
        self.camera_controls = camera.CameraControls(clock)
        self.microphone_controls = sound.MicrophoneControls(microphone_ppm)
        self.loudspeaker_controls = sound.LoudspeakerControls(loudspeaker_ppm)

    def camera(self, options: str = "") -> camera.SimulatedCamera:
        """`options` asks for another size or encoding (`test_card.mode_of`). Raises BadRequest, DeviceFailed."""
        with self._lock:
            pictures = self._pictures.get(options)
            if pictures is None:
                pictures = camera.draw(test_card.mode_of(options)) if options else camera.load(self._folder)
                self._pictures = {options: pictures}
            if options != self._options:
                self._options = options
                self.camera_controls.set_fps(pictures.mode.fps)
        return camera.SimulatedCamera(self.camera_controls, pictures, self._clock)

    def microphone(self) -> sound.SimulatedMicrophone:
        return sound.SimulatedMicrophone(self.microphone_controls, self.room, self._clock)

    def loudspeaker(self) -> sound.SimulatedLoudspeaker:
        return sound.SimulatedLoudspeaker(self._clock, self.loudspeaker_controls, self.room)

    def simulate(self, kind: DeviceKind, action: str, value: str) -> None:
        """Does `action`; raises BadRequest with the possible ones when there is none of that name.

        camera: unplug, plug · refuse, allow · swap, restore (another camera at its place) · stall, go (`read` blocks) ·
        freeze, thaw · black, covered, glare, dark, normal · fps N · flash · clap (flash and click at the same instant).
        microphone: say WAV, hush · mute, unmute (digital zeros) · stall, go (callbacks stop) · unplug, plug ·
        overflow MS (lost, but counted) · lose MS (lost, and not counted) · click · clap.
        loudspeaker: unplug, plug, dry (it ran dry; opened again it has not).
        """
        if action not in _ACTIONS[kind]:
            possible = ", ".join(_ACTIONS[kind])
            raise BadRequest(f"The simulated {kind} cannot {action!r}.", f"It can: {possible}.")
        match kind, action:
            case _, "clap":
                self._click(self.camera_controls.flash())
            case DeviceKind.MICROPHONE, "say":
                self.room.say(self._clock.now_ns() + NS // 20, wav.read_at(Path(value), RATE))
            case DeviceKind.MICROPHONE, "hush":
                self.room.hush()
            case DeviceKind.MICROPHONE, "click":
                self._click(self._clock.now_ns() + NS // 20)
            case DeviceKind.CAMERA, _:
                self.camera_controls.do(action, value)
            case DeviceKind.MICROPHONE, _:
                self.microphone_controls.do(action, value)
            case _:
                self.loudspeaker_controls.do(action, value)

    def _click(self, t_ns: int) -> None:
        """One millisecond of full sound: up for a half, down for a half."""
        click = np.full(CLICK_SAMPLES, 0.9, np.float32)
        click[CLICK_SAMPLES // 2 :] = -0.9
        self.room.say(t_ns, click)
