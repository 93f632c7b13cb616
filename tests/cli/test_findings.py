"""What the doctor tells the proctor's panel: in the background, and nothing that is well."""

import argparse
from pathlib import Path

from kiosk.cli.findings import EVERY_NS, Findings
from kiosk.cli.options import configuration
from tests.devices.hand_clock import HandClock


def _loaded(tmp_path: Path, text: str) -> Findings:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'output = "{tmp_path / "out"}"\n{text}')
    return Findings(configuration(argparse.Namespace(config=file)), HandClock())


def test_the_first_call_returns_at_once_and_a_later_one_tells(tmp_path: Path) -> None:
    findings = _loaded(tmp_path, 'server_url = "https://127.0.0.1:9"\n')
    assert findings() == []
    findings.join(30)
    told = findings()
    assert told
    assert all(sentence.endswith((".", "?", ")")) for sentence in told), told


def test_it_looks_again_only_after_a_while(tmp_path: Path) -> None:
    clock = HandClock()
    file = tmp_path / "kiosk.toml"
    file.write_text(f'output = "{tmp_path}"\n')
    findings = Findings(configuration(argparse.Namespace(config=file)), clock)
    findings()
    findings.join(30)
    first = findings._thread
    findings()
    assert findings._thread is first
    clock.turn(EVERY_NS / 1e9)
    findings()
    assert findings._thread is not first
    findings.join(30)
