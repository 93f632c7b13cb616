"""The command line: arguments, exit codes, words. Everything else is elsewhere.

What was asked for goes to standard output, JSON as one object on its last line; everything else that people read
goes to standard error, each line of an error behind `kiosk:`. Never shows a traceback: a fault of our own is one
sentence, and its details stand in the log.
"""

import contextlib
import errno
import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from kiosk.domain import usage
from kiosk.domain.errors import KioskError

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code (0 done, 1 failed, 2 wrong usage, 3 device, 4 no space)."""
    _open_what_is_closed()
    try:
        return _answer(arguments)
    finally:
        _write_the_rest(sys.stderr)


def _answer(arguments: Sequence[str] | None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may hold bytes that are no text
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except KioskError as error:
        complain(str(error))
        return error.exit_code
    except BrokenPipeError:  # whoever read our words has heard enough
        _write_into_nothing(sys.stdout)
        return 1
    except KeyboardInterrupt:
        complain("Interrupted.")
        return 1
    except OSError as error:
        log.debug("%s", error, exc_info=True)
        _write_into_nothing(sys.stdout)
        where = f" ({error.filename})" if error.filename else ""
        complain(f"The system says: {error.strerror or error}{where}.")
        return 4 if error.errno == errno.ENOSPC else 1
    except Exception as error:  # noqa: BLE001  # the top of the program: told and logged
        complain(_our_fault(error))
        return 1
    return code


def _run(words: list[str]) -> int:
    from kiosk.cli.arguments import parse

    try:
        options = parse(words)
    except SystemExit as end:  # --help, --version, wrong usage: everything is said
        return end.code if isinstance(end.code, int) else 0
    code: int = options.run(options)
    return code


def complain(words: str) -> None:
    """Says on standard error what is wrong."""
    usage.complain("kiosk", words)


def _our_fault(error: Exception) -> str:
    """A bug: its traceback goes to the log, a sentence to the person."""
    from kiosk import logs
    from kiosk.system import places

    folder = places.state_folder() / "logs"
    if not logging.getLogger().handlers:
        logs.configure("kiosk", folder=folder, verbose=False, console=False)
    log.critical("a fault of our own", exc_info=error)
    kind = type(error).__name__
    return (
        f"A fault in the program itself stopped this ({kind}: {error}). Please report it; the details are in {folder}."
    )


def _write_the_rest(stream: TextIO) -> None:
    try:
        stream.flush()
    except (OSError, ValueError):  # nobody reads it any more
        _write_into_nothing(stream)


def _write_into_nothing(stream: TextIO) -> None:
    """What still waits to be written cannot be, and the interpreter's end must not say so with its own code, 120."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a number has nothing to wait for
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


def _open_what_is_closed() -> None:
    """A stream that was closed before the start would give its number to a file of ours, and its words too."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # for good
