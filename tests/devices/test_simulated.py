"""The simulated devices are honest: clocks, delays and faults are what they say."""

import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices import jpeg
from kiosk.devices.simulated.room import SimulatedRoom
from kiosk.devices.simulated.sound import BLOCK, HEARD
from kiosk.devices.simulated.stage import Stage
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import RATE, DeviceKind, SampleBlock, Samples
from kiosk.domain.errors import BadRequest, DeviceFailed
from tests.devices.hand_clock import HandClock

ASSETS = Path(__file__).parents[2] / "assets"
T0 = 5_000 * NS


def tone(count: int, hertz: float = 440.0) -> Samples:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(count) / RATE)).astype(np.float32)


def decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples.astype(np.float64)))))


def test_an_empty_room_is_quiet_but_not_digitally_silent() -> None:
    heard = SimulatedRoom().hear(T0, RATE, RATE)
    assert decibels(heard) == pytest.approx(-65, abs=0.3)


def test_the_loudspeaker_is_heard_60_ms_late_and_18_db_down() -> None:
    room = SimulatedRoom(noise_dbfs=-120)
    room.loudspeaker_on(T0, RATE)
    played = tone(RATE)
    for first in range(0, RATE, BLOCK):
        room.loudspeaker_plays(first, played[first : first + BLOCK])
    heard = room.hear(T0, RATE // 2, RATE)
    late = RATE * 60 // 1000
    assert np.max(np.abs(heard[: late - 1])) < 1e-4
    assert decibels(heard[late:]) == pytest.approx(decibels(played) - 18, abs=0.1)
    np.testing.assert_allclose(heard[late:], played[: heard.size - late] * 10 ** (-18 / 20), atol=1e-4)


def test_blocks_that_the_loudspeaker_left_out_were_silence() -> None:
    room = SimulatedRoom(noise_dbfs=-120, delay_ms=0, echo_db=0)
    room.loudspeaker_on(T0, RATE)
    room.loudspeaker_plays(0, np.full(BLOCK, 0.5, np.float32))
    room.loudspeaker_plays(3 * BLOCK, np.full(BLOCK, 0.5, np.float32))
    heard = room.hear(T0, 4 * BLOCK, RATE)
    assert np.max(np.abs(heard[BLOCK + 1 : 3 * BLOCK - 1])) < 1e-4
    assert np.min(heard[3 * BLOCK + 1 :]) > 0.49


def test_a_person_is_heard_when_the_words_are_said_by_any_microphones_clock() -> None:
    room = SimulatedRoom(noise_dbfs=-120)
    click = np.ones(48, np.float32)
    rate = RATE * (1 + 300e-6)
    room.say(T0 + NS, click)
    heard = room.hear(T0, 2 * RATE, rate)
    assert int(np.argmax(heard > 0.5)) == pytest.approx(rate, abs=1)


def test_hush_ends_what_is_being_said() -> None:
    room = SimulatedRoom(noise_dbfs=-120)
    room.say(T0, np.ones(RATE, np.float32))
    room.hush()
    assert np.max(np.abs(room.hear(T0, RATE, RATE))) < 1e-4


def test_the_camera_gives_thirty_pictures_a_second_of_its_loop() -> None:
    stage = Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS)
    camera = stage.camera()
    frames = [camera.read() for _ in range(61)]
    assert (frames[-1].t_ns - frames[0].t_ns) / NS == pytest.approx(2, abs=1e-6)
    assert len({frame.data for frame in frames}) == 61
    assert {(f.encoding, f.width, f.height) for f in frames} == {("jpeg", 1280, 720)}


