"""What Prometheus reads of a kiosk."""

import http.client
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kiosk.domain.self_test import SelfTest
from kiosk.outbox import self_tests
from kiosk.outbox.metrics import ADDRESS
from tests.outbox.faulty import Faulty
from tests.outbox.material import an_id, recordings
from tests.outbox.running import QUICK, running, wait_for

AT = "2026-11-22T06:30:05+00:00"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def port() -> int:
    with socket.create_server((ADDRESS, 0)) as free:
        number: int = free.getsockname()[1]
    return number


def read(port: int, path: str = "/metrics") -> tuple[int, str]:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def numbers(text: str) -> dict[tuple[str, str], float]:
    """(name, the one label's value) → value."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_queue_disk_state_errors_and_self_test_can_be_read(tmp_path: Path, state: Path, port: int) -> None:
    output = tmp_path / "out"
    recordings(output, 2)
    self_tests.keep(SelfTest(AT, good=False, sentence="The microphone hears nothing.", remedy="Plug it in."))
    settings = replace(QUICK, metrics_port=port)
    refuses = Faulty(lambda method, path: "400" if f"/{an_id(0)}/" in path and method == "PUT" else "")
    with refuses as server, running(output, server, settings):
        wait_for(output, lambda rows: {row.state for row in rows} == {"parked", "stored"})
        server.wait(lambda: len(server.heartbeats) > 2)
        status, text = read(port)
        found = numbers(text)
        assert status == 200
        assert (found["kiosk_recordings", "parked"], found["kiosk_recordings", "stored"]) == (1, 1)
        assert found["kiosk_waiting_chunks", ""] == 0
        assert found["kiosk_disk_hours", ""] > 0
        assert (found["kiosk_state", "not-ready"], found["kiosk_state", "ready"]) == (1, 0)
        assert found["kiosk_problems", ""] >= 2
        assert found["kiosk_heartbeats_total", ""] >= 1
        assert found["kiosk_sends_failed_total", ""] >= 1
        assert found["kiosk_server_heard_timestamp_seconds", ""] > 1_700_000_000
        assert (found["kiosk_self_test_good", ""], found["kiosk_self_test_timestamp_seconds", ""]) == (0, 1795329005)
        assert an_id(0) not in text
        assert read(port, "/")[0] == 404
        beat = server.heartbeats[-1]
        assert beat["state"] == "not-ready"
        assert "The self-test failed: The microphone hears nothing. Plug it in." in beat["problems"]
    with pytest.raises(ConnectionRefusedError):
        read(port)


def test_a_port_that_is_taken_stops_no_sending(tmp_path: Path, state: Path) -> None:
    output = tmp_path / "out"
    recordings(output, 1)
    with socket.create_server((ADDRESS, 0)) as taken:
        settings = replace(QUICK, metrics_port=taken.getsockname()[1])
        with Faulty() as server, running(output, server, settings):
            wait_for(output, lambda rows: bool(rows) and rows[0].state == "stored")


def test_a_self_test_that_cannot_be_read_is_none(state: Path) -> None:
    assert self_tests.last() is None
    self_tests.keep(SelfTest(AT, good=True, sentence="All is well."))
    assert self_tests.last() == SelfTest(AT, good=True, sentence="All is well.")
    for wrong in ("", "[]", '{"at": "yesterday", "good": true, "sentence": ""}', '{"at": 3}'):
        (state / "self-test.json").write_text(wrong)
        assert self_tests.last() is None
