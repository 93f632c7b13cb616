"""When a loudspeaker's stream plays evenly, so that what it says of its blocks' instants can be believed. Pure."""

from typing import Final

from kiosk.domain.clock import NS


class SteadyStart:
    """Whether a stream has begun to play evenly.

    A sound server takes the first blocks in a burst and may then wait a second before it plays any of them; what
    was stamped until then would be wrong by that second.
    """

    EVEN_NS: Final = NS // 50
    LONG_ENOUGH_NS: Final = NS * 3 // 10
    PATIENCE_NS: Final = 3 * NS

    def __init__(self, rate: int, patience_ns: int = PATIENCE_NS) -> None:
        self._rate = rate
        self._patience_ns = patience_ns
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
        return now_ns - self._since_ns >= self.LONG_ENOUGH_NS or now_ns - self._began_ns >= self._patience_ns


class SteadyCount:
    """Numbers a stream's samples from where it plays evenly, so that a number and its instant belong together.

    Whoever gave a sound server nothing for long (the process was stopped) finds that it played nothing: the time that
    went by is counted as samples, too, once the stream plays evenly again. Otherwise all that follows would be placed
    so much too early in the recording.
    """

    HOLE_NS: Final = NS * 3 // 10
    """Between two blocks. Smaller ones are for a loudspeaker that holds more, and for the fit of its clock."""
    AGAIN_NS: Final = NS // 2
    """It is believed after this in any case: who watches the stream takes a longer silence for its end."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._start: SteadyStart | None = SteadyStart(rate)
        """None while it plays evenly."""
        self._next = 0
        self._ends_ns = 0
        """When the newest block that was numbered ends; 0 before the first."""

    @property
    def steady(self) -> bool:
        """Whether the newest block was numbered."""
        return self._start is None

    def add(self, now_ns: int, t_ns: int, frames: int) -> int | None:
        """The number of the first sample of a block as in `SteadyStart`; None while the stream is not even."""
        if self._start is None and t_ns - self._ends_ns > self.HOLE_NS:
            self._start = SteadyStart(self._rate, self.AGAIN_NS)
        if self._start is not None:
            if not self._start.add(now_ns, t_ns, frames):
                return None
            self._start = None
            if self._ends_ns:
                self._next += max(0, (t_ns - self._ends_ns) * self._rate // NS)
        first, self._next = self._next, self._next + frames
        self._ends_ns = t_ns + frames * NS // self._rate
        return first
