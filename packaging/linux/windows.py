"""The Windows installer, as far as Linux can try it: compiled by NSIS, and run under wine with a dummy payload."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import deb
from freeze import OUT, ROOT

SCRIPT: Final = ROOT / "packaging" / "windows" / "installer.nsi"
PLACE: Final = OUT / "windows"
SETUP: Final = PLACE / "interview-kiosk.exe"
PREFIX: Final = PLACE / "wine"
INSTALLED: Final = PREFIX / "drive_c" / "kiosk"
KEPT: Final = PREFIX / "drive_c" / "ProgramData" / "Interview Kiosk" / "kiosk.toml"


def compiled(number: str = "") -> str:
    """Any warning is an error. The payload is a program that is none."""
    payload = PLACE / "payload"
    shutil.rmtree(PLACE, ignore_errors=True)
    (payload / "_internal").mkdir(parents=True)
    (payload / "kiosk.exe").write_bytes(b"MZ not a program")
    (payload / "_internal" / "library.dll").write_bytes(b"not a library")
    _compile(number or deb.version())
    return f"{SETUP.stat().st_size / 1e3:.0f} kB with a dummy payload"


def installed() -> str:
    """Install, upgrade, refuse to go back, uninstall; configuration stays."""
    older, newer = "0.0.1", "99.0.0"
    _run(SETUP, "/S", "/D=C:\\kiosk")
    assert (INSTALLED / "kiosk.exe").is_file(), "nothing was installed"
    assert (INSTALLED / "_internal/library.dll").is_file()
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text('kiosk_name = "Room 7"\n')
    (INSTALLED / "_internal/old.dll").write_bytes(b"of the version before")
    _compile(newer)
    _run(SETUP, "/S", "/D=C:\\kiosk")
    assert not (INSTALLED / "_internal/old.dll").exists(), "the upgrade left a library of the version before"
    _compile(older)
    assert _code(SETUP, "/S", "/D=C:\\kiosk") == 4, "a downgrade was not refused"
    _run(INSTALLED / "uninstall.exe", "/S", "_?=C:\\kiosk")  # without that word it copies itself and returns at once
    assert not (INSTALLED / "kiosk.exe").exists(), "the program is still there"
    assert KEPT.read_text() == 'kiosk_name = "Room 7"\n', "the configuration is gone"
    return "and upgrades, refuses an older one, and leaves the configuration"


def _compile(number: str) -> None:
    command = ["makensis", "-V2", "-WX", f"-DVERSION={number}", f"-DPAYLOAD={PLACE / 'payload'}", f"-DOUT={SETUP}"]
    done = subprocess.run([*command, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-500:]


def _code(program: Path, *words: str) -> int:
    environment = {**os.environ, "WINEPREFIX": str(PREFIX), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
    environment.pop("DISPLAY", None)
    wine = shutil.which("wine") or "wine64"
    return subprocess.run(
        [wine, str(program), *words], env=environment, capture_output=True, timeout=300, check=False
    ).returncode


def _run(program: Path, *words: str) -> None:
    code = _code(program, *words)
    assert code == 0, f"{program.name} ended with {code}"
