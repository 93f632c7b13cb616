"""What is measured of a machine."""

import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.config import load
from kiosk.doctor.machine import examine_clock, examine_disk_speed, examine_encoder, examine_space
from kiosk.domain.clock import SystemClock
from kiosk.domain.finding import Finding, Grade


class TickingClock:
    """Goes on by so much whenever somebody looks."""

    def __init__(self, step_ms: float) -> None:
        self._now = itertools.count(0, round(step_ms * 1e6))

    def now_ns(self) -> int:
        return next(self._now)

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(("step_ms", "grade"), [(2, Grade.OK), (25, Grade.WARN), (40, Grade.BAD), (9000, Grade.BAD)])
def test_the_encoders_reserve_is_what_is_left_of_a_second(step_ms: float, grade: Grade) -> None:
    found = examine_encoder("ultrafast", TickingClock(step_ms))
    assert found.grade is grade, found
    assert (found.number, found.unit) == (max(0, round(100 - step_ms * 3.1)), "%")
    assert bool(found.remedy) == (grade is not Grade.OK)


def test_the_encoder_is_really_tried() -> None:
    assert 0 <= (examine_encoder("superfast", SystemClock()).number or 0) < 100
    assert examine_encoder("no such preset", SystemClock()).grade is Grade.BAD


@pytest.mark.parametrize(("step_ms", "grade"), [(5, Grade.OK), (300, Grade.WARN), (3000, Grade.BAD)])
def test_a_disk_is_judged_by_its_slowest_write(tmp_path: Path, step_ms: float, grade: Grade) -> None:
    found = examine_disk_speed(tmp_path / "out", TickingClock(step_ms))
    assert (found.grade, found.number, found.unit) == (grade, step_ms, "ms")
    assert list(tmp_path.iterdir()) == [], "it leaves nothing"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = examine_disk_speed(tmp_path / "file" / "out", SystemClock())
    assert found.grade is Grade.BAD
    assert "Nothing can be written" in found.fact


def space(tmp_path: Path, output: Path, hours: int) -> list[Finding]:
    keys = {"output": output, "keep_free_hours": hours}
    return examine_space(load(keys, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u").config)


def test_room_is_told_in_hours_also_before_the_folder_is_there(tmp_path: Path) -> None:
    usage = os.statvfs(tmp_path) if hasattr(os, "statvfs") else None
    (found, *_) = space(tmp_path, tmp_path / "not" / "yet", 0)
    assert found.unit == "h"
    if usage is not None:
        assert found.number == pytest.approx(usage.f_bavail * usage.f_frsize / 340_000 / 3600, rel=0.2, abs=0.2)
    (short, *_) = space(tmp_path, tmp_path, 1000)
    assert short.grade is not Grade.OK or (short.number or 0) > 1000


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="a disk in memory is of Linux")
def test_recordings_in_memory_would_be_lost(tmp_path: Path) -> None:
    kinds = [found for found in space(tmp_path, Path("/dev/shm/kiosk-of-a-test"), 0) if found.check == "disk-kind"]
    assert [found.grade for found in kinds] == [Grade.BAD]
    assert "gone after a restart" in kinds[0].fact


def test_the_clock_is_told() -> None:
    assert examine_clock().check == "clock"
