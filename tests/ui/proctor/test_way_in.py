"""The panel's lock and the ways to it: nothing is seen without the PIN, and nothing happens by accident."""

import dataclasses

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from kiosk.domain import requests
from kiosk.domain.view import PanelLock
from kiosk.domain.view import SessionState as State
from kiosk.ui.proctor.panel import ProctorPanel
from kiosk.ui.text import Paragraph
from tests.ui.conftest import Kiosk
from tests.ui.proctor.panels import at, chord

Key = Qt.Key

SECOND = 1_000_000_000
SHUT = PanelLock(required=True, open=False)
OPEN = PanelLock(required=True, open=True)


# ── the lock ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_with_a_pin_nothing_is_seen_before_the_lock_says_open(kiosk: Kiosk) -> None:
    kiosk.show(at(State.ANSWERING, 1, lock=SHUT))
    chord(kiosk)
    assert kiosk.focused() == "keypad"
    seen = [label.text() for label in kiosk.window.proctor.findChildren(QLabel) if label.isVisible()]
    assert not any("C-20418" in text for text in seen)
    kiosk.write("2468")
    assert kiosk.posted == []
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [requests.EnterPin("2468")]
    kiosk.show(at(State.ANSWERING, 1, lock=OPEN))
    assert kiosk.posted[1:] == [requests.Attend()]
    assert kiosk.focused() == "proctor-pause"
    kiosk.press(Key.Key_Escape)
    assert kiosk.posted[2:] == [requests.Lock()]
    assert kiosk.window.screen_name() == "question"
    assert kiosk.focused() == "next"


def test_the_pin_is_typed_by_touch_too_and_told_to_nobody(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, lock=SHUT))
    chord(kiosk)
    for name in ("pin-1", "pin-2", "pin-3", "pin-delete", "pin-0"):
        QTest.mouseClick(kiosk.find(name), Qt.MouseButton.LeftButton)
    typed = kiosk.find("keypad-typed")
    assert isinstance(typed, Paragraph)
    assert (typed.said(), typed.accessibleName()) == ("\N{BULLET} \N{BULLET} \N{BULLET}", "3 digits typed")
    kiosk.press(Key.Key_Return)  # who touches a digit has not moved the keyboard there
    assert kiosk.posted == [requests.EnterPin("120")]
    assert "120" not in repr(kiosk.posted)
    assert "\N{BULLET}" not in typed.said()


def test_a_wrong_pin_is_told_and_the_lock_out_with_the_time_left(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, lock=dataclasses.replace(SHUT, wrong=2)))
    chord(kiosk)
    message = kiosk.find("keypad-message")
    assert isinstance(message, Paragraph)
    assert message.said() == "That was not the PIN (2 wrong times). Please try again."
    until = kiosk.clock.now_ns() + 90 * SECOND
    kiosk.show(at(State.IDLE, lock=dataclasses.replace(SHUT, wrong=5, until_ns=until)))
    kiosk.window.proctor.keypad.tick()
    assert message.said() == "Too many wrong PINs. The next one is taken in 1 minute 29 seconds."
    kiosk.write("2468")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == []
    assert not kiosk.find("pin-open").isEnabled()
    kiosk.clock.advance(100)
    kiosk.window.proctor.keypad.tick()
    kiosk.write("1")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [requests.EnterPin("1")]


def test_what_was_typed_is_gone_when_the_pad_comes_up_again(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, lock=SHUT))
    chord(kiosk)
    kiosk.write("24")
    kiosk.press(Key.Key_Escape)
    chord(kiosk)
    kiosk.write("68")
    kiosk.press(Key.Key_Return)
    assert requests.EnterPin("68") in kiosk.posted


def test_without_a_pin_the_panel_opens_and_says_so(kiosk: Kiosk) -> None:
    chord(kiosk)
    assert "No PIN is set" in kiosk.window.proctor.problems.words.said()
    kiosk.show(at(State.IDLE, lock=OPEN))
    assert "No PIN" not in kiosk.window.proctor.problems.words.said()


# ── the way in ──────────────────────────────────────────────────────────────────────────────────────────────────


def touch(kiosk: Kiosk, x: int, seconds: float = 0.0) -> None:
    handle = kiosk.window.windowHandle()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
    kiosk.clock.advance(seconds)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))


def test_holding_one_corner_and_touching_the_other_opens_the_panel(kiosk: Kiosk) -> None:
    touch(kiosk, 20, 2.5)
    assert kiosk.window.screen_name() == "welcome"
    touch(kiosk, 1260)
    assert kiosk.window.screen_name() == "proctor"


@pytest.mark.parametrize(
    ("first", "held", "pause"),
    [(20, 0.5, 0), (640, 3, 0), (1260, 3, 0), (20, 3, 10)],
    ids=["short", "elsewhere", "other", "late"],
)
def test_anything_less_opens_nothing(kiosk: Kiosk, first: int, held: float, pause: float) -> None:
    touch(kiosk, first, held)
    kiosk.clock.advance(pause)
    touch(kiosk, 1260)
    touch(kiosk, 1260)
    assert kiosk.window.screen_name() == "welcome"


def test_tab_goes_round_in_the_panel_and_the_stage_below_rests(kiosk: Kiosk, panel: ProctorPanel) -> None:
    seen = []
    for _ in range(22):
        seen.append(kiosk.focused())
        kiosk.press(Key.Key_Tab)
    names = ["pause", "time", "skip", "back", "repeat", "note", "stop", "abort", "needs", "close", "text-larger"]
    assert seen == [f"proctor-{name}" for name in names] * 2
    kiosk.show(at(State.ANSWERING, 3))
    assert kiosk.window.windowTitle().endswith("Question 2 of 4: answer")
    panel.dismiss()
    assert kiosk.window.windowTitle().endswith("Question 4 of 4: answer")
