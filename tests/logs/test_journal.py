"""What systemd's journal gets, at a socket that stands in for it."""

import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import logs
from kiosk.logs.journal import LONGEST, is_journal, under_systemd

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd is of Linux")
SESSION = "0b9f6f0e-0000-4000-8000-000000000001"
log = logging.getLogger("kiosk.test")
THERE = {"JOURNAL_STREAM": "8:12345"}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[socket.socket]:
    level = logging.getLogger().level
    family: int = getattr(socket, "AF_UNIX", 0)
    with socket.socket(family, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "socket"))
        listening.settimeout(10)
        yield listening
    logs.close()
    logging.getLogger().setLevel(level)


def start(tmp_path: Path, session: str = "") -> None:
    logs.configure(
        "recorder",
        session,
        folder=tmp_path / "logs",
        verbose=False,
        console=False,
        environment=THERE,
        journal=tmp_path / "socket",
    )


def heard(journal: socket.socket) -> dict[str, str]:
    return dict(line.split("=", 1) for line in journal.recv(65536).decode().splitlines())


def test_a_record_reaches_the_journal_with_its_fields_and_the_file_too(tmp_path: Path, journal: socket.socket) -> None:
    start(tmp_path, SESSION)
    log.warning("chunk %d\nis late", 3)
    assert heard(journal) == {
        "MESSAGE": "chunk 3 | is late",
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "interview-kiosk",
        "KIOSK_PROCESS": "recorder",
        "KIOSK_THREAD": "MainThread",
        "KIOSK_SESSION": SESSION,
        "KIOSK_MODULE": "kiosk.test",
    }
    assert "chunk 3 | is late" in (tmp_path / "logs" / "recorder.log").read_text()


def test_a_field_cannot_be_forged_and_a_long_message_is_cut(tmp_path: Path, journal: socket.socket) -> None:
    start(tmp_path)
    log.error("x\nPRIORITY=0\rMESSAGE=y%s", "z" * 100_000)
    found = heard(journal)
    assert (found["PRIORITY"], len(found["MESSAGE"])) == ("3", LONGEST)
    assert found["MESSAGE"].startswith("x | PRIORITY=0 | MESSAGE=yz")
    assert "KIOSK_SESSION" not in found


def test_a_journal_that_takes_nothing_stops_nobody(tmp_path: Path, journal: socket.socket) -> None:
    start(tmp_path)
    for number in range(2000):  # more than its queue holds
        log.info("line %d", number)
    journal.close()
    log.info("after")
    assert (tmp_path / "logs" / "recorder.log").read_text().endswith("after\n")


def test_the_journal_is_used_only_where_systemd_started_us(tmp_path: Path, journal: socket.socket) -> None:
    assert under_systemd(THERE, tmp_path / "socket")
    assert not under_systemd({}, tmp_path / "socket")
    assert not under_systemd(THERE, tmp_path / "none")


def test_standard_error_that_is_the_journal_already_is_not_written_twice(tmp_path: Path) -> None:
    with (tmp_path / "stream").open("w") as stream:
        found = os.fstat(stream.fileno())
        assert is_journal(stream.fileno(), {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"})
        assert not is_journal(stream.fileno(), THERE)
        assert not is_journal(stream.fileno(), {})
