"""SPECs: what is malformed, what is missing, what is refused; each says so in a sentence."""

from pathlib import Path

import pytest

from kiosk.devices.opener import Devices
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import BadRequest, DeviceFailed

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.fixture
def devices() -> Devices:
    return Devices(SystemClock(), ASSETS)


@pytest.mark.parametrize("spec", ["ftp://host/", "file:", "http://", "http://host:port/", "a\x00b", "/dev/\ud800"])
def test_a_malformed_camera_is_wrong_usage(devices: Devices, spec: str) -> None:
    with pytest.raises(BadRequest) as refused:
        devices.camera(spec)
    assert refused.value.exit_code == 2
    assert refused.value.remedy


@pytest.mark.parametrize("spec", ["/dev/video99", "99", "usb:1234:5678:NOBODY", "Nobody's Camera"])
def test_a_missing_camera_is_named_with_what_exists(devices: Devices, spec: str) -> None:
    with pytest.raises(DeviceFailed, match=r"[Tt]here is no camera.*(There is:|The system lists no camera)") as missing:
        devices.camera(spec)
    assert missing.value.exit_code == 3
    assert spec in str(missing.value)


@pytest.mark.parametrize("spec", ["file:/nowhere/film.avi", "file:/nowhere/film.mjpeg"])
def test_a_missing_camera_file_is_named(devices: Devices, spec: str) -> None:
    with pytest.raises(DeviceFailed, match="/nowhere/film"):
        devices.camera(spec)


def test_a_camera_file_that_is_no_film_is_named(devices: Devices, tmp_path: Path) -> None:
    for name in ("film.mp4", "film.mjpeg"):
        path = tmp_path / name
        path.write_bytes(b"no pictures in here" * 100)
        with pytest.raises(DeviceFailed, match=name):
            devices.camera(f"file:{path}")


def test_a_network_camera_that_does_not_answer_is_named_without_its_password(devices: Devices) -> None:
    with pytest.raises(DeviceFailed, match="does not answer") as missing:
        devices.camera("http://me:secret@127.0.0.1:9/path?token=secret")
    assert "127.0.0.1:9/path" in str(missing.value)
    assert "secret" not in str(missing.value)


@pytest.mark.parametrize("spec", ["null", "http://host/", "file:"])
def test_a_malformed_microphone_is_wrong_usage(devices: Devices, spec: str) -> None:
    with pytest.raises(BadRequest):
        devices.microphone(spec)


@pytest.mark.parametrize("spec", ["file:/a.wav", "http://host/"])
def test_a_malformed_loudspeaker_is_wrong_usage(devices: Devices, spec: str) -> None:
    with pytest.raises(BadRequest):
        devices.loudspeaker(spec)


@pytest.mark.parametrize("spec", ["4711", "Nobody's Microphone"])
def test_a_missing_sound_device_is_named(devices: Devices, spec: str) -> None:
    for open_it in (devices.microphone, devices.loudspeaker):
        with pytest.raises(DeviceFailed, match="There is no") as missing:
            open_it(spec)
        assert spec in str(missing.value)


def test_a_microphone_file_that_is_no_wav_is_bad_input(devices: Devices, tmp_path: Path) -> None:
    path = tmp_path / "words.wav"
    path.write_bytes(b"nothing")
    with pytest.raises(BadRequest, match=r"words\.wav"):
        devices.microphone(f"file:{path}")
    with pytest.raises(DeviceFailed, match=r"missing\.wav"):
        devices.microphone(f"file:{tmp_path / 'missing.wav'}")


def test_null_is_a_loudspeaker_that_nobody_hears(devices: Devices) -> None:
    loudspeaker = devices.loudspeaker("null")
    assert not loudspeaker.audible
    assert loudspeaker.identity.spec == "null"


def test_a_real_device_is_not_simulated(devices: Devices) -> None:
    with pytest.raises(DeviceFailed):
        devices.camera("/dev/video99")
    with pytest.raises(BadRequest, match="camera is not simulated"):
        devices.simulate("camera", "unplug", "")
    devices.simulate("microphone", "mute", "")
    with pytest.raises(BadRequest, match="camera, microphone, loudspeaker"):
        devices.simulate("door", "open", "")
