"""`kiosk record` that cannot begin: one sentence, the right exit code, nothing half-written."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.app.book import LedgerBook
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import NoSpace
from kiosk.domain.interview import Consent, Interview
from kiosk.domain.view import SessionState as State
from kiosk.ledger.ledger import Ledger
from tests.cli.ended import start
from tests.cli.saying import all_refused, refused
from tests.end_to_end import program
from tests.end_to_end.program import interview_file, run

ROOT = sys.platform == "linux" and os.geteuid() == 0
WITHOUT_RIGHTS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
"""Before a command: it runs as this account, but without what lets root pass over the modes of files."""


def words(folder: Path, output: Path) -> list[str]:
    interview = str(interview_file(folder, 3, 3))
    return ["record", interview, "--candidate", "c-1", "--consent", "paper-7", *program.simulated(output)]


def fill(folder: Path, leave: int) -> None:
    """Leaves room for that many bytes."""
    with (folder / "fill").open("ab", buffering=0) as file:
        for size in (1_000_000, 4096):
            while shutil.disk_usage(folder).free >= leave + size:
                file.write(b"x" * size)


def sessions(output: Path) -> list[Path]:
    return [path for path in output.glob("*") if path.is_dir()] + list(output.rglob("*.part"))


def test_an_id_that_is_none_is_refused(tmp_path: Path) -> None:
    command = words(tmp_path, tmp_path / "out")
    wrong = ["--candidate=", "--candidate=a\nb", f"--candidate={'x' * 65}", "--consent=  ", "--consent=\x1b[31m"]
    for given, told in zip(wrong, all_refused([[*command, each] for each in wrong]), strict=True):
        assert told == f"kiosk: {given.split('=')[0]} must have 1 to 64 printable characters."
    assert not (tmp_path / "out").exists()


def test_a_wrong_interview_or_configuration_leaves_not_even_a_folder(tmp_path: Path) -> None:
    output, bad = tmp_path / "out", tmp_path / "bad.toml"
    bad.write_text("camra = 0\n")
    assert "did you mean" in refused(*words(tmp_path, output), "--config", bad)
    command = words(tmp_path, output)
    command[1] = str(bad)
    assert len(refused(*command).splitlines()) > 3
    command[1] = ""
    assert refused(*command) == "kiosk: INTERVIEW: the name is empty. See 'kiosk record --help'."
    assert not output.exists()


DEVICES = (
    ("--camera", "/dev/video97", 3, "There is no camera at /dev/video97."),
    ("--camera", "ftp://x/y", 2, "The camera ftp://… is of no known kind. Write a number, "),
    ("--microphone", "No such thing", 3, "There is no microphone 'No such thing'."),
    ("--microphone", "null", 2, "There is no microphone of the kind 'null'. Write default, "),
)


def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    outputs = [tmp_path / str(number) for number in range(len(DEVICES))]
    commands = [
        [*words(tmp_path, output), option, spec] for output, (option, spec, *_) in zip(outputs, DEVICES, strict=True)
    ]
    with ThreadPoolExecutor(3) as several:
        answers = list(several.map(lambda command: run(*command), commands))
    for output, (_, _, code, says), done in zip(outputs, DEVICES, answers, strict=True):
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        progress, told = done.stderr.splitlines()  # and nothing of what the sound libraries write
        assert "preparing the devices" in progress
        assert told.startswith(f"kiosk: {says}")
        assert sessions(output) == []


def test_a_camera_that_the_system_refuses_is_named_as_refused(tmp_path: Path) -> None:
    if sys.platform != "linux" or not ROOT or not shutil.which("setpriv"):
        pytest.skip("a device node is made by root, and taken away from it by setpriv")
    node = tmp_path / "video7"
    try:
        os.mknod(node, 0o020000, os.makedev(81, 7))
    except OSError as error:
        pytest.skip(f"no device node can be made here: {error.strerror}")
    node.chmod(0)
    command = [sys.executable, "-m", "kiosk", *words(tmp_path, tmp_path / "out"), "--camera", str(node)]
    done = subprocess.run([*WITHOUT_RIGHTS, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert f"kiosk: The system refuses this account the camera {node}. Run: sudo usermod -aG video" in done.stderr


def test_an_output_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert "there is a file of that name, not a folder" in refused(*words(tmp_path, file))
    assert "a part of that path is a file" in refused(*words(tmp_path, file / "out"))
    if sys.platform == "linux":
        assert refused(*words(tmp_path, Path("/proc/recordings"))) == (
            "kiosk: Recordings cannot be stored in /proc/recordings: the system lets nobody write there. "
            "Choose a folder that this account can write to."
        )


@pytest.mark.skipif(os.name == "nt", reason="modes of files are of POSIX")
def test_an_output_folder_without_rights_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    command = [sys.executable, "-m", "kiosk", *words(tmp_path, closed)]
    if ROOT and not shutil.which("setpriv"):
        pytest.skip("root passes over the modes of files")
    done = subprocess.run([*(WITHOUT_RIGHTS if ROOT else []), *command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "this account may not write there" in done.stderr


@pytest.fixture
def mounted(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A small file system of its own; its options come with the test."""
    if not ROOT:
        pytest.skip("only root can mount a file system")
    folder = tmp_path / "mounted"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", request.param, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("mounted", ["ro"], indirect=True)
