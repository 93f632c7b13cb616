"""Logs: one line per record, to standard error and, where a folder is given, to a rotated file of this account.

A line says time, level, process, thread, session and message. Never log a name, an answer or a secret: ids,
numbers and sentences about devices and files are enough.
"""

import logging
import logging.handlers
import os
import sys
import threading
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from kiosk.system import host

LARGEST_BYTES: Final = 4 * 1024 * 1024
KEPT: Final = 5
"""Older files beside the one in use."""
NO_SESSION: Final = "-"
_BREAK: Final = " | "

log = logging.getLogger(__name__)


class OneLine(logging.Formatter):
    """Formats a record as one line; what breaks lines in a message or a traceback becomes a bar."""

    def __init__(self, process: str, session: str) -> None:
        super().__init__()
        self.process = process
        self.session = session or NO_SESSION

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")
        words = record.getMessage()
        if record.exc_info:
            words += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            words += "\n" + self.formatStack(record.stack_info)
        line = _BREAK.join(part.strip() for part in words.splitlines() if part.strip())
        clean = "".join(character if character.isprintable() else "?" for character in line)
        return f"{at} {record.levelname} {self.process} {record.threadName} {self.session} {clean}"


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotated file that only this account may read."""

    def _open(self) -> TextIOWrapper:
        return os.fdopen(host.open_private(Path(self.baseFilename), append=True), "a", encoding="utf-8")


def configure(process: str, session: str = "", *, folder: Path | None, verbose: bool, console: bool = True) -> None:
    """Sets this process's logging up; again replaces what an earlier call set up.

    Args:
        process: kiosk, recorder, voice, …; the file's name too.
        session: id for every line; `name_session` changes it.
        folder: where the file lies; None for standard error alone. When it cannot be written the program goes
            on without it, and says so.
        verbose: debug lines too.
        console: whether lines go to standard error as well; not where a person reads sentences there.
    """
    root = logging.getLogger()
    _remove_ours(root)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    if console:
        _add(root, logging.StreamHandler(sys.stderr), process, session)
    if folder is not None:
        try:
            host.private_folder(folder)
            file = _PrivateFile(folder / f"{process}.log", maxBytes=LARGEST_BYTES, backupCount=KEPT, encoding="utf-8")
        except OSError as error:
            log.warning("No log file in %s: %s", folder, error.strerror)
        else:
            _add(root, file, process, session)
    threading.excepthook = _thread_failed


def name_session(session: str) -> None:
    """From now on lines carry this session; empty for none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, OneLine):
            handler.formatter.session = session or NO_SESSION


def close() -> None:
    """Ends the files; lines go nowhere of ours from then on."""
    _remove_ours(logging.getLogger())
    threading.excepthook = threading.__excepthook__


def _add(root: logging.Logger, handler: logging.Handler, process: str, session: str) -> None:
    handler.setFormatter(OneLine(process, session))
    root.addHandler(handler)


def _remove_ours(root: logging.Logger) -> None:
    for handler in list(root.handlers):
        if isinstance(handler.formatter, OneLine):
            root.removeHandler(handler)
            handler.close()


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    """A thread that ends by an exception is a bug: it is written down before anything else."""
    if failure.exc_type is SystemExit:
        return
    name = failure.thread.name if failure.thread is not None else "?"
    value = failure.exc_value or failure.exc_type()
    log.critical("Thread %s ended by a bug", name, exc_info=(failure.exc_type, value, failure.exc_traceback))
