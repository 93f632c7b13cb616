"""What the server hears of a kiosk, and what a kiosk keeps of the server."""

import hashlib
import threading
from pathlib import Path

import pytest

from kiosk.contract.wire import HEARTBEAT, INSTANCE_HEADER
from kiosk.domain.view import Call
from kiosk.outbox import calls
from kiosk.outbox.assignments import cached_assignments
from kiosk.outbox.enrolment import instance
from kiosk.outbox.heartbeat import LOOK_S
from tests.outbox.faulty import Faulty
from tests.outbox.material import Recording, an_id, recordings
from tests.outbox.running import QUICK, QUIET, running, wait_for

TOML = 'schema = 1\nid = "short"\n'


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_a_heartbeat_tells_state_problems_disk_and_queue(tmp_path: Path, state: Path) -> None:
    output = tmp_path / "out"
    recording = Recording(output, an_id(0))
    recording.chunk(1000)
    recording.note("Problem", {"device": "camera", "what": "The camera is lost.", "remedy": "Plug it in."})
    with Faulty(lambda method, path: "400" if "/segments/" in path else "") as server, running(output, server, QUICK):
        wait_for(output, lambda found: bool(found) and found[0].state == "parked")
        seen = len(server.heartbeats)
        server.wait(lambda: len(server.heartbeats) > seen + 1)
        beat = server.heartbeats[-1]
        assert (beat["name"], beat["state"]) == ("Kiosk of a test", "recording")
        assert beat["problems"][0] == "The camera is lost. Plug it in."
        assert "A fault of 400." in beat["problems"][1]
        assert beat["disk_hours"] > 0
        assert server.headers[-1][INSTANCE_HEADER] == instance()
        recording.note("Problem", {"device": "camera", "what": "", "remedy": ""})
        recording.end()
        server.wait(lambda: server.heartbeats[-1]["state"] != "recording")
        assert server.heartbeats[-1]["problems"][0] != "The camera is lost. Plug it in."


def test_the_queue_is_told_while_the_server_takes_nothing(tmp_path: Path, state: Path) -> None:
    output = tmp_path / "out"
    recordings(output, 2)
    with Faulty(lambda method, path: "500" if "/segments/" in path else "") as server, running(output, server, QUICK):
        server.wait(lambda: bool(server.heartbeats) and server.heartbeats[-1]["queue"]["recordings"] == 2)
        assert server.heartbeats[-1]["queue"] == {"recordings": 2, "chunks": 6, "bytes": 12_000}


def test_assignments_are_kept_for_when_there_is_no_network(tmp_path: Path, state: Path) -> None:
    assert cached_assignments().assignments == ()
    good = {"id": "short", "title": "Short", "definition": TOML, "sha256": hashlib.sha256(TOML.encode()).hexdigest()}
    evil = {**good, "id": "../evil"}
    forged = {**good, "id": "forged", "sha256": "00" * 32}
    with Faulty() as server:
        server.assigned = {
            "interviews": [good, evil, forged],
            "assignments": [{"candidate": "c-1", "interview": "short", "note": ""}],
        }
        with running(tmp_path / "out", server, QUICK):
            server.wait(lambda: len(server.heartbeats) > 2)
    found = cached_assignments()
    assert [(one.candidate, one.interview) for one in found.assignments] == [("c-1", "short")]
    assert found.files == (("short", state / "interviews" / "short.toml"),)
    assert found.files[0][1].read_text() == TOML
    assert not (state / "evil.toml").exists()


def test_a_call_of_the_proctor_and_its_end_are_told_at_once(tmp_path: Path, state: Path) -> None:
    with Faulty() as server, running(tmp_path / "out", server, QUIET):
        server.wait(lambda: len(server.heartbeats) == 1)
        calls.keep(Call.HELP)
        server.wait(lambda: server.heartbeats[-1]["called"] == "help")
        calls.keep(None)
        server.wait(lambda: server.heartbeats[-1]["called"] == "")
        assert len(server.heartbeats) == 3, "half a minute is not over yet"


def test_a_call_that_cannot_be_told_waits_for_the_next_heartbeat(tmp_path: Path, state: Path) -> None:
    with Faulty(lambda method, path: "500" if path == HEARTBEAT else "") as server:

        def tried() -> int:
            return [path for _, path in server.requests].count(HEARTBEAT)

        with running(tmp_path / "out", server, QUIET):
            server.wait(lambda: tried() == 1)
            calls.keep(Call.HELP)
            server.wait(lambda: tried() == 2)
            threading.Event().wait(2.5 * LOOK_S)
        assert tried() == 2
