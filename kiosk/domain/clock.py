"""The session clock and the wall clock, behind one port so that tests can turn the hands.

The session clock is `time.perf_counter_ns`: one clock for every process of one machine since its start.
The wall clock is for people: it is shown and stored, never subtracted.
"""

import time
from datetime import UTC, datetime
from typing import Protocol

NS = 1_000_000_000
"""Nanoseconds in a second."""


class Clock(Protocol):
    """Where time comes from."""

    def now_ns(self) -> int:
        """Session clock, nanoseconds; never goes backwards."""
        ...

    def wall(self) -> datetime:
        """Wall clock, aware, in the machine's local time zone."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now_ns(self) -> int:
        return time.perf_counter_ns()

    def wall(self) -> datetime:
        return datetime.now(UTC).astimezone()


def seconds(ns: int) -> float:
    """Nanoseconds as seconds, rounded to the microsecond, for people and manifests."""
    return round(ns / NS, 6)
