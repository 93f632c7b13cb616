"""What this account keeps between two runs, and where its children's words go."""

import stat
import sys
from pathlib import Path

import pytest

from kiosk.system import notes, places


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_a_note_is_read_as_it_was_written_by_this_account_alone(state: Path) -> None:
    assert notes.read("x.json") is None
    notes.write("x.json", {"a": 1, "ö": [None]})
    notes.write("x.json", {"a": 2})
    assert notes.read("x.json") == {"a": 2}
    assert [path.name for path in state.iterdir()] == ["x.json"]
    if sys.platform != "win32":
        assert stat.S_IMODE((state / "x.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("wrong", [b"", b"[1]", b"\xff", b'{"a":', b"[" * 100_000])
def test_a_note_that_is_damaged_is_none(state: Path, wrong: bytes) -> None:
    notes.write("x.json", {})
    (state / "x.json").write_bytes(wrong)
    assert notes.read("x.json") is None


def test_the_words_of_a_child_are_put_aside_when_they_are_many(state: Path) -> None:
    path = places.words_of("recorder")
    assert path == state / "logs" / "recorder.out"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * 1000)
    places.words_of("recorder")
    assert [each.name for each in path.parent.iterdir()] == ["recorder.out"]
    for letter in (b"y", b"z"):
        path.write_bytes(letter * (places.LARGEST_WORDS + 1))
        places.words_of("recorder")
        assert [each.name for each in path.parent.iterdir()] == ["recorder.out.1"]
    assert path.with_name("recorder.out.1").read_bytes()[:1] == b"z"
