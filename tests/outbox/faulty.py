"""A server of the contract in memory, on loopback, that misbehaves as it is told."""

import base64
import hashlib
import json
import random
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.contract import wire
from kiosk.contract.receipt import Receipt, StoredSegment, key_id, sign
from kiosk.contract.wire import Refusal
from kiosk.domain.wire import plain
from kiosk.outbox.enrolment import Enrolment

TOKEN = "token-of-a-test"
SEED = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()

Fault = Callable[[str, str], str]
"""From method and path to what goes wrong; empty for nothing."""


@dataclass
class Held:
    opened: int = 0
    opening: dict[str, Any] = field(default_factory=dict)
    state: str = "receiving"
    chunks: dict[tuple[int, int], bytes] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    receipts: int = 0


class Faulty:
    """Start, use, stop. `recordings`, `puts` and `faulted` tell what happened."""

    def __init__(self, fault: Fault = lambda method, path: "", *, tls: "tuple[Path, Path] | None" = None) -> None:
        self.fault = fault
        self.recordings: dict[str, Held] = {}
        self.puts: Counter[tuple[str, int, int]] = Counter()
        self.lost: Counter[tuple[str, int, int]] = Counter()
        self.faulted: Counter[str] = Counter()
        self.heartbeats: list[dict[str, Any]] = []
        self.to_erase: list[str] = []
        self.erased: set[str] = set()
        self.assigned: dict[str, Any] = {"interviews": [], "assignments": []}
        self.seed = SEED
        self.checks = 0
        self.polls_before_receipt = 1
        self.codes = {"good-code"}
        self.random = random.Random(0)
        self.lock = threading.RLock()
        self.arrived = threading.Condition()
        self.requests: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        faulty = self

        class Handler(_Handler):
            server_of = faulty

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.scheme = "http"
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
            self.scheme = "https"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="faulty", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self._http.server_address[1]}"

    def enrolment(self) -> Enrolment:
        return Enrolment(self.url, "k-1", TOKEN, "Test", base64.b64encode(KEY).decode(), key_id(KEY), "Kiosk of a test")

    def note(self) -> None:
        with self.arrived:
            self.arrived.notify_all()

    def wait(self, what: Callable[[], bool], limit_s: float = 60) -> None:
        """Until `what` is so; looked at after every request."""
        with self.arrived:
            assert self.arrived.wait_for(what, limit_s), "it did not happen in time"

    # ── The contract ────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, method: str, path: str, query: str, body: bytes, digest: str | None) -> tuple[int, Any]:
        with self.lock:
            if path == wire.HEARTBEAT:
                beat = json.loads(body)
                self.heartbeats.append(beat)
                self.to_erase = [s for s in self.to_erase if s not in beat["erased"]]
                return 200, plain(wire.HeartbeatAnswer("2026-11-22T14:00:00+00:00", tuple(self.to_erase)))
            if path == wire.ASSIGNMENTS:
                return 200, self.assigned
            if path == wire.ENROL:
                asked = json.loads(body)
                if asked["code"] not in self.codes:
                    return 403, plain(Refusal("code", "The code is not known, used or too old."))
                self.codes.remove(asked["code"])
                key = base64.b64encode(KEY).decode()
                return 201, plain(wire.Enrolled("k-1", TOKEN, "Test", key, key_id(KEY)))
            return self._recording(method, path.removeprefix(f"{wire.RECORDINGS}/").split("/"), query, body, digest)

    def _recording(self, method: str, parts: list[str], query: str, body: bytes, digest: str | None) -> tuple[int, Any]:
        session = parts[0]
        if session in self.erased:
            return 410, plain(Refusal("erased", "It is erased."))
        held = self.recordings.get(session)
        if len(parts) == 1:
            new = held is None
            held = self.recordings.setdefault(session, Held())
            held.opened += 1
            held.opening = json.loads(body)
            return (201 if new else 200), {"state": held.state}
        if held is None:
            return 404, plain(Refusal("unknown", "There is no such recording."))
        match parts[1]:
            case "segments":
                return self._chunk(session, held, (int(parts[2]), int(parts[4])), body, digest)
            case "chunks":
                listed = [
                    {"segment": s, "number": n, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                    for (s, n), data in sorted(held.chunks.items())
                ]
                return 200, {"state": held.state, "chunks": listed}
            case "complete":
                return self._complete(held, json.loads(body))
            case _:
                return self._receipt(session, held, check="check=1" in query)

    def _chunk(
        self, session: str, held: Held, key: tuple[int, int], body: bytes, digest: str | None
    ) -> tuple[int, Any]:
        sha256 = hashlib.sha256(body).hexdigest()
        if wire.parse_content_digest(digest or "") != sha256:
            return 422, plain(Refusal("digest", "The bytes are not those of the digest."))
        before = held.chunks.get(key)
        if before is not None and before != body:
            other = hashlib.sha256(before).hexdigest()
            return 409, plain(Refusal("different", "There is another one.", sha256=other))
        held.chunks[key] = body
        return (200 if before is not None else 201), plain(wire.HeldChunk(*key, len(body), sha256))

    def _complete(self, held: Held, body: dict[str, Any]) -> tuple[int, Any]:
        missing = []
        files: dict[int, bytes] = {}
        for total in body["segments"]:
            number = total["segment"]
            if hashlib.sha256(held.files.get(number, b"")).hexdigest() == total["sha256"]:
                files[number] = held.files[number]
                continue
            keys = [(number, index) for index in range(total["chunks"])]
            missing += [list(key) for key in keys if key not in held.chunks]
            files[number] = b"".join(held.chunks.get(key, b"") for key in keys)
        if missing:
            return 409, {**plain(Refusal("missing", "Chunks are missing.")), "missing": missing}
        for total in body["segments"]:
            assert hashlib.sha256(files[total["segment"]]).hexdigest() == total["sha256"]
        held.files, held.manifest, held.state, held.receipts = files, body["manifest"], "complete", 0
        return 202, {"state": "complete"}

    def _receipt(self, session: str, held: Held, *, check: bool) -> tuple[int, Any]:
        if held.state == "receiving":
            return 202, {"state": "receiving", "why": ""}
        if held.receipts < self.polls_before_receipt:
            held.receipts += 1
            return 202, {"state": "finalising", "why": ""}
        held.state = "stored"
        held.chunks.clear()
        self.checks += check
        return 200, self.receipt(session, held)

    def receipt(self, session: str, held: Held) -> dict[str, Any]:
        segments = tuple(
            StoredSegment(number, len(data), hashlib.sha256(data).hexdigest()) for number, data in held.files.items()
        )
        checked = f"2026-11-22T14:00:{self.checks:02}+00:00"
        manifest = wire.sha256_of(held.manifest)
        return sign(
            Receipt(1, session, "Test", key_id(KEY), "2026-11-22T14:00:00+00:00", checked, segments, manifest),
            self.seed,
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: Faulty
    timeout = 10
    wbufsize = -1  # an answer in one piece

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the caller went away
            self.close_connection = True

    def do_any(self) -> None:
        server = self.server_of
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        fault = server.fault(self.command, self.path)
        with server.lock:
            server.requests.append((self.command, self.path))
            server.headers.append(dict(self.headers))
            if fault:
                server.faulted[fault] += 1
        key = _chunk_key(parts.path)
        if key and size:
            with server.lock:
                server.puts[key] += 1
        try:
            self._serve(server, parts.path, parts.query, size, fault)
        finally:
            server.note()

    do_GET = do_PUT = do_POST = do_any  # noqa: N815  # the library's names

    def _serve(self, server: Faulty, path: str, query: str, size: int, fault: str) -> None:
        if fault == "drop-before":
            self._cut()
            return
        if fault == "cut":
            self.rfile.read(size // 2)
            self._cut()
            return
        body = self.rfile.read(size)
        if len(body) < size:
            self._cut()
            return
        if not path.startswith(wire.ENROL) and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._reply(401, plain(Refusal("token", "The token is not known.")))
            return
        if fault in {"400", "413", "422", "401", "500", "503", "429", "507"}:
            retry = {"503": "0", "429": "Sun, 22 Nov 2020 14:00:00 GMT"}.get(fault)
            self._reply(int(fault), plain(Refusal("fault", f"A fault of {fault}.")), retry=retry)
            return
        if fault in {"cut-off", "digest"}:
            self._reply(400, plain(Refusal(fault, "The chunk was hurt on its way.")))
            return
        if fault == "html":
            self._reply(200, b"<html>Please sign in to the network</html>", kind="text/html")
            return
        if fault == "json":
            shape = {"state": "complete", "chunks": [], "segment": 1, "number": 0, "size": 1, "sha256": "x"}
            self._reply(202 if path.endswith("/complete") else 200, shape)
            return
        if fault == "redirect":
            self._reply(302, b"", kind="text/html", location=f"{server.url}/elsewhere")
            return
        if fault == "wrong-key":
            server.seed = bytes(32)
        status, answer = server.answer(self.command, path, query, body, self.headers.get(wire.DIGEST_HEADER))
        server.seed = SEED
        if fault == "lose":
            with server.lock:
                held = server.recordings.get(path.removeprefix(f"{wire.RECORDINGS}/").split("/")[0])
                if held is not None and held.chunks and held.state == "receiving":
                    key = server.random.choice(sorted(held.chunks))
                    del held.chunks[key]
                    server.lost[path.split("/")[4], *key] += 1
        if fault == "drop-after":
            self._cut()
            return
        self._reply(status, answer)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _reply(
        self, status: int, body: Any, *, kind: str = "application/json", retry: str | None = None, location: str = ""
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if retry is not None:
            self.send_header("Retry-After", retry)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


def _chunk_key(path: str) -> tuple[str, int, int] | None:
    parts = path.removeprefix(f"{wire.RECORDINGS}/").split("/")
    return (parts[0], int(parts[2]), int(parts[4])) if len(parts) == 5 and parts[1] == "segments" else None
