from kiosk.domain.devices import CameraFrame
from kiosk.recorder.picture_queue import PictureQueue


def frame(number: int, size: int = 10) -> CameraFrame:
    return CameraFrame(number, "jpeg", b"\xff" * size, 1280, 720)


def test_pictures_come_out_as_they_went_in() -> None:
    pictures = PictureQueue()
    for number in range(3):
        pictures.put(frame(number))
    taken = [pictures.take(0) for _ in range(4)]
    assert [one.t_ns if one else None for one in taken] == [0, 1, 2, None]


def test_a_full_queue_drops_the_newest_and_counts_it() -> None:
    pictures = PictureQueue(longest_bytes=25)
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
    pictures = PictureQueue(longest_bytes=5)
    pictures.put(frame(1))
    assert pictures.take(0) is not None
