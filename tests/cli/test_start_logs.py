"""The configuration's words about logs, as each process obeys them."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import logs
from kiosk.cli.options import start_logs
from kiosk.config import load

log = logging.getLogger("kiosk.test")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    level = logging.getLogger().level
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    yield tmp_path / "state" / "logs"
    logs.close()
    logging.getLogger().setLevel(level)


def test_a_process_that_knows_its_configuration_writes_as_it_says(tmp_path: Path, folder: Path) -> None:
    keys = {"log_format": "json", "log_megabytes": 1, "log_files": 2}
    start_logs("kiosk", load(keys, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u").config)
    for _ in range(5):
        log.info("%s", "x" * 700_000)
    assert sorted(path.name for path in folder.iterdir()) == ["kiosk.log", "kiosk.log.1", "kiosk.log.2"]
    assert json.loads((folder / "kiosk.log").read_text())["process"] == "kiosk"


def test_a_child_reads_the_configuration_for_itself_and_goes_on_when_it_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_LOG_FORMAT", "json")
    start_logs("recorder")
    log.info("one")
    assert json.loads((folder / "recorder.log").read_text())["message"] == "one"
    monkeypatch.setenv("KIOSK_LOG_FORMAT", "xml")
    start_logs("recorder")
    log.info("two")
    assert (folder / "recorder.log").read_text().endswith(" two\n")
