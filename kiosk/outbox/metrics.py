"""How the sending does, for Prometheus: on this machine alone, and only where a port is configured.

Numbers only: no name of a person, a session or a server is in them.
"""

import http.server
import logging
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

import kiosk
from kiosk.domain.errors import KioskError

log = logging.getLogger(__name__)

ADDRESS: Final = "127.0.0.1"
PATH: Final = "/metrics"
PATIENCE_S: Final = 5.0
"""For whoever asks and then says nothing."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is told, measured when somebody asks."""

    state: str
    """ready, recording, not-ready."""
    problems: int
    disk_hours: float
    recordings: dict[str, int]
    """State of sending → how many."""
    chunks_waiting: int
    bytes_waiting: int
    heartbeats: int
    heartbeats_failed: int
    sends_failed: int
    heard_at: float
    """When the server answered last, seconds since 1970; 0 for not yet."""
    self_test_good: bool | None
    self_test_at: float


class _Collector(Collector):
    def __init__(self, ask: Callable[[], Numbers]) -> None:
        self._ask = ask

    def collect(self) -> Iterator[Metric]:
        numbers = self._ask()
        about = GaugeMetricFamily("kiosk_info", "The program.", labels=["version"])
        about.add_metric([kiosk.__version__], 1)
        yield about
        states = GaugeMetricFamily("kiosk_state", "1 for the state that the kiosk is in.", labels=["state"])
        for state in ("ready", "recording", "not-ready"):
            states.add_metric([state], numbers.state == state)
        yield states
        recordings = GaugeMetricFamily("kiosk_recordings", "Recordings by how far they are.", labels=["state"])
        for state, count in sorted(numbers.recordings.items()):
            recordings.add_metric([state], count)
        yield recordings
        for name, words, value in (
            ("kiosk_problems", "Problems that stand.", numbers.problems),
            ("kiosk_disk_hours", "Recording time that fits on the disk.", numbers.disk_hours),
            ("kiosk_waiting_chunks", "Chunks that the server does not have yet.", numbers.chunks_waiting),
            ("kiosk_waiting_bytes", "Bytes of these.", numbers.bytes_waiting),
            ("kiosk_server_heard_timestamp_seconds", "When the server answered last.", numbers.heard_at),
        ):
            yield GaugeMetricFamily(name, words, value=value)
        for name, words, value in (
            ("kiosk_heartbeats", "Heartbeats that the server took.", numbers.heartbeats),
            ("kiosk_heartbeats_failed", "Heartbeats that did not arrive.", numbers.heartbeats_failed),
            ("kiosk_sends_failed", "Attempts to send that failed.", numbers.sends_failed),
        ):
            yield CounterMetricFamily(name, words, value=value)
        if numbers.self_test_good is not None:
            words = "Whether the last self-test found all in order."
            yield GaugeMetricFamily("kiosk_self_test_good", words, value=numbers.self_test_good)
            words = "When the last self-test ended."
            yield GaugeMetricFamily("kiosk_self_test_timestamp_seconds", words, value=numbers.self_test_at)


class Metrics:
    """The thread that answers. Raises OSError from the constructor when the port is taken."""

    def __init__(self, port: int, ask: Callable[[], Numbers]) -> None:
        registry = CollectorRegistry()
        registry.register(_Collector(ask))

        class Answers(http.server.BaseHTTPRequestHandler):
            timeout = PATIENCE_S
            server_version = "kiosk"
            sys_version = ""

            def do_GET(self) -> None:
                if self.path.partition("?")[0] != PATH:
                    self.send_error(404)
                    return
                try:
                    body = generate_latest(registry)
                except KioskError as error:
                    log.warning("no metrics: %s", error)
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", CONTENT_TYPE_LATEST)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody wants a line for each look."""

        self._server = _Server((ADDRESS, port), Answers)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="outbox-metrics", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def join(self, timeout: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout)


class _Server(socketserver.TCPServer):
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address
        log.debug("a reader of the metrics went away")
