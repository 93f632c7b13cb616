"""A call of the proctor reaches the heartbeat, and ends with what it was for."""

from pathlib import Path

import pytest

from kiosk.cli.calling import Calling
from kiosk.domain.view import Call, View
from kiosk.outbox import calls


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))


def test_a_call_stands_until_the_proctor_attends_or_the_program_ends(tmp_path: Path) -> None:
    assert calls.standing() == ""
    calling = Calling()
    calling.on_view(View(called=Call.HELP))
    assert calls.standing() == "help"
    note = tmp_path / "state" / calls.NOTE
    written = note.stat().st_mtime_ns
    calling.on_view(View(called=Call.HELP))
    assert note.stat().st_mtime_ns == written, "only what changes is written"
    calling.on_view(View())
    assert calls.standing() == ""
    calling.on_view(View(called=Call.TROUBLE))
    calling.end()
    assert calls.standing() == ""


def test_a_kiosk_that_is_started_again_does_not_call_for_the_one_before() -> None:
    Calling().on_view(View(called=Call.CHECK))
    Calling()
    assert calls.standing() == ""


def test_a_note_that_is_no_call_is_none(tmp_path: Path) -> None:
    for text in ('{"why": "fire"}', '{"why": 3}', "[]", "nonsense"):
        (tmp_path / "state").mkdir(exist_ok=True)
        (tmp_path / "state" / calls.NOTE).write_text(text)
        assert calls.standing() == ""
