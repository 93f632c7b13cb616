import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.contract import names
from kiosk.domain.clock import NS
from kiosk.files.recovery import Outcome, recover_session
from kiosk.files.verification import Depth
from kiosk.media.inspect import inspect
from tests.files.sessions import BEGUN, SESSION, HandClock, contents

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lines", [41, 100, 167])
def test_a_recorder_that_is_killed_leaves_a_file_that_opens_and_loses_a_second_at_most(
    lines: int, tmp_path: Path
) -> None:
    folder = tmp_path / SESSION
    folder.mkdir()
    path = folder / names.segment_name(SESSION, BEGUN, 1)
    command = [sys.executable, "-m", "tests.files.killed", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        told += child.stdout.readlines()  # what it said before it died
    handed, durable = (int(word) for word in next(line for line in reversed(told) if line.endswith("\n")).split())

    report = recover_session(folder, HandClock())
    assert report.problems == ()
    assert report.recorded
    before = contents(folder)
    assert recover_session(folder, HandClock(), Depth.EVERYTHING).outcome is Outcome.WHOLE
    assert contents(folder) == before
    found = inspect(path)

    assert found.integrity.whole
    assert found.integrity.undecodable == 0
    assert found.video is not None
    assert found.audio is not None
    end_ns = min(found.video.frames / 30, found.audio.start_s + found.audio.duration_s) * NS
    assert end_ns >= durable - NS // 100
    assert handed - end_ns <= NS
