"""Records to systemd's journal, with their fields, over its socket. Never waits for it: what it does not take at once
is left out there, since the file has it.

Source: systemd's "Native Journal Protocol", https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
"""

import contextlib
import logging
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk.logs.lines import NO_SESSION, OneLine

SOCKET: Final = Path("/run/systemd/journal/socket")
IDENTIFIER: Final = "interview-kiosk"
LONGEST: Final = 8 * 1024
"""Characters of a message. A datagram may be larger, but not everywhere."""
_PRIORITIES: Final = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


def under_systemd(environment: Mapping[str, str], address: Path = SOCKET) -> bool:
    """Whether systemd started this program, or what started it, and its journal is there."""
    return sys.platform != "win32" and "JOURNAL_STREAM" in environment and address.exists()


def is_journal(fd: int, environment: Mapping[str, str]) -> bool:
    """Whether what is written to this descriptor reaches the journal by itself."""
    try:
        found = os.fstat(fd)
    except OSError:
        return False
    return environment.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


class JournalHandler(logging.Handler):
    """Needs a `OneLine` as its formatter. Raises OSError when there is no journal at `address`."""

    def __init__(self, address: Path = SOCKET) -> None:
        super().__init__()
        self._socket = socket.socket(getattr(socket, "AF_UNIX", socket.AF_INET), socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        try:
            self._socket.connect(str(address))
        except OSError:
            self._socket.close()
            raise

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):  # it is full, or restarts
            self._socket.send(self.datagram(record))

    def datagram(self, record: logging.LogRecord) -> bytes:
        """One record as the journal takes it: a line for each field."""
        formatter = self.formatter
        assert isinstance(formatter, OneLine)
        fields = {
            "MESSAGE": formatter.words(record)[:LONGEST],
            "PRIORITY": str(next((number for level, number in _PRIORITIES if record.levelno >= level), 7)),
            "SYSLOG_IDENTIFIER": IDENTIFIER,
            "KIOSK_PROCESS": formatter.process,
            "KIOSK_THREAD": record.threadName or "",
            "KIOSK_SESSION": "" if formatter.session == NO_SESSION else formatter.session,
            "KIOSK_MODULE": record.name,
        }
        return "".join(f"{name}={value}\n" for name, value in fields.items() if value).encode("utf-8", "replace")

    def close(self) -> None:
        self._socket.close()
        super().close()
