"""The journal of a session: every command and every fact, one JSON line each, durable before it is told.

Only appends. Recovery and the manifest are made from it, so it must never hold what did not happen.
"""

import json
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.domain.errors import BadRequest, NoSpace, WorldFailed
from kiosk.files.disk import in_words
from kiosk.system import host


class Journal:
    """An open journal; any thread may append. Mode 0600, made when missing.

    A torn last line, which was never confirmed to anybody, is cut off before the first new one.
    `relief` makes room on a full disk and tells whether it could. Raises NoSpace, WorldFailed.
    """

    def __init__(self, path: Path, relief: Callable[[], bool] = lambda: False) -> None:
        self._path = path
        self._relief = relief
        self._lock = threading.Lock()
        self._failed = False
        try:
            self._fd = host.open_private(path, append=True)
            _cut_torn_line(self._fd, path)
            host.sync_folder(path.parent)
        except OSError as error:
            raise in_words(error, path) from error

    def append(self, kind: str, body: dict[str, Any], t_ns: int, wall: datetime) -> dict[str, Any]:
        """Writes one line; it is durable when this returns. `t_ns` session clock, `wall` aware.

        Returns it as it will be read. Raises NoSpace, WorldFailed; after one of them nothing is written any more.
        """
        line = {**body, "t_ns": t_ns, "wall": wall.isoformat(), "kind": kind}
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            if self._failed:
                raise WorldFailed(f"{self._path.name} cannot be written any more.", "Check the disk.")
            try:
                whole = os.fstat(self._fd).st_size
                try:
                    self._write(data)
                except OSError as error:
                    if not isinstance(in_words(error, self._path), NoSpace) or not self._relief():
                        raise
                    os.ftruncate(self._fd, whole)
                    self._write(data)
                host.sync_data(self._fd)
            except OSError as error:
                self._failed = True
                raise in_words(error, self._path) from error
        read: dict[str, Any] = json.loads(data)
        return read

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]

    def close(self) -> None:
        """Safe to call twice."""
        with self._lock:
            if self._fd >= 0:
                os.close(self._fd)
                self._fd, self._failed = -1, True


def read_journal(path: Path) -> list[dict[str, Any]]:
    """The lines of a journal in order. A line that is not whole is left out: it was never confirmed.

    Raises BadRequest when there is no such file, WorldFailed when it cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BadRequest(f"There is no journal {path}.") from error
    except OSError as error:
        raise WorldFailed(f"The journal {path} cannot be read: {error.strerror}.") from error
    lines = []
    for line in data.split(b"\n"):
        try:
            body = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(body, dict) and isinstance(body.get("kind"), str):
            lines.append(body)
    return lines


def _cut_torn_line(fd: int, path: Path) -> None:
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.ftruncate(fd, whole)
