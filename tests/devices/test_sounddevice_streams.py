"""What can be judged of PortAudio without a sound card; with one, see tests/conformance."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from kiosk.devices.sounddevice_streams import SoundMicrophone, SoundSystem, SteadyStart, translate
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import DeviceKind, SampleBlock

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
    """PortAudio as far as a microphone needs it; the test is the sound card."""

    PortAudioError = OSError

    def __init__(self) -> None:
        self.callback: Callable[..., None]
        self.active = False

    def query_devices(self) -> list[dict[str, object]]:
        return [{"name": "Card", "index": 0, "hostapi": 0, "max_input_channels": 1, "default_samplerate": 44_100.0}]

    def query_hostapis(self, _index: int) -> dict[str, str]:
        return {"name": "ALSA"}

    def check_input_settings(self, *, samplerate: int, **_settings: object) -> None:
        if samplerate != 44_100:
            raise OSError("Invalid sample rate", -9997)

    def InputStream(self, *, callback: Callable[..., None], **_settings: object) -> "NoSoundCard":  # noqa: N802 (PortAudio's name)
        self.callback = callback
        return self

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
