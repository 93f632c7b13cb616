"""What can be judged of PortAudio without a sound card; with one, see tests/conformance."""

import pytest

from kiosk.devices.sounddevice_streams import SteadyStart, translate
from kiosk.domain.clock import NS
from kiosk.domain.devices import DeviceKind

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
