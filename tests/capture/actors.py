"""Devices that do what a test tells them, and enforce the order of calls that the ports promise."""

import dataclasses
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np

from kiosk.domain.devices import RATE, CameraFrame, DeviceIdentity, DeviceKind, SampleBlock, Samples
from kiosk.domain.errors import DeviceFailed
from tests.devices.hand_clock import HandClock

LIMIT_S = 20.0
BLOCK = 480
_Device = TypeVar("_Device")


class LookedAtClock(HandClock):
    """Does something each time that a watcher looks, after it has told it the time."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()
        """Whether all that was to be done is done."""
        self._to_do: deque[Callable[[], object]] = deque()
        self._busy = False

    def now_ns(self) -> int:
        now = super().now_ns()
        if self._to_do and not self._busy and threading.current_thread().name.endswith("-watch"):
            self._busy = True
            self._to_do.popleft()()
            self._busy = False
            if not self._to_do:
                self.over.set()
        return now

    def stand_still(self, hear: Callable[[], object], *, hear_again: bool) -> None:
        """Just after the device was heard, nobody looks for four seconds; it is heard again a moment after that."""

        def begin() -> None:
            hear()
            self.turn(4)

        back = [_nothing, hear] if hear_again else []
        self._to_do = deque([begin, *back, *[_nothing] * 10])


def _nothing() -> None:
    pass


class Told:
    """What was told, waited for."""

    def __init__(self) -> None:
        self.all: list[object] = []
        self._more = threading.Condition()

    def __call__(self, what: object) -> None:
        with self._more:
            self.all.append(what)
            self._more.notify_all()

    def wait(self, count: int = 1) -> None:
        with self._more:
            assert self._more.wait_for(lambda: len(self.all) >= count, LIMIT_S), self.all


def identity(kind: DeviceKind, name: str) -> DeviceIdentity:
    return DeviceIdentity(kind, f"usb:{name}", name, name)


class ActorMicrophone:
    """Gives blocks when told to."""

    def __init__(self, name: str = "first", rate: int = RATE) -> None:
        self.identity = identity(DeviceKind.MICROPHONE, name)
        self.rate = rate
        self.started = threading.Event()
        self.stopped = threading.Event()
        self.on_block: Callable[[SampleBlock], None]
        self.on_lost: Callable[[str], None]
        self.turns_out = ""
        """What its identity becomes longer by when it starts."""
        self.gives_at_once: int | None = None
        """Instant of a block that comes while it starts."""
        self._first = 0

    def start(self, on_block: Callable[[SampleBlock], None], on_lost: Callable[[str], None]) -> None:
        assert not self.started.is_set(), "a microphone is started once"
        assert not self.stopped.is_set(), "a stopped microphone is not started again"
        self.on_block, self.on_lost = on_block, on_lost
        if self.turns_out:
            self.identity = dataclasses.replace(self.identity, id=f"{self.identity.id}:{self.turns_out}")
        self.started.set()
        if self.gives_at_once is not None:
            self.give(self.gives_at_once)

    def stop(self) -> None:
        self.stopped.set()

    def give(self, t_ns: int, level: float = 0.1, size: int = BLOCK) -> None:
        assert self.started.wait(LIMIT_S)
        self.on_block(SampleBlock(self._first, t_ns, np.full(size, level, np.float32)))
        self._first += size


class ActorLoudspeaker:
    """Asks for blocks when told to."""

    def __init__(self, name: str = "first", rate: int = RATE) -> None:
        self.identity = identity(DeviceKind.LOUDSPEAKER, name)
        self.rate = rate
        self.audible = True
        self.ran_dry = False
        self.started = threading.Event()
        self.stopped = threading.Event()
        self.fill: Callable[[Samples, int, int], None]
        self.on_lost: Callable[[str], None]
        self._first = 0

    def start(self, fill: Callable[[Samples, int, int], None], on_lost: Callable[[str], None]) -> None:
        assert not self.started.is_set(), "a loudspeaker is started once"
        assert not self.stopped.is_set(), "a stopped loudspeaker is not started again"
        self.fill, self.on_lost = fill, on_lost
        self.started.set()

    def stop(self) -> None:
        self.stopped.set()

    def ask(self, t_ns: int, size: int = BLOCK) -> Samples:
        assert self.started.wait(LIMIT_S)
        out: Samples = np.zeros(size, np.float32)
        self.fill(out, self._first, t_ns)
        self._first += size
        return out


class ActorCamera:
    """Gives pictures when told to; `None` in its queue means that it is lost."""

    def __init__(self, name: str = "first", *, deaf: bool = False) -> None:
        self.identity = identity(DeviceKind.CAMERA, name)
        self.width, self.height = 1280, 720
        self.closed = threading.Event()
        self.released = threading.Event()
        self._deaf = deaf
        self._pictures: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def read(self) -> CameraFrame:
        t_ns = self._pictures.get()
        if self._deaf and t_ns is None:
            self.released.wait(LIMIT_S)
        if t_ns is None:
            raise DeviceFailed("The camera was unplugged.", "Plug it in again.")
        return CameraFrame(t_ns, "jpeg", b"\xff\xd8", self.width, self.height)

    def close(self) -> None:
        if not self._deaf:
            self._pictures.put(None)
        self.closed.set()

    def give(self, t_ns: int) -> None:
        self._pictures.put(t_ns)

    def lose(self) -> None:
        self._pictures.put(None)


class Shelf(Generic[_Device]):
    """Opens the devices that a test put on it, in order; waits for the next one, or raises the error put there."""

    def __init__(self, *devices: "_Device | Exception") -> None:
        self.opened = 0
        self._devices: queue.SimpleQueue[_Device | Exception] = queue.SimpleQueue()
        for device in devices:
            self.put(device)

    def put(self, device: "_Device | Exception") -> None:
        self._devices.put(device)

    def open(self) -> _Device:
        device = self._devices.get(timeout=LIMIT_S)
        self.opened += 1
        if isinstance(device, Exception):
            raise device
        return device
