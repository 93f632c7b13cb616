"""What every camera driver does, simulated or real: the port's promises, tried."""

import itertools
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.capture.camera_thread import CameraThread
from kiosk.devices import jpeg, v4l2
from kiosk.devices.camera_modes import Format
from kiosk.devices.opener import Devices
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import Camera, CameraFrame, DeviceIdentity
from kiosk.domain.errors import DeviceFailed, KioskError
from kiosk.encode.colour import planes
from kiosk.encode.decoder import PictureDecoder
from tests.conformance.network_camera import NetworkCamera

ASSETS = Path(__file__).parents[2] / "assets"
LIMIT_S = 30.0


@dataclass
class Rig:
    """A camera and what can be done to it; None where the driver cannot have that fault."""

    open: Callable[[], Camera]
    stall: Callable[[], None] | None = None
    go: Callable[[], None] | None = None
    unplug: Callable[[], None] | None = None
    plug: Callable[[], None] | None = None


INSIDE = "FAKE_CAMERA" in os.environ
"""Whether this is the process into which the V4L2 camera of `fake_v4l2.c` is preloaded."""


@pytest.fixture(params=["v4l2"] if INSIDE else ["simulated", "network", "file"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    devices = Devices(SystemClock(), ASSETS)
    if request.param == "simulated":
        yield Rig(
            lambda: devices.camera("simulated"),
            *(lambda word=word: devices.simulate("camera", word, "") for word in ("stall", "go", "unplug", "plug")),
        )
    elif request.param == "network":
        network = NetworkCamera()
        yield Rig(lambda: devices.camera(network.url), network.stall, network.go, network.unplug, network.plug)
        network.close()
    elif request.param == "v4l2":
        folder = Path(os.environ["FAKE_CAMERA"])
        stalled, unplugged = folder / "stalled", folder / "unplugged"
        yield Rig(
            lambda: devices.camera("/dev/video0"), stalled.touch, stalled.unlink, unplugged.touch, unplugged.unlink
        )
        stalled.unlink(missing_ok=True)
        unplugged.unlink(missing_ok=True)
    else:
        path = tmp_path / "loop.mjpeg"
        shutil.copy(ASSETS / "simulated" / "camera.mjpeg", path)
        yield Rig(lambda: devices.camera(f"file:{path}"))


def needs(fault: Callable[[], None] | None) -> Callable[[], None]:
    if fault is None:
        pytest.skip("this driver cannot have that fault")
    return fault


def read_until_it_fails(camera: Camera) -> None:
    for _ in range(200):
        camera.read()


def test_pictures_are_whole_jpegs_of_the_size_that_it_tells(rig: Rig) -> None:
    camera = rig.open()
    frames = [camera.read() for _ in range(5)]
    camera.close()
    for frame in frames:
        assert isinstance(frame.data, bytes)
        assert frame.encoding == "jpeg"
        assert jpeg.size_of(frame.data) == (frame.width, frame.height) == (camera.width, camera.height) == (1280, 720)
        assert frame.data.endswith(b"\xff\xd9")
    assert len({frame.data for frame in frames}) > 1


def test_times_are_of_the_session_clock_and_go_forward_in_real_time(rig: Rig) -> None:
    clock = SystemClock()
    camera = rig.open()
    camera.read()
    first_ns = clock.now_ns()
    frames = [camera.read() for _ in range(20)]
    last_ns = clock.now_ns()
    camera.close()
    times = [frame.t_ns for frame in frames]
    assert all(later > earlier for earlier, later in itertools.pairwise(times))
    assert first_ns - NS < times[0]
    assert times[-1] <= last_ns
    assert (times[-1] - times[0]) / NS > 0.4  # 19 pictures of 30 a second, paced and not as fast as can be


def test_its_identity_stays_the_same_and_it_can_be_opened_again(rig: Rig) -> None:
    first = rig.open()
    identity = first.identity
    first.read()
    first.close()
    first.close()
    with pytest.raises(DeviceFailed):
        first.read()
    second = rig.open()
    assert second.identity == identity
    assert second.read().width == 1280
    second.close()


def test_a_blocked_read_ends_soon_when_another_thread_closes_it(rig: Rig) -> None:
    stall = needs(rig.stall)
    camera = rig.open()
    camera.read()
    stall()
    ended = threading.Event()

    def read() -> None:
        try:
            while True:
                camera.read()
        except DeviceFailed:
            ended.set()

    threading.Thread(target=read, daemon=True).start()
    camera.close()
    assert ended.wait(LIMIT_S)
    needs(rig.go)()


def test_an_unplugged_camera_is_a_device_error_now_and_when_it_is_opened(rig: Rig) -> None:
    camera = rig.open()
    camera.read()
    needs(rig.unplug)()
    with pytest.raises(DeviceFailed):
        read_until_it_fails(camera)
    camera.close()
    with pytest.raises(DeviceFailed):
        rig.open()


def test_capture_brings_it_back_by_itself(rig: Rig) -> None:
    unplug, plug = needs(rig.unplug), needs(rig.plug)
    lost: list[KioskError] = []
    is_lost, is_back, pictures = threading.Event(), threading.Event(), threading.Semaphore(0)

    def on_lost(error: KioskError) -> None:
        lost.append(error)
        is_lost.set()

    def on_back(_identity: DeviceIdentity) -> None:
        is_back.set()

    def on_frame(_frame: CameraFrame) -> None:
        pictures.release()

    thread = CameraThread(rig.open, SystemClock(), retry_s=0.05, on_frame=on_frame, on_lost=on_lost, on_back=on_back)
    thread.start()
    thread.wait_ready(LIMIT_S)
    assert 10 < thread.status.fps < 45
    unplug()
    assert is_lost.wait(LIMIT_S)
    plug()
    assert is_back.wait(LIMIT_S)
    thread.stop()
    thread.join(LIMIT_S)
    assert len(lost) == 1


@pytest.mark.skipif(not INSIDE, reason="needs the preloaded V4L2 camera")
def test_a_second_opening_of_a_v4l2_camera_is_named_as_busy(rig: Rig) -> None:
    camera = rig.open()
    with pytest.raises(DeviceFailed, match="in use by another program"):
        rig.open()
    assert camera.read().width == 1280
    camera.close()
    assert v4l2.formats(Path("/dev/video0")) == (Format("MJPG", 1280, 720, 30.0),)


@pytest.fixture
def marks() -> Iterator[Callable[[str], Path]]:
    """Makes the file of that name, which changes the preloaded camera, until the test is over."""
    made: list[Path] = []

    def mark(name: str) -> Path:
        made.append(Path(os.environ["FAKE_CAMERA"]) / name)
        made[-1].touch()
        return made[-1]

    yield mark
    for path in made:
        path.unlink(missing_ok=True)


@pytest.mark.skipif(not INSIDE, reason="needs the preloaded V4L2 camera")
def test_a_v4l2_camera_that_only_gives_yuyv_is_read_as_it_is(marks: Callable[[str], Path]) -> None:
    marks("yuyv")
    camera = Devices(SystemClock(), ASSETS).camera("/dev/video0")
    frame = camera.read()
    camera.close()
    assert v4l2.formats(Path("/dev/video0")) == (Format("YUYV", 640, 480, 30.0),)
    assert (frame.encoding, frame.width, frame.height) == ("yuyv", 640, 480)
    luma = planes(PictureDecoder().decode(frame))[0]
    assert [int(luma[360, x]) for x in (100, 164, 640, 1115)] == pytest.approx([0, 2, 127, 253], abs=4)


@pytest.mark.skipif(not INSIDE, reason="needs the preloaded V4L2 camera")
def test_a_refused_v4l2_camera_is_named_with_the_setting_to_change(marks: Callable[[str], Path]) -> None:
    marks("refused")
    with pytest.raises(DeviceFailed, match="refuses this account the camera") as refused:
        Devices(SystemClock(), ASSETS).camera("/dev/video0")
    assert "usermod -aG video" in refused.value.remedy


@pytest.mark.skipif(not INSIDE, reason="needs the preloaded V4L2 camera")
def test_another_v4l2_camera_that_takes_the_number_is_not_opened(marks: Callable[[str], Path]) -> None:
    devices = Devices(SystemClock(), ASSETS)
    chosen = devices.camera("/dev/video0")
    chosen.close()
    other = marks("other")
    with pytest.raises(DeviceFailed, match="There is another one at its place: Other camera"):
        devices.camera("/dev/video0", chosen.identity)
    other.unlink()
    again = devices.camera("/dev/video0", chosen.identity)
    assert again.identity == chosen.identity
    again.close()


@pytest.mark.skipif(INSIDE or sys.platform != "linux", reason="runs the others in a process of its own")
def test_opencvs_v4l2_driver_passes_this_suite(tmp_path: Path) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    library, source = tmp_path / "fake_v4l2.so", Path(__file__).with_name("fake_v4l2.c")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    shutil.copy(ASSETS / "simulated" / "camera.mjpeg", tmp_path)
    environment = {
        **os.environ,
        "FAKE_CAMERA": str(tmp_path),
        "LD_PRELOAD": str(library),
        "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-k", "v4l2 and not opencvs", __file__]
    ran = subprocess.run(command, env=environment, cwd=ASSETS.parent, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "10 passed" in ran.stdout, ran.stdout


def test_a_network_camera_that_asks_for_a_password_is_named_as_refusing() -> None:
    camera = NetworkCamera(answer=b"HTTP/1.0 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
    try:
        with pytest.raises(DeviceFailed, match="refuses this kiosk"):
            Devices(SystemClock(), ASSETS).camera(camera.url)
    finally:
        camera.close()


def test_a_page_is_no_camera() -> None:
    camera = NetworkCamera(answer=b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>welcome</html>")
    try:
        with pytest.raises(DeviceFailed, match="MJPEG"):
            Devices(SystemClock(), ASSETS).camera(camera.url)
    finally:
        camera.close()
