"""What every microphone and loudspeaker driver does, simulated or through a real sound server."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kiosk.capture.microphone import MicrophoneFeed
from kiosk.capture.playout import Playout
from kiosk.devices.opener import Devices
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import RATE, Loudspeaker, Microphone, SampleBlock, Samples
from kiosk.domain.errors import DeviceFailed, KioskError
from tests.conformance.sound_server import SoundServer

ASSETS = Path(__file__).parents[2] / "assets"
LIMIT_S = 30.0
ROOM_MS = 60


@dataclass
class Rig:
    """A microphone and a loudspeaker in one room, and what can be done to them."""

    microphone: Callable[[], Microphone]
    loudspeaker: Callable[[], Loudspeaker]
    stall: Callable[[], None]
    go: Callable[[], None]
    lose: Callable[[], None]
    late_ms: float
    """How much later than the room's delay a click may be heard."""


@pytest.fixture
def simulated() -> Rig:
    devices = Devices(SystemClock(), ASSETS)

    def simulate(word: str) -> Callable[[], None]:
        return lambda: devices.simulate("microphone", word, "")

    return Rig(
        lambda: devices.microphone("simulated"),
        lambda: devices.loudspeaker("simulated"),
        simulate("stall"),
        simulate("go"),
        simulate("unplug"),
        5,
    )


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    sounddevice = pytest.importorskip("sounddevice")
    server = SoundServer()
    monkeypatch.setenv("PULSE_SERVER", server.address)
    sounddevice._terminate()
    sounddevice._initialize()
    devices = Devices(SystemClock(), ASSETS)
    yield Rig(
        lambda: devices.microphone("pulse"),
        lambda: devices.loudspeaker("default"),
        lambda: server.control("suspend-source", "mic", "1"),
        lambda: server.control("suspend-source", "mic", "0"),
        server.kill,
        40,
    )
    server.close()
    monkeypatch.undo()
    sounddevice._terminate()
    sounddevice._initialize()


@pytest.fixture(params=["simulated", "pulse"])
def rig(request: pytest.FixtureRequest) -> Rig:
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Rig)
    return made


class Blocks:
    """Collects what a microphone gives."""

    def __init__(self) -> None:
        self.all: list[SampleBlock] = []
        self.lost: list[str] = []
        self.is_lost = threading.Event()
        self._more = threading.Condition()

    def add(self, block: SampleBlock) -> None:
        with self._more:
            self.all.append(block)
            self._more.notify_all()

    def lose(self, why: str) -> None:
        self.lost.append(why)
        self.is_lost.set()

    def wait(self, seconds: float) -> None:
        with self._more:
            assert self._more.wait_for(lambda: sum(block.samples.size for block in self.all) >= seconds * RATE, LIMIT_S)


def test_sound_is_counted_stamped_and_heard_when_it_was_said_to_sound(rig: Rig) -> None:
    clock = SystemClock()
    microphone, loudspeaker = rig.microphone(), rig.loudspeaker()
    assert (microphone.identity, loudspeaker.identity) == (rig.microphone().identity, rig.loudspeaker().identity)
    assert microphone.rate == loudspeaker.rate == RATE
    assert loudspeaker.audible
    blocks, playout = Blocks(), Playout()
    asked: list[tuple[int, int, int]] = []
    sizes: list[int] = []
    began = threading.Event()

    def fill(out: Samples, first: int, t_ns: int) -> None:
        asked.append((first, t_ns, clock.now_ns()))
        sizes.append(out.size)
        playout.fill(out, first, t_ns)
        if first > RATE // 5:
            began.set()

    microphone.start(blocks.add, blocks.lose)
    loudspeaker.start(fill, blocks.lose)
    assert began.wait(LIMIT_S)
    playout.play(np.concatenate((np.full(48, 0.9), np.zeros(4800))).astype(np.float32), token=1)
    heard_so_far = sum(block.samples.size for block in blocks.all)
    blocks.wait(heard_so_far / RATE + 1.0)
    loudspeaker.stop()
    microphone.stop()
    stopped = len(blocks.all), len(asked)
    microphone.stop()
    loudspeaker.stop()

    assert blocks.lost == []
    firsts = [block.first for block in blocks.all]
    assert firsts == list(np.cumsum([0, *[block.samples.size for block in blocks.all]])[:-1])
    assert all(block.samples.dtype == np.float32 for block in blocks.all)
    assert all(t_ns > now_ns for _, t_ns, now_ns in asked)
    assert [first for first, _, _ in asked] == list(np.cumsum([0, *sizes])[:-1])

    start = next(report for report in playout.take_reports() if report.started)
    origin_ns = min(t_ns - first * NS // RATE for first, t_ns in playout.take_stamps())
    sounded_ns = origin_ns + start.sample * NS // RATE
    heard = np.concatenate([block.samples for block in blocks.all])
    envelope_ns = min(block.t_ns - block.first * NS // RATE for block in blocks.all)
    heard_ns = envelope_ns + int(np.argmax(np.abs(heard) > 0.04)) * NS // RATE
    delay_ms = (heard_ns - sounded_ns) / 1e6
    assert ROOM_MS - 15 < delay_ms < ROOM_MS + rig.late_ms
    assert (len(blocks.all), len(asked)) == stopped


def test_a_microphone_whose_callbacks_stop_is_noticed_and_brought_back(rig: Rig) -> None:
    lost: list[KioskError] = []
    is_lost, is_back = threading.Event(), threading.Event()

    def on_lost(error: KioskError) -> None:
        lost.append(error)
        is_lost.set()

    feed = MicrophoneFeed(
        rig.microphone, SystemClock(), retry_s=0.05, on_lost=on_lost, on_back=lambda _who: is_back.set()
    )
    feed.start()
    feed.wait_ready(LIMIT_S)
    rig.stall()
    assert is_lost.wait(LIMIT_S)
    rig.go()
    assert is_back.wait(LIMIT_S)
    feed.stop()
    feed.join(LIMIT_S)
    epochs = [item.epoch for item in feed.take()]
    assert epochs[0] == 1
    assert epochs[-1] > 1
    assert len(lost) == 1


def test_a_microphone_that_is_gone_says_so(rig: Rig) -> None:
    microphone, blocks = rig.microphone(), Blocks()
    microphone.start(blocks.add, blocks.lose)
    blocks.wait(0.2)
    rig.lose()
    assert blocks.is_lost.wait(LIMIT_S)
    microphone.stop()
    assert len(blocks.lost) == 1
    with pytest.raises(DeviceFailed):
        rig.microphone().start(blocks.add, blocks.lose)


def test_null_takes_its_samples_in_real_time() -> None:
    loudspeaker = Devices(SystemClock(), ASSETS).loudspeaker("null")
    playout, enough = Playout(), threading.Event()

    def fill(out: Samples, first: int, t_ns: int) -> None:
        playout.fill(out, first, t_ns)
        if first >= RATE // 10:
            enough.set()

    loudspeaker.start(fill, lambda _why: None)
    assert enough.wait(LIMIT_S)
    loudspeaker.stop()
    stamps = playout.take_stamps()
    assert (stamps[-1][1] - stamps[0][1]) / NS > 0.09
