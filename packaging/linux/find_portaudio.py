"""Runs first in the frozen program: sounddevice asks the system for PortAudio, and is given the bundled one.

It can go when sounddevice looks beside itself on Linux too, as it does on Windows.
"""

import ctypes.util
import sys
from pathlib import Path

_ask_the_system = ctypes.util.find_library


def _find(name: str) -> str | None:
    bundled = Path(getattr(sys, "_MEIPASS", "")) / "libportaudio.so.2"
    return str(bundled) if name == "portaudio" and bundled.is_file() else _ask_the_system(name)


ctypes.util.find_library = _find
