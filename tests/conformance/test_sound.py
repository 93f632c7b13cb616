"""What every microphone and loudspeaker driver does, simulated or through a real sound server."""

import contextlib
import ctypes
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kiosk.capture.loudspeaker import LoudspeakerFeed
from kiosk.capture.microphone import MicrophoneFeed
from kiosk.capture.playout import Playout, PlayoutReport
from kiosk.devices.opener import Devices
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import RATE, DeviceIdentity, Loudspeaker, Microphone, SampleBlock, Samples
from kiosk.domain.errors import DeviceFailed, KioskError
from tests.conformance.sound_server import MICROPHONE, SPEAKER, SoundServer, sound_server

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
    take_loudspeaker: Callable[[], None]
    """Takes the loudspeaker away."""
    give_loudspeaker: Callable[[], None]


@pytest.fixture
def simulated() -> Rig:
    devices = Devices(SystemClock(), ASSETS)

    def simulate(word: str, device: str = "microphone") -> Callable[[], None]:
        return lambda: devices.simulate(device, word, "")

    return Rig(
        lambda: devices.microphone("simulated"),
        lambda: devices.loudspeaker("simulated"),
        simulate("stall"),
        simulate("go"),
        simulate("unplug"),
        5,
        simulate("unplug", "loudspeaker"),
        simulate("plug", "loudspeaker"),
    )


@pytest.fixture
def server() -> Iterator[SoundServer]:
    with sound_server() as server:
        yield server


@pytest.fixture
def pulse(server: SoundServer) -> Iterator[Rig]:
    with contextlib.ExitStack() as ending:
        yield _through(server, ending)


@pytest.fixture
def pulse_44100() -> Iterator[Rig]:
    """With a microphone of 44.1 kHz."""
    with sound_server(44_100) as server, contextlib.ExitStack() as ending:
        yield _through(server, ending)


def _through(server: SoundServer, ending: contextlib.ExitStack) -> Rig:
    """What was opened is stopped at the end: PortAudio waits for ever for a stream that a failed test left."""
    devices = Devices(SystemClock(), ASSETS)

    def microphone() -> Microphone:
        made = devices.microphone("pulse")
        ending.callback(made.stop)
        return made

    def loudspeaker() -> Loudspeaker:
        made = devices.loudspeaker("default")
        ending.callback(made.stop)
        return made

    return Rig(
        microphone,
        loudspeaker,
        lambda: server.control("suspend-source", "mic", "1"),
        lambda: server.control("suspend-source", "mic", "0"),
        server.kill,
        40,
        lambda: server.unplug(SPEAKER),
        lambda: server.plug(SPEAKER),
    )


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


class Events:
    """What a feed tells. Feeds that it makes end with the test."""

    def __init__(self, ending: contextlib.ExitStack) -> None:
        self._ending = ending
        self.lost: list[KioskError] = []
        self.is_lost, self.is_back, self.is_dry = threading.Event(), threading.Event(), threading.Event()

    def lose(self, error: KioskError) -> None:
        self.lost.append(error)
        self.is_lost.set()

    def come_back(self, _who: DeviceIdentity) -> None:
        self.is_back.set()

    def microphone(self, opens: Callable[[], Microphone]) -> MicrophoneFeed:
        feed = MicrophoneFeed(opens, SystemClock(), retry_s=0.05, on_lost=self.lose, on_back=self.come_back)
        self._end(feed)
        feed.start()
        feed.wait_ready(LIMIT_S)
        return feed

    def loudspeaker(self, opens: Callable[[], Loudspeaker]) -> LoudspeakerFeed:
        feed = LoudspeakerFeed(
            opens, SystemClock(), retry_s=0.05, on_lost=self.lose, on_back=self.come_back, on_dry=self.is_dry.set
        )
        self._end(feed)
        assert feed.open().id
        return feed

    def _end(self, feed: MicrophoneFeed | LoudspeakerFeed) -> None:
        self._ending.callback(feed.join, LIMIT_S)
        self._ending.callback(feed.stop)


@pytest.fixture
def events() -> Iterator[Callable[[], Events]]:
    """Makes them; asked for after what they use, so that their feeds end before."""
    with contextlib.ExitStack() as ending:
        yield lambda: Events(ending)


@pytest.mark.parametrize("room", ["simulated", "pulse", "pulse_44100"])
def test_sound_is_counted_stamped_and_heard_when_it_was_said_to_sound(
    room: str, request: pytest.FixtureRequest
) -> None:
    rig: Rig = request.getfixturevalue(room)
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


