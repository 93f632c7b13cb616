"""`kiosk pin`."""

import subprocess
import sys
import tomllib

from kiosk.session.pin import matches


def pin(words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kiosk", "pin"]
    return subprocess.run(command, input=words, capture_output=True, text=True, check=False, timeout=60)


def test_it_prints_the_line_for_the_configuration_and_never_the_pin() -> None:
    done = pin("270861\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "270861" not in done.stdout
    assert matches(tomllib.loads(done.stdout)["proctor_pin_hash"], "270861")


def test_a_pin_that_anybody_would_try_is_refused() -> None:
    done = pin("1234\n")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
