"""The recorder's side of the preview: a private file, memory-mapped (layout: `domain.preview`)."""

import contextlib
import mmap
import os
import threading
from pathlib import Path
from typing import Final

from kiosk.domain import preview
from kiosk.domain.clock import NS
from kiosk.system import host

INTERVAL_NS: Final = NS // 15
"""Screens are shown 15 pictures a second at most; more would only cost."""


class PreviewFile:
    """Made anew at every start under the same name, so that a reader notices and maps the new one.

    Written by one thread at a time: the line's, or the one that plays a rehearsal back.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)
        fd = host.open_private(path)
        try:
            os.ftruncate(fd, preview.FILE_BYTES)
            self._map = mmap.mmap(fd, preview.FILE_BYTES)
        finally:
            os.close(fd)
        self._view = memoryview(self._map)
        self._writer = preview.PreviewWriter(self._view)
        self._due_ns = 0
        self._lock = threading.Lock()  # one of the two may be at its last picture when the other begins

    def due(self, t_ns: int) -> bool:
        """Whether a picture that arrived at `t_ns` should be shown."""
        return t_ns >= self._due_ns

    def write(self, t_ns: int, rgb: bytes | memoryview) -> None:
        # Half an interval of slack, or a camera at 30 pictures a second would give 10 instead of 15.
        self._due_ns = t_ns + INTERVAL_NS - INTERVAL_NS // 4
        with self._lock:
            self._writer.write(t_ns, rgb)

    def close(self) -> None:
        """Removes the file: nothing of a person is left."""
        self._view.release()
        self._map.close()
        with contextlib.suppress(OSError):
            self.path.unlink()
