"""The simulated microphone and loudspeaker: two clocks that agree with nobody, in one room."""

import threading
from collections.abc import Callable
from typing import Final

import numpy as np

from kiosk.devices.pacing import PacedThread
from kiosk.devices.simulated.room import SimulatedRoom
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import RATE, DeviceIdentity, DeviceKind, SampleBlock, Samples
from kiosk.domain.errors import BadRequest, DeviceFailed

MICROPHONE: Final = DeviceIdentity(DeviceKind.MICROPHONE, "simulated-microphone", "Simulated microphone", "simulated")
LOUDSPEAKER: Final = DeviceIdentity(
    DeviceKind.LOUDSPEAKER, "simulated-loudspeaker", "Simulated loudspeaker", "simulated"
)
NO_LOUDSPEAKER: Final = DeviceIdentity(DeviceKind.LOUDSPEAKER, "null", "No loudspeaker", "null")
BLOCK: Final = 1920
"""Samples of the loudspeaker's blocks."""
HEARD: Final = 1920
"""Samples of the microphone's."""
LATENCY_NS: Final = NS // 10
"""From filling the loudspeaker's block to its sounding."""


class MicrophoneControls:
    """What is wrong with the simulated microphone now; outlives its being opened and closed.

    Single words are read and written by several threads; each is one assignment, so no lock is needed.
    """

    def __init__(self, drift_ppm: float) -> None:
        self.drift_ppm = drift_ppm
        self.plugged = True
        self.stalled = False
        self.muted = False
        self.lose = 0
        """Samples that the next blocks are to lose."""
        self.counts = True
        """Whether they are counted, as good drivers do; others only tell that there was an overflow."""

    def do(self, action: str, value: str) -> bool:
        """Whether this action is one of ours, and done."""
        match action:
            case "unplug" | "plug":
                self.plugged = action == "plug"
            case "stall" | "go":
                self.stalled = action == "stall"
            case "mute" | "unmute":
                self.muted = action == "mute"
            case "overflow" | "lose":
                self.counts = action == "overflow"
                self.lose = _milliseconds(value) * RATE // 1000
            case _:
                return False
        return True


ACTIONS: Final = ("unplug", "plug", "stall", "go", "mute", "unmute", "overflow", "lose")


def _milliseconds(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 0 < int(value) <= 10_000:
        raise BadRequest(f"The microphone cannot lose {value!r}.", "Give milliseconds, from 1 to 10000.")
    return int(value)


class LoudspeakerControls:
    """Whether the simulated loudspeaker is there, and whether what is open of it has run dry."""

    def __init__(self, drift_ppm: float) -> None:
        self.drift_ppm = drift_ppm
        self.plugged = True
        self.dry = False

    def do(self, action: str, _value: str) -> bool:
        """Whether this action is one of ours, and done."""
        if action not in LOUDSPEAKER_ACTIONS:
            return False
        self.dry = action == "dry"
        self.plugged = self.plugged if self.dry else action == "plug"
        return True


LOUDSPEAKER_ACTIONS: Final = ("unplug", "plug", "dry")


class SimulatedMicrophone:
    """One opening of the simulated microphone (`domain.devices.Microphone`).

    It takes blocks of 40 ms of its own time. A stall stops its callbacks and its count, as a suspended source does;
    an overflow is counted in `first`, or marked as `anew`.
    """

    def __init__(self, controls: MicrophoneControls, room: SimulatedRoom, clock: Clock) -> None:
        if not controls.plugged:
            raise DeviceFailed("The simulated microphone is unplugged.", "Plug it in.")
        self.identity = MICROPHONE
        self.rate = RATE
        self._controls = controls
        self._room = room
        self._clock = clock
        self._true_rate = RATE * (1 + controls.drift_ppm * 1e-6)
        self._thread: PacedThread | None = None
        self._first = 0
        self._number = 0
        self._anew = False
        self._stopped = threading.Event()

    def start(self, on_block: Callable[[SampleBlock], None], on_lost: Callable[[str], None]) -> None:
        def step(number: int, due_ns: int) -> None:
            skipped, self._number = number - self._number - 1, number
            if self._stopped.is_set() or number == 0 or self._controls.stalled:  # block 0 is not complete yet
                return
            self._first += skipped * HEARD
            if not self._controls.plugged:
                self._stopped.set()
                on_lost("The simulated microphone was unplugged.")
                return
            block_ns = HEARD * NS / self._true_rate
            heard = self._room.hear(due_ns - round(block_ns), HEARD, self._true_rate)
            first, self._first = self._first, self._first + HEARD
            if self._controls.lose > 0:
                self._controls.lose -= HEARD
                if not self._controls.counts:
                    self._first, self._anew = first, True
                return
            if self._controls.muted:
                heard = np.zeros(HEARD, np.float32)
            anew, self._anew = self._anew, False
            on_block(SampleBlock(first, self._clock.now_ns() - HEARD * NS // RATE, heard, anew))

        name = "simulated-microphone"
        self._thread = PacedThread(name, self._clock, HEARD * NS / self._true_rate, step)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.stop()


class SimulatedLoudspeaker:
    """One opening of the simulated loudspeaker; without a room it is the `null` one that nobody hears."""

    def __init__(self, clock: Clock, controls: LoudspeakerControls, room: SimulatedRoom | None) -> None:
        if not controls.plugged:
            raise DeviceFailed("The simulated loudspeaker is unplugged.", "Plug it in.")
        self.identity = LOUDSPEAKER if room is not None else NO_LOUDSPEAKER
        self.rate = RATE
        self.audible = room is not None
        self.ran_dry = controls.dry = False
        self._clock = clock
        self._controls = controls
        self._room = room
        self._true_rate = RATE * (1 + controls.drift_ppm * 1e-6)
        self._thread: PacedThread | None = None
        self._stopped = threading.Event()

    def start(self, fill: Callable[[Samples, int, int], None], on_lost: Callable[[str], None]) -> None:
        out = np.zeros(BLOCK, np.float32)

        def step(number: int, _due_ns: int) -> None:
            if self._stopped.is_set():
                return
            if not self._controls.plugged:
                self._stopped.set()
                on_lost("The simulated loudspeaker was unplugged.")
                return
            self.ran_dry = self._controls.dry
            fill(out, number * BLOCK, self._clock.now_ns() + LATENCY_NS)
            if self._room is not None and out.any():  # what the room is not told was silence
                self._room.loudspeaker_plays(number * BLOCK, out)

        self._thread = PacedThread("simulated-loudspeaker", self._clock, BLOCK * NS / self._true_rate, step)
        if self._room is not None:
            self._room.loudspeaker_on(self._clock.now_ns() + LATENCY_NS, self._true_rate)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.stop()
