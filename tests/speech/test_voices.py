"""The voice follows the language."""

import pytest

from kiosk.domain.devices import VoiceInfo
from kiosk.domain.errors import BadRequest
from kiosk.speech.voices import choose_voice

VOICES = (
    VoiceInfo("gmw/de", "German", ("de",)),
    VoiceInfo("gmw/en-029", "English (Caribbean)", ("en-029",)),
    VoiceInfo("gmw/en", "English (Great Britain)", ("en-gb",)),
    VoiceInfo("gmw/en-gb-scotland", "English (Scotland)", ("en-gb-scotland",)),
    VoiceInfo("gmw/en-us", "English (America)", ("en-us",)),
    VoiceInfo("roa/pt", "Portuguese", ("pt",)),
    VoiceInfo("roa/pt-br", "Portuguese (Brazil)", ("pt-br",)),
    VoiceInfo("sit/cmn", "Chinese", ("cmn",)),
)


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "gmw/en-us"),
        ("en-US", "gmw/en-us"),
        ("en_US", "gmw/en-us"),
        ("en-GB", "gmw/en"),
        ("en-IE", "gmw/en"),
        ("de", "gmw/de"),
        ("de-AT", "gmw/de"),
        ("pt", "roa/pt"),
        ("pt-BR", "roa/pt-br"),
        ("zh", "sit/cmn"),
        ("zh-CN", "sit/cmn"),
        ("", "gmw/en-us"),
    ],
)
def test_a_language_finds_its_voice(language: str, voice: str) -> None:
    assert choose_voice(VOICES, language) == voice


def test_a_voice_is_found_by_id_or_name_whatever_the_language() -> None:
    assert choose_voice(VOICES, "en", "gmw/de") == "gmw/de"
    assert choose_voice(VOICES, "en", "GERMAN") == "gmw/de"


def test_a_variant_belongs_to_the_chosen_voice() -> None:
    assert choose_voice(VOICES, "en", "+f3") == "gmw/en-us+f3"
    assert choose_voice(VOICES, "en", "German+m2") == "gmw/de+m2"


def test_a_language_that_nobody_speaks_is_refused_with_those_that_are_spoken() -> None:
    with pytest.raises(BadRequest, match="cmn, de, en, pt"):
        choose_voice(VOICES, "xx")
    with pytest.raises(BadRequest, match="'nobody'"):
        choose_voice(VOICES, "en", "nobody")
    with pytest.raises(BadRequest):
        choose_voice((), "en")
