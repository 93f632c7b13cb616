"""`kiosk rehearse` with simulated devices: a report, what to set, and nothing left."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli import rehearse
from kiosk.contract import names
from kiosk.contract.manifest import Manifest, Segment, encode
from kiosk.domain import events
from tests.encode.material import Collected, record
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
    (segment,) = told["segments"]
    assert segment["file"] is None
    assert told["speech_heard"]
    assert -12 < told["gain_db"] < 12
    assert segment["quality"]["sync"]["markers"] >= 1
    assert abs(told["sound_offset_ms"]) <= 10
    (minute,) = segment["quality"]["minutes"]
    assert (minute["frames"] > 50, minute["dropped"]) == (True, 0)
    assert segment["integrity"]["whole"]
    left = [path.name for folder in (tmp_path / "out", runtime) for path in folder.rglob("*") if path.is_file()]
    assert [name[:8] for name in left if not name.endswith(".lock")] == ["echo-way"], "how the room sounds"


def test_every_segment_of_a_rehearsal_is_inspected_where_the_machine_fell_behind(tmp_path: Path) -> None:
    segments = []
    for number, seconds in enumerate((1, 2), 1):
        sink = Collected()
        record(sink, seconds)
        (tmp_path / f"{number}.mp4").write_bytes(sink.data)
        digest = hashlib.sha256(sink.data).hexdigest()
        segments.append(Segment(f"{number}.mp4", float(number - 1), float(seconds), len(sink.data), digest))
    manifest = Manifest("s", {}, "", "", "rehearsed", 3.0, segments=tuple(segments))
    (tmp_path / names.MANIFEST).write_bytes(encode(manifest))
    found = rehearse.inspected(tmp_path)
    assert [round(each.duration_s) for each in found] == [1, 2]
    assert [each.integrity.manifest for each in found] == ["matches", "matches"]
    rehearsed = events.Rehearsed(events.Verdict.GOOD, "Good.", 0.0, None, {})
    told = rehearse.report_of(rehearsed, found)
    assert [(each["file"], round(each["duration_s"])) for each in told["segments"]] == [(None, 1), (None, 2)]
    words = rehearse.words_of(rehearsed, found, 0)
    assert words.index("segment 1 of 2") < words.index("0:00:01") < words.index("segment 2 of 2")
    assert str(tmp_path) not in words, "the files are gone by then"


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
