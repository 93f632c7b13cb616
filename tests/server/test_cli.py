"""`kiosk-server` as its user meets it: words and exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kiosk


def run(*words: str, data: Path | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "kiosk.server", *words, *(["--data", str(data)] if data else [])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def test_it_says_its_version() -> None:
    assert run("--version").stdout == f"kiosk-server {kiosk.__version__}\n"


@pytest.mark.parametrize("words", [(), ("walk",), ("run", "--port", "x"), ("run", "--por", "1"), ("assign", "a")])
def test_wrong_usage_is_one_sentence_and_exit_code_2(words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert answer.returncode == 2
    assert answer.stderr.startswith("kiosk-server: ")
    assert answer.stderr.count("\n") == 1


def test_an_interview_is_added_and_assigned_and_a_code_is_the_last_word(tmp_path: Path) -> None:
    data = tmp_path / "server"
    file = tmp_path / "python.toml"
    file.write_text('id = "python-1"\ntitle = "Python"\n')
    refused = run("interview", "add", str(file), data=data)
    assert (refused.returncode, "question: an interview has one question at least" in refused.stderr) == (2, True)
    file.write_text(
        'schema = 1\nid = "python-1"\ntitle = "Python"\nlanguage = "en"\n'
        '[[question]]\nid = "first"\nkind = "spoken"\ntext = "What did you build?"\nanswer_seconds = 60\n'
    )
    assert run("assign", "4711", "python-1", data=data).stderr.startswith(
        "kiosk-server: There is no interview 'python-1'."
    )
    assert run("interview", "add", str(file), data=data).returncode == 0
    assert run("assign", "4711", "python-1", data=data).stdout == "4711 is to be asked 'python-1'.\n"
    assert run("revoke", "Nobody", data=data).returncode == 2
    code = run("enrol-code", data=data).stdout.split()[-1]
    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    assert {path.stat().st_mode & 0o077 for path in data.iterdir()} == {0}


def test_other_machines_are_not_served_in_the_clear(tmp_path: Path) -> None:
    answer = run("run", "--host", "0.0.0.0", "--port", "0", data=tmp_path / "server")
    assert (answer.returncode, "TLS" in answer.stderr) == (2, True)


def test_wrong_settings_are_told_in_one_sentence(tmp_path: Path) -> None:
    answer = run("enrol-code", data=tmp_path / "server", KIOSK_SERVER_DATABASE="mysql://x")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert "postgres://" in answer.stderr


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run("enrol-code", data=tmp_path / "file" / "server")
    assert answer.returncode == 1
    assert answer.stderr.startswith("kiosk-server: The system says: ")
