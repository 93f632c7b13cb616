"""Every path of a candidate in real widgets, as views come in through the bridge. No event takes too long."""

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiosk.domain.clock import NS
from kiosk.domain.requests import (
    Active,
    Again,
    Agree,
    CallProctor,
    Choose,
    CodeChanged,
    Confirm,
    Dismiss,
    MoreTime,
    Next,
    NotHeard,
    Repeat,
    Request,
    SetVolume,
    SkipPractice,
)
from kiosk.domain.view import Call, Delivery, Notice
from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from kiosk.ui.editor import CodeEditor
from kiosk.ui.fields import Field
from kiosk.ui.text import Paragraph
from tests.ui.candidate import click, comes, look, said, touch
from tests.ui.conftest import Kiosk, KioskMaker
from tests.ui.touching import tap_keys

pytestmark = pytest.mark.usefixtures("never_blocked")


@pytest.mark.parametrize("press", [click, touch])
def test_a_whole_interview_is_done_by_mouse_alone_and_by_touch_alone(
    kiosk: Kiosk, press: Callable[[Kiosk, str], list[Request]]
) -> None:
    if press is touch:
        press(kiosk, "candidate")
        tap_keys(kiosk, "C-20418")
        look(kiosk)
    else:
        kiosk.write("C-20418")
    assert press(kiosk, "begin") == [Choose(samples.INTERVIEW, "C-20418", confirmed=False)]
    comes(kiosk, samples.view(State.CONFIRMING))
    assert said(kiosk, "confirm-candidate") == "C-20418"
    assert press(kiosk, "confirm") == [Confirm()]
    comes(kiosk, samples.view(State.CONSENT))
    press(kiosk, "tick")
    assert isinstance(press(kiosk, "agree")[0], Agree)
    comes(kiosk, samples.view(State.OPENING))
    for state, button, asked in (
        (State.CAMERA, "next", Next()),
        (State.LOUDSPEAKER, "again", Again()),
        (State.LOUDSPEAKER, "next", Next()),
        (State.MICROPHONE, "next", Next()),
        (State.SPEAKING, "next", Next()),
        (State.PLAYBACK, "next", Next()),
        (State.HEARD, "again", Again()),
        (State.HEARD, "next", Next()),
        (State.PRACTICE, "next", Next()),
    ):
        comes(kiosk, samples.view(state))
        assert press(kiosk, button) == [asked], state
    comes(kiosk, samples.all_views()["question-practice"])
    assert said(kiosk, "caption") == samples.PRACTICE.text
    assert press(kiosk, "next") == [Next()]
    comes(kiosk, samples.view(State.PRACTICE_PLAYBACK))
    comes(kiosk, samples.view(State.READY))
    assert press(kiosk, "next") == [Next()]
    comes(kiosk, samples.view(State.PREPARING))
    comes(kiosk, samples.view(State.ASKING, 0))
    comes(kiosk, samples.view(State.THINKING, 0))
    assert press(kiosk, "repeat") == [Repeat()]
    comes(kiosk, samples.view(State.ANSWERING, 0, repeats_left=1))
    assert press(kiosk, "next") == [Next()]
    comes(kiosk, samples.view(State.ANSWERING, 2))
    press(kiosk, "editor")
    if press is touch:
        tap_keys(kiosk, "\tpass")
        assert kiosk.find("editor").toPlainText().endswith("    pass")  # type: ignore[attr-defined]  # the editor
        press(kiosk, "key-hide")
    assert press(kiosk, "next")[-1] == Next()
    comes(kiosk, samples.view(State.FINISHING, 3))
    comes(kiosk, samples.all_views()["thanks"])
    assert press(kiosk, "dismiss") == [Dismiss()]


def test_who_hears_nothing_says_so_and_changes_the_volume(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.LOUDSPEAKER, volume=70))
    assert click(kiosk, "not-heard") == [NotHeard()]
    assert click(kiosk, "check-louder") == [SetVolume(80)]
    assert click(kiosk, "check-quieter") == [SetVolume(60)]
    comes(kiosk, samples.view(State.HEARD))
    assert click(kiosk, "not-heard") == [NotHeard()]


