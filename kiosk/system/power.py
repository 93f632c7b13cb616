"""Switching the machine off, as the person at the screen asked for it."""

import subprocess
import sys

LIMIT_S = 20


def switch_off() -> None:
    """Returns at once; the system ends all programs in order. Raises OSError with its words when it refuses."""
    command = ["shutdown", "/s", "/t", "0"] if sys.platform == "win32" else ["systemctl", "poweroff"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    if done.returncode:
        raise OSError(" ".join(done.stderr.split()) or f"{command[0]} ended with {done.returncode}")
