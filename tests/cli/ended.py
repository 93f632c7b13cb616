"""A recording that its user ended by Ctrl-C, in every clumsy way at once."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end import program


@dataclass(frozen=True)
class Ended:
    """What `kiosk record` left and said."""

    code: int
    words: str
    output: Path
    first_lines: list[str]

    @property
    def file(self) -> Path:
        found = list(self.output.glob("*/*.mp4"))
        assert len(found) == 1
        return found[0]


def start(interview: Path, output: Path, *extra: str) -> "subprocess.Popen[str]":
    """A `kiosk record` in words, with pipes."""
    command = [sys.executable, "-m", "kiosk", "record", str(interview), "--candidate", "c-1", "--consent", "paper-7"]
    return subprocess.Popen(
        [*command, *program.simulated(output), *extra], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def status(output: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(program.run("status", "--output", output, "--json").stdout)
    return found


def by_ctrl_c(folder: Path) -> Ended:
    """Reads two lines, closes the reading end of standard error, and presses Ctrl-C until the program has gone."""
    output = folder / "out"
    process = start(program.interview_file(folder, first=60, second=3), output)
    assert process.stderr is not None
    assert process.stdout is not None
    try:
        lines: list[str] = []
        while not lines or "asking" not in lines[-1]:
            lines.append(process.stderr.readline())
            assert lines[-1], "the program ended before it asked a question"
        process.stderr.close()
        while status(output)["durable_s"] < 1:
            assert process.poll() is None
        for _ in range(4):
            os.kill(process.pid, signal.SIGINT)
            try:
                process.wait(0.15)
            except subprocess.TimeoutExpired:
                continue
            break
        words = process.stdout.read()
        return Ended(process.wait(program.PATIENCE_S), words, output, lines)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        program.run("stop", "--output", output)
