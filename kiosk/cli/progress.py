"""How far long work is: a bar on a terminal, nothing where nobody looks."""

import contextlib
import sys
from types import TracebackType
from typing import Self

WIDTH = 30


class Bar:
    """One line on standard error, drawn again whenever a percent is done; gone when the work is."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._last:
            self._draw("")

    def bytes_done(self, name: str, done: int, size: int) -> None:
        """`done` of `size` bytes of a file."""
        self.share_done(name, done / size if size else 1.0)

    def share_done(self, name: str, share: float) -> None:
        """A share, 0 to 1."""
        full = round(share * WIDTH)
        line = f"  {'#' * full}{'.' * (WIDTH - full)} {share:4.0%}  {name}"
        if self._shown and line != self._last:
            self._draw(line)

    def _draw(self, line: str) -> None:
        self._last = line
        with contextlib.suppress(OSError):  # nobody looks any more; the work goes on
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
