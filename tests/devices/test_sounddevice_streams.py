"""What can be judged of PortAudio without a sound card; with one, see tests/conformance."""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from kiosk.devices.sound_system import LOUDSPEAKER_LATENCIES_S, SoundSystem
from kiosk.devices.sounddevice_streams import SoundLoudspeaker, SoundMicrophone, translate
from kiosk.devices.steady_start import SteadyCount, SteadyStart
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import DeviceKind, SampleBlock
from tests.devices.hand_clock import HandClock

MS = NS // 1000


def test_an_even_stream_is_believed_after_its_first_tenths() -> None:
    start = SteadyStart(48_000)
    believed = [start.add(n * 10 * MS, n * 10 * MS + 300 * MS, 480) for n in range(60)]
    assert believed.index(True) == 30


def test_a_burst_and_the_pause_after_it_are_not_believed() -> None:
    start = SteadyStart(48_000)
    burst = [start.add(n * MS // 10, n * 10 * MS, 480) for n in range(32)]
    late = [start.add(1200 * MS + n * 10 * MS, 1500 * MS + n * 10 * MS, 480) for n in range(60)]
    assert not any(burst)
    assert late.index(True) == 30


def test_a_stream_that_is_never_even_is_believed_in_the_end() -> None:
    start = SteadyStart(48_000)
    assert any(start.add(n * 10 * MS, n * (10 * MS + 50 * MS * (n % 2)), 480) for n in range(400))


def test_time_in_which_a_stream_that_was_given_nothing_played_nothing_is_counted_once_it_is_even_again() -> None:
    """As PulseAudio does for a process that was stopped for 1.5 s: the first stamps after it are wrong."""
    count = SteadyCount(48_000)
    before = [count.add(n * 10 * MS, n * 10 * MS + 60 * MS, 480) for n in range(100)]
    assert before[30:] == [480 * n for n in range(70)]
    burst = [count.add(2500 * MS, 2540 * MS, 480), *(count.add(2500 * MS, (2510 + 10 * n) * MS, 480) for n in range(5))]
    after = [count.add((2510 + 10 * n) * MS, (2560 + 10 * n) * MS, 480) for n in range(100)]
    assert not any(burst)
    believed = next(n for n, first in enumerate(after) if first is not None)
    assert 20 <= believed <= 40
    sounds_ns = (2560 + 10 * believed) * MS
    assert after[believed] == pytest.approx((sounds_ns - 360 * MS) * 48_000 / NS, abs=1), "as if it had played on"
    assert after[-1] == (after[believed] or 0) + 480 * (99 - believed)


def test_a_late_callback_is_no_hole() -> None:
    count = SteadyCount(48_000)
    numbered = [count.add(n * 10 * MS, n * 10 * MS + (300 * MS if n == 50 else 60 * MS), 480) for n in range(100)]
    assert numbered[30:] == [480 * n for n in range(70)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("Permission denied"), "refuses this account"),
        (RuntimeError("Device unavailable", -9985), "in use by another program"),
        (RuntimeError("Internal PortAudio error", -9986), "cannot be opened"),
    ],
)
def test_portaudios_errors_become_sentences(error: Exception, words: str) -> None:
    failed = translate(DeviceKind.MICROPHONE, "Headset", error)
    assert words in failed.what
    assert "Headset" in failed.what
    assert failed.remedy


class NoSoundCard:
    """PortAudio as far as microphone and loudspeaker need it; the test is the sound card."""

    PortAudioError = OSError

    def __init__(self) -> None:
        self.callback: Callable[..., None]
        self.active = False
        self.least_s = 0.01
        self.latencies_s: list[float] = []

    def query_devices(self) -> list[dict[str, object]]:
        return [
            {
                "name": "Card",
                "index": 0,
                "hostapi": 0,
                "max_input_channels": 1,
                "max_output_channels": 1,
                "default_samplerate": 44_100.0,
                "default_low_output_latency": self.least_s,
            }
        ]

    def query_hostapis(self, _index: int) -> dict[str, str]:
        return {"name": "ALSA"}

    def check_input_settings(self, *, samplerate: int, **_settings: object) -> None:
        if samplerate != 44_100:
            raise OSError("Invalid sample rate", -9997)

    def check_output_settings(self, **_settings: object) -> None:
        """Any rate will do."""

    def InputStream(  # noqa: N802 (PortAudio's name)
        self, *, callback: Callable[..., None], latency: float, **_settings: object
    ) -> "NoSoundCard":
        self.callback = callback
        self.latencies_s.append(latency)
        return self

    OutputStream = InputStream

    def start(self) -> None:
        self.active = True

    def abort(self) -> None:
        self.active = False

    def close(self) -> None:
        self.active = False


class NoSoundSystem(SoundSystem):
    """A system with that card alone."""

    def __init__(self) -> None:
        super().__init__()
        self.card = NoSoundCard()

    def library(self) -> NoSoundCard:
        return self.card