def test_a_disk_that_is_read_only_is_refused(mounted: Path, tmp_path: Path) -> None:
    assert "that disk is read-only" in refused(*words(tmp_path, mounted))


@pytest.mark.parametrize("mounted", ["size=8m"], indirect=True)
def test_a_small_disk_is_refused_with_the_minutes_that_fit_and_are_needed(mounted: Path, tmp_path: Path) -> None:
    told = refused(*words(tmp_path, mounted), code=4)
    assert "has room for 0 minutes; this interview may take 1 minute." in told
    fill(mounted, 0)
    assert f"The disk of {mounted} is full." in refused(*words(tmp_path, mounted), code=4)
    assert list(mounted.glob(".*")) == []


@pytest.mark.parametrize("mounted", ["size=62m"], indirect=True)
def test_a_disk_that_fills_up_ends_the_recording_and_keeps_what_there_is(mounted: Path, tmp_path: Path) -> None:
    process = start(interview_file(tmp_path, 20, 1), mounted)
    try:
        assert process.stderr is not None
        line = ""
        while "asking" not in line:
            line = process.stderr.readline()
            assert line
        fill(mounted, 200_000)  # that takes the manifest, and not another second of film
        _, told = process.communicate(timeout=program.PATIENCE_S)
    finally:
        process.kill()
        process.communicate()
        run("stop", "--output", mounted)
    assert process.returncode == 4
    assert "kiosk: The disk is full" in told
    (file,) = mounted.glob("*/*.mp4")
    assert f"recorded until then are in {file}." in told
    assert "Traceback" not in told
    shown = run("inspect", file).stdout
    assert "whole      yes" in shown
    assert (file.parent / "manifest.json").exists()
    assert list(mounted.rglob("*.part")) == []


def move_often(ledger: Ledger, session: str) -> None:
    for state in (State.PREPARING, State.STARTING) * 200:  # SQLite's log has some room of its own
        ledger.set_state(session, state)


@pytest.mark.parametrize("mounted", ["size=512k"], indirect=True)
def test_a_ledger_that_cannot_be_written_costs_its_entry_and_not_the_interview(mounted: Path) -> None:
    ledger = Ledger.open(mounted / "ledger.sqlite3", SystemClock())
    session = "0b0d2c5e-5a34-4b5e-9c57-5d3f6f1f7a10"
    book = LedgerBook(ledger)
    interview = Interview("a", "A", "en", (), "0" * 64)
    book.opened(session, interview, "c-1", Consent("paper-7", "", "en", "2026-11-22T10:00:00+00:00"), "2026-11-22")
    fill(mounted, 0)
    with pytest.raises(NoSpace):
        move_often(ledger, session)
    book.moved(session, State.FAILED, "The disk is full.")
    ledger.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the engine is found otherwise")
def test_a_missing_voice_engine_is_told_before_anything_begins(tmp_path: Path) -> None:
    """An installation without the bundled engine, on a system whose own cannot be loaded."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "espeakng_loader.py").write_text("raise ImportError('it is not installed')\n")
    for name in ("libespeak-ng.so.1", "libespeak.so.1"):
        (broken / name).touch()
    environment = {**os.environ, "PYTHONPATH": str(broken), "LD_LIBRARY_PATH": str(broken)}
    told = refused(*words(tmp_path, tmp_path / "out"), code=1, env=environment)
    assert told.startswith("kiosk: There is no speech engine on this system.")
    assert sessions(tmp_path / "out") == []
