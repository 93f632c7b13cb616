"""Where this process's lines go: set up once, changed by nobody else."""

import logging
import logging.handlers
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from kiosk.logs.event_log import EventLogHandler
from kiosk.logs.journal import SOCKET, JournalHandler, is_journal, under_systemd
from kiosk.logs.lines import NO_SESSION, JsonLine, OneLine
from kiosk.system import host

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Style:
    """What an installation can set of its log files."""

    json: bool = False
    """Lines for machines instead of for people."""
    largest_bytes: int = 4 * 1024 * 1024
    kept: int = 5
    """Older files beside the one in use."""


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotated file that only this account may read."""

    def _open(self) -> TextIOWrapper:
        return os.fdopen(host.open_private(Path(self.baseFilename), append=True), "a", encoding="utf-8")


def configure(
    process: str,
    session: str = "",
    *,
    folder: Path | None,
    verbose: bool,
    console: bool = True,
    style: Style | None = None,
    environment: Mapping[str, str] | None = None,
    journal: Path = SOCKET,
) -> None:
    """Sets this process's logging up; again replaces what an earlier call set up.

    Args:
        process: kiosk, recorder, voice, …; the file's name too.
        session: id for every line; `name_session` changes it.
        folder: where the file lies; None for standard error alone. When it cannot be written the program goes
            on without it, and says so.
        verbose: debug lines too.
        console: whether lines go to standard error as well; not where a person reads sentences there.
        style: of the file.
        environment: tells whether systemd started us; `os.environ` when None.
        journal: where systemd's journal listens.
    """
    style = style or Style()
    environment = os.environ if environment is None else environment
    line = JsonLine if style.json else OneLine
    root = logging.getLogger()
    _remove_ours(root)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    systemd = under_systemd(environment, journal)
    if console and not (systemd and is_journal(2, environment)):
        _add(root, logging.StreamHandler(sys.stderr), OneLine(process, session))
    if folder is not None:
        try:
            host.private_folder(folder)
            file = _PrivateFile(
                folder / f"{process}.log", maxBytes=style.largest_bytes, backupCount=style.kept, encoding="utf-8"
            )
        except OSError as error:
            log.warning("No log file in %s: %s", folder, error.strerror)
        else:
            _add(root, file, line(process, session))
    if systemd or sys.platform == "win32":
        try:
            _add(root, JournalHandler(journal) if systemd else EventLogHandler(), OneLine(process, session))
        except OSError as error:
            log.info("The system's log takes nothing: %s", error.strerror)
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


def _add(root: logging.Logger, handler: logging.Handler, line: OneLine) -> None:
    handler.setFormatter(line)
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
