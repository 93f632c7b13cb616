import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.media.fragmented import Fragmented
from kiosk.server.finalise.playable import Limits, Stopped, make
from tests.server.finalise.material import film


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    path = tmp_path / "segment.mp4"
    path.write_bytes(film(2.0))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_within_its_limits_it_makes_rendition_and_poster(segment: Path, folder: Path) -> None:
    made = make([segment], {}, folder, threading.Event())
    assert made.rendition.stat().st_size > 1000
    assert made.index is not None
    with made.rendition.open("rb") as film, made.index.open("rb") as index:
        assert Fragmented(film, index).size > 1000
    assert made.poster is not None
    assert made.poster.read_bytes()[:2] == b"\xff\xd8"
    assert made.captions == ""


def test_one_that_takes_too_long_is_ended_and_refused(segment: Path, folder: Path) -> None:
    with pytest.raises(BadRequest, match="takes longer"):
        make([segment], {}, folder, threading.Event(), Limits(least_s=0))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_one_that_takes_too_much_memory_is_refused(segment: Path, folder: Path) -> None:
    with pytest.raises(BadRequest):
        make([segment], {}, folder, threading.Event(), Limits(memory_bytes=48 * 1024 * 1024))


def test_a_worker_that_ends_does_not_wait_for_it(segment: Path, folder: Path) -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Stopped):
        make([segment], {}, folder, stopping)


def test_what_may_work_later_is_told_apart(segment: Path, folder: Path) -> None:
    (folder / "rendition.mp4").mkdir()
    with pytest.raises(WorldFailed):
        make([segment], {}, folder, threading.Event())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
def test_it_never_outlives_its_worker(folder: Path) -> None:
    if sys.platform != "win32":
        os.mkfifo(folder / "job.json")  # it waits here for ever
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk.server.finalise.limited", str(folder)], stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.close()  # as when the worker is killed
    assert process.wait(60) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="reads /proc")
def test_it_sees_none_of_the_servers_secrets(segment: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SERVER_ADMIN_PASSWORD", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    seen: list[bytes] = []

    def look() -> None:
        for number in Path("/proc").iterdir():
            try:
                if str(folder).encode() in (number / "cmdline").read_bytes():
                    seen.append((number / "environ").read_bytes())
            except OSError:
                continue

    over = threading.Event()

    def keep_looking() -> None:
        while not over.wait(0.005):
            look()

    looker = threading.Thread(target=keep_looking, name="looker")
    looker.start()
    try:
        make([segment], {}, folder, threading.Event())
    finally:
        over.set()
        looker.join(60)
    after_start = [each for each in seen if each]
    assert after_start
    assert b"secret" not in after_start[-1]
