"""A network camera on loopback that sends MJPEG, with faults on command. Pictures are the simulated camera's."""

import contextlib
import socket
import threading
import time
from pathlib import Path

from kiosk.devices import jpeg

PICTURES = Path(__file__).parents[2] / "assets" / "simulated" / "camera.mjpeg"
HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n"


class NetworkCamera:
    """Listens on a free port until `close`."""

    def __init__(self, fps: float = 30.0, answer: bytes = HEAD) -> None:
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
            due, number = time.monotonic(), 0
            while not ended.is_set():
                due += self._period
                ended.wait(max(0.0, due - time.monotonic()))
                self._go.wait()
                picture = self._pictures[number % len(self._pictures)]
                number += 1
                part = b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture)
                client.sendall(part + picture + b"\r\n")
