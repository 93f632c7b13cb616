"""What both programs say when they are asked wrongly: one sentence, each line behind the program's name."""

import argparse
import logging
import re
import sys
from typing import NoReturn

from kiosk.domain.errors import BadRequest

log = logging.getLogger(__name__)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, then where help is. Options are written out: a prefix may become another."""

    def __init__(self, **named: object) -> None:
        named = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, **named}
        super().__init__(**named)  # type: ignore[arg-type]  # passed through as it came

    def error(self, message: str) -> NoReturn:
        message = re.sub(
            r"^argument \S+: invalid choice: (.+) \(choose from (.*)\)$", r"there is no \1; there is \2", message
        )
        message = re.sub(r"^argument (\S+): ", r"\1: ", message)
        message = re.sub(r"^the following arguments are required: ", "this is missing: ", message)
        end = "" if message.endswith("?") else "."
        said = f"{message[0].upper()}{message[1:]}{end} See '{self.prog} --help'."
        complain(self.prog.partition(" ")[0], said)
        self.exit(BadRequest.exit_code)


def complain(program: str, words: str) -> None:
    """Says on standard error what is wrong; control characters from a file's name do not reach the terminal."""
    lines = ("".join(letter if letter.isprintable() else "?" for letter in line) for line in words.split("\n"))
    try:
        print(*(f"{program}: {line}" for line in lines), sep="\n", file=sys.stderr)  # noqa: T201  # that is its purpose
    except OSError:  # nobody reads it any more; the exit code remains
        log.debug("standard error is closed")
