"""A microphone that is muted in the sound server: the whole way from the driver to the words, and back.

The other alarms are tried in tests/mix/test_meter.py, where a minute takes no time.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.capture.microphone import MicrophoneFeed
from kiosk.devices.opener import Devices
from kiosk.domain import events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import Microphone
from kiosk.recorder.hearing import Hearing
from tests.conformance.sound_server import sound_server

ASSETS = Path(__file__).parents[2] / "assets"
LIMIT_S = 30.0


@dataclass
class Rig:
    open: Callable[[], Microphone]
    mute: Callable[[], None]
    unmute: Callable[[], None]


@pytest.fixture
def rig() -> Iterator[Rig]:
    devices = Devices(SystemClock(), ASSETS)
    with sound_server() as server:
        # The room is digitally silent but for what is played into it, so something must always sound.
        server.control("load-module", "module-sine", "sink=spk", "frequency=300")
        yield Rig(
            lambda: devices.microphone("pulse"),
            lambda: server.control("set-source-mute", "mic", "1"),
            lambda: server.control("set-source-mute", "mic", "0"),
        )


def test_a_muted_microphone_is_told_within_ten_seconds_and_over_with_the_first_sound(rig: Rig) -> None:
    clock, told = SystemClock(), queue.Queue[events.Event]()
    feed = MicrophoneFeed(rig.open, clock, on_lost=lambda _: None, on_back=lambda _: None)
    hearing = Hearing(feed, told.put)
    done = threading.Event()

    def poll() -> None:
        while not done.wait(0.05):
            hearing.hear(None, clock.now_ns(), watched=True)

    feed.start()
    polling = threading.Thread(target=poll, name="poll")
    polling.start()
    try:
        feed.wait_ready(LIMIT_S)
        assert hearing.settled.wait(LIMIT_S)
        while not told.empty():
            told.get()
        rig.mute()
        muted_ns = clock.now_ns()
        problem = told.get(timeout=LIMIT_S)
        assert isinstance(problem, events.Problem)
        assert "muted" in problem.what
        assert problem.remedy
        assert clock.now_ns() - muted_ns > 8 * NS, "a short silence is no fault"
        heard_s = float(problem.what.rsplit("for ", 1)[1].split()[0])
        assert heard_s < 10
        rig.unmute()
        assert told.get(timeout=LIMIT_S) == events.Problem("microphone", "", "")
    finally:
        done.set()
        polling.join()
        hearing.stop()
        hearing.join(LIMIT_S)
