"""Session-clock instants as output positions: samples at 48 kHz since the recording's first instant `t0`."""

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE


def position_of(t_ns: float, t0_ns: int) -> float:
    """Output position, with fractions, of an instant."""
    return (t_ns - t0_ns) * RATE / NS


def instant_of(position: float, t0_ns: int) -> float:
    """Instant of an output position, in nanoseconds of the session clock."""
    return t0_ns + position * NS / RATE
