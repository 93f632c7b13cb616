"""The still that stands in for the camera while it is lost or may not be seen. Driven by the line's thread."""

from pathlib import Path
from typing import Final

from kiosk.capture.silence import Silence
from kiosk.domain.clock import NS, Clock
from kiosk.domain.events import Gap
from kiosk.encode.still import load_still
from kiosk.recorder.take import STILL_EVERY_NS, Take

CAMERA_LATE_NS: Final = NS
"""After so long without a picture the still is written, so that the file goes on."""


class StandIn:
    """`assets` is the folder that holds the stills."""

    def __init__(self, assets: Path, clock: Clock) -> None:
        self._clock = clock
        self._lost = load_still(assets / "stills" / "camera-lost.png")
        self._paused = load_still(assets / "stills" / "paused.png")
        self._since_ns = 0
        """Since when the camera is lost; 0 while it is not."""
        self._silence = Silence()

    def fill(self, take: Take, now: int, newest_ns: int, *, paused: bool, end_ns: int) -> None:
        """Keeps the picture going when the camera does not, or may not.

        Args:
            take: the segment in work.
            now: session clock.
            newest_ns: arrival of the camera's newest picture.
            paused: nobody may be seen.
            end_ns: when the recording ends; 0 while it goes on.
        """
        silent = self._silence.too_long(now, max(newest_ns, take.t0_ns), CAMERA_LATE_NS, paused=True)
        late = silent and not paused
        if not (paused or late) or now - take.last_picture_ns < STILL_EVERY_NS:
            return
        if late and not self._since_ns:
            self._since_ns = take.last_picture_ns
        still = self._paused if paused else self._lost
        take.picture(still, min(now, end_ns) if end_ns else now, self._clock.wall(), live=False)

    def ended(self, take: Take, at_ns: int) -> Gap | None:
        """A picture came at `at_ns`, or the recording ends then: the gap, if there was one."""
        since_ns, self._since_ns = self._since_ns, 0
        return Gap("camera", take.at_ns(since_ns), at_ns - since_ns, "no picture came") if since_ns else None
