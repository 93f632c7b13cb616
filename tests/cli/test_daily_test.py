"""The hour at which an idle kiosk tries its devices."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.cli.daily_test import DailyTest
from kiosk.doctor.self_test import WELL_UNHEARD
from kiosk.domain import requests
from kiosk.domain.clock import SystemClock
from kiosk.domain.self_test import SelfTest
from kiosk.domain.view import Readiness, ReadyState, SessionState, View
from kiosk.outbox import self_tests
from tests.end_to_end.program import run


class HandClock(SystemClock):
    """Its wall clock is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 6, 0).astimezone()

    def wall(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))


def test_an_idle_kiosk_asks_once_a_day_and_keeps_what_came_of_it() -> None:
    clock, asked = HandClock(), list[requests.TryDevices]()
    daily = DailyTest("06:30", clock, asked.append)
    daily.on_view(View(SessionState.IDLE))
    daily.look()
    assert asked == [], "it is not time yet"
    clock.at += timedelta(minutes=31)
    daily.on_view(View(SessionState.ANSWERING))
    daily.look()
    assert asked == [], "an interview runs"
    daily.on_view(View(SessionState.IDLE))
    for _ in range(3):
        daily.look()
    assert len(asked) == 1
    assert self_tests.last() is None
    away = Readiness(ReadyState.NOT_READY, "The camera is lost.", "Plug it in.", clock.at.isoformat(), "camera")
    daily.on_view(View(SessionState.IDLE, readiness=Readiness(ReadyState.CHECKING, tried_at=clock.at.isoformat())))
    assert self_tests.last() is None
    daily.on_view(View(SessionState.IDLE, readiness=away))
    lost = SelfTest(clock.at.isoformat(), False, "The camera is lost.", "Plug it in.", failed="camera")
    assert self_tests.last() == lost
    clock.at += timedelta(days=1)
    daily.look()
    daily.on_view(View(SessionState.IDLE, readiness=Readiness(ReadyState.READY, tried_at=clock.at.isoformat())))
    assert self_tests.last() == lost, "a run that did not try the camera says nothing of it"
    clock.at += timedelta(minutes=1)
    well = Readiness(ReadyState.READY, tried_at=clock.at.isoformat(), tried=("devices", "camera", "microphone"))
    daily.on_view(View(SessionState.IDLE, readiness=well))
    daily.look()
    assert len(asked) == 2
    last = self_tests.last()
    assert last is not None
    assert last.good
    assert last.sentence == WELL_UNHEARD


def test_without_an_hour_nothing_is_asked() -> None:
    clock, asked = HandClock(), list[requests.TryDevices]()
    daily = DailyTest("", clock, asked.append)
    daily.on_view(View(SessionState.IDLE))
    daily.look()
    assert asked == []


def test_a_timer_that_comes_too_early_does_nothing_and_one_that_finds_no_camera_says_so(tmp_path: Path) -> None:
    done = run("selftest", "--if-due")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    words = ("--output", tmp_path / "out", "--camera", "/dev/video99", "--microphone", "simulated", "--speaker", "null")
    done = run("selftest", *words)
    assert done.returncode == 1
    assert done.stdout.startswith("There is no camera at /dev/video99.")