def test_what_is_so_wrong_that_it_cannot_go_on_is_told_and_the_proctor_can_be_called(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.CAMERA, held=True, notice=Notice.NOT_SEEN))
    assert not kiosk.find("next").isEnabled()
    assert said(kiosk, "notice-words").startswith("We can't see you.")
    assert click(kiosk, "help") == [CallProctor()]
    comes(kiosk, samples.view(State.CAMERA))
    assert kiosk.find("next").isEnabled()
    assert said(kiosk, "notice-words") == ""


def test_the_keyboard_is_not_lost_when_its_button_cannot_be_pressed_any_more(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.CAMERA))
    assert kiosk.focused() == "next"
    comes(kiosk, samples.view(State.CAMERA, held=True))
    assert kiosk.focused() == "screen-camera"


def test_practice_can_be_left_out(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.PRACTICE))
    assert click(kiosk, "other") == [SkipPractice()]


@pytest.mark.parametrize("notice", list(Notice))
def test_a_device_that_fails_is_told_in_its_place_while_nothing_moves(kiosk: Kiosk, notice: Notice) -> None:
    view = samples.all_views()["question-answering"]
    comes(kiosk, view)
    places = {name: kiosk.find(name).geometry() for name in ("next", "repeat", "caption", "self-view", "notice")}
    comes(kiosk, dataclasses.replace(view, notice=notice))
    assert said(kiosk, "notice-words")
    comes(kiosk, dataclasses.replace(view, notice=notice, called=Call.TROUBLE))
    assert said(kiosk, "notice-words").endswith("the proctor has been called.")
    assert places == {name: kiosk.find(name).geometry() for name in places}
    assert kiosk.find("next").isEnabled(), "the interview goes on"
    comes(kiosk, view)
    assert said(kiosk, "notice-words") == ""


def test_who_is_asked_whether_they_are_there_says_so_by_one_press(kiosk: Kiosk) -> None:
    view = samples.view(State.THINKING, 0)
    comes(kiosk, view)
    place = kiosk.find("caption").geometry()
    comes(kiosk, dataclasses.replace(view, still_there=True))
    assert kiosk.find("caption").geometry() == place
    assert "still there" in said(kiosk, "notice-words")
    kiosk.posted.clear()
    click(kiosk, "still-here")
    assert Active() in kiosk.posted
    comes(kiosk, view)
    assert not kiosk.window.stage.notice.still_here.isVisible()


def test_a_key_or_a_press_anywhere_tells_that_somebody_is_there_once_a_second(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.THINKING, 0))
    kiosk.posted.clear()
    handle = kiosk.window.windowHandle()
    for _ in range(3):
        QTest.keyClick(handle, Qt.Key.Key_Shift)
    assert kiosk.posted == [Active()]
    kiosk.clock.advance(1)
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(3, 300))
    assert kiosk.posted == [Active(), Active()]


def test_more_time_comes_by_one_press_as_often_as_it_is_allowed(kiosk: Kiosk) -> None:
    view = samples.all_views()["question-answering"]
    comes(kiosk, view)
    assert click(kiosk, "more-time") == [MoreTime()]
    comes(kiosk, dataclasses.replace(view, deadline_ns=kiosk.clock.ns + 130 * NS, extensions_left=0))
    assert kiosk.window.stage.top_bar.left.said() == "3 minutes left"
    assert not kiosk.find("more-time").isEnabled()
    comes(kiosk, dataclasses.replace(view, deadline_ns=0))
    assert not kiosk.find("more-time").isEnabled(), "no limit runs"


def test_the_end_of_an_answer_is_told_before_it_comes(kiosk: Kiosk) -> None:
    view = samples.all_views()["question-answering"]
    comes(kiosk, dataclasses.replace(view, deadline_ns=kiosk.clock.ns + 60 * NS))
    assert "nearly over" not in said(kiosk, "hint")
    kiosk.clock.advance(50)
    kiosk.window.stage.tick()
    assert "nearly over" in said(kiosk, "hint")


