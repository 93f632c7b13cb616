"""The microphone's ring: its callback puts blocks in, the mixer takes them out, a watcher brings it back when it dies.

A dead microphone rarely says so: callbacks just stop, and the stream stays "active". So the age of the newest block
is watched. Each opening is an epoch of its own with a new count of samples.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from kiosk.capture.silence import LOOK_S
from kiosk.capture.watcher import RETRY_S, Watcher, end
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import DeviceIdentity, DeviceKind, Microphone, SampleBlock
from kiosk.domain.errors import BadRequest, DeviceFailed, KioskError

SILENT_NS: Final = NS
"""Without a block for this long the microphone is taken for lost."""
FIRST_NS: Final = 3 * NS
"""The first block may take longer: an idle sound server needs 1.7 s."""
LEVEL_NS: Final = NS // 10
QUIETEST_DBFS: Final = -120.0


@dataclass(frozen=True, slots=True)
class FeedBlock:
    """A block of one opening (`epoch`, from 1) at that opening's own `rate`."""

    epoch: int
    rate: int
    block: SampleBlock


@dataclass(frozen=True, slots=True)
class MicrophoneStatus:
    """`identity` is None while there is no microphone. Levels are of the last 100 ms; -120 when there is no sound."""

    identity: DeviceIdentity | None
    rate: int
    last_block_ns: int
    """Arrival of the newest block on the session clock; 0 before the first."""
    level_dbfs: float
    peak_dbfs: float
    epoch: int
    overflowed: int
    """Blocks that were dropped because nobody took them."""


