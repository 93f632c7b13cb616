"""A file that only takes up room, so that a recording that fills the disk can still be ended in order.

Written out, not merely made long: only blocks that were written are sure to be there. Holds nothing, and is no loss.
"""

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.files.disk import in_words
from kiosk.system import host

NAME: Final = ".ballast"
BLOCK: Final = 1 << 20


class Ballast:
    """The one of an output folder. Any thread may release it.

    Args:
        size: bytes.
        on_released: called once, from the thread that found the disk full.
    """

    def __init__(self, output: Path, size: int, on_released: Callable[[], None]) -> None:
        self._path = output / NAME
        self._size = size
        self._on_released = on_released
        self._lock = threading.Lock()
        self._released = False

    def reserve(self) -> None:
        """Takes the room; what a run before left is used again. Raises NoSpace, WorldFailed."""
        try:
            with os.fdopen(host.open_private(self._path), "rb+") as file:
                there = file.seek(0, os.SEEK_END)
                while there < self._size:
                    there += file.write(b"\xa5" * min(BLOCK, self._size - there))
                file.truncate(self._size)
                file.flush()
                host.sync_data(file.fileno())
        except OSError as error:
            self.remove()
            raise in_words(error, self._path) from error

    def release(self) -> bool:
        """Gives the room back for what is being recorded; whether there was any to give."""
        with self._lock:
            if self._released or not self._path.exists():
                return False
            self._released = True
            self.remove()
        self._on_released()
        return True

    def remove(self) -> None:
        """Nothing is recorded any more."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
