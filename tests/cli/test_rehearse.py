"""`kiosk rehearse` with simulated devices: a report, what to set, and nothing left."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end import program


@pytest.fixture
def runtime() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kiosk-") as folder:  # a socket's path must be short
        yield Path(folder)


def test_a_rehearsal_is_reported_and_leaves_nothing(tmp_path: Path, runtime: Path) -> None:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    done = program.run(
        "rehearse", "--simulated", "--seconds", "5", "--json", "--output", tmp_path / "out", env=environment
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["verdict"], told["sentence"]) == ("good", "Good: picture and sound are complete.")
    assert told["file"] is None
    assert told["speech_heard"]
    assert -12 < told["gain_db"] < 12
    assert told["quality"]["sync"]["markers"] >= 1
    assert abs(told["sound_offset_ms"]) <= 10
    (minute,) = told["quality"]["minutes"]
    assert minute["fps"] == pytest.approx(30, abs=3)
    assert minute["dropped"] == 0
    assert told["integrity"]["whole"]
    left = [path.name for folder in (tmp_path / "out", runtime) for path in folder.rglob("*") if path.is_file()]
    assert [name for name in left if not name.endswith(".lock")] == []


def test_a_camera_that_is_not_there_ends_it_with_a_code_of_its_own(tmp_path: Path) -> None:
    done = program.run("rehearse", "--simulated", "--output", tmp_path, "--seconds", "2")
    assert done.returncode == 2
    assert "from 3 to 120" in done.stderr
    simulated = ["--microphone", "simulated", "--speaker", "simulated"]
    done = program.run("rehearse", "--output", tmp_path, "--camera", "/dev/video77", *simulated)
    assert done.returncode == 3
    assert "video77" in done.stderr
