"""The real worker, killed for real at instants that nobody chose."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from kiosk.server.catalogue.models import RecordingState
from tests.server.finalise.material import Sent, send
from tests.server.finalise.material import stored_names as names
from tests.server.finalise.test_work import check_stored, expected_names

KILLS = 4
LONG_S = 60.0


def start(data: Path, *options: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "KIOSK_SERVER_RESERVE_MIB": "1", "KIOSK_SERVER_NAME": "test-server"}
    command = [sys.executable, "-m", "kiosk.server.finalise.worker", "--data", str(data), "--claim", "0.5", *options]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def wait_until_stored(sent: list[Sent]) -> None:
    deadline = time.monotonic() + LONG_S
    while any(each.row().state != RecordingState.STORED for each in sent):
        assert time.monotonic() < deadline, [(each.row().state, each.row().why) for each in sent]
        time.sleep(0.05)  # another process's row can only be asked for again


def test_a_worker_that_is_killed_again_and_again_stores_everything_once(database: Path) -> None:
    sent = [send(6.0), send(4.0, 2.0), send(2.0)]
    chance = random.Random(20261122)
    killed = 0
    for _ in range(KILLS):
        worker = start(database)
        deadline = time.monotonic() + 0.35 + chance.random() * 0.6  # it needs some 0.3 s to begin
        while time.monotonic() < deadline and worker.poll() is None:
            time.sleep(0.005)
        worker.kill()
        killed += worker.wait(LONG_S) == -9
    assert killed == KILLS

    worker = start(database)
    try:
        wait_until_stored(sent)
        worker.terminate()
        assert worker.wait(LONG_S) in {0, -signal.SIGTERM}  # the latter when all was done before it had begun
    finally:
        worker.kill()
        worker.wait(LONG_S)

    after = start(database, "--once")  # what a kill left of chunks goes when somebody looks next
    assert after.wait(LONG_S) == 0
    everything = sorted(name for each in sent for name in expected_names(each))
    assert [name for name in names() if not name.startswith(".incoming/")] == everything
    for name in names():
        if name.startswith(".incoming/"):  # nameless bytes of a killed worker; the server empties this when it starts
            default_storage.delete(name)
    for each in sent:
        row = each.row()
        assert row.chunks.count() == 0
        assert (row.state, row.claimed_until) == (RecordingState.STORED, None)
    assert list(settings.SPOOL_FOLDER.glob("finalise-*")) == []


def test_two_workers_at_once_do_each_recording_once(database: Path) -> None:
    sent = [send(2.0), send(4.0), send(2.0)]
    workers = [start(database, "--once"), start(database, "--once")]
    try:
        wait_until_stored(sent)
        assert [worker.wait(LONG_S) for worker in workers] == [0, 0]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(LONG_S)
    assert sorted(names()) == sorted(name for each in sent for name in expected_names(each))
    assert [each.row().attempts for each in sent] == [0, 0, 0]


@pytest.mark.usefixtures("database")
def test_one_that_was_never_killed_looks_the_same(database: Path) -> None:
    sent = send(2.0)
    assert start(database, "--once").wait(LONG_S) == 0
    check_stored(sent)
