import json
import logging
import os
import re
import stat
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import logs

SESSION = "0b9f6f0e-0000-4000-8000-000000000001"
log = logging.getLogger("kiosk.test")


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    level = logging.getLogger().level
    yield
    logs.close()
    logging.getLogger().setLevel(level)


def lines(folder: Path, process: str = "recorder") -> list[str]:
    return (folder / f"{process}.log").read_text(encoding="utf-8").splitlines()


def test_a_line_says_time_level_process_thread_session_and_message(tmp_path: Path) -> None:
    logs.configure("recorder", SESSION, folder=tmp_path, verbose=False)
    log.info("chunk %d (%d bytes)", 3, 812)
    (line,) = lines(tmp_path)
    at, words = line.split(" ", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", at)
    assert words == f"INFO recorder MainThread {SESSION} chunk 3 (812 bytes)"


def test_whatever_a_message_holds_it_stays_one_line(tmp_path: Path) -> None:
    logs.configure("recorder", folder=tmp_path, verbose=False)
    log.info("one\ntwo\r\x1b[31mthree")
    log.error("failed", exc_info=RuntimeError("multi\nline"))
    first, second = lines(tmp_path)
    assert first.endswith(" - one | two | ?[31mthree")
    assert "RuntimeError: multi | line" in second


def test_the_file_belongs_to_this_account_alone(tmp_path: Path) -> None:
    logs.configure("recorder", folder=tmp_path / "logs", verbose=False)
    log.info("x")
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "logs" / "recorder.log").stat().st_mode) == 0o600


def test_debug_lines_are_for_the_verbose(tmp_path: Path) -> None:
    logs.configure("recorder", folder=tmp_path, verbose=False)
    log.debug("no")
    logs.configure("recorder", folder=tmp_path, verbose=True)
    log.debug("yes")
    assert [line[-3:] for line in lines(tmp_path)] == ["yes"]


def test_configuring_again_does_not_double_the_lines(tmp_path: Path) -> None:
    for _ in range(3):
        logs.configure("recorder", folder=tmp_path, verbose=False)
    log.info("once")
    assert len(lines(tmp_path)) == 1


def test_the_session_can_be_named_later_and_forgotten(tmp_path: Path) -> None:
    logs.configure("recorder", folder=tmp_path, verbose=False)
    log.info("a")
    logs.name_session(SESSION)
    log.info("b")
    logs.name_session("")
    log.info("c")
    assert [line.split()[4] for line in lines(tmp_path)] == ["-", SESSION, "-"]


def test_a_large_file_is_rotated_and_few_are_kept(tmp_path: Path) -> None:
    style = logs.Style(largest_bytes=2000, kept=3)
    logs.configure("recorder", folder=tmp_path, verbose=False, style=style)
    for number in range(200):
        log.info("line %d", number)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["recorder.log", *[f"recorder.log.{number}" for number in range(1, 4)]]
    assert all(path.stat().st_size < 2200 for path in tmp_path.iterdir())
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    logs.configure("recorder", folder=tmp_path / "file", verbose=False)
    log.info("goes on")
    said = capsys.readouterr().err.splitlines()
    assert "No log file" in said[0]
    assert said[1].endswith("goes on")


def test_lines_for_machines_have_the_same_facts(tmp_path: Path) -> None:
    logs.configure("recorder", SESSION, folder=tmp_path, verbose=False, style=logs.Style(json=True))
    log.warning("chunk %d\nis late", 3)
    logs.name_session("")
    log.error("failed", exc_info=RuntimeError("here"))
    first, second = (json.loads(line) for line in lines(tmp_path))
    assert datetime.fromisoformat(first.pop("at")).tzinfo
    assert first == {
        "level": "WARNING",
        "process": "recorder",
        "thread": "MainThread",
        "session": SESSION,
        "module": "kiosk.test",
        "message": "chunk 3 | is late",
    }
    assert second["session"] is None
    assert second["message"].endswith("RuntimeError: here")


def test_a_thread_that_dies_of_a_bug_is_written_down(tmp_path: Path) -> None:
    logs.configure("recorder", folder=tmp_path, verbose=False)

    def bug() -> None:
        raise ZeroDivisionError("here")

    thread = threading.Thread(target=bug, name="writer")
    thread.start()
    thread.join(10)
    (line,) = lines(tmp_path)
    assert "CRITICAL recorder writer" in line
    assert "ZeroDivisionError: here" in line


def test_after_closing_nothing_is_written(tmp_path: Path) -> None:
    logs.configure("recorder", folder=tmp_path, verbose=False)
    log.info("one")
    logs.close()
    log.info("two")
    assert len(lines(tmp_path)) == 1
    assert os.listdir(tmp_path) == ["recorder.log"]  # noqa: PTH208 names are all that is asked