@dataclass
class Status:
    input_overflow: bool = False
    output_underflow: bool = False


@dataclass
class Times:
    """PortAudio's, which say that a block sounds when 40 ms are over."""

    currentTime: float = 1.0  # noqa: N815 (PortAudio's name)
    outputBufferDacTime: float = 1.04  # noqa: N815 (PortAudio's name)


def test_a_microphone_takes_its_own_rate_where_48_khz_is_refused_and_tells_an_overflow() -> None:
    system = NoSoundSystem()
    microphone = SoundMicrophone(system, "0", SystemClock())
    assert microphone.rate == 44_100
    blocks: list[SampleBlock] = []
    microphone.start(blocks.append, pytest.fail)
    for overflow in (True, False, True, False):
        system.card.callback(np.zeros((441, 1), np.float32), 441, None, Status(overflow))
    microphone.stop()
    system.card.callback(np.zeros((441, 1), np.float32), 441, None, Status())
    assert [block.first for block in blocks] == [0, 441, 882, 1323]
    assert [block.anew for block in blocks] == [False, False, True, False], "before the first block nothing was lost"


class KeepingCard(NoSoundCard):
    """PortAudio that does not give its streams back, as it happens when a sound server dies."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.ended = 0
        self.default = type("Default", (), {"device": (0, 0)})

    def abort(self) -> None:
        self.let_go.wait()

    def _terminate(self) -> None:
        self.ended += 1

    def _initialize(self) -> None:
        """The list is read anew."""

    def _exit_handler(self) -> None:
        """Ends PortAudio with the process."""


def test_a_stream_that_portaudio_keeps_holds_nobody_up_and_another_one_can_be_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = KeepingCard()
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    system = SoundSystem(close_s=0.1)
    first = SoundMicrophone(system, "0", SystemClock())
    first.start(lambda _block: None, pytest.fail)
    first.stop()
    assert not first.alive
    system.doubt()
    again = SoundMicrophone(system, "0", SystemClock())
    blocks: list[SampleBlock] = []
    again.start(blocks.append, pytest.fail)
    card.callback(np.zeros((441, 1), np.float32), 441, None, Status())
    assert len(blocks) == 1
    assert card.ended == 0, "it would wait for the stream that it keeps"
    card.let_go.set()
    again.stop()


def run_dry(system: NoSoundSystem, clock: HandClock) -> SoundLoudspeaker:
    """A loudspeaker that ran dry while it began, which is usual, and again once it played evenly."""
    loudspeaker = SoundLoudspeaker(system, "0", clock)
    asked: list[int] = []
    loudspeaker.start(lambda _out, first, _t_ns: asked.append(first), pytest.fail)
    while not asked:
        system.card.callback(np.zeros((480, 1), np.float32), 480, Times(), Status(output_underflow=True))
        clock.turn(0.01)
    assert not loudspeaker.ran_dry
    system.card.callback(np.zeros((480, 1), np.float32), 480, Times(), Status(output_underflow=True))
    loudspeaker.stop()
    return loudspeaker


def test_a_loudspeaker_that_ran_dry_holds_more_when_it_is_opened_again_up_to_a_bound() -> None:
    system, clock = NoSoundSystem(), HandClock(step_ns=MS // 10)
    dry = [run_dry(system, clock).ran_dry for _ in LOUDSPEAKER_LATENCIES_S]
    assert system.card.latencies_s == [0.04, 0.08, 0.16, 0.3]
    assert dry == [True, True, True, False], "with the most there is nothing to be won by another opening"


def test_a_loudspeaker_whose_process_was_stopped_need_not_hold_more() -> None:
    """No buffer would have bridged that."""
    system, clock = NoSoundSystem(), HandClock()
    loudspeaker = SoundLoudspeaker(system, "0", clock)
    asked: list[int] = []
    loudspeaker.start(lambda _out, first, _t_ns: asked.append(first), pytest.fail)

    def play(blocks: int, *, dry: bool = False) -> None:
        for _ in range(blocks):
            clock.turn(0.01)
            system.card.callback(np.zeros((480, 1), np.float32), 480, Times(), Status(output_underflow=dry))

    play(50)
    clock.turn(1.5)
    play(1, dry=True)
    play(50)
    loudspeaker.stop()
    assert not loudspeaker.ran_dry
    steps = set(np.diff(asked))
    assert steps - {480} == {round((1.5 + 0.31) * 48_000)}, "the standstill and what it took to be even again"


def test_a_loudspeaker_holds_no_less_than_its_driver_can_keep_filled() -> None:
    system, clock = NoSoundSystem(), HandClock(step_ns=MS // 10)
    system.card.least_s = 0.09
    run_dry(system, clock)
    assert system.card.latencies_s == [0.09]
