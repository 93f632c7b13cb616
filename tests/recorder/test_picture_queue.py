import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import CameraFrame
from kiosk.recorder.picture_queue import LONGEST_BYTES, MOST_BYTES, PictureQueue


def frame(number: int, size: int = 10) -> CameraFrame:
    return CameraFrame(number, "jpeg", b"\xff" * size, 1280, 720)


def test_pictures_come_out_as_they_went_in() -> None:
    pictures = PictureQueue()
    for number in range(3):
        pictures.put(frame(number))
    taken = [pictures.take(0) for _ in range(4)]
    assert [one.t_ns if one else None for one in taken] == [0, 1, 2, None]


def test_a_full_queue_drops_the_newest_and_counts_it() -> None:
    pictures = PictureQueue(longest_bytes=25, most_bytes=25)
    for number in range(4):
        pictures.put(frame(number))
    assert pictures.dropped == 2
    assert pictures.newest_ns == 3, "the camera lives, whatever the queue does"
    first = pictures.take(0)
    assert first is not None
    assert first.t_ns == 0
    pictures.put(frame(9))
    assert len(pictures) == 2


def test_one_picture_always_fits() -> None:
    pictures = PictureQueue(longest_bytes=5, most_bytes=5)
    pictures.put(frame(1))
    assert pictures.take(0) is not None


def stalled(points: int, encoding: str, fps: int, seconds: float) -> tuple[PictureQueue, int]:
    """What waits of a camera's raw pictures of 1280x720 after so long, and how many came."""
    picture = np.broadcast_to(np.zeros((), np.uint8), (720, 1280, points))  # weighs as much and takes no room
    pictures = PictureQueue()
    for number in range(count := round(seconds * fps)):
        pictures.put(CameraFrame(number * NS // fps, "yuyv" if encoding == "yuyv" else "bgr", picture, 1280, 720))
    return pictures, count


@pytest.mark.parametrize("fps", [5, 10, 30])
@pytest.mark.parametrize(("encoding", "points"), [("yuyv", 2), ("bgr", 3)])
def test_a_stall_of_two_and_a_half_seconds_loses_nothing_of_a_camera_that_gives_raw_pictures(
    encoding: str, points: int, fps: int
) -> None:
    pictures, came = stalled(points, encoding, fps, 2.5)
    assert (pictures.dropped, len(pictures)) == (0, came)


def test_raw_pictures_do_not_fill_the_memory_of_a_line_that_stalls_for_good() -> None:
    pictures, came = stalled(3, "bgr", 30, 60)
    assert len(pictures) * 720 * 1280 * 3 <= MOST_BYTES
    assert pictures.dropped == came - len(pictures)
    slow, _ = stalled(3, "bgr", 5, 60)
    assert len(slow) * 720 * 1280 * 3 <= LONGEST_BYTES, "what holds more than enough time is not given more room"
