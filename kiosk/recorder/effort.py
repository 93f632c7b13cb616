"""How hard the encoder works: the preset of the session, and the next faster one when this machine does not keep up."""

import dataclasses
import logging
from collections.abc import Callable
from typing import Any, Final

from kiosk.domain.clock import seconds
from kiosk.domain.events import Problem
from kiosk.encode.encoder import EncoderSettings
from kiosk.encode.trial import Trial, faster_than
from kiosk.recorder.pace import Pace

log = logging.getLogger(__name__)

DEVICE: Final = "computer"
LESS: Final = (
    "The computer does not keep up with the picture, so the picture is made with less effort from now on.",
    "Close other programs on this computer.",
)
LEAST: Final = (
    "The computer is too slow for this camera: pictures may be missing.",
    "Close other programs on this computer. Use a faster one for the next interview.",
)


class Effort:
    """Driven by the line's thread, once `begin` has said with what."""

    def __init__(self, settings: EncoderSettings, post: Callable[[Problem], None]) -> None:
        self.settings = settings
        self._post = post
        self._pace = Pace()
        self._trial = Trial(settings.preset)
        self._steps: list[dict[str, Any]] = []
        self._told = False

    def begin(self, trial: Trial) -> None:
        """The preset that was chosen."""
        self.settings = dataclasses.replace(self.settings, preset=trial.preset)
        self._trial = trial
        self._steps.clear()

    def waited(self, spent_ns: int) -> None:
        """So long the line did nothing but wait for pictures."""
        self._pace.waited(spent_ns)

    def encoded(self, t_ns: int, now_ns: int, at_ns: int) -> bool:
        """A picture of `t_ns` (media time `at_ns`) is encoded at `now_ns`. True: go on with the changed `settings`."""
        slow = self._pace.worked(t_ns, now_ns)
        if self._told and not self._pace.behind:
            self._told = False
            self._post(Problem(DEVICE, "", ""))
        if not slow:
            return False
        before, preset = self.settings.preset, faster_than(self.settings.preset)
        least = preset == before
        self._told = True
        self._post(Problem(DEVICE, *(LEAST if least else LESS)))
        if least:
            return False
        log.warning("the machine does not keep up with %s: %s from now on", before, preset)
        self.settings = dataclasses.replace(self.settings, preset=preset)
        self._steps.append({"at_s": seconds(at_ns), "preset": preset})
        return True

    def report(self) -> dict[str, Any]:
        """For the quality report: the preset at the end, the steps to it, and what the trial found (CPU, wall)."""
        shares = {preset: list(share) for preset, share in self._trial.shares.items()}
        return {"preset": self.settings.preset, "preset_steps": list(self._steps), "preset_trial": shares}
