"""The whole examination: bounded, in order, and careful while something is recorded."""

import queue
import threading
from pathlib import Path

from kiosk.config import load
from kiosk.doctor.examination import examine, together
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.errors import WorldFailed
from kiosk.domain.finding import Finding, Grade, worst
from kiosk.recorder.client import RecorderClient

CLOCK = SystemClock()


def test_what_hangs_or_breaks_costs_its_own_line_and_no_other() -> None:
    forever = threading.Event()

    def hangs() -> Finding:
        forever.wait()
        return Finding("late", Grade.OK, "Too late.")

    def breaks() -> Finding:
        raise ZeroDivisionError("here")

    def fails() -> Finding:
        raise WorldFailed("The disk is gone.", "Plug it in.")

    def well() -> list[Finding]:
        return [Finding("well", Grade.OK, "One."), Finding("well", Grade.OK, "Two.")]

    try:
        found = together({"hangs": hangs, "breaks": breaks, "fails": fails, "well": well}, CLOCK, CLOCK.now_ns() + NS)
    finally:
        forever.set()
    assert [(finding.check, finding.grade) for finding in found] == [
        ("hangs", Grade.BAD),
        ("breaks", Grade.WARN),
        ("fails", Grade.BAD),
        ("well", Grade.OK),
        ("well", Grade.OK),
    ]
    assert "no answer in time" in found[0].fact
    assert "ZeroDivisionError: here" in found[1].fact
    assert (found[2].fact, found[2].remedy) == ("The disk is gone.", "Plug it in.")


def test_the_worst_grade_counts() -> None:
    assert worst([]) is Grade.OK
    grades = [Finding("x", grade, "") for grade in (Grade.OK, Grade.BAD, Grade.WARN)]
    assert worst(grades) is Grade.BAD
    assert worst(grades[::2]) is Grade.WARN


def test_while_a_recorder_runs_no_device_is_opened_and_nothing_is_measured(tmp_path: Path) -> None:
    keys = {"output": tmp_path / "out"}
    loaded = load(keys, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u")
    said: queue.Queue[events.Event | str] = queue.Queue()
    recorder = RecorderClient(tmp_path / "out", CLOCK, said.put, said.put)
    recorder.open()
    try:
        found = {finding.check: finding for finding in examine(loaded, CLOCK)}
    finally:
        recorder.send(commands.Stop("stopped"))
        while not isinstance(said.get(timeout=20), events.Stopped | str):
            continue
        while recorder.pid:
            recorder.close()
    assert found["recording"].number == 1
    assert "in use by the recording" in found["camera"].fact
    assert not {"encoder", "disk-speed", "voice"} & found.keys()
    assert {"disk-space", "clock", "database", "server", "policy", "self-test", "permissions"} <= found.keys()
