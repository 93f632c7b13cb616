"""Rendered once, whole or not at all, and never twice the same mistake."""

import shutil
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE, VoiceInfo
from kiosk.domain.errors import BadRequest, VoiceFailed
from kiosk.media.loudness import integrated_lufs, true_peak_dbtp
from kiosk.speech.voice_cache import SpeechCache, read_wav

CHILD = "import sys; from kiosk.devices.pyttsx3_voice import main_child; sys.exit(main_child(sys.argv[1:]))"
TEXT = "What have you built that you are proud of?"


class ScriptedEngine:
    """A speech engine (`domain.devices.VoiceEngine`) that fails as often as it is told."""

    def __init__(self, failures: int = 0, version: str = "1", kind: str = "words") -> None:
        self.version = version
        self.rendered: list[tuple[str, str, int]] = []
        self._failures = failures
        self._kind = kind

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (VoiceInfo("en", "English", ("en-us",)), VoiceInfo("de", "German", ("de",)))

    def render(self, text: str, voice: str, words_per_minute: int, wav: Path) -> None:
        self.rendered.append((text, voice, words_per_minute))
        if self._failures:
            self._failures -= 1
            raise VoiceFailed("The speech engine died.")
        if self._kind == "nothing":
            wav.write_bytes(b"")
            return
        noise = np.random.default_rng(1).standard_normal(22_050) * (0 if self._kind == "silence" else 3000)
        with wave.open(str(wav), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22_050)
            file.writeframes(noise.astype("<i2").tobytes())


def cache(engine: ScriptedEngine, folder: Path) -> SpeechCache:
    return SpeechCache(engine, folder / "voice", SystemClock())


def test_the_same_words_are_rendered_once(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    first = cache(engine, tmp_path).render(TEXT, language="en")
    second = cache(engine, tmp_path).render(TEXT, language="en")
    assert first == second
    assert engine.rendered == [(TEXT, "en", 150)]


def test_other_words_voices_speeds_and_engines_are_other_files(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    speech = cache(engine, tmp_path)
    files = {
        speech.render(TEXT, language="en"),
        speech.render(TEXT + "!", language="en"),
        speech.render(TEXT, language="de"),
        speech.render(TEXT, language="en", voice="+f3"),
        speech.render(TEXT, language="en", words_per_minute=120),
        cache(ScriptedEngine(version="2"), tmp_path).render(TEXT, language="en"),
    }
    assert len(files) == 6


def test_a_file_is_private_and_nothing_else_is_left(tmp_path: Path) -> None:
    wav = cache(ScriptedEngine(failures=1), tmp_path).render(TEXT, language="en")
    assert list(wav.parent.iterdir()) == [wav]
    if sys.platform != "win32":
        assert wav.stat().st_mode & 0o777 == 0o600
        assert wav.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", [b"", b"RIFF", b"no sound at all" * 1000])
def test_a_damaged_file_is_rendered_again(tmp_path: Path, damage: bytes) -> None:
    engine = ScriptedEngine()
    speech = cache(engine, tmp_path)
    wav = speech.render(TEXT, language="en")
    whole = wav.read_bytes()
    for torn in (damage, whole[: len(whole) // 2], whole[:44] + bytes(len(whole) - 44)):
        wav.write_bytes(torn)
        assert speech.render(TEXT, language="en").read_bytes() == whole
    assert len(engine.rendered) == 4


def test_a_failure_is_tried_once_more_and_then_told(tmp_path: Path) -> None:
    assert cache(ScriptedEngine(failures=1), tmp_path).render(TEXT, language="en").is_file()
    engine = ScriptedEngine(failures=2)
    with pytest.raises(VoiceFailed, match="died"):
        cache(engine, tmp_path).render("Something else.", language="en")
    assert len(engine.rendered) == 2
    assert len(list((tmp_path / "voice").iterdir())) == 1


@pytest.mark.parametrize("kind", ["nothing", "silence"])
def test_what_is_no_speech_is_a_failure(tmp_path: Path, kind: str) -> None:
    with pytest.raises(VoiceFailed):
        cache(ScriptedEngine(kind=kind), tmp_path).render(TEXT, language="en")


def test_a_voice_that_does_not_exist_is_not_tried(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    with pytest.raises(BadRequest):
        cache(engine, tmp_path).render(TEXT, language="en", voice="nobody")
    assert engine.rendered == []


def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "voice").write_text("a file is in the way")
    with pytest.raises(VoiceFailed, match="cannot be stored"):
        cache(ScriptedEngine(), tmp_path).render(TEXT, language="en")


def test_the_real_voice_is_as_loud_as_it_should_be(tmp_path: Path) -> None:
    engine = Pyttsx3Engine([sys.executable, "-c", CHILD], deadline_s=60)
    speech = SpeechCache(engine, tmp_path, SystemClock())
    wav = speech.render(TEXT, language="en")
    samples = read_wav(wav)
    assert integrated_lufs(samples, RATE) == pytest.approx(-20, abs=1)
    assert true_peak_dbtp(samples, RATE) <= -1.5
    assert 2 < samples.size / RATE < 6
    assert wav == speech.render(TEXT, language="en-US", voice="gmw/en-us")


def test_only_the_recordings_own_format_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with pytest.raises(BadRequest, match="does not exist"):
        read_wav(path)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(400))
    with pytest.raises(BadRequest, match="48 kHz"):
        read_wav(path)
    shutil.copy(__file__, path)
    with pytest.raises(BadRequest, match="no WAV"):
        read_wav(path)
