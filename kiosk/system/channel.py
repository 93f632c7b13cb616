"""Messages between processes of one account: bytes in order over a Unix socket or named pipe.

Sending never blocks the caller: each connection has its own sending thread and a bounded queue. When the
queue is full, messages that may be dropped are dropped and counted; one that may not closes the connection,
because whoever does not read facts is not there. Never pickle.
"""

import contextlib
import os
import queue
import socket
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Listener
from typing import Final, Protocol

from kiosk.system import host

QUEUE: Final = 256
"""Messages that wait for a slow reader."""
CONNECT_LIMIT_S: Final = 5.0


class Connection(Protocol):
    """What Unix sockets and named pipes have in common."""

    def send_bytes(self, buf: bytes, /) -> None: ...
    def recv_bytes(self) -> bytes: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...


class Channel:
    """One end of a connection.

    Args:
        connection: an open connection, owned from here on.
        on_message: called with each message, from the channel's reading thread.
        on_closed: called once, from that thread, when the other side is gone.
        name: for the threads' names.
    """

    def __init__(
        self,
        connection: Connection,
        on_message: Callable[["Channel", bytes], None],
        on_closed: Callable[["Channel"], None],
        name: str,
    ) -> None:
        self._connection = connection
        self._on_message = on_message
        self._on_closed = on_closed
        self._outgoing: queue.Queue[bytes | None] = queue.Queue(QUEUE)
        self._closed = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"{name}-read", daemon=True)
        self._writer = threading.Thread(target=self._write, name=f"{name}-send", daemon=True)
        self.dropped = 0

    def start(self) -> None:
        self._writer.start()
        self._reader.start()

    def send(self, message: bytes, *, may_drop: bool = False) -> None:
        """Hands a message to the sending thread; see the module for what happens when it does not keep up."""
        try:
            self._outgoing.put_nowait(message)
        except queue.Full:
            self.dropped += 1
            if not may_drop:
                self.close()

    def close(self, flush_s: float = 0.0) -> None:
        """Ends both threads soon; what is queued is sent first if that takes less than `flush_s`."""
        if flush_s and not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._outgoing.put(None, timeout=flush_s)
                self._writer.join(flush_s)
        if not self._closed.is_set():
            self._closed.set()
            with contextlib.suppress(queue.Full):
                self._outgoing.put_nowait(None)
            _wake(self._connection)

    def join(self, timeout: float) -> None:
        for thread in (self._writer, self._reader):
            if thread is not threading.current_thread() and thread.is_alive():
                thread.join(timeout)

    def _write(self) -> None:
        while (message := self._outgoing.get()) is not None:
            try:
                self._connection.send_bytes(message)
            except (OSError, ValueError):
                break
        if not self._closed.is_set():
            self._closed.set()
            _wake(self._connection)

    def _read(self) -> None:
        try:
            while True:
                self._on_message(self, self._connection.recv_bytes())
        except (EOFError, OSError):
            pass
        finally:
            self._closed.set()
            with contextlib.suppress(queue.Full):
                self._outgoing.put_nowait(None)
            self._writer.join(2)
            with contextlib.suppress(OSError):
                self._connection.close()
            self._on_closed(self)


def _wake(connection: Connection) -> None:
    """Wakes both sides of a connection that another thread may be blocked on."""
    with (
        contextlib.suppress(OSError, ValueError, AttributeError),
        socket.socket(fileno=os.dup(connection.fileno())) as copy,
    ):
        copy.shutdown(socket.SHUT_RDWR)


def connect(
    where: str,
    on_message: Callable[[Channel, bytes], None],
    on_closed: Callable[[Channel], None],
    name: str,
) -> Channel:
    """A started channel to whoever listens at `where`. Raises OSError when nobody does, TimeoutError when it hangs."""
    channel = Channel(_dial(where), on_message, on_closed, name)
    channel.start()
    return channel


def _dial(where: str) -> Connection:
    """A connection to an address. One who listens but does not take callers is not waited for without end."""
    if sys.platform == "win32":
        return Client(where, authkey=None)
    from multiprocessing.connection import Connection as SocketConnection

    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(CONNECT_LIMIT_S)
        try:
            caller.connect(where)
        except BlockingIOError as error:  # its queue of callers is full
            raise TimeoutError(f"nobody answers at {where}") from error
        caller.settimeout(None)
        return SocketConnection(caller.detach())


class Door:
    """Listens at an address and makes a channel of every caller.

    Args:
        where: as `host.address` gives it; a dead process's socket there is replaced.
        on_open: called from the listening thread with each channel, before it starts to read.
    """

    def __init__(
        self,
        where: str,
        on_open: Callable[[Channel], None],
        on_message: Callable[[Channel, bytes], None],
        on_closed: Callable[[Channel], None],
        name: str,
    ) -> None:
        self._where = where
        self._on_open = on_open
        self._on_message = on_message
        self._on_closed = on_closed
        self._name = name
        host.forget_address(where)
        self._listener = Listener(where, backlog=8, authkey=None)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, name=f"{name}-listen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No new callers; channels that are open stay so."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        with contextlib.suppress(OSError, EOFError):
            Client(self._where, authkey=None).close()
        self._thread.join(2)
        self._listener.close()
        host.forget_address(self._where)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection = self._listener.accept()
            except (OSError, EOFError):
                continue
            if self._stopping.is_set():
                connection.close()
                return
            channel = Channel(connection, self._on_message, self._on_closed, self._name)
            self._on_open(channel)
            channel.start()
