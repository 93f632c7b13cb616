"""Camera, microphone and loudspeaker of one recorder, from `open` to `close`.

Opens them side by side, measures them, and says what they are. Records nothing, and knows nothing of files.
"""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.capture.microphone import MicrophoneFeed
from kiosk.domain import commands, events
from kiosk.domain.clock import Clock
from kiosk.domain.devices import CameraFrame, DeviceIdentity, DeviceOpener
from kiosk.domain.errors import DeviceFailed, KioskError
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink
from kiosk.encode.trial import AUTO, Trial, choose
from kiosk.recorder.hearing import Hearing
from kiosk.recorder.preview_file import PreviewFile
from kiosk.recorder.prompter import Prompter
from kiosk.recorder.sight import Sight

log = logging.getLogger(__name__)

READY_LIMIT_S: Final = 30.0
SETTLE_LIMIT_S: Final = 4.0


class Equipment:
    """Opened and closed by the service's thread; the line's uses what it holds.

    Args:
        encoder: how it is recorded; the preset is what the order to prepare says, or what the trial finds.
        on_frame: takes each picture, from the camera's thread, and must return soon.
        post: takes events, from any thread, without waiting.
    """

    def __init__(
        self,
        devices: DeviceOpener,
        clock: Clock,
        prompter: Prompter,
        preview: PreviewFile,
        *,
        encoder: EncoderSettings,
        make_encoder: Callable[[Sink, EncoderSettings], Encoder],
        on_frame: Callable[[CameraFrame], None],
        post: Callable[[events.Event], None],
    ) -> None:
        self._devices = devices
        self._clock = clock
        self._prompter = prompter
        self._preview = preview
        self._encoder = encoder
        self._make_encoder = make_encoder
        self._on_frame = on_frame
        self._post = post
        self.sight: Sight | None = None
        self.hearing: Hearing | None = None
        self.trial = Trial("")
        """How the preset was chosen; without shares when the order named it."""

    def open(self, prepare: commands.Prepare, begin: Callable[[], None]) -> events.Prepared:
        """Opens and measures all devices; blocks for seconds. Raises BadRequest or DeviceFailed.

        `begin` is called once they run: somebody must take what they give, or it is never known what they are.
        """
        self.close()
        sight = Sight(
            self._devices,
            prepare.camera,
            self._clock,
            on_frame=self._on_frame,
            post=self._post,
            preview=self._preview,
        )
        microphone = MicrophoneFeed(
            lambda: self._devices.microphone(prepare.microphone),
            self._clock,
            on_lost=lambda error: self._post(events.Problem("microphone", error.what, error.remedy)),
            on_back=self._microphone_back,
        )
        hearing = Hearing(microphone, self._post, gain_db=prepare.gain_db, later_ns=prepare.sound_offset_ns)
        try:
            loudspeaker = self._prompter.open(prepare.speaker)
            self.hearing, self.sight = hearing, sight
            microphone.start()
            sight.start()
            begin()
            microphone.wait_ready(READY_LIMIT_S)
            sight.wait_ready(READY_LIMIT_S)
        except KioskError:
            self.close()
            raise
        samples = sight.take_samples()  # while the microphone settles
        self.trial = (
            choose(samples, self._encoder, make_encoder=self._make_encoder)
            if prepare.preset == AUTO
            else Trial(prepare.preset)
        )
        hearing.settled.wait(SETTLE_LIMIT_S)
        sight.judged.wait(SETTLE_LIMIT_S)
        seen, heard = sight.status, hearing.status
        if seen.identity is None or heard.identity is None:
            raise DeviceFailed("A device was lost while it was being prepared.", "Check the cables, then try again.")
        return events.Prepared(
            camera=seen.identity,
            microphone=heard.identity,
            loudspeaker=loudspeaker,
            width=seen.width,
            height=seen.height,
            fps=round(seen.fps, 2),
            microphone_rate=heard.rate,
            preset=self.trial.preset,
        )

    def close(self) -> None:
        """Releases the devices."""
        sight, self.sight = self.sight, None
        hearing, self.hearing = self.hearing, None
        if sight is not None:
            sight.stop()
        if hearing is not None:
            hearing.stop()
        self._prompter.close()
        if sight is not None:
            sight.join(3)
        if hearing is not None:
            hearing.join(3)

    def simulate(self, command: commands.Simulate) -> None:
        """Does something to a simulated device; raises BadRequest when it is not one."""
        self._devices.simulate(command.device, command.action, command.value)

    def _microphone_back(self, identity: DeviceIdentity) -> None:
        log.info("the microphone is back: %s", identity.id)
        self._post(events.Problem("microphone", "", ""))
