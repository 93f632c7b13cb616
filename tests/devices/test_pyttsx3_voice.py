"""The voice: the real engine speaks whole texts, and a broken one never leaves a file or makes anybody wait."""

import stat
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.devices.pyttsx3_voice import LONGEST_TEXT, Pyttsx3Engine, speakable
from kiosk.domain.errors import BadRequest, VoiceFailed

CHILD = "import sys; from kiosk.devices.pyttsx3_voice import main_child; sys.exit(main_child(sys.argv[1:]))"
STUB = Path(__file__).with_name("stub_engine.py")
TEXT = "What have you built that you are proud of?"


@pytest.fixture(scope="module")
def engine() -> Pyttsx3Engine:
    return Pyttsx3Engine([sys.executable, "-c", CHILD], deadline_s=60)


@pytest.fixture
def broken() -> Callable[[str], Pyttsx3Engine]:
    return lambda mode: Pyttsx3Engine([sys.executable, str(STUB), mode], deadline_s=0.3 if mode == "hangs" else 60)


def seconds(wav: Path) -> float:
    with wave.open(str(wav), "rb") as file:
        return file.getnframes() / file.getframerate()


def test_the_engine_lists_voices_by_language(engine: Pyttsx3Engine) -> None:
    languages = {tag for voice in engine.voices() for tag in voice.languages}
    assert {"en-us", "de"} <= languages
    assert "pyttsx3" in engine.version


def test_no_voice_of_the_engine_is_left_out_and_none_is_named_twice(engine: Pyttsx3Engine) -> None:
    asked = (
        "import os; from kiosk.devices.pyttsx3_voice import _engine;"
        "print(*(voice.id for voice in _engine().getProperty('voices')), sep='\\n', flush=True); os._exit(0)"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    own = [line for line in said.splitlines() if line]
    assert [voice.id for voice in engine.voices()] == own
    assert len(own) > 100
    assert len(set(own)) == len(own), "each can be chosen by its id"


def test_a_text_is_spoken_whole_and_its_length_follows_the_speed(engine: Pyttsx3Engine, tmp_path: Path) -> None:
    slow, fast = tmp_path / "slow.wav", tmp_path / "fast.wav"
    engine.render(TEXT, "gmw/en-us", 120, slow)
    engine.render(TEXT, "gmw/en-us", 240, fast)
    assert 2 < seconds(slow) < 6
    assert seconds(fast) < 0.7 * seconds(slow)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fast.wav", "slow.wav"]


def test_a_long_text_is_spoken_to_its_end(engine: Pyttsx3Engine, tmp_path: Path) -> None:
    one, many = tmp_path / "one.wav", tmp_path / "many.wav"
    engine.render(TEXT, "gmw/en-us", 150, one)
    engine.render(" ".join([TEXT] * 20), "gmw/en-us", 150, many)
    assert seconds(many) == pytest.approx(20 * seconds(one), rel=0.15)


def test_a_variant_is_another_voice_in_the_same_language(engine: Pyttsx3Engine, tmp_path: Path) -> None:
    plain, variant = tmp_path / "plain.wav", tmp_path / "variant.wav"
    engine.render(TEXT, "gmw/en-us", 150, plain)
    engine.render(TEXT, "gmw/en-us+f3", 150, variant)
    assert plain.read_bytes() != variant.read_bytes()


@pytest.mark.parametrize("voice", ["nobody", "gmw/en-us+nobody", ""])
def test_an_unknown_voice_is_refused_and_not_replaced(engine: Pyttsx3Engine, voice: str, tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        engine.render(TEXT, voice, 150, tmp_path / "voice.wav")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "   ", "...", "a\0b", "half \ud83d a smile", "word " * LONGEST_TEXT])
def test_what_cannot_be_spoken_is_bad_input(text: str) -> None:
    with pytest.raises(BadRequest):
        speakable(text)


def test_line_breaks_and_other_scripts_are_spoken() -> None:
    assert speakable(" Erzählen\n Sie\tuns … 你好 🙂 ") == "Erzählen Sie uns … 你好 🙂"


@pytest.mark.parametrize("words_per_minute", [0, -5, 79, 401])
def test_a_speed_that_nobody_understands_is_refused(
    engine: Pyttsx3Engine, words_per_minute: int, tmp_path: Path
) -> None:
    with pytest.raises(BadRequest):
        engine.render(TEXT, "gmw/en-us", words_per_minute, tmp_path / "voice.wav")


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("hangs", "did not answer within"),
        ("dies", "died"),
        ("nothing", "no sound file"),
        ("empty", "silent"),
        ("silent", "silent"),
        ("truncated", "damaged"),
        ("short", "stopped early"),
    ],
)
def test_a_broken_engine_leaves_no_file(
    broken: Callable[[str], Pyttsx3Engine], mode: str, words: str, tmp_path: Path
) -> None:
    engine = broken("well")
    engine.voices()
    engine = broken(mode)
    with pytest.raises(VoiceFailed, match=words) as failed:
        engine.render(TEXT * 3, "en", 150, tmp_path / "voice.wav")
    assert failed.value.remedy
    assert not list(tmp_path.iterdir())


def test_what_a_child_reports_arrives_as_the_same_error(broken: Callable[[str], Pyttsx3Engine], tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"No such voice\. Choose another\."):
        broken("complains").render(TEXT, "en", 150, tmp_path / "voice.wav")


@pytest.mark.parametrize("mode", ["voiceless", "mumbling"])
def test_an_engine_without_voices_is_a_failure(broken: Callable[[str], Pyttsx3Engine], mode: str) -> None:
    with pytest.raises(VoiceFailed):
        broken(mode).voices()


def test_an_engine_that_cannot_be_started_is_a_failure() -> None:
    with pytest.raises(VoiceFailed, match="cannot be started"):
        Pyttsx3Engine(["/nowhere/kiosk"]).voices()


def test_a_folder_that_cannot_be_written_is_a_failure(engine: Pyttsx3Engine, tmp_path: Path) -> None:
    with pytest.raises(VoiceFailed):
        engine.render(TEXT, "gmw/en-us", 150, tmp_path / "missing" / "voice.wav")


def test_an_older_file_is_replaced_as_a_whole(broken: Callable[[str], Pyttsx3Engine], tmp_path: Path) -> None:
    wav = tmp_path / "voice.wav"
    wav.write_bytes(b"old")
    with pytest.raises(VoiceFailed):
        broken("short").render(TEXT, "en", 150, wav)
    assert wav.read_bytes() == b"old"
    broken("well").render(TEXT, "en", 150, wav)
    assert stat.S_ISREG(wav.stat().st_mode)
    assert seconds(wav) > 1
