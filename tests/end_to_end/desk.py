"""A screen with a window manager and a keyboard for the tests: Xvfb, openbox, xdotool. And `kiosk run` on it."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.system import places
from tests.end_to_end import program

NEEDED = ("Xvfb", "openbox", "xdotool")
PRESS_AGAIN_S = 1.0
WIDTH, HEIGHT = 1400, 900


class Desk:
    """One X server on a display that was free; processes started on it get `environment`."""

    def __init__(self) -> None:
        missing = [name for name in NEEDED if shutil.which(name) is None]
        if missing:
            pytest.skip(f"not installed: {', '.join(missing)}")
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._server.stdout is not None
        number = self._server.stdout.readline().strip()
        assert number, "Xvfb does not start"
        self.environment = {**os.environ, "DISPLAY": f":{number}"}
        for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
            self.environment.pop(name, None)
        self._windows = subprocess.Popen(
            ["openbox"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def close(self) -> None:
        for process in (self._windows, self._server):
            process.terminate()
            process.wait(20)
        if self._server.stdout is not None:
            self._server.stdout.close()

    def do(self, *words: str) -> str:
        """One xdotool command: what it prints, or nothing when it fails."""
        return subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False, timeout=30
        ).stdout.strip()


class Screens:
    """A `kiosk run` with simulated devices, and somebody at its keyboard."""

    def __init__(
        self, desk: Desk, interview: Path, output: Path, *, windowed: bool = True, tries: bool = False, more: str = ""
    ) -> None:
        """`tries`: with device check and practice question. `more`: further lines of the configuration."""
        self._desk = desk
        self._tries = tries
        self.output = output
        config = output.parent / "kiosk.toml"
        steps = "".join(f"{key} = {str(tries).lower()}\n" for key in ("check", "rehearsal", "self_check"))
        config.write_text(f'interview = "{interview}"\nkiosk_name = "Test kiosk"\n{steps}{more}')
        command = [sys.executable, "-m", "kiosk", "run", "--simulated", "--config", str(config)]
        command += ["--output", str(output), *(["--windowed"] if windowed else [])]
        self.process = subprocess.Popen(
            command,
            env=desk.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def title(self) -> str:
        """Of the window that has the keyboard."""
        return self._desk.do("getwindowfocus", "getwindowname")

    def wait_for(self, title: str) -> None:
        """Until the window with the keyboard has a title that ends with `title`."""
        self._until(lambda: self.title().endswith(title), title)

    def wait_for_any(self, *titles: str) -> None:
        """The same with several that will do."""
        self._until(lambda: self.title().endswith(titles), " or ".join(titles))

    def geometry(self) -> dict[str, int]:
        """X, Y, WIDTH and HEIGHT of the window that has the keyboard."""
        lines = self._desk.do("getwindowfocus", "getwindowgeometry", "--shell").splitlines()
        pairs = (line.split("=", 1) for line in lines)
        return {name: int(value) for name, value in pairs if name in {"X", "Y", "WIDTH", "HEIGHT"}}

    def press(self, *keys: str) -> None:
        self._desk.do("key", "--delay", "20", *keys)

    def press_until(self, key: str, title: str) -> None:
        """Again and again, as a person does: a button is deaf for a moment after what it means has changed."""
        before, again = self.title(), 0.0

        def moved() -> bool:
            nonlocal again
            if time.monotonic() >= again and self.title() == before:
                self.press(key)
                again = time.monotonic() + PRESS_AGAIN_S
            return re.search(title, self.title()) is not None

        self._until(moved, title)

    def write(self, text: str) -> None:
        self._desk.do("type", "--delay", "15", text)

    def enter_pin(self, pin: str, answer: str) -> None:
        """Types the PIN into the pad that is up, and waits until it was compared."""
        line = f"the proctor's PIN: {answer}"
        before = self.log().count(line)
        self.write(pin)
        self.press("Return")
        self._until(lambda: self.log().count(line) > before, line)

    def log(self) -> str:
        """What the kiosks of these tests have logged."""
        return (places.log_folder() / "kiosk.log").read_text()

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(program.run("status", "--output", self.output, "--json").stdout)
        return found

    def wait_for_status(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first status of which `what` is true, also when the kiosk has gone."""
        found: dict[str, Any] = {}

        def seen() -> bool:
            found.clear()
            found.update(self.status())
            return what(found)

        self._until(seen, "status", alive=False)
        return found

    def begin(self, candidate: str) -> None:
        """From welcome to the first question, by keyboard alone."""
        self.consent(candidate)
        if self._tries:
            self.check()
        self.wait_for("listen")

    def consent(self, candidate: str) -> None:
        """From welcome to "I agree"."""
        self.wait_for("Welcome")
        self.write(candidate)
        self.press_until("Return", "Is this right\\?$")
        self.press_until("ctrl+Return", "Before we begin$")
        self.press("Tab", "space")  # the box beside the text
        self.press_until("ctrl+Return", "Getting ready$|listen$|Check, step 1")

    def check(self) -> None:
        """Camera, loudspeaker, microphone, the practice question and its playback, and the button that begins."""
        self.wait_for("camera")
        self.press_until("ctrl+Return", "loudspeaker$")
        self.press_until("ctrl+Return", "microphone$")
        self.press_until("ctrl+Return", "Practise with one question$")
        self.press_until("ctrl+Return", "Practice question$")
        self.press_until("ctrl+Return", "This is your answer$|All is ready$")
        self.press_until("ctrl+Return", "All is ready$")
        self.press_until("ctrl+Return", "Getting ready$|listen$")

    def close(self) -> tuple[int, str]:
        """As a person closes a window; exit code and standard error."""
        self.press("alt+F4")
        _, errors = self.process.communicate(timeout=program.PATIENCE_S)
        return self.process.returncode, errors

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(next(self.output.glob("*/manifest.json")).read_text())
        return found

    def file(self) -> Path:
        return next(self.output.glob("*/*.mp4"))

    def end(self) -> None:
        """Whatever happened: nothing is left running."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        program.run("stop", "--output", self.output)

    def _until(self, what: Callable[[], bool], words: str, *, alive: bool = True) -> None:
        deadline = time.monotonic() + program.PATIENCE_S
        pause = threading.Event()
        while not what():
            assert time.monotonic() < deadline, f"no {words}; the window says: {self.title()}"
            if alive and self.process.poll() is not None:
                raise AssertionError(self.process.communicate())
            pause.wait(0.05)
