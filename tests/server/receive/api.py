"""A kiosk as the server's API sees it, over Django's test client: the whole WSGI application, middleware included."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from kiosk.contract import wire
from kiosk.contract.manifest import Chunk, Manifest, Segment
from kiosk.domain.wire import plain

STARTED = "2026-11-22T14:03:07+01:00"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file_name(recording: str, segment: int) -> str:
    return f"interview_{recording}_20261122_130307_{segment:02}.mp4"


@dataclass
class ApiKiosk:
    """Sends what the contract says; every method returns Django's response."""

    token: str = ""
    instance: str = "machine-1"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", wire.INSTANCE_HEADER: self.instance}

    def enrol(self, code: str, name: str = "Reception") -> Any:
        body = wire.EnrolRequest(code, name, self.instance, "kiosk 0.1.0")
        response = self.client.post(wire.ENROL, json.dumps(plain(body)), content_type="application/json")
        if response.status_code == 201:
            self.token = response.json()["token"]
        return response

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={**self.headers(), **headers})

    def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(plain(body)).encode()
        return self.client.generic(
            method, path, data, content_type="application/json", headers={**self.headers(), **headers}
        )

    def open(self, recording: str, **values: Any) -> Any:
        asked = wire.OpenRequest(
            **{
                "candidate": "4711",
                "interview": "python-1",
                "title": "Python",
                "interview_sha256": "",
                "started_at": STARTED,
                "consent": wire.ConsentGiven("form 12", "", "en", STARTED),
                **values,
            }
        )
        return self.send("PUT", wire.recording_path(recording), asked)

    def chunk(self, recording: str, segment: int, number: int, data: bytes, digest: str | None = None) -> Any:
        path = wire.chunk_path(recording, segment, number)
        return self.send("PUT", path, data, **{wire.DIGEST_HEADER: wire.content_digest(digest or sha256(data))})

    def held(self, recording: str) -> Any:
        return self.get(wire.chunks_path(recording)).json()

    def complete(self, recording: str, *segments: list[bytes], **values: Any) -> Any:
        return self.send("POST", wire.complete_path(recording), completion(recording, *segments, **values))


def completion(recording: str, *segments: list[bytes], title: str = "Python", ended: str = "stopped") -> Any:
    """What a kiosk says of segments that consist of these chunks."""
    totals, told, chunks = [], [], []
    for number, pieces in enumerate(segments, 1):
        whole = b"".join(pieces)
        name = file_name(recording, number)
        totals.append(wire.SegmentTotal(number, name, 0.0, 10.0, len(pieces), len(whole), sha256(whole)))
        told.append(Segment(name, 0.0, 10.0, len(whole), sha256(whole)))
        offset = 0
        for index, piece in enumerate(pieces):
            chunks.append(Chunk(number, index, offset, len(piece), sha256(piece)))
            offset += len(piece)
    manifest = Manifest(
        recording,
        {"id": "python-1", "title": title, "sha256": "", "language": "en"},
        "4711",
        STARTED,
        ended,
        10.0,
        tuple(told),
        tuple(chunks),
    )
    return wire.CompleteRequest(tuple(totals), plain(manifest))