def test_a_late_reader_finds_the_newest_pictures_and_loses_the_others() -> None:
    clock = HandClock(step_ns=NS * 33 // 1000)
    camera = Stage(clock, ASSETS).camera()
    camera.read()
    clock.turn(3)
    assert clock.t_ns - camera.read().t_ns < 5 * NS // 30


def test_a_camera_slowed_down_keeps_true_times() -> None:
    clock = HandClock(step_ns=NS * 33 // 1000)
    stage = Stage(clock, ASSETS)
    camera = stage.camera()
    camera.read()
    stage.simulate(DeviceKind.CAMERA, "fps", "15")
    camera.read()
    first = camera.read()
    assert (camera.read().t_ns - first.t_ns) / NS == pytest.approx(1 / 15)


def test_a_frozen_camera_repeats_its_picture_and_a_black_one_is_black() -> None:
    stage = Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS)
    camera = stage.camera()
    stage.simulate(DeviceKind.CAMERA, "freeze", "")
    assert len({camera.read().data for _ in range(5)}) == 1
    stage.simulate(DeviceKind.CAMERA, "thaw", "")
    assert len({camera.read().data for _ in range(5)}) == 5
    stage.simulate(DeviceKind.CAMERA, "black", "")
    assert camera.read().data == (ASSETS / "simulated" / "black.jpg").read_bytes()


@pytest.mark.parametrize(
    ("options", "encoding", "size", "fps"),
    [("1920x1080", "jpeg", (1920, 1080), 30), ("640x480,yuyv", "yuyv", (640, 480), 30),
     ("720x1280,bgr,15", "bgr", (720, 1280), 15)],
)  # fmt: skip
def test_a_camera_of_another_size_encoding_and_rate_can_be_asked_for(
    options: str, encoding: str, size: tuple[int, int], fps: int
) -> None:
    camera = Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS).camera(options)
    frames = [camera.read() for _ in range(3)]
    assert {(frame.encoding, frame.width, frame.height) for frame in frames} == {(encoding, *size)}
    assert (frames[2].t_ns - frames[1].t_ns) / NS == pytest.approx(1 / fps, abs=1e-6)
    for frame in frames:
        shape = jpeg.size_of(frame.data) if isinstance(frame.data, bytes) else frame.data.shape[1::-1]
        assert shape == size


@pytest.mark.parametrize(
    "options", ["1920", "0x0", "641x480", "640x480,h264", "640x480,yuyv,none", "640x480,yuyv,15,1"]
)
def test_a_camera_that_cannot_be_simulated_is_refused_with_the_forms(options: str) -> None:
    with pytest.raises(BadRequest, match="simulated:640x480,yuyv"):
        Stage(SystemClock(), ASSETS).camera(options)


def test_a_refused_camera_says_so_and_is_there_when_it_is_allowed() -> None:
    stage = Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS)
    camera = stage.camera()
    stage.simulate(DeviceKind.CAMERA, "refuse", "")
    with pytest.raises(DeviceFailed, match="refuses"):
        camera.read()
    with pytest.raises(DeviceFailed, match="refuses"):
        stage.camera()
    stage.simulate(DeviceKind.CAMERA, "allow", "")
    assert stage.camera().read().encoding == "jpeg"


def test_a_swapped_camera_is_another_one_at_the_same_place() -> None:
    stage = Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS)
    first = stage.camera()
    stage.simulate(DeviceKind.CAMERA, "swap", "")
    with pytest.raises(DeviceFailed, match="unplugged"):
        first.read()
    other = stage.camera()
    assert other.identity != first.identity
    stage.simulate(DeviceKind.CAMERA, "restore", "")
    with pytest.raises(DeviceFailed, match="unplugged"):
        other.read()
    assert stage.camera().identity == first.identity


