"""Nobody needs a keyboard on the table: a finger on a field brings one to the screen, and it types what is touched."""

import dataclasses
from itertools import product

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.interview import Accommodations
from kiosk.domain.requests import Choose, CodeChanged, Note, StopSession
from kiosk.domain.view import PanelLock
from kiosk.domain.view import SessionState as State
from kiosk.ui import language, samples, samples_arabic
from kiosk.ui.editor import CodeEditor
from kiosk.ui.keyboard_key import Key
from kiosk.ui.theme import SMALLEST_TARGET
from tests.ui.conftest import Kiosk, KioskMaker
from tests.ui.touching import keyboard, tap, tap_keys

SIZES = (QSize(1280, 720), QSize(1920, 1080))


def shown(kiosk: Kiosk) -> bool:
    return kiosk.window.stage.keyboard.isVisible() or kiosk.window.proctor.keyboard.isVisible()


def coding(kiosk: Kiosk) -> CodeEditor:
    kiosk.show(samples.view(State.ANSWERING, 2, extensions_left=10))
    editor = kiosk.find("editor")
    assert isinstance(editor, CodeEditor)
    return editor


def seen_part(kiosk: Kiosk, widget: QWidget) -> QRect:
    """What is seen of it, in the window."""
    part = widget.visibleRegion().boundingRect()
    return QRect(widget.mapTo(kiosk.window, part.topLeft()), part.size())


def test_a_candidate_number_is_typed_by_touch_alone(kiosk: Kiosk) -> None:
    assert not shown(kiosk)
    tap(kiosk, kiosk.find("candidate"))
    tap_keys(kiosk, "C-2041")
    assert kiosk.focused() == "candidate"
    kiosk.clock.advance(1)
    tap_keys(kiosk, "8\n")
    assert kiosk.posted[-1] == Choose(samples.INTERVIEW, "C-20418", confirmed=False)
    kiosk.show(samples.view(State.CONFIRMING))
    assert not shown(kiosk)


def test_code_is_typed_by_touch_alone_with_its_signs_its_tab_and_its_arrows(kiosk: Kiosk, qtbot: QtBot) -> None:
    editor = coding(kiosk)
    editor.begin("")
    tap(kiosk, editor)
    tap_keys(kiosk, "if a[0] != 'B':\nx = {1: \"(&)\"}\n\ty")
    assert editor.toPlainText() == "if a[0] != 'B':\n    x = {1: \"(&)\"}\n        y"
    for name in ("key-left", "key-up", "key-delete", "key-right", "key-down"):
        tap(kiosk, kiosk.find(name))
    assert len(editor.toPlainText()) == len("if a[0] != 'B':\n    x = {1: \"(&)\"}\n        y") - 1
    qtbot.waitUntil(lambda: CodeChanged(editor.toPlainText()) in kiosk.posted, timeout=10_000)


def test_the_proctors_note_and_the_reason_of_an_abort_are_typed_by_touch_alone(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ANSWERING, 0, lock=PanelLock(required=True)))
    kiosk.window.proctor.open()
    kiosk.window.proctor.acts.page.emit("note")
    tap(kiosk, kiosk.find("proctor-note-words"))
    tap_keys(kiosk, "A door.")
    tap(kiosk, kiosk.find("proctor-note-go"))
    assert Note("A door.") in kiosk.posted
    assert not shown(kiosk)
    kiosk.window.proctor.acts.page.emit("abort")
    tap(kiosk, kiosk.find("proctor-abort-keyboard"))
    tap_keys(kiosk, "fire")
    tap(kiosk, kiosk.find("proctor-abort-go"))
    tap(kiosk, kiosk.find("proctor-abort-go"))
    assert [one.why for one in kiosk.posted if isinstance(one, StopSession)] == ["fire"]


