"""The camera's pictures on their way into the take, and the stills that stand in for them. Driven by the line's thread.

Gives each picture the wall clock of its arrival, and says when this machine is too slow for what is asked of it.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import av

from kiosk.domain.clock import Clock
from kiosk.domain.events import Event
from kiosk.encode.encoder import EncoderSettings
from kiosk.recorder.effort import Effort
from kiosk.recorder.stand_in import StandIn
from kiosk.recorder.take import Take


class Footage:
    """Args:
    settings: how it is encoded as long as nobody chose a preset.
    post: takes events without waiting.
    """

    def __init__(self, clock: Clock, settings: EncoderSettings, post: Callable[[Event], None]) -> None:
        self._clock = clock
        self._post = post
        self.effort = Effort(settings, post)
        self.disordered = 0
        """Pictures that came out of order."""
        self._stand_in: StandIn | None = None

    def open(self, assets: Path) -> None:
        """`assets` is the folder that holds the stills. Raises WorldFailed when they are missing."""
        self._stand_in = StandIn(assets, self._clock)

    def picture(self, take: Take, picture: av.VideoFrame, t_ns: int) -> bool:
        """Encodes a picture of the camera, which is drawn on. False when it came out of order."""
        late_ns = self._clock.now_ns() - t_ns
        wall = self._clock.wall() - timedelta(microseconds=late_ns // 1000)
        taken = take.picture(picture, t_ns, wall, live=True)
        self.disordered += not taken
        self.tell_gap(take, t_ns)
        return taken

    def slow(self, take: Take, t_ns: int) -> bool:
        """After `picture`: whether this machine is too slow for it, and `effort` has other settings from now on."""
        return self.effort.encoded(t_ns, self._clock.now_ns(), take.at_ns(t_ns))

    def fill(self, take: Take, now: int, newest_ns: int, *, paused: bool, end_ns: int) -> None:
        """As in `StandIn`."""
        if self._stand_in is not None:
            self._stand_in.fill(take, now, newest_ns, paused=paused, end_ns=end_ns)

    def tell_gap(self, take: Take, at_ns: int) -> None:
        """A picture came, or the recording ends: the camera's gap is over."""
        gap = self._stand_in.ended(take, at_ns) if self._stand_in is not None else None
        if gap is not None:
            self._post(gap)
