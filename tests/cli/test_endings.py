"""How a recording ends when its user, its terminal or its recorder misbehaves."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.recorder.client import address_of
from tests.cli.ended import Ended, start
from tests.end_to_end import program
from tests.end_to_end.program import interview_file, run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are of POSIX")


def test_ctrl_c_again_and_again_in_a_closed_terminal_ends_in_order(ended: Ended) -> None:
    assert ended.code == 0
    assert "recorded, interrupted: " in ended.words
    assert str(ended.file) in ended.words
    manifest = json.loads((ended.file.parent / "manifest.json").read_text())
    assert manifest["ended"] == "interrupted"
    assert sorted(path.name for path in ended.file.parent.iterdir()) == sorted(
        [ended.file.name, "events.jsonl", "manifest.json"]
    )


def test_progress_is_readable(ended: Ended) -> None:
    told = [line.split("s  ")[1].strip() for line in ended.first_lines]
    assert told == ["preparing the devices", "starting", "asking, question 1 of 2 (one)"]


def test_ctrl_c_while_the_devices_are_prepared_leaves_nothing(tmp_path: Path) -> None:
    output = tmp_path / "out"
    process = start(interview_file(tmp_path, 9, 3), output)
    assert process.stderr is not None
    assert "preparing" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    words, told = process.communicate(timeout=program.PATIENCE_S)
    assert (process.returncode, words) == (1, "")
    assert told.splitlines()[-1] == "kiosk: Nothing was recorded: it was interrupted before the recording began."
    assert [path for path in output.iterdir() if path.is_dir()] == []


def test_a_recorder_that_hangs_is_told_as_such_and_goes_on_afterwards(tmp_path: Path) -> None:
    output, silent = tmp_path / "out", tmp_path / "silent"
    recording = program.Recording(interview_file(tmp_path, first=60, second=3), output)
    if sys.platform == "win32":
        return  # mypy reads this, and not the mark above
    with contextlib.ExitStack() as callers:
        listener = callers.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(address_of(silent))
        listener.listen()  # and never a word
        asking = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "status", "--output", str(silent), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            pid = recording.wait_for(lambda status: float(status.get("durable_s", 0)) > 0.5)["pid"]
            os.kill(pid, signal.SIGSTOP)
            while call(address_of(output), callers):
                pass  # until nobody else is let into its queue of callers
            late = run("status", "--output", output)
            os.kill(pid, signal.SIGCONT)
            recording.process.send_signal(signal.SIGTERM)
            code, result, errors = recording.finish()
        finally:
            recording.end()
            words, told = asking.communicate(timeout=program.PATIENCE_S)
    assert (late.returncode, late.stdout) == (1, "")
    # Somebody before it may have given up meanwhile: then it is let in, and waits.
    assert late.stderr.startswith(f"kiosk: The recorder of {output} runs, but ")
    assert code == 0, errors
    assert result["ended"] == "interrupted"
    assert Path(result["manifest"]).exists()
    assert (asking.returncode, words) == (1, "")
    assert told.startswith(f"kiosk: The recorder of {silent} runs, but has not answered for 5 s.")


def call(address: str, callers: contextlib.ExitStack) -> bool:
    """Whether one more caller was let in; it stays until the end."""
    if sys.platform == "win32":
        return False
    caller = callers.enter_context(socket.socket(socket.AF_UNIX))
    caller.setblocking(False)
    try:
        caller.connect(address)
    except BlockingIOError:
        return False
    return True
