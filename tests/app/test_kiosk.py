"""The wiring: what is left when the kiosk goes away, by order or by a fault of its own; who has the devices when."""

import json
import queue
import threading
from pathlib import Path
from typing import Any

from kiosk import config
from kiosk.app import Kiosk, check_ready
from kiosk.domain import requests, view
from kiosk.domain.clock import SystemClock
from kiosk.domain.interview import Consent
from kiosk.domain.view import SessionState as State
from kiosk.interviews.load import load
from kiosk.recorder.client import RecorderClient
from kiosk.system import places

PATIENCE_S = 60.0


class Watched:
    """A kiosk in which somebody looks at the views; `fault` is raised at the first question."""

    def __init__(self, output: Path, fault: Exception | None = None) -> None:
        flags: dict[str, Any] = {"output": output} | dict.fromkeys(("camera", "microphone", "speaker"), "simulated")
        self.output = output
        self.asking = threading.Event()
        self.crash: BaseException | None = None
        self.crashed = threading.Event()
        self._fault = fault
        self.kiosk = Kiosk(config.load(flags, None, {}).config, SystemClock(), self._on_view, self._on_crash)

    def begin(self) -> None:
        interview = load(places.asset("interviews/demonstration.toml"))
        self.kiosk.start()
        self.kiosk.post(view.Choose(interview, "c-1"))
        self.kiosk.post(view.Agree(Consent("paper", "", "en", "2026-11-22T10:00:00+00:00")))

    def manifest(self) -> dict[str, Any]:
        """What the recorder leaves once it has ended."""
        clock, pause = SystemClock(), threading.Event()
        deadline = clock.now_ns() + round(PATIENCE_S * 1e9)
        visitor = RecorderClient(self.output, clock, lambda _event: None, lambda _what: None)
        while visitor.attach():
            visitor.close()
            assert clock.now_ns() < deadline, "the recorder goes on alone"
            pause.wait(0.05)
        found: dict[str, Any] = json.loads(next(self.output.glob("*/manifest.json")).read_text())
        return found

    def _on_view(self, new: view.View) -> None:
        if new.state is State.ASKING:
            self.asking.set()
            if self._fault is not None:
                raise self._fault

    def _on_crash(self, error: BaseException) -> None:
        self.crash = error
        self.crashed.set()


def test_a_kiosk_that_goes_in_mid_interview_leaves_no_recorder_alone(tmp_path: Path) -> None:
    watched = Watched(tmp_path / "out")
    watched.begin()
    assert watched.asking.wait(PATIENCE_S)
    watched.kiosk.stop()
    assert watched.crash is None
    assert watched.manifest()["ended"] == "interrupted"


def test_a_fault_of_the_directors_own_ends_the_recording_in_order(tmp_path: Path) -> None:
    fault = RuntimeError("a fault of our own")
    watched = Watched(tmp_path / "out", fault)
    watched.begin()
    assert watched.crashed.wait(PATIENCE_S)
    watched.kiosk.stop()
    assert watched.crash is fault
    assert watched.manifest()["ended"] == "failed"


class Attended:
    """A kiosk with screens that nobody sees, which checks before it asks."""

    def __init__(self, output: Path) -> None:
        flags: dict[str, Any] = {"output": output} | dict.fromkeys(("camera", "microphone", "speaker"), "simulated")
        self.config = config.load(flags, None, {}).config
        self.interview = load(places.asset("interviews/demonstration.toml"))
        self.views: queue.SimpleQueue[view.View] = queue.SimpleQueue()
        offered = ((self.interview,), (view.Assigned("c-1", self.interview),))
        self.kiosk = Kiosk(
            self.config, SystemClock(), self.views.put, self._crashed, (self.interview,), lambda: offered
        )
        self.kiosk.start()

    def _crashed(self, error: BaseException) -> None:
        raise error

    def check(self) -> None:
        self.kiosk.post(requests.Choose(self.interview, "c-1"))
        self.kiosk.post(requests.Agree(Consent("paper", "", "en", "2026-11-22T10:00:00+00:00")))
        self.until(State.CAMERA)

    def until(self, state: State) -> view.View:
        while True:
            new = self.views.get(timeout=PATIENCE_S)
            assert new.state is state or new.state is not State.FAILED, new.message
            if new.state is state:
                return new


def test_the_interview_gets_the_devices_after_the_check_of_which_nothing_is_left(tmp_path: Path) -> None:
    attended = Attended(tmp_path / "out")
    try:
        attended.check()
        assert not list(attended.config.output.glob("*/")), "nothing is kept"
        attended.kiosk.post(requests.SkipCheck())
        attended.until(State.READY)
        attended.kiosk.post(requests.Next())
        asked = attended.until(State.ASKING)
        attended.kiosk.post(requests.StopSession("stopped"))
        ended = attended.until(State.FINISHED)
    finally:
        attended.kiosk.stop()
    assert [folder.name for folder in attended.config.output.glob("*/")] == [asked.session]
    assert Path(ended.manifest).is_file()
    assert ended.delivery is view.Delivery.STORED


def test_a_check_whose_kiosk_was_killed_stands_in_nobodys_way(tmp_path: Path) -> None:
    attended = Attended(tmp_path / "out")
    attended.check()
    attended.kiosk.recorder.close()  # as a killed kiosk lets go
    check_ready(attended.config, (attended.interview,), SystemClock(), rejoins=True)
    again = Attended(tmp_path / "out")
    try:
        again.kiosk.look_back()
        again.check()
    finally:
        again.kiosk.stop()
        attended.kiosk.stop()
