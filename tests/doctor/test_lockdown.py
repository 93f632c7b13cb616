"""What keeps people inside the kiosk, as it is told."""

import os
import sys
from pathlib import Path

import pytest

from kiosk.config import load
from kiosk.doctor.lockdown import examine_account, examine_kiosk_mode, examine_pin
from kiosk.domain.finding import Finding, Grade


def told(tmp_path: Path, **environment: str) -> dict[str, Finding]:
    config = load({}, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u").config
    return {finding.check: finding for finding in examine_kiosk_mode(config, environment)}


def test_a_panel_without_a_pin_is_told(tmp_path: Path) -> None:
    keys = {"proctor_pin_hash": "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"}
    config = load(keys, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u").config
    assert examine_pin(config).grade is Grade.OK
    assert told(tmp_path)["proctor-pin"].grade is Grade.WARN


def test_an_account_that_may_become_the_administrator_is_told(tmp_path: Path) -> None:
    assert examine_account(["video", "audio"]).grade is Grade.OK
    found = examine_account(["video", "sudo"])
    assert (found.grade, "(sudo)" in found.fact) == (Grade.WARN, True)
    if sys.platform != "win32" and os.geteuid() == 0:
        assert told(tmp_path)["account"].grade is Grade.WARN


@pytest.mark.skipif(sys.platform == "win32", reason="desktops are of Linux")
def test_a_desktop_beside_the_kiosk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(tmp_path, XDG_CURRENT_DESKTOP="cage")["kiosk-mode"].grade is Grade.OK
    monkeypatch.setenv("PATH", str(tmp_path))
    found = told(tmp_path, XDG_CURRENT_DESKTOP="GNOME")["kiosk-mode"]
    assert (found.grade, "(GNOME)" in found.fact) == (Grade.WARN, True)
    (tmp_path / "gsettings").write_text("#!/bin/sh\necho true\n")
    (tmp_path / "gsettings").chmod(0o755)
    found = told(tmp_path, XDG_CURRENT_DESKTOP="GNOME")["kiosk-mode"]
    assert found.fact == "The desktop (GNOME) locks the screen."
