"""A finger moves everything that scrolls, and presses nothing on its way; the mouse goes on selecting."""

import dataclasses
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.interview import ConsentText
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import Trouble, View
from kiosk.ui import samples
from kiosk.ui.comfort import Comfort
from kiosk.ui.editor import CodeEditor
from kiosk.ui.fields import Choice
from tests.ui.conftest import SETTLES, Kiosk, KioskMaker, settle
from tests.ui.touching import tap, touch_screen

UP = QPoint(0, -12)
DOWN = QPoint(0, 12)


def drag(kiosk: Kiosk, begin: QPoint, step: QPoint, steps: int = 8, *, window: QWidget | None = None) -> None:
    """A finger comes down there, moves step by step, and leaves."""
    on = window or kiosk.window
    QTest.touchEvent(on, touch_screen()).press(1, begin, on).commit()
    places = [begin + step * n for n in range(steps + 1)]
    for _, place in pairwise(places):
        QTest.touchEvent(on, touch_screen()).move(1, place, on).commit()
        QApplication.processEvents()
    QTest.touchEvent(on, touch_screen()).release(1, places[-1], on).commit()
    QApplication.processEvents()


def middle(kiosk: Kiosk, widget: QWidget) -> QPoint:
    return widget.mapTo(kiosk.window, widget.rect().center())


def large(kiosk: Kiosk, view: View) -> None:
    kiosk.show(view)
    kiosk.window.stage._apply(Comfort(200, volume=view.volume))
    for _ in range(2 * SETTLES):
        QApplication.processEvents()


def scrolled(kiosk: Kiosk, widget: QWidget) -> QAbstractScrollArea:
    """The area of `widget` that has something to scroll."""
    above: QWidget | None = widget
    while above is not None:
        if isinstance(above, QAbstractScrollArea) and above.verticalScrollBar().maximum() > 0:
            return above
        above = above.parentWidget()
    raise AssertionError(f"{widget.objectName()} does not scroll")


def places_to_scroll(kiosk: Kiosk, name: str) -> QAbstractScrollArea:
    """Brings up something that scrolls, and returns it."""
    if name == "consent":
        text = ConsentText("1", "en", "# Before\n\n" + "Please read this. " * 400, "1" * 64)
        kiosk.show(samples.view(State.CONSENT, consent=text))
        return scrolled(kiosk, kiosk.find("consent-text"))
    if name == "statement":
        task = dataclasses.replace(samples.INTERVIEW.questions[2], statement="A long statement. " * 150)
        interview = dataclasses.replace(samples.INTERVIEW, questions=(task,))
        kiosk.show(samples.view(State.ANSWERING, 0, interview=interview))
        return scrolled(kiosk, kiosk.find("statement"))
    if name == "editor":
        kiosk.show(samples.view(State.ANSWERING, 2))
        editor = kiosk.find("editor")
        assert isinstance(editor, CodeEditor)
        editor.setPlainText("\n".join(f"line_{n} = {n}" for n in range(200)))
        return editor
    if name == "proctor":
        troubles = tuple(Trouble("camera", f"Trouble number {n} of many.", "Do something. " * 9) for n in range(12))
        kiosk.show(samples.view(State.ANSWERING, 0, troubles=troubles))
        kiosk.window._turn_proctor()  # the chord has a test of its own
        settle()
        return kiosk.window.proctor.problems.area
    if name == "keys":
        large(kiosk, samples.view(State.CONSENT))
        kiosk.window.stage._show_keys()
        settle()
        areas = [area for area in kiosk.window.stage.keys.findChildren(QScrollArea) if area.isVisible()]
        return areas[0]
    large(kiosk, samples.all_views()[name])
    return kiosk.window.stage._current().body


PLACES = ["consent", "statement", "editor", "proctor", "keys", "welcome", "loudspeaker", "question-long", "thanks"]


@pytest.mark.parametrize("name", PLACES)
def test_everything_that_scrolls_follows_a_finger(kiosk: Kiosk, name: str) -> None:
    area = places_to_scroll(kiosk, name)
    bar = area.verticalScrollBar()
    bar.setValue(0)
    where = middle(kiosk, area.viewport())
    drag(kiosk, where, UP)
    assert bar.value() > 0
    kiosk.window._finger._run.stop()
    there = bar.value()
    drag(kiosk, where, DOWN)
    assert bar.value() < there


@pytest.mark.parametrize("name", ["tick", "check-louder"])
def test_a_move_that_begins_on_a_control_presses_nothing_and_a_touch_does(kiosk: Kiosk, name: str) -> None:
    large(kiosk, samples.view(State.CONSENT) if name == "tick" else samples.view(State.LOUDSPEAKER, volume=50))
    control = kiosk.find(name)
    body = kiosk.window.stage._current().body
    body.ensureWidgetVisible(control)
    settle()
    pressed: list[bool] = []
    control.clicked.connect(lambda: pressed.append(True))  # type: ignore[attr-defined]  # a button
    there = body.verticalScrollBar().value()
    drag(kiosk, middle(kiosk, control), DOWN)
    kiosk.window._finger._run.stop()
    assert body.verticalScrollBar().value() < there
    assert pressed == []
    body.ensureWidgetVisible(control)
    settle()
    tap(kiosk, control)
    assert pressed == [True]


