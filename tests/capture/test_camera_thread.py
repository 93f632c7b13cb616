"""The camera's thread: pictures are handed on, a hung driver is left behind, only the same camera comes back."""

import threading
from collections.abc import Iterator

import pytest

from kiosk.capture.camera_thread import CameraThread
from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest, DeviceFailed
from tests.capture.actors import LIMIT_S, ActorCamera, LookedAtClock, Shelf, Told


class Stage:
    """One camera thread and everything around it."""

    def __init__(self) -> None:
        self.clock = LookedAtClock()
        self.shelf: Shelf[ActorCamera] = Shelf()
        self.frames, self.lost, self.back = Told(), Told(), Told()
        self.thread: CameraThread | None = None

    def begin(self, *cameras: "ActorCamera | Exception") -> CameraThread:
        for camera in cameras:
            self.shelf.put(camera)
        self.thread = CameraThread(
            self.shelf.open,
            self.clock,
            retry_s=0.01,
            look_s=0.01,
            on_frame=self.frames,
            on_lost=self.lost,
            on_back=self.back,
        )
        self.thread.start()
        return self.thread

    def give(self, camera: ActorCamera, count: int = 1) -> None:
        """Pictures of 30 a second, each taken before the clock goes on."""
        for _ in range(count):
            had = len(self.frames.all)
            camera.give(self.clock.t_ns)
            self.frames.wait(had + 1)
            self.clock.turn(1 / 30)

    def up(self, camera: ActorCamera) -> CameraThread:
        """A thread whose camera is ready."""
        thread = self.begin(camera)
        ready = threading.Thread(target=lambda: thread.wait_ready(20))
        ready.start()
        while ready.is_alive():  # the watcher looks now and then; the camera goes on meanwhile
            self.give(camera)
            ready.join(0.005)
        return thread


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    if stage.thread is not None:
        stage.thread.stop()
        for _ in range(3):
            stage.shelf.put(DeviceFailed("The test is over."))
        stage.thread.join(20)


def test_every_picture_is_handed_on_and_the_rate_is_measured(stage: Stage) -> None:
    camera = ActorCamera()
    thread = stage.up(camera)
    stage.give(camera, 90)
    status = thread.status
    assert status.fps == pytest.approx(30, abs=0.5)
    assert (status.width, status.height) == (1280, 720)
    assert status.identity == camera.identity
    assert status.last_frame_ns == stage.clock.t_ns - round(NS / 30)


def test_the_measured_rate_falls_when_no_pictures_come(stage: Stage) -> None:
    camera = ActorCamera()
    thread = stage.up(camera)
    stage.give(camera, 60)
    stage.clock.turn(1)
    assert thread.status.fps < 20
    stage.clock.turn(1)
    assert thread.status.fps == 0


def test_a_lost_camera_is_told_once_for_each_reason_and_opened_again(stage: Stage) -> None:
    first, second = ActorCamera(), ActorCamera()
    thread = stage.up(first)
    stage.shelf.put(DeviceFailed("It is not there."))
    stage.shelf.put(DeviceFailed("It is not there."))
    stage.shelf.put(second)
    first.lose()
    stage.lost.wait()
    stage.give(second)
    stage.back.wait()
    assert len(stage.back.all) == 1
    assert [str(reason) for reason in stage.lost.all] == [
        "The camera was unplugged. Plug it in again.", "It is not there.",
    ]  # fmt: skip
    assert thread.status.identity == second.identity
    assert first.closed.is_set()


def test_a_camera_that_hangs_in_read_is_noticed_and_left_behind(stage: Stage) -> None:
    hung, second = ActorCamera(deaf=True), ActorCamera()
    stage.up(hung)
    hung.lose()  # from now on its read does not return
    stage.clock.turn(1.8)  # it is looked at ten times a second: told within 2 s
    stage.lost.wait()
    assert "no pictures any more" in str(stage.lost.all[0])
    stage.shelf.put(second)
    stage.give(second)
    stage.back.wait()
    count = len(stage.frames.all)
    hung.released.set()
    stage.give(second)
    assert len(stage.frames.all) == count + 1


def test_a_camera_that_gives_pictures_again_after_the_process_stood_still_was_never_lost(stage: Stage) -> None:
    camera = ActorCamera()
    thread = stage.up(camera)
    stage.clock.stand_still(lambda: stage.give(camera), hear_again=True)
    assert stage.clock.over.wait(LIMIT_S)
    assert stage.lost.all == []
    assert thread.status.identity == camera.identity
    assert stage.shelf.opened == 1


def test_one_that_died_while_the_process_stood_still_is_lost_all_the_same(stage: Stage) -> None:
    camera = ActorCamera()
    stage.up(camera)
    stage.clock.stand_still(lambda: stage.give(camera), hear_again=False)
    stage.lost.wait()
    assert "no pictures any more" in str(stage.lost.all[0])


def test_so_many_hung_drivers_are_enough(stage: Stage) -> None:
    hung = [ActorCamera(deaf=True) for _ in range(4)]
    stage.up(hung[0])
    hung[0].lose()
    stage.clock.turn(2.1)
    stage.lost.wait()
    for camera in hung[1:]:
        stage.shelf.put(camera)
        stage.give(camera)
        camera.lose()
        told = len(stage.lost.all)
        stage.back.wait(told)
        stage.clock.turn(2.1)
        stage.lost.wait(told + 1)
    assert stage.shelf.opened == 4
    stage.shelf.put(ActorCamera())
    for camera in hung:
        camera.released.set()


def test_another_camera_never_takes_the_place_of_the_first(stage: Stage) -> None:
    first, other, same = ActorCamera(), ActorCamera("other"), ActorCamera()
    thread = stage.up(first)
    other.give(0)
    stage.shelf.put(other)
    stage.shelf.put(same)
    first.lose()
    stage.lost.wait()
    stage.give(same)
    stage.back.wait()
    assert other.closed.is_set()
    assert thread.status.identity == first.identity


def test_a_camera_that_cannot_be_opened_is_told_by_wait_ready(stage: Stage) -> None:
    thread = stage.begin(DeviceFailed("There is no camera."))
    with pytest.raises(DeviceFailed, match="There is no camera"):
        thread.wait_ready(20)
    assert stage.lost.all == []


def test_a_wrong_spec_is_not_tried_again(stage: Stage) -> None:
    thread = stage.begin(BadRequest("No such kind."))
    with pytest.raises(BadRequest):
        thread.wait_ready(20)
    thread.join(20)
    assert stage.shelf.opened == 1


def test_a_bug_in_the_thread_reaches_its_owner(stage: Stage) -> None:
    thread = stage.begin(ZeroDivisionError("oops"))
    with pytest.raises(Exception, match="oops"):
        thread.wait_ready(20)


def test_a_camera_without_pictures_is_not_ready(stage: Stage) -> None:
    thread = stage.begin(ActorCamera())
    with pytest.raises(DeviceFailed, match="no pictures"):
        thread.wait_ready(0.1)


def test_stop_closes_the_camera(stage: Stage) -> None:
    camera = ActorCamera()
    thread = stage.up(camera)
    thread.stop()
    thread.join(20)
    assert camera.closed.wait(20)
    assert stage.lost.all == []
