"""A child plays one file and ends."""

import subprocess
from pathlib import Path

from kiosk.system import places

SOUND = places.asset("sounds/answer-starts.wav")


def play(speaker: str, path: Path) -> "subprocess.CompletedProcess[str]":
    command = places.own_command("_play", "--speaker", speaker, str(path))
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_it_plays_to_the_end() -> None:
    done = play("simulated", SOUND)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_cannot_be_played_is_said_in_a_sentence(tmp_path: Path) -> None:
    missing = play("simulated", tmp_path / "none.wav")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    wrong = play("http://somewhere", SOUND)
    assert (wrong.returncode, "loudspeaker" in wrong.stderr) == (1, True)
