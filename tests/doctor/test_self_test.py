"""The self-test, with a real recorder and devices that are simulated or files."""

import threading
import wave
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from kiosk.config import Config, load
from kiosk.doctor.self_test import Interrupted, Pace, due, run
from kiosk.domain import events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import RATE
from kiosk.domain.errors import WorldFailed
from kiosk.domain.self_test import SelfTest
from kiosk.outbox import self_tests
from kiosk.recorder.client import RecorderClient

PACE = Pace(quiet_s=0.5, recorded_s=2.2)
CLOCK = SystemClock()


def config(folder: Path, name: str, **keys: object) -> Config:
    keys = {"camera": "simulated", "microphone": "simulated", "speaker": "simulated", "preset": "ultrafast", **keys}
    keys["output"] = folder / name
    return load(keys, None, {}, machine_file=folder / "m", user_file=folder / "u").config


def sound(path: Path, level: float) -> str:
    """A microphone that hears this noise and nothing else."""
    noise = np.random.default_rng(1).normal(0, level, RATE * 30) if level else np.zeros(RATE * 30)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((noise * 32767).astype("<i2").tobytes())
    return f"file:{path}"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[SelfTest]"]]:
    """Several at the same time, since each takes some seconds."""
    folder = tmp_path_factory.mktemp("self-tests")
    rooms = {
        "well": config(folder, "well"),
        "no camera": config(folder, "no-camera", camera="/dev/video99"),
        "muted": config(folder, "muted", microphone=sound(folder / "silence.wav", 0)),
        "deaf": config(folder, "deaf", microphone=sound(folder / "noise.wav", 0.01)),
    }
    with ThreadPoolExecutor(2) as several:
        yield {name: several.submit(run, room, CLOCK, threading.Event(), PACE) for name, room in rooms.items()}
    left = [path.name for path in folder.rglob("*") if path.is_file() and not path.name.endswith((".wav", ".lock"))]
    assert left == [], "nothing of a self-test stays"


def test_devices_that_work_are_told_as_such(found: dict[str, "Future[SelfTest]"]) -> None:
    result = found["well"].result(90)
    assert (result.good, result.sentence) == (True, "Camera, microphone and loudspeaker work."), result
    assert set(result.devices) == {"camera", "microphone", "loudspeaker"}
    assert result.figures["tone_dbfs"] - result.figures["room_dbfs"] > 10
    assert result.figures["fps"] > 20
    assert abs(datetime.now(UTC) - datetime.fromisoformat(result.at)) < timedelta(minutes=2)


@pytest.mark.parametrize(
    ("room", "says"),
    [
        ("no camera", "There is no camera at /dev/video99."),
        ("muted", "The microphone hears nothing at all."),
        ("deaf", "The microphone does not hear the loudspeaker's tone."),
    ],
)
def test_what_does_not_work_is_named_with_a_remedy(found: dict[str, "Future[SelfTest]"], room: str, says: str) -> None:
    result = found[room].result(90)
    assert (result.good, result.sentence) == (False, says), result
    assert result.remedy


def test_the_last_one_is_kept(found: dict[str, "Future[SelfTest]"]) -> None:
    results = [each.result(90) for each in found.values()]
    last = self_tests.last()
    assert last is not None
    assert (last.at, last.sentence) in [(each.at, each.sentence) for each in results]


def test_it_gives_way_when_the_kiosk_is_wanted(tmp_path: Path) -> None:
    wanted = threading.Event()
    wanted.set()
    began = CLOCK.now_ns()
    with pytest.raises(Interrupted):
        run(config(tmp_path, "out"), CLOCK, wanted)
    assert CLOCK.now_ns() - began < 60 * NS
    assert not RecorderClient(tmp_path / "out", CLOCK, _ignore, _ignore).attach(), "its recorder is gone"


def _ignore(_: events.Event | str) -> None:
    """Nobody answers."""


def test_while_somebody_records_nothing_is_tried(tmp_path: Path) -> None:
    room = config(tmp_path, "out")
    first, wanted = threading.Event(), threading.Event()

    def holds() -> None:
        with pytest.raises(Interrupted):
            run(room, CLOCK, wanted, Pace(quiet_s=60))
        first.set()

    thread = threading.Thread(target=holds)
    thread.start()
    try:
        visitor = RecorderClient(room.output, CLOCK, _ignore, _ignore)
        deadline = CLOCK.now_ns() + 60 * NS
        while not visitor.attach():
            assert CLOCK.now_ns() < deadline
        visitor.close()
        with pytest.raises(WorldFailed, match="being recorded"):
            run(room, CLOCK, threading.Event())
    finally:
        wanted.set()
        thread.join(60)
    assert first.is_set()


@pytest.mark.parametrize(
    ("now", "last", "is_due"),
    [
        ("06:29", None, False),
        ("06:30", None, True),
        ("23:59", None, True),
        ("07:00", "06:30", False),
        ("07:00", "06:10", True),
        ("07:00", "-06:40", True),
        ("06:00", "-06:40", False),
    ],
)
def test_it_is_due_once_a_day_from_its_hour_on(now: str, last: str | None, is_due: bool) -> None:
    """`last` with a minus is of the day before."""
    day = datetime(2026, 11, 22).astimezone()

    def at(words: str) -> datetime:
        hour, minute = map(int, words.lstrip("-").split(":"))
        return day.replace(hour=hour, minute=minute) - timedelta(days=words.startswith("-"))

    before = SelfTest(at(last).astimezone(UTC).isoformat(), good=True, sentence="") if last else None
    assert due("06:30", before, at(now).astimezone(UTC)) is is_due
    assert not due("", before, at(now))
