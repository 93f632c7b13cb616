"""The wiring: what is left when the kiosk goes away in mid-interview, by order or by a fault of its own."""

import json
import threading
from pathlib import Path
from typing import Any

from kiosk import config
from kiosk.app import Kiosk
from kiosk.domain import view
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