def test_a_microphone_whose_callbacks_stop_is_noticed_and_brought_back(rig: Rig, events: Callable[[], Events]) -> None:
    told = events()
    feed = told.microphone(rig.microphone)
    rig.stall()
    assert told.is_lost.wait(LIMIT_S)
    rig.go()
    assert told.is_back.wait(LIMIT_S)
    feed.stop()
    feed.join(LIMIT_S)
    epochs = [item.epoch for item in feed.take()]
    assert epochs[0] == 1
    assert epochs[-1] > 1
    assert len(told.lost) == 1


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


def test_a_loudspeaker_that_is_taken_away_is_noticed_and_brought_back(rig: Rig, events: Callable[[], Events]) -> None:
    """Pulled out, or silently replaced by another one of the sound server."""
    told = events()
    feed = told.loudspeaker(rig.loudspeaker)
    opened = feed.opened
    assert opened is not None
    opened.playout.play(np.zeros(60 * RATE, np.float32), token=1)
    rig.take_loudspeaker()
    assert told.is_lost.wait(LIMIT_S)
    assert feed.opened is None
    rig.give_loudspeaker()
    assert told.is_back.wait(LIMIT_S)
    back = feed.opened
    assert back is not None
    assert back.identity == opened.identity
    assert len(told.lost) == 1
    feed.stop()
    feed.join(LIMIT_S)
    assert [report.whole for report in opened.playout.take_reports()][-1:] == [False]


def test_a_microphone_that_the_sound_server_replaces_by_another_is_flagged_and_only_the_first_is_heard(
    server: SoundServer, events: Callable[[], Events]
) -> None:
    devices, told = Devices(SystemClock(), ASSETS), events()
    refused: list[str] = []

    def opens() -> Microphone:
        microphone = devices.microphone("pulse")
        refused.append(microphone.identity.id)
        return microphone

    feed = told.microphone(opens)
    first = feed.status.identity
    assert first is not None
    assert first.id.endswith(":mic")
    server.unplug(MICROPHONE)
    assert told.is_lost.wait(LIMIT_S)
    assert "was taken away" in told.lost[0].what
    tried = len(refused)
    feed.take()
    while len(refused) < tried + 3:
        assert not told.is_back.wait(0.1)
    assert [item for item in feed.take() if item.epoch > 1] == [], "nothing of another microphone is handed out"
    server.plug(MICROPHONE)
    assert told.is_back.wait(LIMIT_S)
    assert feed.status.identity == first
    assert len(told.lost) == 1


def test_after_the_sound_server_died_and_came_back_both_go_on(
    server: SoundServer, events: Callable[[], Events]
) -> None:
    devices, hearing, playing = Devices(SystemClock(), ASSETS), events(), events()
    hearing.microphone(lambda: devices.microphone("pulse"))
    playing.loudspeaker(lambda: devices.loudspeaker("default"))
    server.kill()
    assert hearing.is_lost.wait(LIMIT_S)
    assert playing.is_lost.wait(LIMIT_S)
    server.start()
    assert hearing.is_back.wait(LIMIT_S)
    assert playing.is_back.wait(LIMIT_S)


def test_a_loudspeaker_that_a_busy_interpreter_let_run_dry_is_opened_again_to_hold_more(
    server: SoundServer, events: Callable[[], Events]
) -> None:
    assert server.address
    devices, told = Devices(SystemClock(), ASSETS), events()
    opened: list[Loudspeaker] = []

    def opens() -> Loudspeaker:
        opened.append(devices.loudspeaker("default"))
        return opened[-1]

    feed = told.loudspeaker(opens)
    before = feed.opened
    assert before is not None
    playing = threading.Event()
    while not before.playout.take_stamps():
        playing.wait(0.05)
    ctypes.PyDLL(None).usleep(300_000)  # nothing else of this process runs meanwhile
    assert told.is_dry.wait(LIMIT_S)
    assert feed.play(np.full(RATE // 10, 0.1, np.float32), token=1)
    openings, reports = [before], list[PlayoutReport]()
    while len(reports) < 2:
        playing.wait(0.05)
        now = feed.opened
        assert now is not None
        openings += [now] if now not in openings else []
        reports += [report for opening in openings for report in opening.playout.take_reports()]
    assert [report.whole for report in reports] == [True, True], "what was asked for meanwhile sounded whole"
    assert len(opened) > 1
    assert openings[-1].identity == before.identity
    assert told.lost == []


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
