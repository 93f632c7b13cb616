"""A hundred kiosks at once against one server: each sends a 3 MB chunk every ten seconds, and a heartbeat.

What is sent is what a kiosk sends, by a client that costs little, so that the server's share of the machine is seen.
"""

import hashlib
import os
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from kiosk.contract import wire
from kiosk.domain.wire import plain
from tests.benchmarks.served import serving, set_up

CHUNK = 3 * 1024 * 1024
EVERY_S = 10.0
TICK = os.sysconf("SC_CLK_TCK")
INSTANCE = "bench-"


@dataclass
class _Told:
    """What the kiosks saw, together."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    chunks_s: list[float] = field(default_factory=list)
    beats_s: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def note(self, status: int | str, wanted: int, took_s: float, to: list[float]) -> None:
        with self.lock:
            to.append(took_s)
            if status != wanted:
                self.refused.append(str(status))


def run(folder: Path, kiosks: int, seconds: float) -> str:
    """Plays so many kiosks for so long; the table."""
    data = folder / "server"
    set_up(data)
    from kiosk.server import tables

    tokens = [_enrolled(number) for number in range(kiosks)]
    tables.close()
    with serving(data) as (url, pid):
        address = url.split("//")[-1]
        told, began, before = _Told(), time.monotonic(), _cpu_s(pid)
        threads = [
            threading.Thread(target=_kiosk, args=(address, number, kiosks, token, began + seconds, told), daemon=True)
            for number, token in enumerate(tokens)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 120)
        took, used = time.monotonic() - began, _cpu_s(pid) - before
    rows = [
        (f"{kiosks} kiosks, s", f"{took:.0f}"),
        ("chunks acknowledged", str(len(told.chunks_s))),
        ("MB/s", f"{len(told.chunks_s) * CHUNK / 1e6 / took:.0f}"),
        ("refused or failed", ", ".join(sorted(set(told.refused))) or "0"),
        ("chunk acknowledged after, s, median and worst", _both(told.chunks_s)),
        ("heartbeat answered after, s, median and worst", _both(told.beats_s)),
        ("server's processor time, share of one core", f"{used / took:.2f}"),
        ("machine's load", f"{os.getloadavg()[0]:.1f}"),
    ]
    return "\n".join(f"{what:<50} {value:>14}" for what, value in rows)


def _both(found: list[float]) -> str:
    ordered = sorted(found)
    return f"{ordered[len(ordered) // 2]:.2f} / {ordered[-1]:.2f}" if ordered else "-"


def _enrolled(number: int) -> str:
    from kiosk.server.receive import tokens

    asked = wire.EnrolRequest(tokens.make_code(), f"Kiosk {number}", f"{INSTANCE}{number}", "bench")
    return tokens.enrol(asked, f"10.0.0.{number}")[1]


def _kiosk(address: str, number: int, of: int, token: str, until: float, told: _Told) -> None:
    recording = str(uuid.uuid4())
    body = os.urandom(CHUNK)
    digest = wire.content_digest(hashlib.sha256(body).hexdigest())
    base = {"Authorization": f"Bearer {token}", wire.INSTANCE_HEADER: f"{INSTANCE}{number}"}
    opening = wire.OpenRequest(f"c{number}", "bench", "Bench", "", "2026-01-01T00:00:00+00:00")
    line = HTTPConnection(address, timeout=120)

    def ask(method: str, path: str, what: bytes, more: dict[str, str], to: list[float], wanted: int) -> None:
        began = time.monotonic()
        try:
            line.request(method, path, what, {**base, **more})
            answer = line.getresponse()
            answer.read()
            told.note(answer.status, wanted, time.monotonic() - began, to)
        except OSError as error:
            line.close()
            told.note(type(error).__name__, wanted, time.monotonic() - began, to)

    pause = threading.Event()
    at = time.monotonic() + EVERY_S * number / of  # spread over the ten seconds, as kiosks are
    pause.wait(max(0.0, at - time.monotonic()))
    said = {"Content-Type": "application/json"}
    ask("PUT", wire.recording_path(recording), wire.canonical(plain(opening)), said, [], 201)
    beat = wire.canonical(plain(wire.Heartbeat(f"Kiosk {number}", "bench", "recording")))
    count = 0
    while time.monotonic() < until:
        path = wire.chunk_path(recording, 1, count)
        ask("PUT", path, body, {wire.DIGEST_HEADER: digest}, told.chunks_s, 201)
        if count % 3 == 0:
            ask("POST", wire.HEARTBEAT, beat, said, told.beats_s, 200)
        count += 1
        at += EVERY_S
        pause.wait(max(0.0, min(at, until) - time.monotonic()))
    line.close()


def _cpu_s(pid: int) -> float:
    """Processor time of a process and of those that it started, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    own = (int(fields[11]) + int(fields[12])) / TICK
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_cpu_s(int(child)) for child in children)
