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
    # With the fastest preset there is no other to go on with, however busy this machine is: one segment.
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "KIOSK_PRESET": "ultrafast"}
    done = program.run(
        "rehearse", "--simulated", "--seconds", "5", "--json", "--output", tmp_path / "out", env=environment
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["verdict"] in {"good", "usable"}, "a busy machine may have lost some pictures"
    assert told["sentence"].startswith(told["verdict"].capitalize())
    assert told["file"] is None
    assert told["speech_heard"]
    assert -12 < told["gain_db"] < 12
    assert told["quality"]["sync"]["markers"] >= 1
    assert abs(told["sound_offset_ms"]) <= 10
    (minute,) = told["quality"]["minutes"]
    assert (minute["frames"] > 50, minute["dropped"]) == (True, 0)
    assert told["integrity"]["whole"]
    left = [path.name for folder in (tmp_path / "out", runtime) for path in folder.rglob("*") if path.is_file()]
    assert [name for name in left if not name.endswith(".lock")] == []


def test_a_film_for_measuring_the_offset_can_be_had(tmp_path: Path) -> None:
    film = tmp_path / "markers.mp4"
    done = program.run("rehearse", "--markers", film)
    assert (done.returncode, film.stat().st_size > 10_000) == (0, True)
    assert program.run("rehearse", "--markers", film).returncode == 2, "it does not overwrite"


def test_a_camera_that_is_not_there_ends_it_with_a_code_of_its_own(tmp_path: Path) -> None:
    done = program.run("rehearse", "--simulated", "--output", tmp_path, "--seconds", "2")
    assert done.returncode == 2
    assert "from 3 to 120" in done.stderr
    simulated = ["--microphone", "simulated", "--speaker", "simulated"]
    done = program.run("rehearse", "--output", tmp_path, "--camera", "/dev/video77", *simulated)
    assert done.returncode == 3
    assert "video77" in done.stderr
