"""A review server of a benchmark's own, in a process of its own, on a free port."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def set_up(data: Path) -> None:
    """From now on this process and those that it starts use that folder; its tables are there."""
    os.environ.update({"KIOSK_SERVER_DATA": str(data), "DJANGO_SETTINGS_MODULE": "kiosk.server.settings"})
    import django

    django.setup()
    from kiosk.server import tables

    tables.bring_up_to_date()


@contextlib.contextmanager
def serving(data: Path) -> Iterator[tuple[str, int]]:
    """Its address, as http://host:port, and its process id. It makes nothing of recordings."""
    server = subprocess.Popen(
        [sys.executable, "-m", "kiosk.server", "run", "--port", "0", "--data", str(data), "--no-worker"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        yield next(line for line in server.stdout if line.startswith("Listening on ")).split()[-1], server.pid
    finally:
        server.terminate()
        server.wait(60)