def test_a_flick_runs_on_and_a_touch_stops_it_and_presses_nothing(make_kiosk: KioskMaker, qtbot: QtBot) -> None:
    kiosk = make_kiosk(settings=dataclasses.replace(samples.settings(), motion="full"))
    area = places_to_scroll(kiosk, "consent")
    bar = area.verticalScrollBar()
    where = middle(kiosk, area.viewport())
    drag(kiosk, where, UP, 5)
    left = bar.value()
    qtbot.waitUntil(lambda: bar.value() > left)
    tap(kiosk, area.viewport())
    stopped = bar.value()
    settle()
    assert bar.value() == stopped
    assert kiosk.window._finger._run.state() is kiosk.window._finger._run.State.Stopped


def test_with_reduced_motion_all_stops_where_the_finger_leaves(make_kiosk: KioskMaker) -> None:
    kiosk = make_kiosk(settings=dataclasses.replace(samples.settings(), motion="reduced"))
    area = places_to_scroll(kiosk, "consent")
    drag(kiosk, middle(kiosk, area.viewport()), UP, 5)
    assert area.verticalScrollBar().value() == 3 * 12, "what it moved before it was a move is not made up for"
    assert kiosk.window._finger._run.state() is kiosk.window._finger._run.State.Stopped


def test_the_mouse_still_selects_text_and_scrolls_nothing(kiosk: Kiosk) -> None:
    editor = places_to_scroll(kiosk, "editor")
    assert isinstance(editor, CodeEditor)
    editor.verticalScrollBar().setValue(0)
    begin = editor.viewport().mapTo(kiosk.window, QPoint(60, 40))
    handle, left, none = kiosk.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(handle, left, none, begin)
    QTest.mouseMove(handle, begin + QPoint(90, 60))
    QTest.mouseRelease(handle, left, none, begin + QPoint(90, 60))
    assert editor.textCursor().hasSelection()
    assert editor.verticalScrollBar().value() == 0


def test_a_finger_that_moves_the_editor_selects_nothing_and_moves_no_cursor(kiosk: Kiosk) -> None:
    editor = places_to_scroll(kiosk, "editor")
    assert isinstance(editor, CodeEditor)
    before = editor.textCursor().position()
    drag(kiosk, middle(kiosk, editor.viewport()), DOWN)
    assert not editor.textCursor().hasSelection()
    assert editor.textCursor().position() == before
    tap(kiosk, editor)
    assert editor.textCursor().position() != before


def test_long_lines_of_code_are_moved_sideways(kiosk: Kiosk) -> None:
    editor = places_to_scroll(kiosk, "editor")
    assert isinstance(editor, CodeEditor)
    editor.setPlainText("x = " + "1 + " * 200)
    editor.horizontalScrollBar().setValue(0)
    settle()
    drag(kiosk, middle(kiosk, editor.viewport()), QPoint(-12, 0))
    assert editor.horizontalScrollBar().value() > 0


def test_where_the_inner_text_has_ended_the_screen_moves(kiosk: Kiosk) -> None:
    large(kiosk, samples.view(State.CONSENT))
    outer = kiosk.window.stage._current().body
    inner = kiosk.find("card")
    assert isinstance(inner, QScrollArea)
    inner.verticalScrollBar().setValue(inner.verticalScrollBar().maximum())
    outer.verticalScrollBar().setValue(0)
    drag(kiosk, inner.viewport().mapTo(kiosk.window, QPoint(100, 60)), UP)
    assert outer.verticalScrollBar().value() > 0


@pytest.mark.qt_log_ignore("does not support")  # Qt without a screen: no raise(), no grab of the keyboard
def test_a_long_list_of_interviews_is_moved_too(make_kiosk: KioskMaker) -> None:
    many = tuple(dataclasses.replace(samples.INTERVIEW, id=f"i{n}", title=f"Interview {n}") for n in range(40))
    kiosk = make_kiosk(QSize(1280, 720), dataclasses.replace(samples.settings(), interviews=many))
    choice = kiosk.find("interview")
    assert isinstance(choice, Choice)
    choice.showPopup()
    settle()
    bar = choice.view().verticalScrollBar()
    popup = choice.view().window()
    chosen = choice.currentIndex()
    drag(kiosk, popup.rect().center(), UP, window=popup)
    assert bar.value() > 0
    assert choice.currentIndex() == chosen
    choice.hidePopup()
