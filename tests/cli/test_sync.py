"""`kiosk enrol`, `kiosk sync` and `kiosk sessions`, as people and services use them."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.ledger.upload_rows import UploadState
from tests.cli.saying import refused
from tests.end_to_end.program import PATIENCE_S, run
from tests.outbox.faulty import KEY, TOKEN, Faulty
from tests.outbox.material import Recording, an_id, recordings
from tests.outbox.running import arrived, rows, wait_for

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes are of POSIX")


def in_state(folder: Path) -> dict[str, str]:
    return {**os.environ, "KIOSK_STATE": str(folder / "state")}


def enrolled(folder: Path, server: Faulty) -> dict[str, str]:
    """The environment of a kiosk that is enrolled with that server."""
    environment = in_state(folder)
    done = run("enrol", server.url + "/", "good-code", "--name", "Reception", env=environment)
    assert done.returncode == 0, done.stderr
    return environment


def sync(output: Path, environment: Mapping[str, str], *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "kiosk", "sync", "--output", str(output), *more]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def sessions(output: Path, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    done = run("sessions", "--output", output, "--json", env=environment)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["sessions"]
    return found


def test_where_the_configuration_names_the_server_the_code_is_enough_and_no_other_is_taken(tmp_path: Path) -> None:
    environment = in_state(tmp_path)
    said = refused("enrol", "good-code", env=environment)
    assert said.startswith("kiosk: No server is named. Give its address before the code, or set 'url'")
    with Faulty() as server:
        named = {**environment, "KIOSK_SERVER_URL": server.url}
        said = refused("enrol", "https://elsewhere.example.org", "good-code", env=named)
        assert said.startswith(f"kiosk: This kiosk's server is {server.url}, as KIOSK_SERVER_URL says.")
        done = run("enrol", "good-code", "--json", env=named)
        assert (done.returncode, json.loads(done.stdout)["url"]) == (0, server.url)
        moved = {**environment, "KIOSK_SERVER_URL": "https://elsewhere.example.org"}
        said = refused("sync", "--once", "--output", tmp_path / "out", env=moved)
        assert said.startswith(
            f"kiosk: This kiosk is enrolled with {server.url}, and its configuration names https://e"
        )


def test_a_kiosk_that_is_not_enrolled_says_so_and_still_lists_its_sessions(tmp_path: Path) -> None:
    environment = in_state(tmp_path)
    recordings(tmp_path / "out", 1)
    told = refused("sync", "--once", "--output", tmp_path / "out", env=environment)
    assert told == "kiosk: This kiosk is not enrolled with a server. Enrol it with 'kiosk enrol URL CODE'."
    (found,) = sessions(tmp_path / "out", environment)
    assert {key: found[key] for key in ("session", "state", "chunks_sent", "chunks_total", "receipt", "error")} == {
        "session": an_id(0), "state": "waiting", "chunks_sent": 0, "chunks_total": 3, "receipt": None, "error": None,
    }  # fmt: skip
    words = run("sessions", "--output", tmp_path / "out", env=environment).stdout
    assert "0 of 3    chunks  waits to be sent" in words
    assert not (tmp_path / "out" / "ledger.sqlite3").exists()


def test_enrolling_keeps_the_key_for_this_account_and_shows_no_secret(tmp_path: Path) -> None:
    with Faulty() as server:
        environment = in_state(tmp_path)
        told = refused("enrol", server.url, "wrong-code", env=environment)
        assert told.startswith("kiosk: The code is not known, used or too old. Ask for a new code")
        done = run("enrol", server.url + "/", "good-code", "--name", "Reception", env=environment)
        assert done.returncode == 0, done.stderr
        assert f"enrolled with Test ({server.url}) as Reception." in done.stdout
        assert TOKEN not in done.stdout + done.stderr
        kept = tmp_path / "state" / "enrolment.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert json.loads(kept.read_text())["token"] == TOKEN
        assert "Use --replace" in refused("enrol", server.url, "good-code", env=environment)
        server.codes.add("next-code")
        again = run("enrol", server.url, "next-code", "--replace", "--json", env=environment)
        assert json.loads(again.stdout)["kiosk"] == "k-1"
    assert "Use an https:// address" in refused("enrol", "http://example.org", "x", env=environment)
    assert "not the address of a server" in refused("enrol", "example", "x", env=environment)
    assert "cannot be reached" in refused("enrol", server.url, "x", "--replace", env=environment, code=1)
    assert KEY  # the server's, not the kiosk's


def test_sync_once_sends_what_was_recorded_before_and_tells_how_far_it_is(tmp_path: Path) -> None:
    made = recordings(tmp_path / "out", 2)
    with Faulty() as server:
        environment = enrolled(tmp_path, server)
        done = run("sync", "--once", "--output", tmp_path / "out", env=environment)
        assert done.returncode == 0, done.stderr
        assert done.stdout == "Nothing waits: the server has everything.\n"
        assert f"{an_id(0)}  3 of 3 chunks, is stored on the server" in done.stderr.splitlines()
        assert all(arrived(server, one) for one in made)
        again = run("sync", "--once", "--json", "--output", tmp_path / "out", env=environment)
        assert again.returncode == 0
        assert json.loads(again.stdout)["waiting"] == {"recordings": 0, "chunks": 0, "parked": 0}
        assert again.stderr == ""
        assert server.puts.total() == 6
    log = (tmp_path / "state" / "logs" / "sync.log").read_text()
    assert "chunk 0 uploaded" in log
    found = sessions(tmp_path / "out", environment)
    assert [one["state"] for one in found] == ["stored", "stored"]
    assert all(one["receipt"]["signature"] for one in found)
    assert all(one["chunks_sent"] == one["chunks_total"] == 3 for one in found)


def test_sync_once_fails_when_something_waits_or_is_given_up(tmp_path: Path) -> None:
    recordings(tmp_path / "out", 1)
    with Faulty() as server:
        environment = enrolled(tmp_path, server)
        server.fault = lambda method, path: "422" if "/segments/" in path else ""
        parked = run("sync", "--once", "--output", tmp_path / "out", env=environment)
        assert parked.returncode == 1
        assert "cannot be sent. A fault of 422. 'kiosk sync --retry' tries it again." in parked.stderr
        server.fault = lambda method, path: "401" if "/segments/" in path else ""
        paused = run("sync", "--once", "--retry", "--output", tmp_path / "out", env=environment)
        assert paused.returncode == 1
        assert "A fault of 401. Enrol this kiosk again." in paused.stderr
        assert paused.stdout == "Still to send: 1 recording with 3 chunks.\n"
        server.fault = lambda method, path: ""
        assert run("sync", "--once", "--output", tmp_path / "out", env=environment).returncode == 0


def test_a_second_outbox_of_a_folder_is_refused_and_once_watches_the_first(tmp_path: Path) -> None:
    (made,) = recordings(tmp_path / "out", 1)
    with Faulty() as server:
        environment = enrolled(tmp_path, server)
        server.polls_before_receipt = 3
        first = sync(tmp_path / "out", environment)
        try:
            server.wait(lambda: bool(server.puts))
            told = refused("sync", "--output", tmp_path / "out", code=1, env=environment)
            assert "are being sent by another process already" in told
            assert run("sync", "--once", "--output", tmp_path / "out", env=environment).returncode == 0
            assert arrived(server, made)
            assert first.poll() is None
            first.send_signal(signal.SIGTERM)
            words, _ = first.communicate(timeout=PATIENCE_S)
        finally:
            first.kill()
            first.communicate()
    assert first.returncode == 0
    assert words == "Nothing waits: the server has everything.\n"


def test_killed_again_and_again_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    made = recordings(tmp_path / "out", 4, chunks=6, size=20_000)
    with Faulty() as server:
        environment = enrolled(tmp_path, server)
        for kills in range(1, 5):
            target = server.puts.total() + 4
            process = sync(tmp_path / "out", environment)
            server.wait(lambda target=target: server.puts.total() >= target)  # type: ignore[misc]  # a bound default
            process.kill()
            process.communicate()
            assert max(server.puts.values()) <= 1 + kills
        done = run("sync", "--once", "--output", tmp_path / "out", env=environment)
        assert done.returncode == 0, done.stderr
        assert all(arrived(server, one) for one in made)
        assert server.puts.total() <= 24 + 4 * 4  # of what was on its way, on four connections
    assert all(row.state is UploadState.STORED for row in rows(tmp_path / "out"))


def test_an_outbox_beside_a_kiosk_ends_when_both_are_done(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "out", an_id(0))
    recording.chunk(1000)
    with Faulty() as server:
        environment = enrolled(tmp_path, server)
        kiosk = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        beside = sync(tmp_path / "out", environment, "--beside", str(kiosk.pid))
        try:
            server.wait(lambda: bool(server.puts))
            kiosk.communicate(b"\n")
            recording.chunk(1000)
            recording.end()
            _, told = beside.communicate(timeout=PATIENCE_S)
        finally:
            beside.kill()
            beside.communicate()
            kiosk.kill()
            kiosk.communicate()
        assert beside.returncode == 0, told
        wait_for(tmp_path / "out", lambda found: found[0].state is UploadState.STORED)
        assert arrived(server, recording)
