"""What our side of OpenCV decides by itself; whole cameras are in tests/conformance."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk.devices.opencv_camera import OpenCvCamera, http_identity
from kiosk.domain.clock import NS
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.errors import BadRequest, DeviceFailed
from tests.devices.hand_clock import HandClock

WHO = DeviceIdentity(DeviceKind.CAMERA, "test", "Test camera", "test")
PICTURE = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
JPEG = cv2.imencode(".jpg", PICTURE)[1].reshape(1, -1)
MS = NS // 1000


class Capture:
    """Stands in for `cv2.VideoCapture`: (what read returns, how long it took) in order, on a clock that it turns."""

    def __init__(self, clock: HandClock, reads: Sequence[tuple[Any, float]], *, converts: bool = True) -> None:
        self._clock = clock
        self.reads = list(reads)
        self.released = 0
        self._converts = converts

    def read(self) -> tuple[bool, Any]:
        assert not self.released, "a released camera is not read"
        data, seconds = self.reads.pop(0)
        self._clock.turn(seconds)
        if isinstance(data, Exception):
            raise data
        return data is not None, data

    def set(self, _name: int, _value: float) -> bool:
        return self._converts

    def getBackendName(self) -> str:  # noqa: N802 (OpenCV's own name)
        return "FFMPEG"

    def release(self) -> None:
        self.released += 1


def camera(*reads: tuple[Any, float]) -> tuple[OpenCvCamera, Capture, HandClock]:
    clock = HandClock()
    capture = Capture(clock, reads)
    return OpenCvCamera(WHO, capture, clock, convert_property=cv2.CAP_PROP_CONVERT_RGB), capture, clock


def test_a_jpeg_is_handed_over_as_it_came() -> None:
    opened, _, clock = camera((JPEG, 0.03), (JPEG, 0.03))
    frame = opened.read()
    assert frame.encoding == "jpeg"
    assert frame.data == JPEG.tobytes()
    assert (frame.width, frame.height, frame.t_ns) == (64, 48, clock.t_ns)


def test_padding_behind_the_picture_is_cut_off() -> None:
    padded = np.concatenate((JPEG, np.zeros((1, 5000), np.uint8)), axis=1)
    opened, _, _ = camera((padded, 0.03), (padded, 0.03))
    assert opened.read().data == JPEG.tobytes()


def test_a_camera_without_jpegs_is_read_decoded() -> None:
    grey = np.zeros((48, 64, 2), np.uint8)
    opened, _, _ = camera((grey, 0.03), (PICTURE, 0.03), (PICTURE, 0.03))
    frame = opened.read()
    assert frame.encoding == "bgr"
    assert (frame.width, frame.height) == (64, 48)


def test_a_camera_of_two_bytes_a_point_is_handed_over_without_a_detour() -> None:
    clock = HandClock()
    packed = np.random.default_rng(2).integers(0, 255, (48, 64, 2), np.uint8)
    capture = Capture(clock, [(packed, 0.03), (packed, 0.03)])
    opened = OpenCvCamera(WHO, capture, clock, convert_property=cv2.CAP_PROP_CONVERT_RGB, yuyv=True)
    frame = opened.read()
    assert (frame.encoding, frame.width, frame.height) == ("yuyv", 64, 48)
    assert np.array_equal(frame.data, packed)


def test_a_camera_that_gives_nothing_usable_is_refused_and_released() -> None:
    clock = HandClock()
    grey = np.zeros((48, 64, 2), np.uint8)
    capture = Capture(clock, [(grey, 0.03), (grey, 0.03)])
    with pytest.raises(DeviceFailed, match="cannot be used"):
        OpenCvCamera(WHO, capture, clock, convert_property=cv2.CAP_PROP_CONVERT_RGB)
    assert capture.released == 1


def test_truncated_pictures_are_skipped() -> None:
    opened, _, _ = camera((JPEG, 0.03), (JPEG[:, :200], 0.03), (JPEG[:, :200], 0.03), (JPEG, 0.03))
    assert opened.read().data == JPEG.tobytes()


def test_a_camera_that_gives_only_truncated_pictures_is_lost() -> None:
    opened, _, _ = camera((JPEG, 0.03), *[(JPEG[:, :200], 0.03)] * 20)
    with pytest.raises(DeviceFailed, match="damaged"):
        opened.read()


@pytest.mark.parametrize("failure", [None, cv2.error("USB")])
def test_a_lost_camera_says_so(failure: Any) -> None:
    opened, capture, _ = camera((JPEG, 0.03), (failure, 0.01))
    with pytest.raises(DeviceFailed, match="Test camera"):
        opened.read()
    opened.close()
    opened.close()
    assert capture.released == 1


def test_pictures_that_waited_while_nobody_read_are_dropped() -> None:
    opened, capture, clock = camera(
        *[(JPEG, 0.033)] * 3, *[(JPEG, 0.0001)] * 40, (JPEG, 0.02), (JPEG, 0.033), (JPEG, 0.033)
    )
    opened.read()
    opened.read()
    clock.turn(3)
    before_ns = clock.t_ns
    assert opened.read().t_ns - before_ns > 20 * MS
    assert len(capture.reads) == 2


def test_a_slow_camera_loses_nothing() -> None:
    opened, capture, _ = camera(*[(JPEG, 1.0)] * 6)
    for _ in range(5):
        opened.read()
    assert capture.reads == []


def test_a_closed_camera_is_not_read() -> None:
    opened, capture, _ = camera((JPEG, 0.03))
    opened.close()
    with pytest.raises(DeviceFailed, match="closed"):
        opened.read()
    assert capture.released == 1


def test_a_network_cameras_identity_holds_no_secret() -> None:
    who = http_identity("http://me:secret@cam.local:8080/video?token=secret")
    assert who.id == who.spec == "http://cam.local:8080/video"
    assert "secret" not in str(who)
    with pytest.raises(BadRequest):
        http_identity("http:///path")
