"""Files as devices: in real time, looped or followed by silence."""

import threading
import wave
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.devices import wav
from kiosk.devices.files import FileMicrophone, open_camera_file
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import SampleBlock
from kiosk.domain.errors import DeviceFailed
from tests.devices.hand_clock import HandClock

ASSETS = Path(__file__).parents[2] / "assets" / "simulated"


def write(path: Path, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]", rate: int, channels: int = 1) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())


def test_a_single_jpeg_is_a_camera() -> None:
    camera = open_camera_file(ASSETS / "black.jpg", HandClock(step_ns=NS // 100))
    frames = [camera.read() for _ in range(4)]
    assert {(f.width, f.height, f.encoding) for f in frames} == {(1280, 720, "jpeg")}
    assert (frames[3].t_ns - frames[0].t_ns) / NS == pytest.approx(0.1)
    camera.close()
    with pytest.raises(DeviceFailed):
        camera.read()


def test_a_film_is_played_at_its_own_rate_and_looped(tmp_path: Path) -> None:
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (64, 48))
    for level in (0, 100, 200):
        writer.write(np.full((48, 64, 3), level, np.uint8))
    writer.release()
    camera = open_camera_file(path, HandClock(step_ns=NS // 100))
    frames = [camera.read() for _ in range(7)]
    camera.close()
    camera.close()
    assert [round(float(np.mean(f.data)) / 100) for f in frames if not isinstance(f.data, bytes)] == [
        0,
        1,
        2,
        0,
        1,
        2,
        0,
    ]
    assert (frames[6].t_ns - frames[0].t_ns) / NS == pytest.approx(0.3)


def test_a_reader_that_was_away_does_not_get_a_rush_of_pictures() -> None:
    clock = HandClock(step_ns=NS // 100)
    camera = open_camera_file(ASSETS / "black.jpg", clock)
    camera.read()
    clock.turn(5)
    first, second = camera.read(), camera.read()
    assert (second.t_ns - first.t_ns) / NS == pytest.approx(1 / 30)


def test_a_wav_is_heard_at_its_own_rate_and_then_silence(tmp_path: Path) -> None:
    path = tmp_path / "words.wav"
    said = np.arange(1, 1001, dtype=np.int16) * 10
    write(path, said, 16_000)
    microphone = FileMicrophone(path, SystemClock())
    blocks: list[SampleBlock] = []
    enough = threading.Event()

    def on_block(block: SampleBlock) -> None:
        blocks.append(block)
        if len(blocks) == 12:
            enough.set()

    microphone.start(on_block, lambda _why: None)
    assert enough.wait(20)
    microphone.stop()
    heard = np.concatenate([block.samples for block in blocks])
    assert microphone.rate == 16_000
    np.testing.assert_allclose(heard[:1000], said / 32_768, atol=1e-6)
    assert not heard[1000:].any()
    assert [block.first for block in blocks][:3] == [0, 160, 320]


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_every_width_of_pcm_is_read_alike(tmp_path: Path, width: int) -> None:
    path = tmp_path / "words.wav"
    values = [0, 2**22, -(2**22), 2**21]  # of 24 bits
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(8000)
        shifted = [(v >> 24 - 8 * width if width < 4 else v << 8) for v in values]
        data = [v + 128 if width == 1 else v for v in shifted]
        file.writeframes(b"".join(v.to_bytes(width, "little", signed=width > 1) for v in data))
    samples, rate = wav.read(path)
    assert rate == 8000
    np.testing.assert_allclose(samples, [0, 0.5, -0.5, 0.25], atol=1e-6)


def test_of_two_channels_the_first_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "two.wav"
    write(path, np.array([1000, -1, 2000, -1], np.int16), 48_000, channels=2)
    samples, _ = wav.read(path)
    np.testing.assert_allclose(samples * 32_768, [1000, 2000])
