"""What lies in assets/ for the screens and the recording: fonts with their licence, stills, tones, icons."""

import wave

import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from kiosk.system import places
from kiosk.ui.application import FONTS


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["camera-lost", "paused"])
def test_a_still_has_the_size_of_the_recording_and_is_small(name: str) -> None:
    path = places.asset(f"stills/{name}.png")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1280, 720)
    assert path.stat().st_size < 60_000


@pytest.mark.parametrize("name", ["answer-starts", "answer-ends"])
def test_a_tone_is_short_soft_and_begins_and_ends_in_silence(name: str) -> None:
    with wave.open(str(places.asset(f"sounds/{name}.wav")), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (48_000, 1, 2)
        assert sound.getnframes() == 14_400
        samples = memoryview(sound.readframes(14_400)).cast("h")
    assert abs(samples[0]) <= 2
    assert abs(samples[-1]) <= 2
    assert 2000 < max(abs(sample) for sample in samples) < 8000


def test_the_fonts_are_there_with_their_licence(qapp: QApplication) -> None:
    del qapp
    for name in FONTS:
        assert places.asset(f"fonts/{name}").is_file()
    licence = places.asset("fonts/OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_every_icon_can_be_drawn_in_any_colour(qapp: QApplication) -> None:
    del qapp
    icons = sorted(places.asset("icons").glob("*.svg"))
    assert icons
    for path in icons:
        assert QSvgRenderer(str(path)).isValid(), path.name
        assert 'stroke="#000"' in path.read_text(encoding="utf-8"), path.name
