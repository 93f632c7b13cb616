"""How the system asks a command that records to end: signals. Each ends the recording in order."""

import signal
from collections.abc import Callable
from typing import Final

ALWAYS: Final = ("SIGINT", "SIGTERM")
"""Also where a script's shell has set them aside, as it does with Ctrl-C for what it starts in the background: whoever
sends one of them to a recording wants it to end in order."""
UNLESS_IGNORED: Final = ("SIGHUP",)
"""The terminal was closed; `nohup` asks to go on without it. Windows has no such signal."""


def on_ending(ask: Callable[[], None]) -> None:
    """From now on such a signal calls `ask`, in the main thread. It must return at once."""
    for name in ALWAYS + UNLESS_IGNORED:
        number = getattr(signal, name, None)
        if number is None or (name in UNLESS_IGNORED and signal.getsignal(number) is signal.SIG_IGN):
            continue
        signal.signal(number, lambda *_: ask())


def ended() -> None:
    """It has ended: one more Ctrl-C must not spoil the exit code."""
    for name in ALWAYS + UNLESS_IGNORED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
