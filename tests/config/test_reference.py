"""The page of all keys, held against the code."""

import tomllib
from pathlib import Path

from kiosk.config import KEYS, check
from kiosk.config.reference import reference
from kiosk.system import places

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "packaging" / "configuration.md"


def test_the_page_in_packaging_is_what_the_table_of_keys_says() -> None:
    again = "Write it anew: kiosk config reference > packaging/configuration.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), again


def test_every_key_has_a_row_and_a_whole_sentence() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("| `")]
    assert len(rows) == len(KEYS)
    for key in KEYS.values():
        assert key.words[0].isupper(), key.name
        assert key.words.endswith("."), key.name
        assert "|" not in key.words + key.kind.words, key.name


def test_every_default_is_a_value_that_a_file_may_say(tmp_path: Path) -> None:
    for key in KEYS.values():
        assert key.kind.read("" if key.default is None else key.default_here(), tmp_path) == key.default_here(), (
            key.name
        )


def test_the_policy_that_the_page_shows_is_right(tmp_path: Path) -> None:
    example = reference().split("```toml\n")[1].split("```")[0]
    assert tomllib.loads(example)
    (tmp_path / "policy.toml").write_text(example)
    assert check(tmp_path / "policy.toml") == []


def test_the_page_names_this_systems_places() -> None:
    assert str(places.machine_folder()).replace(r"C:\ProgramData", "%ProgramData%") in reference()
