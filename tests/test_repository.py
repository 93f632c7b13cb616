"""What the files at the root promise to whoever clones this."""

import ast
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import kiosk

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-server.lock")


def project() -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def pinned(lock: str) -> dict[str, str]:
    """Name → version of what a lock file pins."""
    words = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", words, flags=re.MULTILINE))


def name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9-]", requirement, maxsplit=1)[0].lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address_and_every_package_has_hashes(lock: str) -> None:
    words = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in words
    blocks = re.split(r"^(?=[a-z0-9-]+==)", words, flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.split("\n", 1)[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_every_dependency_is_pinned() -> None:
    found = project()
    needed, extras = found["dependencies"], found["optional-dependencies"]
    assert isinstance(needed, list)
    assert isinstance(extras, dict)
    assert {name_of(each) for each in needed} <= pinned("requirements.lock").keys()
    ours = "interview-kiosk-recorder"  # the developer's extra contains the server's
    assert {name_of(each) for each in extras["dev"]} - {ours} <= pinned("requirements-dev.lock").keys()
    assert {name_of(each) for each in extras["server"]} <= pinned("requirements-server.lock").keys()
    assert not {name_of(each) for each in extras["server"]} & pinned("requirements.lock").keys()


def test_both_lock_files_pin_the_same_versions() -> None:
    program, tools = (pinned(lock) for lock in LOCKS[:2])
    assert {name: tools.get(name) for name in program} == program


def test_there_is_one_opencv_and_no_second_qt() -> None:
    installed = {dist.metadata["Name"].lower().replace("_", "-") for dist in metadata.distributions()}
    assert {name for name in installed if name.startswith("opencv")} == {"opencv-python-headless"}
    qt = {name for name in installed if re.match(r"(pyside|pyqt)\d", name)}
    assert qt == {"pyside6-essentials"}


def test_the_entry_is_plain_shell_that_parses() -> None:
    for script in ("dev", ".ci/run"):
        first = (ROOT / script).read_text(encoding="utf-8").splitlines()[0]
        assert first == "#!/bin/sh"
        subprocess.run(["sh", "-n", script], cwd=ROOT, check=True)


def test_the_entry_without_a_verb_lists_every_verb_and_a_wrong_one_is_wrong_usage() -> None:
    listed = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=True).stdout
    verbs = re.findall(r"^    ([a-z-]+)\)$", (ROOT / "dev").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(verbs) >= 10
    assert [verb for verb in verbs if not re.search(rf"^  {verb} ", listed, flags=re.MULTILINE)] == []
    wrong = subprocess.run([ROOT / "dev", "nonsense"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "nonsense" in wrong.stderr


def test_ci_runs_exactly_the_test_command() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == 'exec "$(dirname "$0")/../dev" test'


def test_the_change_log_knows_the_version() -> None:
    assert f"## [{kiosk.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_the_one_that_is_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 29 June 2007" in text
    assert project()["license"] == "GPL-3.0-or-later"


def test_files_that_the_guides_name_exist() -> None:
    """So that a guide fails a test when a file moves, and not the person who follows it."""
    paths = re.compile(r"`((?:kiosk|tests|assets|packaging)/[A-Za-z0-9_./-]+)`")
    guides = ("README.md", "CONTRIBUTING.md", "packaging/LICENCES.md")
    named = [(guide, name) for guide in guides for name in paths.findall((ROOT / guide).read_text(encoding="utf-8"))]
    placeholder = re.compile(r"/[A-Z]|_[A-Z]")  # tests/ROOM/test_MODULE.py
    assert [each for each in named if not placeholder.search(each[1]) and not (ROOT / each[1]).exists()] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for folder in ("kiosk", "packaging")
        for path in (ROOT / folder).rglob("*.py")
        if path.stat().st_size
        and path.parent.name != "migrations"
        and not ast.get_docstring(ast.parse(path.read_bytes()))
    ]
    assert silent == []