def test_it_comes_by_a_finger_or_when_it_is_asked_for_and_never_by_mouse_or_keys(kiosk: Kiosk) -> None:
    field = kiosk.find("candidate")
    QTest.mouseClick(
        kiosk.window.windowHandle(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        field.mapTo(kiosk.window, field.rect().center()),
    )
    kiosk.write("C-7")
    kiosk.tab_to("begin")
    assert not shown(kiosk)
    kiosk.tab_to("keyboard-open")
    kiosk.press(Qt.Key.Key_Space)
    assert shown(kiosk)
    assert kiosk.focused() == "candidate"
    tap_keys(kiosk, "1")
    kiosk.write("2")
    assert isinstance(field, QLineEdit)
    assert field.text() == "C-712"
    tap(kiosk, kiosk.find("key-hide"))
    assert not shown(kiosk)
    assert kiosk.find("comfort").isVisible()
    assert kiosk.focused() == "candidate"


def test_a_press_on_a_button_beside_it_is_a_press_and_moves_nothing(kiosk: Kiosk) -> None:
    tap(kiosk, kiosk.find("candidate"))
    tap_keys(kiosk, "7")
    before = kiosk.find("begin").geometry()
    kiosk.clock.advance(1)
    tap(kiosk, kiosk.find("begin"))
    assert kiosk.posted[-1] == Choose(samples.INTERVIEW, "7", confirmed=False)
    assert kiosk.find("begin").geometry() == before


def test_shift_is_for_one_letter_and_twice_for_all_that_follow(kiosk: Kiosk) -> None:
    field = kiosk.find("candidate")
    assert isinstance(field, QLineEdit)
    tap(kiosk, field)
    for name in ("shift", "a", "b", "shift", "shift", "c", "d", "shift", "e"):
        tap(kiosk, kiosk.find(f"key-{name}"))
    assert field.text() == "AbCDe"


def test_nothing_can_be_typed_where_nothing_is_to_be_typed(kiosk: Kiosk) -> None:
    editor = coding(kiosk)
    tap(kiosk, editor)
    assert shown(kiosk)
    kiosk.show(samples.view(State.PAUSED, 2))
    assert not shown(kiosk)
    assert not kiosk.find("keyboard-open").isEnabled()
    kiosk.show(samples.view(State.IDLE))
    assert kiosk.find("keyboard-open").isEnabled()


@pytest.mark.parametrize(("size", "percent"), list(product(SIZES, (100, 200))))
def test_it_covers_no_field_and_its_keys_are_large_enough(make_kiosk: KioskMaker, size: QSize, percent: int) -> None:
    kiosk = make_kiosk(size)
    large = Accommodations(larger_text=percent > 100)
    for view, name in (
        (samples.view(State.IDLE), "candidate"),
        (samples.view(State.ANSWERING, 2, accommodations=large), "editor"),
    ):
        kiosk.show(view)
        for _ in range((percent - 100) // 25):
            kiosk.window.stage.bar.larger.click()
        kiosk.window.stage._type_here()  # the bar's button has a test of its own
        kiosk.show(view)
        field, board = kiosk.find(name), keyboard(kiosk)
        part = seen_part(kiosk, field)
        assert part.height() >= min(field.height(), 100), name
        assert part.bottom() < board.mapTo(kiosk.window, QPoint(0, 0)).y(), name
        assert board.mapTo(kiosk.window, board.rect().bottomRight()).y() < kiosk.window.height(), name
        keys = [key for key in board.findChildren(Key) if key.isVisible()]
        assert len(keys) >= 40
        for key in keys:
            assert min(key.width(), key.height()) >= SMALLEST_TARGET, key.objectName()
            assert key.focusPolicy() is Qt.FocusPolicy.NoFocus
            assert QAccessible.queryAccessibleInterface(key).text(QAccessible.Text.Name), key.objectName()
    kiosk.bridge.close()


def test_arabic_screens_have_arabic_letters_and_latin_ones_for_numbers_and_code(make_kiosk: KioskMaker) -> None:
    kiosk = make_kiosk(settings=samples_arabic.settings())
    tap(kiosk, kiosk.find("candidate"))
    assert kiosk.find("key-q").isVisible()
    tap(kiosk, kiosk.find("key-script"))
    tap_keys(kiosk, "سؤال 7")
    assert kiosk.find("candidate").text() == "سؤال 7"  # type: ignore[attr-defined]  # a field
    kiosk.window._turn_proctor()  # the chord has a test of its own
    kiosk.show(dataclasses.replace(samples_arabic.all_views()["proctor-note"]))
    kiosk.window.proctor.acts.page.emit("note")
    tap(kiosk, kiosk.find("proctor-note-words"))
    left, right = kiosk.find("key-ض"), kiosk.find("key-د")
    assert left.x() < right.x(), "as on real ones"
    tap(kiosk, kiosk.find("key-signs"))
    tap_keys(kiosk, "؟")
    assert kiosk.find("proctor-note-words").text() == "؟"  # type: ignore[attr-defined]  # a field
    kiosk.bridge.close()
    language.speak(language.SOURCE)
