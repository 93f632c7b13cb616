"""What the outbox does with a server, or a network, that fails. Each row is one of the fault catalogue's."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.contract import names
from kiosk.domain.clock import NS
from kiosk.ledger.upload_rows import ChunkRow, UploadState
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.answers import Later
from kiosk.outbox.link import Link, Route
from kiosk.outbox.progress import progress
from tests.outbox import authority
from tests.outbox.faulty import Faulty
from tests.outbox.material import Recording, an_id, recordings
from tests.outbox.running import QUICK, QUIET, arrived, rows, running, send_all, wait_for


class Once:
    """One fault at the n-th request (from 0) that goes to a path."""

    def __init__(self, kind: str, part: str, number: int = 0, count: int = 1) -> None:
        self.kind, self.part = kind, part
        self.left = range(number, number + count)
        self.seen = -1
        self.lock = threading.Lock()

    def __call__(self, method: str, path: str) -> str:
        with self.lock:
            if self.part not in f"{method} {path}":
                return ""
            self.seen += 1
            return self.kind if self.seen in self.left else ""


AT_A_CHUNK = ["drop-before", "drop-after", "cut", "cut-off", "digest", "500", "503", "429", "507", "html", "redirect"]


@pytest.mark.parametrize("kind", AT_A_CHUNK)
def test_one_fault_at_a_chunk_costs_at_most_that_chunk(tmp_path: Path, kind: str) -> None:
    (made,) = recordings(tmp_path, 1, chunks=6)
    with Faulty(Once(kind, "/segments/", 2)) as server:
        send_all(tmp_path, server)
        assert arrived(server, made)
        assert server.faulted == {kind: 1}
        assert server.puts.total() <= 7
        assert max(server.puts.values()) <= 2
        if kind == "drop-after":  # the server had it: it was asked before anything went twice
            assert server.puts.total() == 6


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "500", "html", "json", "redirect"])
@pytest.mark.parametrize("part", ["GET /api/v1/recordings", "POST", "/receipt", f"PUT /api/v1/recordings/{an_id(0)}"])
def test_one_fault_anywhere_else_costs_nothing(tmp_path: Path, kind: str, part: str) -> None:
    (made,) = recordings(tmp_path, 1)
    with Faulty(Once(kind, part)) as server:
        send_all(tmp_path, server)
        assert arrived(server, made)
        assert server.faulted[kind] == 1
        assert server.puts.total() <= 3 + (kind == "json" or "PUT" in part)


def test_an_acknowledgement_that_was_none_is_found_out_before_anything_is_believed(tmp_path: Path) -> None:
    (made,) = recordings(tmp_path, 1)
    with Faulty(Once("json", "/segments/", 0, 3)) as server:
        send_all(tmp_path, server)
        assert arrived(server, made)


def test_a_receipt_of_another_key_is_none(tmp_path: Path) -> None:
    recordings(tmp_path, 1)
    with Faulty(Once("wrong-key", "/receipt", 0, 10**6)) as server, running(tmp_path, server):
        found = wait_for(tmp_path, lambda found: bool(found) and "not signed by the server" in found[0].error)
        assert found[0].receipt is None
        assert found[0].state is not UploadState.STORED


def test_a_server_that_went_backwards_is_believed(tmp_path: Path) -> None:
    (made,) = recordings(tmp_path, 1, chunks=8)
    with Faulty(Once("lose", "/segments/", 3, 2)) as server:
        send_all(tmp_path, server)
        assert arrived(server, made)
        assert server.puts.total() == 8 + server.lost.total()


def test_a_server_that_forgot_a_recording_gets_it_anew(tmp_path: Path) -> None:
    recording = Recording(tmp_path, an_id(0))
    recording.chunk(1000)
    with Faulty() as server, running(tmp_path, server):
        server.wait(lambda: (recording.session, 1, 0) in server.puts)
        with server.lock:
            server.recordings.clear()
        recording.chunk(1000)
        recording.end()
        wait_for(tmp_path, lambda found: found[0].state is UploadState.STORED)
        assert arrived(server, recording)


@pytest.mark.parametrize("kind", ["400", "413", "422"])
def test_what_is_refused_is_parked_alone(tmp_path: Path, kind: str) -> None:
    bad, good = recordings(tmp_path, 2)
    with Faulty(lambda method, path: kind if "/segments/" in path and bad.session in path else "") as server:
        send_all(tmp_path, server)
        assert arrived(server, good)
    first, second = rows(tmp_path)
    assert (first.state, first.error) == (UploadState.PARKED, f"A fault of {kind}.")
    assert second.state is UploadState.STORED


def test_a_kiosk_that_may_not_any_more_waits_and_says_so(tmp_path: Path) -> None:
    made = recordings(tmp_path, 2)
    gate = Once("401", "/segments/", 0, 1)
    with Faulty(gate) as server, running(tmp_path, server, replace(QUIET, pause_s=1.0)) as outbox:
        wait_for(tmp_path, lambda found: bool(found) and found[0].error == "A fault of 401.")
        assert progress(tmp_path).problem == "A fault of 401. Enrol this kiosk again."
        assert outbox.stuck() is False  # a second is soon
        wait_for(tmp_path, lambda found: all(row.state is UploadState.STORED for row in found))
        assert all(arrived(server, one) for one in made)
        assert progress(tmp_path).problem == ""


def test_an_instance_that_is_elsewhere_pauses_everything(tmp_path: Path) -> None:
    with Faulty() as server:
        link = Link(Route(server.url), {"Authorization": "Bearer wrong"})
        with pytest.raises(Exception, match="The token is not known"):
            link.call("GET", "/api/v1/assignments", accept=frozenset({200}))
        link.close()


def test_redirects_are_never_followed(tmp_path: Path) -> None:
    with Faulty(lambda method, path: "redirect") as server:
        link = Link(Route(server.url), {"Authorization": f"Bearer {server.enrolment().token}"})
        with pytest.raises(Later, match="sends this kiosk elsewhere"):
            link.call("GET", "/api/v1/assignments", accept=frozenset({200}))
        link.close()
        assert len(server.requests) == 1


def test_a_server_with_an_unknown_certificate_gets_nothing(tmp_path: Path) -> None:
    ours, theirs = authority.make(tmp_path / "ours"), authority.make(tmp_path / "theirs")
    (made,) = recordings(tmp_path / "out", 1)
    with Faulty(tls=(ours.certificate, ours.key)) as server:
        for ca_file in (None, theirs.authority):
            with running(tmp_path / "out", server, route=Route(server.url, ca_file=ca_file)):
                wait_for(tmp_path / "out", lambda found: bool(found) and "is not trusted" in found[0].error)
            assert server.requests == []
        assert "name that in 'ca_file'" in progress(tmp_path / "out").problem
        with running(tmp_path / "out", server, route=Route(server.url, ca_file=ours.authority)):
            wait_for(tmp_path / "out", lambda found: found[0].state is UploadState.STORED)
        assert arrived(server, made)


def test_a_proxy_is_used_when_one_is_configured(tmp_path: Path) -> None:
    link = Link(Route("https://interviews.example.org", "http://127.0.0.1:9", connect_s=1), {})
    with pytest.raises(Later, match=r"The proxy http://127\.0\.0\.1:9 does not answer"):
        link.call("GET", "/api/v1/assignments", accept=frozenset({200}))
    link.close()


def test_a_server_that_does_not_answer_does_not_hold_the_outbox_up(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(method: str, path: str) -> str:
        if "/segments/" in path and not gate.is_set():
            gate.wait(10)
        return ""

    (made,) = recordings(tmp_path, 1)
    with Faulty(slow) as server, running(tmp_path, server, route=Route(server.url, read_s=0.2)):
        wait_for(tmp_path, lambda found: bool(found) and "did not answer in time" in found[0].error)
        gate.set()
        wait_for(tmp_path, lambda found: found[0].state is UploadState.STORED)
        assert arrived(server, made)


def test_an_outbox_that_is_told_to_end_does_so_in_the_middle_of_a_chunk(tmp_path: Path) -> None:
    began = threading.Event()
    gate = threading.Event()

    def slow(method: str, path: str) -> str:
        if "/segments/" in path:
            began.set()
            gate.wait(5)
        return ""

    recordings(tmp_path, 1, size=20_000_000, chunks=1)
    with Faulty(slow) as server:
        with running(tmp_path, server):
            assert began.wait(20)
        gate.set()
    assert rows(tmp_path)[0].state is UploadState.WAITING


class Hands:
    """A clock whose hands are turned by the test."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)

    def now_ns(self) -> int:
        return round(self.at.timestamp() * NS)

    def wall(self) -> datetime:
        return self.at


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-1), timedelta(days=1)])
def test_a_clock_that_jumped_never_postpones(tmp_path: Path, jump: timedelta) -> None:
    clock = Hands()
    uploads = Uploads.open(tmp_path / names.LEDGER, clock)
    uploads.index(an_id(0), "", [ChunkRow(1, 0, "a.mp4", 0, 1, "00")], "")
    assert uploads.claim(an_id(0))
    uploads.postpone(an_id(0), 300, "away")
    uploads.close()
    uploads = Uploads.open(tmp_path / names.LEDGER, clock)  # after a reboot
    (row,) = uploads.open_rows()
    assert not row.due(clock.wall())
    assert not row.due(clock.wall() + timedelta(seconds=299))
    assert row.due(clock.wall() + timedelta(seconds=300))
    assert row.due(clock.wall() + jump)
    uploads.close()


def test_an_outage_is_waited_out_and_the_oldest_goes_first(tmp_path: Path) -> None:
    made = recordings(tmp_path, 4)
    away = threading.Event()
    with Faulty(lambda method, path: "" if away.is_set() else "503") as server, running(tmp_path, server, QUICK):
        wait_for(tmp_path, lambda found: bool(found) and found[0].attempts >= 3)
        assert progress(tmp_path).sessions == 4
        assert progress(tmp_path).chunks_total == 12
        away.set()
        wait_for(tmp_path, lambda found: all(row.state is UploadState.STORED for row in found))
        order = [session for session, _, _ in server.puts]
        assert order == sorted(order)
        assert all(arrived(server, one) for one in made)
