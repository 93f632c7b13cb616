"""The editor: Tab indents, Enter keeps the indentation, Escape and Ctrl+Enter lead out, undo undoes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.ui.editor import CodeEditor
from kiosk.ui.theme import THEMES, Look


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    made = CodeEditor()
    made.set_look(Look(THEMES["light"], 2 / 3))
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.show()
    return made


def test_tab_goes_to_the_next_stop_and_backspace_comes_back(editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "ab")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "ab  "
    editor.begin("")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    assert editor.toPlainText() == "    "


def test_a_new_line_keeps_the_indentation_and_deepens_it_after_a_colon(editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "def f():")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "x = 1")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "return x")
    assert editor.toPlainText() == "def f():\n    x = 1\n    return x"


def test_selected_lines_are_indented_and_outdented_together_and_undone_in_one_step(editor: CodeEditor) -> None:
    editor.begin("one\n\ntwo")
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    editor.moveCursor(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "    one\n\n    two"
    QTest.keyClick(editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert editor.toPlainText() == "one\n\ntwo"
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.toPlainText() == "    one\n\n    two"


def test_undo_never_goes_behind_the_starter(editor: CodeEditor) -> None:
    editor.begin("def f():\n")
    QTest.keyClicks(editor, "x")
    for _ in range(3):
        QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.toPlainText() == "def f():\n"


def test_escape_leaves_and_control_enter_finishes_without_changing_the_text(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.begin("x")
    with qtbot.waitSignal(editor.left, timeout=5000):
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    with qtbot.waitSignal(editor.finished, timeout=5000):
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert editor.toPlainText() == "x"


def test_while_it_is_read_only_nothing_can_be_typed(editor: CodeEditor) -> None:
    editor.begin("x")
    editor.setReadOnly(True)
    QTest.keyClicks(editor, "abc")
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "x"


def test_the_column_of_line_numbers_grows_with_the_lines(editor: CodeEditor) -> None:
    narrow = editor.numbers_width()
    editor.begin("\n" * 1200)
    assert editor.numbers_width() > narrow
    assert not editor.grab().isNull()
