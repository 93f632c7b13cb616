"""For all tests: no test sees or touches the account's own state, sockets or configuration."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_world() -> Iterator[None]:
    """A short folder, since a socket's path may have some 100 characters only."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-"))
    run = folder / "run"
    run.mkdir(mode=0o700)
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        del os.environ[name]
    os.environ["KIOSK_STATE"] = str(folder / "state")
    os.environ["XDG_RUNTIME_DIR"] = str(run)
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # A shell that runs us in the background has Ctrl-C ignored, and what we start would inherit that.
    ctrl_c = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, ctrl_c)
    os.environ.clear()
    os.environ.update(before)
    shutil.rmtree(folder, ignore_errors=True)
