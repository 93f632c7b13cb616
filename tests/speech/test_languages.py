"""An interview's language picks its voice, and every language comes out as loud as the others."""

import sys

import pytest

from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE
from kiosk.media.loudness import integrated_lufs, true_peak_dbtp
from kiosk.speech.voice_cache import SpeechCache, read_wav
from kiosk.speech.voices import choose_voice

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have the voices that somebody installed")
CHILD = "import sys; from kiosk.devices.pyttsx3_voice import main_child; sys.exit(main_child(sys.argv[1:]))"
TEXTS = {
    "en": "What have you built that you are proud of?",
    "de": "Worauf sind Sie bei Ihrer letzten Arbeit besonders stolz?",
    "ar": "ما هو المشروع الذي تفخر به أكثر من غيره؟",
}


@pytest.fixture(scope="module")
def engine() -> Pyttsx3Engine:
    return Pyttsx3Engine([sys.executable, "-c", CHILD])


@pytest.fixture(scope="module")
def speech(engine: Pyttsx3Engine, tmp_path_factory: pytest.TempPathFactory) -> SpeechCache:
    return SpeechCache(engine, tmp_path_factory.mktemp("voice"), SystemClock())


@pytest.mark.parametrize("language", TEXTS)
def test_a_question_is_spoken_in_the_interviews_language_and_as_loud_as_all_others(
    language: str, engine: Pyttsx3Engine, speech: SpeechCache
) -> None:
    chosen = choose_voice(engine.voices(), language)
    (voice,) = (each for each in engine.voices() if each.id == chosen)
    assert any(tag.casefold().split("-")[0] == language for tag in voice.languages)
    spoken = read_wav(speech.render(TEXTS[language], language=language))
    assert 1.5 < len(spoken) / RATE < 8
    assert integrated_lufs(spoken, RATE) == pytest.approx(-20, abs=1)
    assert true_peak_dbtp(spoken, RATE) <= -1


def test_the_same_words_sound_otherwise_in_another_language(speech: SpeechCache) -> None:
    german, english = (read_wav(speech.render(TEXTS["de"], language=language)) for language in ("de", "en"))
    assert len(german) != len(english)


def test_a_voice_that_is_configured_goes_before_the_interviews_language(engine: Pyttsx3Engine) -> None:
    german = choose_voice(engine.voices(), "de")
    assert choose_voice(engine.voices(), "ar", german) == german
