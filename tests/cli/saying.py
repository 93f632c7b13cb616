"""What a refused command says."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.end_to_end.program import run


def refused(*arguments: "str | Path", code: int = 2, **more: Any) -> str:
    """What a refused command says: on standard error alone, each line behind the program's name."""
    done = run(*arguments, **more)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert all(line.startswith("kiosk: ") for line in done.stderr.splitlines()), done.stderr
    return done.stderr.strip()


def all_refused(commands: "Sequence[Sequence[str | Path]]") -> list[str]:
    """The same of several commands that run at the same time, since each takes a while to load."""
    with ThreadPoolExecutor(3) as several:
        return list(several.map(lambda words: refused(*words), commands))
