import hashlib
from pathlib import Path

import pytest

from kiosk.domain.errors import WorldFailed
from kiosk.interviews.consent import load_consent
from kiosk.system import places


def test_the_english_text_is_found_with_its_version_and_hash() -> None:
    consent = load_consent("en")
    assert consent.language == "en"
    assert consent.version
    assert "Version:" not in consent.text
    assert consent.sha256 == hashlib.sha256(places.asset("consent/en.md").read_bytes()).hexdigest()


def test_the_text_says_what_who_why_how_long_and_what_refusing_means() -> None:
    text = load_consent("en").text
    for words in ("What is recorded", "Why", "Who sees it", "How long", "Your rights", "do not agree", "take your"):
        assert words in text
    assert 150 < len(text.split()) < 230


@pytest.mark.parametrize("language", ["en-GB", "EN", "fi", "", "../../etc/passwd", "en\n"])
def test_a_language_without_a_text_gets_the_english_one(language: str) -> None:
    assert load_consent(language).language == "en"


def test_the_nearest_language_is_taken(tmp_path: Path) -> None:
    (tmp_path / "de.md").write_text("Version: 3\n\nText\n")
    (tmp_path / "de-at.md").write_text("Version: 4\n\nText\n")
    assert load_consent("de-AT", tmp_path).version == "4"
    assert load_consent("de-CH", tmp_path).version == "3"


@pytest.mark.parametrize("content", ["", "Text without a version\n", "Version: 1\n\n", "Version: 1\n\n\x00\xff"])
def test_a_text_without_version_or_words_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "en.md").write_bytes(content.encode("latin-1"))
    with pytest.raises(WorldFailed):
        load_consent("en", tmp_path)


def test_no_text_at_all_is_a_broken_installation(tmp_path: Path) -> None:
    with pytest.raises(WorldFailed, match="missing"):
        load_consent("en", tmp_path)
