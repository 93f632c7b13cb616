"""Clocks whose hands tests turn."""

from datetime import UTC, datetime

from kiosk.domain.clock import NS


class HandClock:
    """Stands still until it is turned; with `step_ns` it also goes on by that at every look."""

    def __init__(self, step_ns: int = 0) -> None:
        self.t_ns = 1000 * NS
        self.step_ns = step_ns

    def now_ns(self) -> int:
        self.t_ns += self.step_ns
        return self.t_ns

    def turn(self, seconds: float) -> None:
        self.t_ns += round(seconds * NS)

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