def test_a_pause_says_that_nothing_is_recorded_and_the_question_comes_back(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.ANSWERING, 0))
    comes(kiosk, samples.view(State.PAUSED, 0, progress=samples.progress(rec=False, reason="Paused")))
    assert kiosk.window.screen_name() == "paused"
    assert "No picture and no sound" in said(kiosk, "words")
    assert not kiosk.window.stage.top_bar.rec.lit
    comes(kiosk, samples.view(State.ASKING, 0))
    assert kiosk.window.screen_name() == "question"


def test_an_interview_that_the_proctor_aborts_ends_with_thanks_and_says_what_is_safe(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.ANSWERING, 0))
    comes(kiosk, samples.view(State.FINISHED, 0, message="aborted", duration_ns=30 * NS))
    assert said(kiosk, "words").startswith("The interview ended early. The proctor ended it.")
    assert "is safe" in said(kiosk, "words")
    assert said(kiosk, "receipt") == "3F2A 9C01"


def test_no_number_of_a_person_stays_in_a_widget_after_they_have_left(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.CONFIRMING))
    comes(kiosk, samples.view(State.CONSENT))
    click(kiosk, "tick")
    comes(kiosk, samples.view(State.ANSWERING, 2, code="name = 'Ada'"))
    comes(kiosk, samples.view(State.FINISHED, 3))
    comes(kiosk, samples.view(State.IDLE))
    left = [words.said() for words in kiosk.window.stage.findChildren(Paragraph)]
    left += [field.text() for field in kiosk.window.stage.findChildren(Field)]
    left += [editor.toPlainText() for editor in kiosk.window.stage.findChildren(CodeEditor)]
    assert not [text for text in left if any(mark in text for mark in ("C-20418", "3F2A", "Ada"))]


@pytest.mark.parametrize("delivery", list(Delivery))
def test_the_end_says_where_the_recording_is(kiosk: Kiosk, delivery: Delivery) -> None:
    comes(kiosk, samples.view(State.FINISHED, 3, delivery=delivery))
    words = {
        Delivery.STORED: "It is stored on this kiosk. You can",
        Delivery.WILL_BE_SENT: "will be sent",
        Delivery.SENT: "has been sent",
    }
    assert words[delivery] in said(kiosk, "words")


def test_after_a_crash_of_the_recorder_the_question_comes_again_and_choices_stay(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.ANSWERING, 1))
    click(kiosk, "text-larger")
    comes(kiosk, samples.view(State.RESUMING, 1))
    assert "What you said until then is stored" in said(kiosk, "words")
    comes(kiosk, samples.view(State.STARTING, 1))
    comes(kiosk, samples.view(State.ASKING, 1, notice=Notice.INTERRUPTED))
    assert said(kiosk, "notice-words").startswith("The recording was interrupted and goes on now.")
    assert kiosk.window.stage.comfort.percent == 125


def test_a_kiosk_that_rejoins_shows_the_code_as_it_stood(make_kiosk: KioskMaker, kiosk: Kiosk) -> None:
    del kiosk
    new = make_kiosk()
    comes(new, samples.view(State.ANSWERING, 2, code="def reverse(head):\n    return head\n"))
    editor = new.find("editor")
    assert isinstance(editor, CodeEditor)
    assert editor.toPlainText() == "def reverse(head):\n    return head\n"
    new.write("#")
    new.press(Qt.Key.Key_Return, control=True)
    assert CodeChanged("def reverse(head):\n    return head\n#") in new.posted


def test_control_enter_is_the_primary_action_and_the_other_keys_do_as_the_card_says(kiosk: Kiosk) -> None:
    comes(kiosk, samples.all_views()["question-answering"])
    for key, asked in ((Qt.Key.Key_R, Repeat()), (Qt.Key.Key_M, MoreTime()), (Qt.Key.Key_Return, Next())):
        kiosk.posted.clear()
        kiosk.press(key, control=True)
        kiosk.clock.advance(1)
        assert kiosk.posted == [asked]
