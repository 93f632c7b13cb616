"""A network camera on loopback that sends MJPEG, with faults on command. Pictures are the simulated camera's."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.devices import jpeg

SIMULATED = Path(__file__).parents[2] / "assets" / "simulated"
PICTURES = SIMULATED / "camera.mjpeg"
FLASH_PICTURES = 2
HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n"


class NetworkCamera:
    """Listens on a free port until `close`.

    Args:
        flash_every: pictures from one flash to the next; 0 for none.
        planned: told a second before each flash when its first picture is due, in nanoseconds of `perf_counter_ns`.
    """

    def __init__(
        self,
        fps: float = 30.0,
        answer: bytes = HEAD,
        *,
        flash_every: int = 0,
        planned: Callable[[int], None] = lambda _due_ns: None,
    ) -> None:
        self.late_ns: dict[int, int] = {}
        """Flash, by when it was due: how much later it was really sent."""
        self._flash_every = flash_every
        self._planned = planned
        self._flash = (SIMULATED / "flash.jpg").read_bytes()
        self._pictures = jpeg.split(PICTURES.read_bytes())[:30]
        self._period = 1 / fps
        self._answer = answer
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._ended = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._clients: list[socket.socket] = []
        self._thread = threading.Thread(target=self._listen, name="network-camera", daemon=True)
        self._thread.start()

    def stall(self) -> None:
        self._go.clear()

    def go(self) -> None:
        self._go.set()

    def unplug(self) -> None:
        """Drops whoever is connected and listens no more."""
        self._ended.set()
        self._go.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for client in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def plug(self) -> None:
        self._ended = threading.Event()
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._listen, name="network-camera", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.unplug()

    def _listen(self) -> None:
        server, ended = self._server, self._ended
        while not ended.is_set():
            try:
                client, _ = server.accept()
            except OSError:
                return
            self._clients.append(client)
            threading.Thread(target=self._serve, args=(client, ended), daemon=True).start()

    def _serve(self, client: socket.socket, ended: threading.Event) -> None:
        with client, contextlib.suppress(OSError):
            client.recv(4096)
            client.sendall(self._answer)
            if self._answer is not HEAD:
                return
            due, number = time.perf_counter(), 0
            while not ended.is_set():
                due += self._period
                ended.wait(max(0.0, due - time.perf_counter()))
                self._go.wait()
                picture = self._picture(number, due)
                number += 1
                part = b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture)
                client.sendall(part + picture + b"\r\n")

    def _picture(self, number: int, due: float) -> bytes:
        ahead = round(1 / self._period)
        if self._flash_every and (number + ahead) % self._flash_every == 0:
            self._planned(round((due + ahead * self._period) * 1e9))
        if not self._flash_every or number < ahead or number % self._flash_every >= FLASH_PICTURES:
            return self._pictures[number % len(self._pictures)]
        if number % self._flash_every == 0:
            self.late_ns[round(due * 1e9)] = round((time.perf_counter() - due) * 1e9)
        return self._flash
