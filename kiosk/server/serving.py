"""`kiosk-server run`: everything on one machine, started in order and ended in reverse.

    main process      the lock of DATA, the listening socket, this module's sentences; owns the two below
      granian workers the WSGI application, in threads; started again when one dies
      finaliser       `kiosk-server worker`; started again when it dies

All end by themselves when the main process is gone, however it went, so that nothing keeps the port or DATA.
"""

import contextlib
import logging
import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]  # imported there under another name
from granian.server.mp import MPServer

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.server import tables
from kiosk.server.catalogue import audit
from kiosk.server.receive import leftovers, tokens
from kiosk.server.storage import DurableStorage
from kiosk.system import host

ADMINISTRATOR: Final = "admin"
THREADS: Final = 128
"""Requests at once in one process: a hundred kiosks upload for seconds each on slow lines, and reviewers watch."""
PROCESSES: Final = min(2, os.cpu_count() or 1)
"""In one alone, threads that could hash and write at once wait for each other's turn in Python."""
WAITING: Final = 1024
"""Connections that wait to be taken; beyond, the system makes clients try again."""
PATIENCE_S: Final = 20
"""For what is still being answered or verified when the server is to end."""
LAST_MOMENT_S: Final = 2.0
LONGEST_PAUSE_S: Final = 60.0

log = logging.getLogger(__name__)


def run(host_: str, port: int, *, certificate: Path | None, key: Path | None, worker: bool) -> int:
    """Serves until SIGTERM or SIGINT. Raises BadRequest, or WorldFailed when it cannot begin."""
    scheme = _check(host_, certificate, key)
    with _only_one(), contextlib.closing(_listen(host_, port)) as listening:
        password = _first_administrator()
        if isinstance(default_storage, DurableStorage):
            leftovers.sweep(default_storage)
        tables.close()  # nothing of the database may be open in two processes
        shown = f"[{host_}]" if ":" in host_ else host_
        url = f"{scheme}://{shown}:{listening.getsockname()[1]}"
        if password:
            _say(f"The first administrator is '{ADMINISTRATOR}', the password {password}. It is not shown again.")
        _say(f"Sign in at {os.environ.get('KIOSK_SERVER_ORIGIN') or url}/ as '{ADMINISTRATOR}'.")
        _say(f"Everything is kept in {settings.DATA}.")
        with _Finaliser() if worker else contextlib.nullcontext():
            server = _Granian(
                listening,
                # The system takes connections from here on; they are answered in a moment.
                started=lambda: _say(f"Listening on {url}"),
                certificate=certificate,
                key=key,
            )
            try:
                server.serve(target_loader=partial(_application), wrap_loader=False)
            except SystemExit as end:
                raise WorldFailed("The part that answers requests fails again and again.", "See the log.") from end
    return 0


class _Granian(MPServer):
    """granian on a socket that is open already: the port is known, and dead clients are noticed.

    A client whose cable was pulled would hold a thread for ever, since nothing else limits how long a body takes;
    the kernel's probes end it. Sockets that are accepted inherit them.
    """

    def __init__(
        self,
        listening: socket.socket,
        *,
        started: Callable[[], None],
        certificate: Path | None,
        key: Path | None,
    ) -> None:
        super().__init__(
            "kiosk.server.wsgi:application",
            interface=Interfaces.WSGI,
            workers=PROCESSES,
            blocking_threads=THREADS,
            backlog=WAITING,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=PATIENCE_S,
            log_level=LogLevels.error,
            log_dictconfig={"handlers": {}, "formatters": {}, "loggers": {"_granian": {"level": "ERROR"}}},
            ssl_cert=certificate,
            ssl_key=key,
        )
        self._listening = listening
        self.on_startup(started)

    def _init_shared_socket(self) -> None:
        # What granian itself does where it cannot open one socket per worker; its stubs know neither.
        self._sfd = self._listening.fileno()  # type: ignore[assignment]
        self._shd = SocketHolder(self._sfd, False, WAITING)  # type: ignore[assignment, call-arg]
        self._ssp = None
        self._sso = self._listening

    def _drop_shared_socket(self) -> None:
        self._listening.close()


def _application() -> Any:
    """In granian's worker: what it serves."""
    _leave_the_terminal()
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, name="parent watch", daemon=True).start()
    from kiosk.server.wsgi import application

    return application


