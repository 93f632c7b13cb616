"""Warnings and errors to Windows' Event Log. Type-checked with the rest; not run on a Windows machine yet.

The installer names the source (a key of its name below `EventLog` and `Application` in the registry); without it the
viewer shows the same words below a sentence about a missing description.
"""

import logging
import sys
from typing import Final

if sys.platform == "win32":
    import ctypes

SOURCE: Final = "Interview Kiosk"
LONGEST: Final = 30_000
"""Characters of one text; the system takes 31,839."""
ERROR: Final = 1
WARNING: Final = 2
EVENT: Final = 1
"""One number for all: the words tell the rest."""


class EventLogHandler(logging.Handler):
    """Raises OSError where there is no Event Log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._log = 0
        if sys.platform == "win32":
            self._log = ctypes.windll.advapi32.RegisterEventSourceW(None, SOURCE)
        if not self._log:
            raise OSError(0, "the Event Log takes nothing from this account")

    def emit(self, record: logging.LogRecord) -> None:
        if sys.platform == "win32":
            words = ctypes.c_wchar_p(self.format(record)[:LONGEST])
            kind = ERROR if record.levelno >= logging.ERROR else WARNING
            ctypes.windll.advapi32.ReportEventW(self._log, kind, 0, EVENT, None, 1, 0, ctypes.byref(words), None)

    def close(self) -> None:
        if sys.platform == "win32":
            ctypes.windll.advapi32.DeregisterEventSource(self._log)
        super().close()
