"""When a loudspeaker's stream plays evenly, so that what it says of its blocks' instants can be believed."""

from typing import Final

from kiosk.domain.clock import NS


class SteadyStart:
    """Whether a stream has begun to play evenly. Pure.

    A sound server takes the first blocks in a burst and may then wait a second before it plays any of them; what
    was stamped until then would be wrong by that second.
    """

    EVEN_NS: Final = NS // 50
    LONG_ENOUGH_NS: Final = NS * 3 // 10
    PATIENCE_NS: Final = 3 * NS

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._began_ns: int | None = None
        self._since_ns = 0
        self._since_t_ns = 0
        self._samples = 0

    def add(self, now_ns: int, t_ns: int, frames: int) -> bool:
        """A block of `frames`, asked for now, that is to sound at `t_ns`; True from the first believed one on."""
        if self._began_ns is None:
            self._began_ns = now_ns
        if not self._samples or abs(t_ns - self._since_t_ns - self._samples * NS // self._rate) > self.EVEN_NS:
            self._since_ns, self._since_t_ns, self._samples = now_ns, t_ns, 0
        self._samples += frames
        return now_ns - self._since_ns >= self.LONG_ENOUGH_NS or now_ns - self._began_ns >= self.PATIENCE_NS
