"""The candidate's way by keyboard alone, and what each step asks of the director."""

import dataclasses

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from kiosk.domain.interview import Consent
from kiosk.domain.requests import (
    Agree,
    Choose,
    CodeChanged,
    Confirm,
    Dismiss,
    Next,
    Refuse,
    Repeat,
    SkipPractice,
)
from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from tests.ui.conftest import Kiosk

SECOND = 1_000_000_000
Key = Qt.Key
CONSENT = Consent("2026-11", "2" * 64, "en", "2026-11-22T14:03:07+01:00")


def test_a_whole_interview_is_done_by_keyboard_alone(kiosk: Kiosk) -> None:
    kiosk.write("C-20418")
    kiosk.press(Key.Key_Tab, Key.Key_Down)
    kiosk.tab_to("begin")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted.pop() == Choose(samples.GENERAL, "C-20418", confirmed=False)

    kiosk.show(samples.view(State.CONFIRMING))
    kiosk.press(Key.Key_Return)
    assert kiosk.posted.pop() == Confirm()
    kiosk.show(samples.view(State.CONSENT))
    assert kiosk.focused() == "card"
    kiosk.tab_to("tick")
    kiosk.press(Key.Key_Space)
    kiosk.tab_to("agree")
    kiosk.press(Key.Key_Space)
    assert kiosk.posted.pop() == Agree(CONSENT)

    kiosk.show(samples.view(State.OPENING))
    for state in (State.CAMERA, State.LOUDSPEAKER, State.MICROPHONE, State.SPEAKING, State.PLAYBACK, State.HEARD):
        kiosk.show(samples.view(state))
        assert kiosk.focused() == "next"
        kiosk.press(Key.Key_Return)
        assert kiosk.posted.pop() == Next()
    kiosk.show(samples.view(State.PRACTICE))
    kiosk.tab_to("other")
    kiosk.press(Key.Key_Space)
    assert kiosk.posted.pop() == SkipPractice()
    kiosk.show(samples.view(State.READY))
    kiosk.press(Key.Key_Return)
    assert kiosk.posted.pop() == Next()

    kiosk.show(samples.view(State.PREPARING))
    kiosk.show(samples.view(State.ASKING, 0))
    kiosk.show(samples.view(State.THINKING, 0))
    assert kiosk.focused() == "next"
    kiosk.tab_to("repeat")
    kiosk.press(Key.Key_Space)
    assert kiosk.posted.pop() == Repeat()
    kiosk.show(samples.view(State.ASKING, 0, repeats_left=1))
    kiosk.show(samples.view(State.THINKING, 0, repeats_left=1))
    assert kiosk.focused() == "next"
    kiosk.press(Key.Key_Return)
    assert kiosk.posted.pop() == Next()
    kiosk.show(samples.view(State.ANSWERING, 0, repeats_left=1))
    kiosk.press(Key.Key_Space)
    assert kiosk.posted.pop() == Next()

    kiosk.show(samples.view(State.ASKING, 2))
    kiosk.show(samples.view(State.ANSWERING, 2))
    assert kiosk.focused() == "editor"
    kiosk.press(Key.Key_Tab)
    kiosk.write("pass")
    kiosk.press(Key.Key_Escape)
    assert kiosk.focused() == "next"
    kiosk.press(Key.Key_Space)
    starter = samples.INTERVIEW.questions[2].starter
    assert kiosk.posted == [CodeChanged(starter + "    pass"), Next()]
    kiosk.posted.clear()

    kiosk.show(samples.view(State.FINISHING, 2))
    kiosk.show(samples.view(State.FINISHED, 2, duration_ns=65 * SECOND))
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [Dismiss()]


def test_begin_without_a_candidate_number_asks_for_it(kiosk: Kiosk) -> None:
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == []
    assert kiosk.focused() == "candidate"
    assert "candidate number" in kiosk.find("message").accessibleName()


def test_refusing_is_as_near_as_agreeing_and_return_on_the_text_agrees_to_nothing(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.CONSENT))
    kiosk.press(Key.Key_Return, Key.Key_Space)
    assert kiosk.posted == []
    kiosk.press(Key.Key_Tab, Key.Key_Tab)
    assert kiosk.focused() == "refuse"
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [Refuse()]


def test_a_second_press_is_not_taken_for_an_answer_to_what_comes_next(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.THINKING, 0))
    kiosk.press(Key.Key_Return, Key.Key_Return)
    assert kiosk.posted == [Next()]
    kiosk.window.show_view(samples.view(State.ANSWERING, 0))
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [Next()]
    kiosk.clock.advance(1)
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [Next(), Next()]


def test_while_the_question_is_asked_nothing_can_be_pressed(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ASKING, 0))
    assert not kiosk.find("next").isEnabled()
    assert not kiosk.find("repeat").isEnabled()


def test_without_repeats_left_the_question_cannot_be_repeated(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ANSWERING, 0, repeats_left=0))
    assert not kiosk.find("repeat").isEnabled()
    assert kiosk.find("next").isEnabled()


def test_control_enter_in_the_editor_posts_the_code_and_goes_on(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ANSWERING, 2))
    kiosk.write("x = 1")
    kiosk.press(Key.Key_Return, control=True)
    starter = samples.INTERVIEW.questions[2].starter
    assert kiosk.posted == [CodeChanged(starter + "x = 1"), Next()]


def test_code_is_posted_while_it_is_typed_and_at_once_near_the_limit(kiosk: Kiosk, qtbot: object) -> None:
    del qtbot
    deadline = kiosk.clock.now_ns() + 60 * SECOND
    kiosk.show(samples.view(State.ANSWERING, 2, deadline_ns=deadline, limit_ns=60 * SECOND))
    kiosk.write("a")
    assert kiosk.posted == []
    kiosk.clock.ns = deadline - SECOND // 2
    kiosk.write("b")
    starter = samples.INTERVIEW.questions[2].starter
    assert kiosk.posted == [CodeChanged(starter + "ab")]


def test_code_typed_too_late_is_never_posted_to_another_question(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ANSWERING, 2))
    kiosk.write("late")
    kiosk.window.show_view(samples.view(State.ASKING, 3))
    QTest.qWait(700)
    assert kiosk.posted == []


def test_the_editor_keeps_its_text_through_a_pause_and_a_repeat(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ASKING, 2))
    assert kiosk.window.stage.coding.editor.isReadOnly()
    kiosk.show(samples.view(State.ANSWERING, 2))
    kiosk.write("kept")
    kiosk.show(samples.view(State.PAUSED, 2))
    assert kiosk.posted == [CodeChanged(samples.INTERVIEW.questions[2].starter + "kept")]
    kiosk.show(samples.view(State.ASKING, 2))
    assert not kiosk.window.stage.coding.editor.isReadOnly()
    kiosk.show(samples.view(State.ANSWERING, 2))
    assert kiosk.window.stage.coding.editor.toPlainText().endswith("kept")
    assert kiosk.focused() == "editor"


def test_tab_leads_to_a_text_only_when_it_can_be_scrolled(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ANSWERING, 0))
    assert kiosk.find("text").focusPolicy() == Qt.FocusPolicy.NoFocus
    long = dataclasses.replace(samples.INTERVIEW.questions[0], text="A very long question. " * 90)
    interview = dataclasses.replace(samples.INTERVIEW, questions=(long,))
    kiosk.show(samples.view(State.ANSWERING, 0, interview=interview))
    QApplication.processEvents()
    kiosk.tab_to("text")
    area = kiosk.find("text")
    assert isinstance(area, QScrollArea)
    kiosk.press(Key.Key_PageDown)
    assert area.verticalScrollBar().value() > 0