def test_flash_and_click_of_a_clap_are_at_the_same_instant() -> None:
    stage = Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS)
    flash = (ASSETS / "simulated" / "flash.jpg").read_bytes()
    camera = stage.camera()
    camera.read()
    stage.simulate(DeviceKind.CAMERA, "clap", "")
    frames = [camera.read() for _ in range(10)]
    flashes = [frame.t_ns for frame in frames if frame.data == flash]
    assert len(flashes) == 2
    heard = stage.room.hear(flashes[0] - NS // 10, RATE // 5, RATE)
    assert int(np.argmax(np.abs(heard) > 0.4)) == pytest.approx(RATE // 10, abs=1)


def test_an_unplugged_camera_fails_and_is_there_again_when_plugged_in() -> None:
    stage = Stage(HandClock(step_ns=NS * 33 // 1000), ASSETS)
    camera = stage.camera()
    stage.simulate(DeviceKind.CAMERA, "unplug", "")
    with pytest.raises(DeviceFailed, match="unplugged"):
        camera.read()
    with pytest.raises(DeviceFailed, match="unplugged"):
        stage.camera()
    stage.simulate(DeviceKind.CAMERA, "plug", "")
    assert stage.camera().read().encoding == "jpeg"


def test_a_stalled_cameras_read_ends_when_it_is_closed() -> None:
    stage = Stage(SystemClock(), ASSETS)
    camera = stage.camera()
    stage.simulate(DeviceKind.CAMERA, "stall", "")
    failures: list[Exception] = []

    def read() -> None:
        try:
            camera.read()
        except DeviceFailed as error:
            failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    camera.close()
    reader.join(10)
    assert "closed" in str(failures[0])


def test_pictures_that_are_not_installed_are_a_device_error(tmp_path: Path) -> None:
    with pytest.raises(DeviceFailed, match="cannot be read"):
        Stage(SystemClock(), tmp_path).camera()


class Heard:
    """Blocks of a real-time microphone, waited for without sleeping."""

    def __init__(self) -> None:
        self.blocks: list[SampleBlock] = []
        self.lost: list[str] = []
        self._more = threading.Condition()

    def add(self, block: SampleBlock) -> None:
        with self._more:
            self.blocks.append(block)
            self._more.notify_all()

    def lose(self, why: str) -> None:
        with self._more:
            self.lost.append(why)
            self._more.notify_all()

    def wait(self, count: int) -> None:
        with self._more:
            assert self._more.wait_for(lambda: len(self.blocks) >= count, 20)

    def wait_lost(self) -> None:
        with self._more:
            assert self._more.wait_for(lambda: bool(self.lost), 20)


def test_a_muted_microphone_gives_digital_zeros_and_an_overflow_is_counted() -> None:
    stage = Stage(SystemClock(), ASSETS)
    microphone, heard = stage.microphone(), Heard()
    stage.simulate(DeviceKind.MICROPHONE, "mute", "")
    microphone.start(heard.add, heard.lose)
    heard.wait(3)
    stage.simulate(DeviceKind.MICROPHONE, "overflow", "120")
    heard.wait(10)
    microphone.stop()
    assert not heard.blocks[0].samples.any()
    steps = np.diff([block.first for block in heard.blocks])
    assert sorted(set(steps)) == [HEARD, HEARD * 4]


def test_samples_that_are_lost_and_not_counted_are_told_at_the_next_block() -> None:
    stage = Stage(SystemClock(), ASSETS)
    microphone, heard = stage.microphone(), Heard()
    microphone.start(heard.add, heard.lose)
    heard.wait(3)
    stage.simulate(DeviceKind.MICROPHONE, "lose", "60")
    heard.wait(10)
    microphone.stop()
    assert set(np.diff([block.first for block in heard.blocks])) == {HEARD}
    assert [block.anew for block in heard.blocks].count(True) == 1


def test_stamps_of_the_microphone_are_never_early() -> None:
    clock = SystemClock()
    stage = Stage(clock, ASSETS)
    microphone, heard = stage.microphone(), Heard()
    began_ns = clock.now_ns()
    microphone.start(heard.add, heard.lose)
    heard.wait(20)
    microphone.stop()
    rate = RATE * (1 + 80e-6)
    assert all(b.t_ns >= began_ns + b.first * NS / rate - 2000 for b in heard.blocks)


def test_an_unplugged_microphone_says_so_once() -> None:
    stage = Stage(SystemClock(), ASSETS)
    microphone, heard = stage.microphone(), Heard()
    microphone.start(heard.add, heard.lose)
    stage.simulate(DeviceKind.MICROPHONE, "unplug", "")
    heard.wait_lost()
    microphone.stop()
    assert heard.lost == ["The simulated microphone was unplugged."]
    with pytest.raises(DeviceFailed):
        stage.microphone()


def test_a_person_says_a_wav_of_any_rate(tmp_path: Path) -> None:
    path = tmp_path / "words.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes((tone(22_050, 1000) * 32_767).astype("<i2").tobytes())
    clock = HandClock()
    stage = Stage(clock, ASSETS)
    stage.simulate(DeviceKind.MICROPHONE, "say", str(path))
    heard = stage.room.hear(clock.t_ns + NS // 10, RATE // 2, RATE)
    assert decibels(heard) == pytest.approx(decibels(tone(RATE)), abs=0.2)


@pytest.mark.parametrize("kind", list(DeviceKind))
def test_an_unknown_action_is_refused_with_the_possible_ones(kind: DeviceKind) -> None:
    with pytest.raises(BadRequest, match=r"It can: .*unplug"):
        Stage(SystemClock(), ASSETS).simulate(kind, "dance", "")


@pytest.mark.parametrize(("kind", "action", "value"), [("camera", "fps", "none"), ("microphone", "overflow", "-5")])
def test_a_wrong_value_is_refused(kind: str, action: str, value: str) -> None:
    with pytest.raises(BadRequest):
        Stage(SystemClock(), ASSETS).simulate(DeviceKind(kind), action, value)
