"""Colours of code: they follow what is written, and change nothing of it."""

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from kiosk.ui.editor import CodeEditor
from kiosk.ui.syntax import MOST_CHARACTERS, STYLES
from kiosk.ui.theme import PAIRS, THEMES, Look

LIGHT = THEMES["light"]


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    made = CodeEditor()
    qtbot.addWidget(made)
    made.set_look(Look(LIGHT, 1))
    return made


def colours(document: QTextDocument, line: int) -> dict[str, str]:
    """Pieces of a line that have a colour → the colour."""
    block = document.findBlockByNumber(line)
    text = block.text().encode("utf-16-le")
    return {
        text[2 * each.start : 2 * (each.start + each.length)].decode("utf-16-le"): each.format.foreground()
        .color()
        .name()
        .upper()
        for each in block.layout().formats()
    }


def test_keywords_strings_and_comments_have_the_colours_of_the_theme(editor: CodeEditor) -> None:
    editor.begin('def greet(name):\n    return "Hello"  # kindly\n', "python")
    assert colours(editor.document(), 0)["def"] == LIGHT.accent
    second = colours(editor.document(), 1)
    assert second["return"] == LIGHT.accent
    assert LIGHT.good in second.values()
    assert second["# kindly"] == LIGHT.quiet


def test_other_themes_recolour_what_stands_there(editor: CodeEditor) -> None:
    editor.begin("def f(): pass", "python")
    editor.set_look(Look(THEMES["dark"], 1))
    assert colours(editor.document(), 0)["def"] == THEMES["dark"].accent


def test_a_text_over_several_lines_is_coloured_once_the_typing_rests(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.begin('x = """\nreturn\n', "python")
    qtbot.waitUntil(lambda: LIGHT.good in colours(editor.document(), 1).values(), timeout=20_000)
    assert LIGHT.accent not in colours(editor.document(), 1).values()


def test_signs_outside_the_basic_plane_do_not_shift_the_colours(editor: CodeEditor) -> None:
    editor.begin('s = "\N{GRINNING FACE}" if True else None', "python")
    assert colours(editor.document(), 0)["if"] == LIGHT.accent


@pytest.mark.parametrize("language", ["", "klingon", "../../etc/passwd", "x" * 300])
def test_a_language_that_nobody_knows_leaves_the_text_plain(editor: CodeEditor, language: str) -> None:
    editor.begin("def f(): pass", language)
    assert colours(editor.document(), 0) == {}


def test_colours_are_no_step_of_undo_and_no_change_of_the_text(editor: CodeEditor) -> None:
    editor.begin("pass", "python")
    editor.syntax.colour_all()
    assert not editor.document().isUndoAvailable()
    assert editor.toPlainText() == "pass"


def test_a_very_long_text_is_coloured_as_far_as_typing_does_not_wait_for_it(editor: CodeEditor) -> None:
    editor.begin("return 1\n" * (MOST_CHARACTERS // 4), "python")
    assert colours(editor.document(), 5)["return"] == LIGHT.accent
    assert len(editor.syntax._lines) < editor.document().blockCount()


def test_every_colour_of_code_is_one_whose_contrast_is_checked() -> None:
    checked = {(front, back) for front, back, needed in PAIRS if needed >= 4.5}
    for _, token, _ in STYLES:
        assert {(token, "surface"), (token, "background")} <= checked