def _leave_the_terminal() -> None:
    """Ctrl-C is for the main process, which ends the others in order; told twice, granian's worker hangs until it is
    killed.
    """
    if sys.platform != "win32":
        os.setpgrp()


class _Finaliser:
    """Keeps one `kiosk-server worker` running. Its standard input is held open; when that ends, so does it."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name="finaliser watch", daemon=True)

    def __enter__(self) -> Self:
        if hasattr(os, "register_at_fork"):
            # Popen waits for the end of a pipe that a fork in the middle of it would keep open in the new process: for
            # ever, when that is granian's worker. So no fork happens while the finaliser is being started.
            os.register_at_fork(
                before=self._starting.acquire,
                after_in_parent=self._starting.release,
                after_in_child=self._starting.release,
            )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._ending.set()
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self._thread.join(PATIENCE_S)
        if self._thread.is_alive() and process is not None:
            log.warning("The finaliser does not end; it is killed. What it worked on is done again.")
            process.kill()
            self._thread.join(PATIENCE_S)

    def _keep(self) -> None:
        pause_s = 1.0
        while (process := self._start()) is not None:
            with process, contextlib.ExitStack() as closing:
                if process.stdin is not None:
                    closing.callback(process.stdin.close)
                code = process.wait()
            if self._ending.is_set():
                return
            log.error("The finaliser ended with code %d; it starts again in %.0f s.", code, pause_s)
            if self._ending.wait(pause_s):
                return
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _start(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            if self._ending.is_set():
                return None
            command = [sys.executable, "-m", "kiosk.server", "worker", "--with-parent", "--data", str(settings.DATA)]
            with self._starting:
                group = None if sys.platform == "win32" else 0  # of its own: see _leave_the_terminal
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, process_group=group)
            return self._process


def _check(host_: str, certificate: Path | None, key: Path | None) -> str:
    """The scheme that is spoken. Raises BadRequest for what would send recordings in the clear."""
    if (certificate is None) != (key is None):
        raise BadRequest("A certificate and its key belong together.", "Give --certificate and --key.")
    for file in (certificate, key):
        if file is not None and not file.is_file():
            raise BadRequest(f"There is no file {file}.")
    loopback = host_ in {"localhost", "::1"} or host_.startswith("127.")
    if not loopback and not os.environ.get("KIOSK_SERVER_ORIGIN", "").startswith("https://"):
        raise BadRequest(
            f"Listening on {host_} needs TLS.",
            "Set KIOSK_SERVER_ORIGIN=https://NAME, and give --certificate and --key or put a proxy with TLS in front.",
        )
    return "https" if certificate else "http"


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    fd = host.open_private(settings.DATA / ".server.lock")
    try:
        # What a killed server started holds the lock too, for the moment until it notices.
        deadline = time.monotonic() + LAST_MOMENT_S
        while not host.try_lock(fd):
            if time.monotonic() > deadline:
                raise WorldFailed(f"A server already runs on {settings.DATA}.", "Choose another folder with --data.")
            threading.Event().wait(0.05)  # file locks can only be asked for again
        yield
    finally:
        os.close(fd)


def _listen(host_: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host_ else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # Head and body of an answer are two writes; without this the second waits 40 ms for the client's word.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if sys.platform == "linux":
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 70_000)
        opened.bind((host_, port))
        opened.listen(WAITING)
        opened.setblocking(False)
    except OSError as error:
        opened.close()
        raise WorldFailed(
            f"Port {port} of {host_} cannot be opened: {error.strerror or error}.", "Choose another with --port."
        ) from error
    return opened


def _first_administrator() -> str:
    """Makes the first account when there is none; returns the password if it has to be shown."""
    accounts = get_user_model().objects
    if accounts.filter(is_superuser=True).exists():
        return ""
    given = os.environ.get("KIOSK_SERVER_ADMIN_PASSWORD", "")
    if given and len(given) < 10:
        raise BadRequest("KIOSK_SERVER_ADMIN_PASSWORD has less than 10 characters.")
    password = given or "-".join("".join(secrets.choice(tokens.ALPHABET) for _ in range(5)) for _ in range(3)).lower()
    accounts.create_superuser(ADMINISTRATOR, password=password)
    audit.record("server", "account made", ADMINISTRATOR)
    return "" if given else password


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201  # what the command was asked for
