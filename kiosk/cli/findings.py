"""What the doctor finds, for the proctor's panel: the parts that cost nothing and touch no device, in the background.

The whole examination is `kiosk doctor`: it opens devices and measures, which nobody wants beside a candidate.
"""

import threading
from typing import Final

from kiosk.config import Loaded
from kiosk.doctor import devices, machine, settings, storage
from kiosk.doctor.examination import together
from kiosk.domain.clock import NS, Clock
from kiosk.domain.finding import Grade

EVERY_NS: Final = 60 * NS
LIMIT_NS: Final = 20 * NS


class Findings:
    """Call it for what was found last; it looks again, in a thread of its own, when that is a minute old."""

    def __init__(self, loaded: Loaded, clock: Clock) -> None:
        self._loaded = loaded
        self._clock = clock
        self._told: list[str] = []
        self._next_ns = 0
        self._thread: threading.Thread | None = None

    def __call__(self) -> list[str]:
        """A sentence with its remedy for each thing that is not well. Returns at once."""
        now = self._clock.now_ns()
        if now >= self._next_ns and (self._thread is None or not self._thread.is_alive()):
            self._next_ns = now + EVERY_NS
            self._thread = threading.Thread(target=self._look, name="findings", daemon=True)
            self._thread.start()
        return self._told

    def join(self, timeout: float) -> None:
        """Waits until the look that goes on is over."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _look(self) -> None:
        config = self._loaded.config
        found = together(
            {
                "permissions": devices.examine_permissions,
                "disk-space": lambda: machine.examine_space(config),
                "clock": machine.examine_clock,
                "database": lambda: storage.examine_database(config.output, recording=True),
                "sending": lambda: storage.examine_sending(config.output, self._clock),
                "server": lambda: settings.examine_server(config, self._clock),
                "configuration": lambda: settings.examine_configuration(self._loaded),
                "self-test": lambda: settings.examine_self_test(config, self._clock),
            },
            self._clock,
            self._clock.now_ns() + LIMIT_NS,
        )
        self._told = [f"{each.fact} {each.remedy}".strip() for each in found if each.grade is not Grade.OK]
