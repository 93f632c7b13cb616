"""Staying awake: the system is held for as long as the program lives, and no longer."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.system.awake import Awake

PATIENCE_S = 20
HOLDER = """#!/bin/sh
echo "$@" > "$(dirname "$0")/asked"
trap 'echo gone > "$(dirname "$0")/gone"' EXIT
cat
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows asks its kernel")


@pytest.fixture
def systemd(tmp_path: Path) -> Path:
    """A `systemd-inhibit` that writes down what it was asked for, and when it ends."""
    program = tmp_path / "systemd-inhibit"
    program.write_text(HOLDER)
    program.chmod(0o755)
    return tmp_path


def _wait_for(path: Path) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists() or not path.read_text():
        assert time.monotonic() < deadline, f"{path.name} does not come"
        threading.Event().wait(0.02)
    return path.read_text()


def test_sleep_idleness_and_the_lid_are_held_back_until_it_stops(systemd: Path) -> None:
    awake = Awake({"PATH": f"{systemd}:{os.environ['PATH']}"})
    awake.start()
    asked = _wait_for(systemd / "asked")
    assert "--what=idle:sleep:handle-lid-switch" in asked
    assert "--mode=block" in asked
    awake.touch()
    assert not (systemd / "gone").exists()
    awake.stop()
    assert _wait_for(systemd / "gone") == "gone\n"


def test_the_hold_ends_with_a_program_that_is_killed(systemd: Path) -> None:
    code = "import sys; from kiosk.system.awake import Awake\nawake = Awake(); awake.start()\n"
    code += "print('up', flush=True); sys.stdin.read()"
    environment = {**os.environ, "PATH": f"{systemd}:{os.environ['PATH']}", "DISPLAY": ""}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        _wait_for(systemd / "asked")
        process.kill()
    assert _wait_for(systemd / "gone") == "gone\n"


def test_a_machine_without_systemd_and_without_x_is_left_to_its_settings(tmp_path: Path) -> None:
    awake = Awake({"PATH": str(tmp_path)})
    awake.start()
    awake.touch()
    awake.stop()
