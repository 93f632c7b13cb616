"""Runs the program as its user would: a process of its own, real files, a real recorder."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_S = 90.0
"""A generous deadline for whatever happens in a few seconds on a quiet machine."""

INTERVIEW = """
schema = 1
id = "short"
title = "Short"
language = "en"

[[question]]
id = "one"
kind = "spoken"
text = "What is one?"
think_seconds = 1
answer_seconds = {first}
repeats = 0

[[question]]
id = "two"
kind = "spoken"
text = "And what is two?"
think_seconds = 0
answer_seconds = {second}
"""


def run(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        **more,
    )


def interview_file(folder: Path, first: int, second: int) -> Path:
    path = folder / "short.toml"
    path.write_text(INTERVIEW.format(first=first, second=second))
    return path


def simulated(output: Path) -> list[str]:
    return ["--output", str(output), "--camera", "simulated", "--microphone", "simulated", "--speaker", "simulated"]


@dataclass
class Recording:
    """A `kiosk record` that runs."""

    interview: Path
    output: Path
    extra: tuple[str, ...] = ()
    inherited: str = ""
    """What a shell does before it becomes the program: `trap "" INT`, say."""
    resumes: str = ""
    """A session that is gone on with."""
    environment: dict[str, str] | None = None

    def __post_init__(self) -> None:
        whose = ["--resume", self.resumes] if self.resumes else ["--candidate", "c-1", "--consent", "paper-7"]
        command = [sys.executable, "-m", "kiosk", "record", str(self.interview), *whose]
        command += ["--json", *simulated(self.output), *self.extra]
        if self.inherited:
            command = ["sh", "-c", f'{self.inherited}; exec "$@"', "sh", *command]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment
        )

    def finish(self, patience_s: float = PATIENCE_S) -> tuple[int, dict[str, Any], str]:
        """Exit code, the last JSON object on standard output, standard error."""
        out, err = self.process.communicate(timeout=patience_s)
        lines = out.strip().splitlines()
        return self.process.returncode, json.loads(lines[-1]) if lines else {}, err

    def status(self) -> dict[str, Any]:
        done = run("status", "--output", self.output, "--json")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def wait_for(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first status of which `what` is true."""
        deadline = time.monotonic() + PATIENCE_S
        pause = threading.Event()
        while time.monotonic() < deadline:
            status = self.status()
            if what(status):
                return status
            assert self.process.poll() is None, self.process.communicate()
            pause.wait(0.1)
        raise AssertionError("it did not happen in time")

    def end(self) -> None:
        """Whatever happened: nothing is left running."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        run("stop", "--output", self.output)
