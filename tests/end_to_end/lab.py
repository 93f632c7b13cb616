"""A network camera that flashes, and a person who clicks at the same instant, heard through a real sound server.

Everything here and the program under test share one clock, so the lab also tells when each flash really left and when
each click really sounded: what a busy machine does to the lab itself is not the program's.
"""

import threading
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices.opener import Devices
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import RATE, SampleBlock, Samples
from kiosk.mix.clock_fit import ClockFit
from tests.conformance.network_camera import NetworkCamera

ASSETS = Path(__file__).parents[2] / "assets"
CLICK = np.repeat(np.array([0.6, -0.6], np.float32), RATE // 2000)

INTERVIEW = """
schema = 1
id = "sync"
title = "Sync"
language = "en"

[[question]]
id = "one"
kind = "spoken"
text = "Go."
think_seconds = 0
answer_seconds = {seconds}
"""


def interview_file(folder: Path, seconds: int) -> Path:
    """One question, and so long for its answer: to be recorded while it flashes."""
    path = folder / "sync.toml"
    path.write_text(INTERVIEW.format(seconds=seconds))
    return path


class Lab:
    """Runs from construction to `close`; the sound server must be in the environment.

    Args:
        every: pictures from one flash to the next.
    """

    def __init__(self, every: int) -> None:
        self._lock = threading.Lock()
        self._due: list[int] = []
        self._fit = ClockFit(RATE)
        self._rest: Samples = np.zeros(0, np.float32)
        self._noise: Samples = np.random.default_rng(1).normal(0, 0.0006, RATE).astype(np.float32)
        self._ear_fit = ClockFit(RATE)
        self._ear_blocks: list[Samples] = []
        devices = Devices(SystemClock(), ASSETS, latencies_s=(0.3,))  # a busy machine must not let the person stutter
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PULSE_SINK", "vmic")
            environment.setenv("PULSE_SOURCE", "vmic.monitor")
            self._mouth = devices.loudspeaker("pulse")
            self._ear = devices.microphone("pulse")
            self._mouth.start(self._fill, lambda _why: None)
            self._ear.start(self._hear, lambda _why: None)
        self.camera = NetworkCamera(flash_every=every, planned=self._plan)

    def close(self) -> None:
        self.camera.close()
        self._mouth.stop()
        self._ear.stop()

    def flashes(self) -> dict[int, int]:
        """When each flash left the camera → when its click sounded, session clock."""
        heard = np.concatenate(self._ear_blocks)
        found = {}
        for due_ns, late_ns in self.camera.late_ns.items():
            begin = max(0, round(self._ear_fit.sample_at(due_ns - NS // 4)))
            near = np.abs(heard[begin : begin + RATE // 2])
            if near.size and near.max() > 0.3:
                found[due_ns + late_ns] = round(self._ear_fit.instant_of(begin + int(np.argmax(near > 0.3))))
        return found

    def _hear(self, block: SampleBlock) -> None:
        self._ear_fit.add(block.first, block.t_ns)
        self._ear_blocks.append(block.samples)

    def _plan(self, due_ns: int) -> None:
        with self._lock:
            self._due.append(due_ns)

    def _fill(self, out: Samples, first: int, t_ns: int) -> None:
        self._fit.add(first, t_ns)
        out[:] = self._noise[: out.size]
        out[: self._rest.size] += self._rest[: out.size]
        self._rest = self._rest[out.size :]
        with self._lock:
            for due_ns in list(self._due):
                at = round(self._fit.sample_at(due_ns)) - first
                if at >= out.size:
                    continue
                self._due.remove(due_ns)
                if at >= 0:
                    here = CLICK[: out.size - at]
                    out[at : at + here.size] += here
                    self._rest = CLICK[here.size :]
