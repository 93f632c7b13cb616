"""A file system of its own whose power is cut while a recording is written to it. The long run is tests/torture."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.contract import names
from kiosk.domain.clock import NS
from kiosk.files.recovery import Outcome, recover_session
from kiosk.media.inspect import inspect
from tests.files.sessions import BEGUN, SESSION, HandClock
from tests.torture.disks import CannotCutError, LoopDisk

ROOT = Path(__file__).parents[2]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    made = LoopDisk("ext4", tmp_path)
    try:
        made.start()
    except CannotCutError as error:
        pytest.skip(f"no power can be cut here: {error}")
    yield made
    made.stop()


def test_a_power_cut_costs_a_second_at_most_and_nothing_that_was_durable(disk: LoopDisk) -> None:
    folder = disk.folder / SESSION
    folder.mkdir()
    path = folder / names.segment_name(SESSION, BEGUN, 1)
    command = [sys.executable, "-m", "tests.files.killed", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(100)]
        disk.cut()
        child.kill()
    handed, durable = (int(word) for word in told[-1].split())
    disk.power_on()

    report = recover_session(folder, HandClock())

    assert report.outcome is Outcome.RECOVERED
    found = inspect(path)
    assert found.integrity.whole
    assert found.video is not None
    assert found.audio is not None
    end_ns = min(found.video.frames / 30, found.audio.start_s + found.audio.duration_s) * NS
    assert end_ns >= durable - NS // 100
    assert handed - end_ns <= NS
