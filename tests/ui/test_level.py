"""The level's word: heard, very loud, quiet; it stays long enough to be read."""

import dataclasses

from pytestqt.qtbot import QtBot

from kiosk.domain.clock import NS
from kiosk.ui import samples
from kiosk.ui.level import LevelMeter


def test_the_word_stays_between_syllables_and_then_says_quiet(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    speaking = samples.progress(level=-20)
    silent = samples.progress(level=-70)
    meter.show_progress(speaking)
    assert meter.word() == "We hear you"
    meter.show_progress(dataclasses.replace(silent, now_ns=speaking.now_ns + NS // 2))
    assert meter.word() == "We hear you"
    meter.show_progress(dataclasses.replace(silent, now_ns=speaking.now_ns + 2 * NS))
    assert meter.word() == "Quiet"


def test_clipping_is_told(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show_progress(dataclasses.replace(samples.progress(level=-8), peak_dbfs=-0.1))
    assert meter.word() == "Very loud"
    assert meter.accessibleName() == "Microphone: Very loud"


def test_while_the_kiosk_speaks_nothing_is_said_about_the_candidate(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show_progress(samples.progress(level=-20), listening=False)
    assert not meter.word()


def test_the_echo_of_the_question_is_not_taken_for_the_candidate(qtbot: QtBot) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    speaking = samples.progress(level=-20)
    meter.show_progress(speaking, listening=False)
    meter.show_progress(dataclasses.replace(speaking, now_ns=speaking.now_ns + NS // 5))
    assert not meter.word()
    meter.show_progress(dataclasses.replace(speaking, now_ns=speaking.now_ns + NS))
    assert meter.word() == "We hear you"