class MicrophoneFeed(Watcher):
    """Owns the microphone and a watcher's thread, from `start` to `stop`.

    Args:
        open_microphone: opens it; called again after a loss. Another identity than the first is refused, and nothing
            that it hears is handed out.
        capacity_s: seconds of sound that wait for `take`; when it is full the oldest block is dropped and counted.
        retry_s, look_s, on_lost, on_back: as in `Watcher`.
    """

    def __init__(
        self,
        open_microphone: Callable[[], Microphone],
        clock: Clock,
        *,
        capacity_s: float = 10.0,
        retry_s: float = RETRY_S,
        look_s: float = LOOK_S,
        on_lost: Callable[[KioskError], None],
        on_back: Callable[[DeviceIdentity], None],
    ) -> None:
        super().__init__(DeviceKind.MICROPHONE, clock, retry_s=retry_s, look_s=look_s, on_lost=on_lost, on_back=on_back)
        self._open = open_microphone
        self._capacity_s = capacity_s
        self._ring: deque[FeedBlock] = deque()
        self._recent: deque[FeedBlock] = deque()
        self._held = 0.0
        self._overflowed = 0
        self._epoch = 0
        self._known = False
        """Whether the opened microphone is the one that was opened first."""
        self._last_block_ns = 0
        self._microphone: Microphone | None = None
        self._identity: DeviceIdentity | None = None
        self._rate = 0
        self._ready = threading.Event()
        self._failure: KioskError | None = None

    def start(self) -> None:
        """Begins to open the microphone; `wait_ready` tells how that went."""
        self._thread.start()

    def wait_ready(self, timeout_s: float) -> None:
        """Waits for the first block. Raises DeviceFailed (or BadRequest for a wrong SPEC) when there is none."""
        self._ready.wait(timeout_s)
        with self._lock:
            failure = self._failure
            heard = self._epoch > 0 and self._last_block_ns > 0
        if heard and failure is None:
            return
        raise failure or DeviceFailed("The microphone gives no sound.", "Check its cable and the sound settings.")

    def take(self) -> list[FeedBlock]:
        """All blocks since the last call, oldest first, without waiting."""
        with self._lock:
            taken = [item for item in self._ring if self._known or item.epoch < self._epoch]
            kept = [] if self._known else [item for item in self._ring if item.epoch == self._epoch]
            self._ring = deque(kept)
            self._held = sum(item.block.samples.size / item.rate for item in kept)
        return taken

    @property
    def last_block_ns(self) -> int:
        """As in `MicrophoneStatus`."""
        return self._last_block_ns

    @property
    def status(self) -> MicrophoneStatus:
        with self._lock:
            identity = self._identity if self._microphone is not None else None
            rate, last_ns, epoch, overflowed = self._rate, self._last_block_ns, self._epoch, self._overflowed
            recent = [item.block.samples for item in self._recent]
        fresh = recent and self._clock.now_ns() - last_ns < 5 * LEVEL_NS
        level, peak = _levels(recent) if fresh else (QUIETEST_DBFS, QUIETEST_DBFS)
        return MicrophoneStatus(identity, rate, last_ns, level, peak, epoch, overflowed)

    # ── the device's thread ─────────────────────────────────────────────────────────────────────────

    def _receiver(self, epoch: int, rate: int) -> Callable[[SampleBlock], None]:
        def on_block(block: SampleBlock) -> None:
            item = FeedBlock(epoch, rate, block)
            now_ns = self._clock.now_ns()
            with self._lock:
                if epoch != self._epoch:
                    return
                self._ring.append(item)
                self._held += block.samples.size / rate
                while self._held > self._capacity_s and len(self._ring) > 1:
                    self._held -= self._ring[0].block.samples.size / self._ring.popleft().rate
                    self._overflowed += 1
                self._recent.append(item)
                while len(self._recent) > 1 and self._recent[0].block.t_ns < block.t_ns - LEVEL_NS:
                    self._recent.popleft()
                first = self._last_block_ns == 0 or not self._ready.is_set()
                self._last_block_ns = now_ns
            if first:
                self._changed.set()

        return on_block

    # ── the watcher's thread ────────────────────────────────────────────────────────────────────────

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                opened_ns = self._begin()
                self._run(opened_ns)
            except KioskError as error:
                self._end()
                if self._stopping.is_set():
                    break
                if not self._ready.is_set():
                    self._failure = error
                    self._ready.set()
                elif self._failure is None:
                    self._failure = error
                    self._on_lost(error)
                if isinstance(error, BadRequest):
                    break
                self._stopping.wait(self._retry_s)
        self._end()

    def _begin(self) -> int:
        """Opens and starts a new epoch; returns when.

        Some drivers know only after the start who it is: then the identity becomes longer, and is compared again.
        """
        microphone = self._open()
        first = self._identity
        if first is not None and not microphone.identity.may_be(first):
            end(microphone)
            raise _another(microphone.identity, first)
        with self._lock:
            self._epoch += 1
            self._known = False
            self._rate = microphone.rate
            self._recent.clear()
            self._microphone = microphone
            self._said = ""
            epoch = self._epoch
        opened_ns = self._clock.now_ns()
        microphone.start(self._receiver(epoch, microphone.rate), lambda why: self._gone(epoch, why))
        with self._lock:
            self._known = known = first is None or microphone.identity.may_be(first)
            if not known:
                self._ring = deque(item for item in self._ring if item.epoch < epoch)
        if first is not None and not known:
            raise _another(microphone.identity, first)
        if first is None or len(microphone.identity.id) > len(first.id):
            self._identity = microphone.identity
        return opened_ns

    def _gone(self, epoch: int, why: str) -> None:
        with self._lock:
            if epoch == self._epoch:
                self._said = why
        self._changed.set()

    def _run(self, opened_ns: int) -> None:
        """Watches until the microphone is lost (raises DeviceFailed) or `stop`."""
        up = False
        while not self._stopping.is_set():
            paused = self._pause()
            with self._lock:
                last_ns, said, identity = self._last_block_ns, self._said, self._identity
            if said:
                raise DeviceFailed(said, "Check the microphone's cable.")
            now_ns = self._clock.now_ns()
            heard = last_ns >= opened_ns
            if heard and not up and identity is not None:
                up = True
                was_lost, self._failure = self._failure is not None, None
                if self._ready.is_set() and was_lost:
                    self._on_back(identity)
                self._ready.set()
            heard_ns, limit_ns = (last_ns, SILENT_NS) if heard else (opened_ns, FIRST_NS)
            if self._silence.too_long(now_ns, heard_ns, limit_ns, paused=paused):
                raise DeviceFailed(
                    f"The microphone {identity.name if identity else ''} gives no sound any more.",
                    "Check its cable and the sound settings.",
                )

    def _end(self) -> None:
        with self._lock:
            microphone, self._microphone = self._microphone, None
            self._recent.clear()
        if microphone is not None:
            end(microphone)


def _another(found: DeviceIdentity, first: DeviceIdentity) -> DeviceFailed:
    return DeviceFailed(
        f"Another microphone answers: {found.name} instead of {first.name}.", "Plug the first one in again."
    )


def _levels(blocks: "list[np.ndarray[tuple[int], np.dtype[np.float32]]]") -> tuple[float, float]:
    """RMS and peak in dBFS."""
    samples = np.concatenate(blocks)
    if samples.size == 0:
        return QUIETEST_DBFS, QUIETEST_DBFS
    power = float(np.dot(samples, samples)) / samples.size
    return _decibels(math.sqrt(power)), _decibels(max(float(samples.max()), -float(samples.min())))


def _decibels(amplitude: float) -> float:
    return max(20 * math.log10(amplitude), QUIETEST_DBFS) if amplitude > 0 else QUIETEST_DBFS
