"""`kiosk doctor` as a person and as monitoring call it."""

import json
from pathlib import Path

from tests.end_to_end.program import run, simulated

CHECKS = {
    "recording", "encoder", "camera", "microphone", "speaker", "interview", "voice", "disk-speed",
    "permissions", "disk-space", "clock", "database", "sending", "server", "configuration", "policy", "self-test",
    "proctor-pin", "account", "kiosk-mode",
}  # fmt: skip


def test_every_finding_is_told_and_the_exit_code_is_the_worst_grade(tmp_path: Path) -> None:
    done = run("doctor", "--json", *simulated(tmp_path / "out"))
    found = json.loads(done.stdout)
    assert done.stderr == ""
    assert done.returncode == {"ok": 0, "warn": 1, "bad": 2}[found["grade"]]
    assert {finding["check"] for finding in found["findings"]} >= CHECKS
    assert found["grade"] in {"warn", "bad"}, "the devices are simulated"
    for finding in found["findings"]:
        assert finding.keys() == {"check", "grade", "fact", "remedy", "number", "unit"}
        assert finding["fact"].endswith((".", ")")), finding
        assert bool(finding["remedy"]) == (finding["grade"] != "ok"), finding
    assert not (tmp_path / "out").exists(), "it leaves nothing"


def test_a_configuration_that_is_wrong_is_the_finding(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text('camra = "0"\nkeep_days = -1\n')
    done = run("doctor", "--config", tmp_path / "kiosk.toml")
    assert done.returncode == 2
    assert done.stdout.count("BAD   configuration") == 2
    assert 'did you mean "camera"?' in done.stdout


def test_its_exit_codes_are_those_of_monitoring() -> None:
    words = run("doctor", "--help").stdout
    assert "0  all is well" in words
    assert "1  something should be looked at" in words
    assert "2  something is bad" in words
