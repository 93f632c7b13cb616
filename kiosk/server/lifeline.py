"""For a process that the server started: it ends when the server is gone, however that went."""

import contextlib
import os
import signal
import threading
from typing import Final

PATIENCE_S: Final = 20
"""For the work in hand to be left in order."""


def end_with_parent() -> None:
    """From now on this process is asked to end (SIGTERM) when standard input closes, and is ended when that takes long.

    The server holds the other end of standard input open and never writes into it; the system closes it when the
    server dies.
    """
    threading.Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    # Not through sys.stdin: at its end the interpreter would wait for the lock of a buffer that is being read.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(PATIENCE_S)
    os._exit(1)
