import json
from pathlib import Path

import pytest

from kiosk.cli.offered import offered
from kiosk.contract.wire import Assignments, InterviewDefinition
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import plain
from kiosk.system import places

TEXT = """schema = 1
id = "{id}"
title = "{title}"
language = "en"

[[question]]
id = "one"
kind = "spoken"
text = "What is one?"
answer_seconds = 5
"""


def interview(name: str, title: str) -> str:
    return TEXT.format(id=name, title=title)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    return places.state_folder()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "interviews"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.toml").write_text(interview(name, f"Own {name}"))
    return folder


def assign(state: Path, texts: dict[str, str]) -> None:
    """As the outbox keeps what it fetched."""
    (state / "interviews").mkdir(parents=True)
    for name, text in texts.items():
        (state / "interviews" / f"{name}.toml").write_text(text)
    known = Assignments(tuple(InterviewDefinition(name, name, text, "") for name, text in texts.items()), ())
    (state / "assignments.json").write_text(json.dumps({"etag": "", "assigned": plain(known)}))


def titles(path: Path) -> list[str]:
    return [each.title for each in offered(path)]


def test_without_a_server_it_is_what_the_configuration_names(own: Path) -> None:
    assert titles(own) == ["Own a", "Own b"]
    assert titles(own / "b.toml") == ["Own b"]


def test_what_the_server_assigned_joins_and_takes_the_place_of_its_namesake(own: Path, state: Path) -> None:
    assign(state, {"b": interview("b", "Assigned b"), "c": interview("c", "Assigned c")})
    assert titles(own) == ["Own a", "Assigned b", "Assigned c"]


def test_a_wrong_one_that_was_assigned_keeps_nobody_from_the_others(own: Path, state: Path) -> None:
    assign(state, {"c": "schema = 7", "d": interview("d", "Assigned d")})
    assert titles(own) == ["Own a", "Own b", "Assigned d"]


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no interview file"):
        offered(tmp_path)
