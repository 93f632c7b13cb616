"""The encoder's trial: the best preset that keeps up with reserve, on machines of any speed."""

import av
import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import CameraFrame
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink
from kiosk.encode.trial import LIMIT_NS, PICTURES, Trial, Watches, choose, faster_than
from tests.encode.material import SMALL, jpeg

LOOP = [jpeg(np.full((180, 320, 3), 10 * number, np.uint8)) for number in range(PICTURES)]
PICTURE_NS = NS / 30


class Machine:
    """Its clocks go on by what each picture costs on it, as a share of the time between two."""

    def __init__(self, cpu: dict[str, float], wall: float = 1.0) -> None:
        self.cpu, self.wall = cpu, wall
        self.cpu_ns = self.wall_ns = 0
        self.encoded: list[str] = []
        self.abandoned = 0

    def watches(self) -> Watches:
        return Watches(lambda: self.cpu_ns, lambda: self.wall_ns)

    def make(self, sink: Sink, settings: EncoderSettings) -> Encoder:
        machine = self

        class Costly(Encoder):
            def picture(self, frame: av.VideoFrame, at_ns: int, *, keyframe: bool = False) -> bool:
                machine.encoded.append(settings.preset)
                cost_ns = round(machine.cpu[settings.preset] * PICTURE_NS)
                machine.cpu_ns += cost_ns
                machine.wall_ns += round(cost_ns * machine.wall)
                return super().picture(frame, at_ns, keyframe=keyframe)

            def abandon(self) -> None:
                machine.abandoned += 1
                super().abandon()

        return Costly(sink, settings)


def frames(count: int = PICTURES) -> list[CameraFrame]:
    return [CameraFrame(number, "jpeg", LOOP[number], 320, 180) for number in range(count)]


def tried(machine: Machine, pictures: list[CameraFrame] | None = None) -> Trial:
    return choose(
        frames(4) if pictures is None else pictures,
        SMALL,
        make_encoder=machine.make,
        watches=machine.watches(),
    )


@pytest.mark.parametrize(
    ("cpu", "wall", "best"),
    [
        pytest.param({"superfast": 0.1, "veryfast": 0.2}, 1.0, "veryfast", id="a fast machine"),
        pytest.param({"superfast": 0.3, "veryfast": 0.5}, 1.0, "superfast", id="a usual one"),
        pytest.param({"superfast": 0.8, "veryfast": 1.6}, 1.0, "ultrafast", id="a slow one"),
        pytest.param({"superfast": 0.1, "veryfast": 0.2}, 4.0, "superfast", id="a fast one that does much else"),
        pytest.param({"superfast": 0.3, "veryfast": 0.5}, 5.0, "ultrafast", id="a usual one that does too much else"),
    ],
)
def test_the_best_preset_that_keeps_up_with_reserve_is_chosen(cpu: dict[str, float], wall: float, best: str) -> None:
    machine = Machine(cpu, wall)
    found = tried(machine)
    assert found.preset == best
    assert found.shares["superfast"] == pytest.approx((cpu["superfast"], cpu["superfast"] * wall), abs=0.01)
    assert machine.abandoned == len(found.shares), "nothing of the trial is left"


def test_a_trial_on_the_slowest_machine_ends_in_time() -> None:
    machine = Machine({"superfast": 8.0, "veryfast": 16.0})
    assert tried(machine, frames()).preset == "ultrafast"
    assert machine.wall_ns < LIMIT_NS * 3 / 2
    assert "veryfast" not in machine.encoded


def test_without_pictures_the_usual_preset_is_chosen_and_damaged_ones_do_not_count() -> None:
    machine = Machine({"superfast": 0.1, "veryfast": 0.1})
    assert tried(machine, []) == Trial("superfast")
    damaged = CameraFrame(0, "jpeg", LOOP[0][:300], 320, 180)
    assert tried(machine, [damaged, *frames(1), damaged]) == Trial("superfast")
    assert machine.encoded == []


def test_on_this_machine_it_finds_one_that_x264_knows() -> None:
    assert choose(frames(6), SMALL).preset in {"ultrafast", "superfast", "veryfast"}


def test_the_next_faster_preset_ends_at_the_fastest() -> None:
    assert [faster_than(preset) for preset in ("medium", "veryfast", "superfast", "ultrafast", "?")] == [
        "fast", "superfast", "ultrafast", "ultrafast", "ultrafast",
    ]  # fmt: skip
