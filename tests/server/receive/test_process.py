"""The real server as a process: killed, starved, spoken to by clients that break off."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from kiosk.contract import wire
from kiosk.domain.wire import plain
from tests.server.receive.api import STARTED, completion, sha256

MIB: Final = 1024 * 1024


class Http:
    """One enrolled kiosk over a connection of its own."""

    def __init__(self, server: Any, token: str = "") -> None:
        self.server = server
        self.token = token
        self.address = (urlsplit(server.url).hostname, urlsplit(server.url).port)

    def ask(self, method: str, path: str, body: Any = b"", **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        data = body if isinstance(body, bytes) else json.dumps(plain(body)).encode()
        given = {"Authorization": f"Bearer {self.token}", wire.INSTANCE_HEADER: "machine-1", **headers}
        try:
            connection.request(method, path, data, given)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def enrol(self) -> None:
        status, body = self.ask("POST", wire.ENROL, wire.EnrolRequest(self.server.enrol_code(), "A", "machine-1", "p"))
        assert status == 201, body
        self.token = body["token"]

    def open(self) -> str:
        recording = str(uuid.uuid4())
        asked = wire.OpenRequest("4711", "python-1", "Python", "", STARTED)
        assert self.ask("PUT", wire.recording_path(recording), asked)[0] == 201
        return recording

    def chunk(self, recording: str, number: int, data: bytes) -> int:
        path = wire.chunk_path(recording, 1, number)
        return self.ask("PUT", path, data, **{wire.DIGEST_HEADER: wire.content_digest(sha256(data))})[0]

    def begin_chunk(self, recording: str, number: int, data: bytes, part: int) -> socket.socket:
        """Sends the headers of a chunk and its first `part` bytes, and leaves the connection as it is."""
        opened = socket.create_connection(self.address, timeout=60)
        head = (
            f"PUT {wire.chunk_path(recording, 1, number)} HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {self.token}\r\n{wire.INSTANCE_HEADER}: machine-1\r\n"
            f"{wire.DIGEST_HEADER}: {wire.content_digest(sha256(data))}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        opened.sendall(head.encode() + data[:part])
        return opened


def stored(server: Any) -> dict[str, int]:
    """Files of the store and their sizes."""
    media = server.data / "media"
    found = {}
    for path in media.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # what arrives may go between two looks
            if path.is_file():
                found[str(path.relative_to(media))] = path.stat().st_size
    return found


def arriving(server: Any, size: int) -> bool:
    return any(".incoming" in name and found >= size for name, found in stored(server).items())


@pytest.fixture(scope="module")
def kiosk(live_server: Any) -> Http:
    made = Http(live_server)
    made.enrol()
    return made


def test_a_chunk_sent_without_a_token_is_refused_and_not_stored(kiosk: Http, live_server: Any) -> None:
    recording = kiosk.open()
    before = stored(live_server)
    assert Http(live_server, "wrong").chunk(recording, 0, os.urandom(MIB)) == 401
    assert stored(live_server) == before
    assert "Traceback" not in live_server.log()


def test_a_chunk_that_says_it_is_too_large_is_refused(kiosk: Http, live_server: Any) -> None:
    recording = kiosk.open()
    connection = http.client.HTTPConnection(*kiosk.address, timeout=60)
    connection.putrequest("PUT", wire.chunk_path(recording, 1, 0))
    for name, value in {
        "Authorization": f"Bearer {kiosk.token}",
        wire.INSTANCE_HEADER: "machine-1",
        "Content-Length": str(wire.LARGEST_CHUNK + 1),
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_chunk_without_a_length_is_refused(kiosk: Http) -> None:
    recording = kiosk.open()
    connection = http.client.HTTPConnection(*kiosk.address, timeout=60)
    headers = {"Authorization": f"Bearer {kiosk.token}", wire.INSTANCE_HEADER: "machine-1"}
    connection.request("PUT", wire.chunk_path(recording, 1, 0), iter([b"one"]), headers, encode_chunked=True)
    assert connection.getresponse().status == 411
    connection.close()


def test_a_client_that_breaks_off_leaves_nothing_and_can_send_again(
    kiosk: Http, live_server: Any, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    recording = kiosk.open()
    data = os.urandom(2 * MIB)
    connection = kiosk.begin_chunk(recording, 0, data, MIB)
    wait_until(lambda: arriving(live_server, MIB // 2))
    connection.close()
    wait_until(lambda: not arriving(live_server, 0))
    assert not any(recording in name for name in stored(live_server))
    assert kiosk.chunk(recording, 0, data) == 201
    assert kiosk.chunk(recording, 0, data) == 200


def test_killed_in_the_middle_of_an_upload_it_goes_on_and_what_it_acknowledged_is_there(
    server_process: Callable[..., Any], tmp_path: Path, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    server = server_process(tmp_path / "server", worker=False)
    kiosk = Http(server)
    kiosk.enrol()
    recording = kiosk.open()
    first, second = os.urandom(MIB), os.urandom(2 * MIB)
    assert kiosk.chunk(recording, 0, first) == 201
    with kiosk.begin_chunk(recording, 1, second, MIB):
        wait_until(lambda: arriving(server, MIB // 2))
        server.kill()
    port = urlsplit(server.url).port
    again = server_process(tmp_path / "server", port=port, worker=False)
    assert again.url == server.url
    kiosk = Http(again, kiosk.token)
    assert not arriving(again, 0)
    _, held = kiosk.ask("GET", wire.chunks_path(recording))
    assert [(chunk["number"], chunk["sha256"]) for chunk in held["chunks"]] == [(0, sha256(first))]
    assert kiosk.chunk(recording, 1, second) == 201
    status, _ = kiosk.ask("POST", wire.complete_path(recording), completion(recording, [first, second]))
    assert status == 202
    assert again.stop() == 0


def test_a_second_server_on_the_same_folder_is_refused(live_server: Any) -> None:
    command = [sys.executable, "-m", "kiosk.server", "run", "--port", "0", "--data", str(live_server.data)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith("kiosk-server: A server already runs on ")


def test_the_worker_is_started_again_when_it_dies(
    server_process: Callable[..., Any], tmp_path: Path, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    server = server_process(tmp_path / "server")

    def workers() -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:  # it ended just now
                continue
            if b"worker" in words and os.fsencode(server.data) in words:
                found.append(int(entry.name))
        return found

    wait_until(lambda: len(workers()) == 1)
    [first] = workers()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(set(workers()) - {first}) == 1)
    assert server.stop() == 0
    assert workers() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small filesystem can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_there(
    server_process: Callable[..., Any], small_disk: Path
) -> None:
    # Without a reserve, so that the disk is really full in the middle of a body.
    server = server_process(small_disk / "server", worker=False, environment={"KIOSK_SERVER_RESERVE_MIB": "-1000"})
    kiosk = Http(server)
    kiosk.enrol()
    recording = kiosk.open()
    chunks = [os.urandom(2 * MIB) for _ in range(8)]
    answers = [kiosk.chunk(recording, number, data) for number, data in enumerate(chunks)]
    assert set(answers) == {201, 507}
    _, held = kiosk.ask("GET", wire.chunks_path(recording))
    assert [chunk["number"] for chunk in held["chunks"]] == [
        number for number, code in enumerate(answers) if code == 201
    ]
    assert not arriving(server, 0)
    assert server.process.poll() is None
