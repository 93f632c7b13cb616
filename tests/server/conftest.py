"""For everything under tests/server: Django, set up once, with a data folder of its own; and the real server.

In-process tests (views, models, the finaliser's functions):

    def test_something(database: Path) -> None:            # or @pytest.mark.usefixtures("database")
        client = django.test.Client()                      # the whole WSGI application, middleware included

`database` is the data folder. Tables and media are empty when the test begins; it is real SQLite in a file, with no
transaction around the test, so threads and other processes see the same. Models may be imported at a test file's top.

Tests over HTTP, against `kiosk-server run` as a process of its own on a free port of loopback, with its own folder:

    def test_something(live_server: Server) -> None:       # one for the whole run; other tests' rows are in it too
    def test_something(server_process: Callable[..., Server], tmp_path: Path) -> None:
        server = server_process(tmp_path / "server")       # yours alone: server.kill(), server.stop()
        again = server_process(tmp_path / "server")        # the same folder, another port

`Server` has `url` (http://127.0.0.1:PORT), `data`, `process`, `log()`, `enrol_code()`, `stop()`, `kill()`. The first
administrator is `admin` with `PASSWORD`. Options of the factory: `port=`, `environment={...}`, and `worker=False` for
no finaliser beside it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections, transaction

PASSWORD: Final = "correct horse battery staple"
_KEPT: Final = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
"""Tables that migrating fills."""

_DATA: Final = Path(tempfile.mkdtemp(prefix="kiosk-server-"))


def _set_up() -> None:
    """Settings are read once, from an environment that no other test sees."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        del os.environ[name]
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "kiosk.server.settings",
            "KIOSK_SERVER_DATA": str(_DATA),
            "KIOSK_SERVER_DATABASE_WAIT": "0.5",
            "KIOSK_SERVER_RESERVE_MIB": "1",
            "KIOSK_SERVER_NAME": "test-server",
            "KIOSK_SERVER_HOSTS": "testserver",
        }
    )
    django.setup()
    # Django would take pytest's own handlers for the log away with its own; a test captures what it wants to see.
    os.environ.clear()
    os.environ.update(before)


_set_up()


@pytest.fixture(scope="session")
def _migrated() -> Iterator[None]:
    call_command("migrate", verbosity=0)
    yield
    connections.close_all()
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture
def database(_migrated: None) -> Iterator[Path]:
    """The data folder, with empty tables and no media."""
    yield _DATA
    cache.clear()
    connection.close()
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are checked at the end
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table not in _KEPT:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    connection.close()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    for left in settings.SPOOL_FOLDER.iterdir():
        left.unlink()


@dataclass
class Server:
    """One `kiosk-server run`."""

    url: str
    data: Path
    process: "subprocess.Popen[str]"
    _words: list[str]
    _reader: threading.Thread

    def log(self) -> str:
        """What it has said so far, on both streams."""
        return "".join(self._words)

    def enrol_code(self) -> str:
        found = subprocess.run(
            [sys.executable, "-m", "kiosk.server", "enrol-code", "--data", str(self.data)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return found.stdout.split()[-1]

    def stop(self) -> int:
        """Asks it to end in order; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        """SIGKILL to it; what it started must notice and end by itself, and it is waited for."""
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(timeout=60)
        self._reader.join(timeout=60)  # its children hold the same pipe: it closes when the last one is gone
        assert not self._reader.is_alive(), f"something that the server started outlives it:\n{self.log()}"
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


def _serve(data: Path, *, port: int, environment: dict[str, str] | None, worker: bool) -> Server:
    command = [sys.executable, "-m", "kiosk.server", "run", "--port", str(port), "--data", str(data)]
    given = {
        **os.environ,
        "KIOSK_SERVER_ADMIN_PASSWORD": PASSWORD,
        "KIOSK_SERVER_RESERVE_MIB": "1",
        "PYTHONUNBUFFERED": "1",
        **(environment or {}),
    }
    process = subprocess.Popen(
        command if worker else [*command, "--no-worker"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=given,
    )
    words: list[str] = []
    found: list[str] = []
    listening = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            words.append(line)
            if line.startswith("Listening on "):
                found.append(line.split()[-1])
                listening.set()
        listening.set()

    reader = threading.Thread(target=read, name="server's words", daemon=True)
    reader.start()
    if not listening.wait(timeout=60) or not found:
        process.kill()
        process.wait(timeout=60)
        raise AssertionError(f"the server did not start:\n{''.join(words)}")
    return Server(found[0], data, process, words, reader)


@pytest.fixture
def server_process() -> Iterator[Callable[..., Server]]:
    """Starts servers that a test may kill; those that still run are stopped after it."""
    started: list[Server] = []

    def start(data: Path, *, port: int = 0, environment: dict[str, str] | None = None, worker: bool = True) -> Server:
        started.append(_serve(data, port=port, environment=environment, worker=worker))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture(scope="session")
def live_server() -> Iterator[Server]:
    """One server for all tests that only talk to it."""
    data = Path(tempfile.mkdtemp(prefix="kiosk-live-"))
    server = _serve(data, port=0, environment=None, worker=True)
    with closing(_Ending(server)):
        yield server
    shutil.rmtree(data, ignore_errors=True)


@dataclass
class _Ending:
    server: Server

    def close(self) -> None:
        if self.server.process.poll() is None:
            self.server.kill()


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """For what another process does: asks again and again, for a minute at most."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "it did not happen within a minute"
            threading.Event().wait(0.02)

    return wait
