"""`kiosk report`: what support gets, and what it never gets."""

import json
import os
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kiosk.contract import names
from kiosk.domain.view import SessionState
from kiosk.domain.wire import plain
from tests.cli.saying import refused
from tests.doctor.test_storage import with_sessions
from tests.end_to_end.program import run
from tests.outbox.faulty import TOKEN, Faulty


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A report of a kiosk with a log, an enrolment and two sessions."""
    folder = tmp_path_factory.mktemp("report")
    home, output = folder / "home" / "operator", folder / "out"
    (folder / "state" / "logs").mkdir(parents=True)
    home.mkdir(parents=True)
    log = folder / "state" / "logs" / "kiosk.log"
    log.write_text("x" * (3 * 1024 * 1024) + f"\nline with {TOKEN} and {home}/rec\n")
    with Faulty() as server:
        (folder / "state" / "enrolment.json").write_text(json.dumps(plain(server.enrolment())))
    with_sessions(output, SessionState.FINISHED, SessionState.FAILED)
    environment = {**os.environ, "KIOSK_STATE": str(folder / "state"), "HOME": str(home), "USERPROFILE": str(home)}
    environment["KIOSK_SERVER_PROXY"] = "http://me:hush@127.0.0.1:9"
    devices = {f"KIOSK_{name}": "simulated" for name in ("CAMERA", "MICROPHONE", "SPEAKER")}
    path = folder / "report.zip"
    done = run("report", "--to", path, "--yes", "--json", "--output", output, env={**environment, **devices})
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["file"] == str(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [entry["name"] for entry in told["entries"]] == list(parts)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return {"parts": parts, "home": str(home)}


def test_logs_settings_findings_versions_and_counts_are_in_it(written: dict[str, Any]) -> None:
    parts = written["parts"]
    assert set(parts) >= {"versions.json", "configuration.json", "doctor.json", "ledger.json", "self-test.json"}
    assert json.loads(parts["ledger.json"])["sessions"] == {"finished": 1, "failed": 1}
    assert json.loads(parts["configuration.json"])["values"]["camera"] == "simulated"
    assert {finding["check"] for finding in json.loads(parts["doctor.json"])["findings"]} > {"camera", "disk-space"}
    assert json.loads(parts["versions.json"])["program"]
    log = parts["logs/kiosk.log"]
    assert log.endswith("\nline with *** and ~/rec\n"), "its newest end"
    assert len(log) <= 2 * 1024 * 1024


def test_no_candidate_and_no_secret_is_in_it(written: dict[str, Any]) -> None:
    whole = "".join(written["parts"].values())
    for private in ("Ada", TOKEN, "hush", written["home"], names.LEDGER + "-wal"):
        assert private not in whole
    assert "http://me:***@127.0.0.1:9" in whole


def test_it_is_shown_before_and_not_written_unasked(tmp_path: Path) -> None:
    words = ("report", "--output", tmp_path / "out", "--camera")
    assert "There is no option '--camera'" in refused(*words, "simulated")
    path = tmp_path / "report.zip"
    done = run("report", "--output", tmp_path / "out", "--to", path)
    assert done.returncode == 2
    assert "doctor.json" in done.stdout
    assert "Nobody is here to be asked. Use --yes" in done.stderr
    assert not path.exists()
    shown = run("report", "--output", tmp_path / "out", "--show", "versions.json")
    assert json.loads(shown.stdout)["program"]
