"""The fast parts of `./dev package check`: what can be judged without building anything."""

import importlib
import json
import plistlib
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
FILES = PACKAGING / "linux" / "files"
UNITS = sorted((FILES / "usr/lib/systemd/system").iterdir()) + sorted((PACKAGING / "server").glob("*.service"))


def recipe(name: str) -> ModuleType:
    return importlib.import_module(name)


def test_the_inventory_names_what_no_tool_finds_and_is_the_same_each_time(tmp_path: Path) -> None:
    sbom = recipe("sbom")
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for target in (first, second):
        sbom.write(target, "1.2.3", 1_750_000_000)
    assert first.read_bytes() == second.read_bytes()
    parts = {part["name"]: part for part in json.loads(first.read_text())["components"]}
    assert {"x264", "x265", "FFmpeg", "PortAudio", "espeak-ng", "Qt"} <= parts.keys()
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    left_out = {name for name in locked if name not in parts}
    assert left_out <= {"comtypes", "pypiwin32", "pywin32"}, "only what Windows alone gets is left out"
    assert parts["x264"]["licenses"][0]["license"]["id"] == "GPL-2.0-or-later"


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # The programs are not installed here, and the manager of seats is not either.
        text = re.sub(r"^(ExecStart=)(/opt/\S+|/usr/bin/\S+)", r"\1/bin/true", unit.read_text(), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    (tmp_path / "seatd.service").write_text("[Service]\nExecStart=/bin/true\n")
    names = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "kiosk" in line]
    assert told == [], "its exit code says nothing, its words do"
    (tmp_path / UNITS[0].name).write_text("[Service]\nExecStart=/bin/true\nNonsense=yes\n")
    spoilt = subprocess.run(["systemd-analyze", "verify", names[0]], capture_output=True, text=True, check=False)
    assert "Nonsense" in spoilt.stderr


def test_the_recorder_outlives_the_screen_in_its_unit() -> None:
    text = (FILES / "usr/lib/systemd/system/interview-kiosk.service").read_text()
    assert "\nKillMode=process\n" in text
    assert "PAMName" not in text, "a session of PAM ends all of its processes"


@pytest.mark.parametrize("script", sorted((FILES / "scripts").iterdir()), ids=lambda path: path.name)
def test_the_packages_scripts_are_plain_shell_that_parses(script: Path) -> None:
    assert script.read_text().startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", script], check=True)


def test_no_package_holds_recordings_or_configuration() -> None:
    inside = {str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file()}
    assert inside
    assert [name for name in inside if not name.startswith(("usr/", "scripts/"))] == []


def test_what_the_frozen_program_needs_is_declared_under_both_names() -> None:
    depends = recipe("deb").depends()
    assert "libasound2 | libasound2t64" in depends
    assert "libegl1" in depends


def test_the_installer_for_windows_compiles_without_a_warning(tmp_path: Path) -> None:
    payload, setup = tmp_path / "payload", tmp_path / "interview-kiosk.exe"
    payload.mkdir()
    (payload / "kiosk.exe").write_bytes(b"MZ not a program")
    words = [f"-DVERSION={recipe('deb').version()}", f"-DPAYLOAD={payload}", f"-DOUT={setup}"]
    script = str(PACKAGING / "windows" / "installer.nsi")
    done = subprocess.run(["makensis", "-V2", "-WX", *words, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert setup.read_bytes().startswith(b"MZ")


def test_what_macos_asks_about_is_declared() -> None:
    with (PACKAGING / "macos" / "entitlements.plist").open("rb") as file:
        found = plistlib.load(file)
    assert found["com.apple.security.device.camera"]
    assert found["com.apple.security.device.audio-input"]
