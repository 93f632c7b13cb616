"""The machine and its screen stay awake while somebody may be interviewed. What it holds ends with the program.

Linux: systemd holds sleep, idleness and the lid back for as long as a child of ours lives, and X forgets every
half minute how long nobody touched anything. Windows: the thread that asks is what keeps the machine awake.
"""

import ctypes
import ctypes.util
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

log = logging.getLogger(__name__)

EVERY_S: Final = 30
"""How often `touch()` wants to be called."""
_ENDS_S: Final = 5
_CONTINUOUS: Final = 0x80000000
_SYSTEM_REQUIRED: Final = 0x00000001
_DISPLAY_REQUIRED: Final = 0x00000002


class Awake:
    """Keeps awake from `start()` to `stop()`; both from the same thread. What the system refuses is logged, once."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._holder: subprocess.Popen[bytes] | None = None
        self._x11: Any = None
        self._display: int | None = None

    def start(self) -> None:
        if sys.platform == "win32":
            flags = _CONTINUOUS | _SYSTEM_REQUIRED | _DISPLAY_REQUIRED
            ctypes.windll.kernel32.SetThreadExecutionState(flags)
            return
        self._hold()
        self._open_display()
        self.touch()

    def touch(self) -> None:
        """As if somebody had moved the mouse, for the screen saver and the dimming of X."""
        if self._display is not None:
            self._x11.XResetScreenSaver(self._display)
            self._x11.XFlush(self._display)

    def stop(self) -> None:
        if sys.platform == "win32":
            ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS)
            return
        if self._holder is not None:
            assert self._holder.stdin is not None
            self._holder.stdin.close()  # `cat` ends, and systemd lets go
            try:
                self._holder.wait(_ENDS_S)
            except subprocess.TimeoutExpired:
                self._holder.kill()
                self._holder.wait(_ENDS_S)
            self._holder = None
        if self._display is not None:
            self._x11.XCloseDisplay(self._display)
            self._display = None

    def _hold(self) -> None:
        inhibit = shutil.which("systemd-inhibit", path=self._environment.get("PATH"))
        if inhibit is None:
            log.info("systemd-inhibit is not here: the system's own settings decide about sleep")
            return
        command = [inhibit, "--what=idle:sleep:handle-lid-switch", "--who=Interview Kiosk"]
        command += ["--why=Somebody may be interviewed", "--mode=block", "cat"]
        self._holder = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # closed by the system when this process dies, however it dies
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in our terminal is not for it
        )

    def _open_display(self) -> None:
        library = ctypes.util.find_library("X11") if self._environment.get("DISPLAY") else None
        if library is None:
            return
        self._x11 = ctypes.CDLL(library)
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        for name in ("XResetScreenSaver", "XFlush", "XCloseDisplay"):
            getattr(self._x11, name).argtypes = [ctypes.c_void_p]
        self._display = self._x11.XOpenDisplay(self._environment["DISPLAY"].encode())
