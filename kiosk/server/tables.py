"""Bringing the database up to date, by one process at a time."""

import os
import threading
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from kiosk.domain.clock import NS, Clock, SystemClock
from kiosk.domain.errors import WorldFailed
from kiosk.system import host

PATIENCE_S: Final = 60
PAUSE_S: Final = 0.05


def bring_up_to_date(clock: Clock | None = None) -> None:
    """Applies the migrations that are missing. Raises WorldFailed when another process keeps at it for a minute."""
    clock = clock or SystemClock()
    fd = host.open_private(settings.DATA / ".migrate.lock")
    try:
        deadline = clock.now_ns() + PATIENCE_S * NS
        while not host.try_lock(fd):
            if clock.now_ns() > deadline:
                raise WorldFailed("Another process is bringing the server's database up to date, and does not end.")
            threading.Event().wait(PAUSE_S)  # file locks can only be asked for again
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        os.close(fd)
        connections.close_all()


def let_go() -> None:
    """Gives this thread's connection back where they are few, before something that takes as long as a slow line."""
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close()


def close() -> None:
    """Nothing of the database is open in this process afterwards, as is needed before it makes another."""
    connections.close_all()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()
