"""A record as one line, for people or for machines. Never more than one line, whatever the message holds."""

import json
import logging
from datetime import UTC, datetime
from typing import Final

NO_SESSION: Final = "-"
_BREAK: Final = " | "


class OneLine(logging.Formatter):
    """Formats a record as one line; what breaks lines in a message or a traceback becomes a bar."""

    def __init__(self, process: str, session: str) -> None:
        super().__init__()
        self.process = process
        self.session = session or NO_SESSION

    def format(self, record: logging.LogRecord) -> str:
        return (
            f"{_at(record)} {record.levelname} {self.process} {record.threadName} {self.session} {self.words(record)}"
        )

    def words(self, record: logging.LogRecord) -> str:
        """The message alone, with its traceback."""
        words = record.getMessage()
        if record.exc_info:
            words += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            words += "\n" + self.formatStack(record.stack_info)
        line = _BREAK.join(part.strip() for part in words.splitlines() if part.strip())
        return "".join(character if character.isprintable() else "?" for character in line)


class JsonLine(OneLine):
    """The same facts as one JSON object: at, level, process, thread, session, module, message."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "at": _at(record),
                "level": record.levelname,
                "process": self.process,
                "thread": record.threadName,
                "session": None if self.session == NO_SESSION else self.session,
                "module": record.name,
                "message": self.words(record),
            },
            ensure_ascii=False,
        )


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")
