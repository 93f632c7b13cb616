"""The window: each state has its screen, REC tells the truth, no text is cut, nothing of a person is left."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.events import RecorderState
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import Trouble, View
from kiosk.ui import samples
from kiosk.ui.buttons import Button
from kiosk.ui.screenshots import LARGE, save_all, write_sample_preview
from kiosk.ui.text import Line, Paragraph
from kiosk.ui.theme import SMALLEST_TARGET
from kiosk.ui.topbar import TRIED
from tests.ui.conftest import Kiosk, KioskMaker, settle

SIZES = [QSize(1280, 720), QSize(1920, 1080)]


@pytest.mark.parametrize(
    ("state", "index", "screen"),
    [
        (State.IDLE, -1, "welcome"),
        (State.CONFIRMING, -1, "confirm"),
        (State.CONSENT, -1, "consent"),
        (State.OPENING, -1, "opening"),
        (State.CAMERA, -1, "camera"),
        (State.LOUDSPEAKER, -1, "loudspeaker"),
        (State.MICROPHONE, -1, "microphone"),
        (State.SPEAKING, -1, "microphone"),
        (State.PLAYBACK, -1, "microphone"),
        (State.HEARD, -1, "microphone"),
        (State.PRACTICE, -1, "practice"),
        (State.PRACTICE_PLAYBACK, -1, "playback"),
        (State.READY, -1, "ready"),
        (State.PREPARING, -1, "preparing"),
        (State.STARTING, -1, "preparing"),
        (State.ASKING, -1, "preparing"),
        (State.RESUMING, 1, "resuming"),
        (State.STARTING, 1, "resuming"),
        (State.ASKING, 0, "question"),
        (State.THINKING, 1, "question"),
        (State.ANSWERING, 3, "question"),
        (State.ASKING, 2, "coding"),
        (State.ANSWERING, 2, "coding"),
        (State.PAUSED, 0, "paused"),
        (State.FINISHING, 3, "finishing"),
        (State.FINISHED, 3, "thanks"),
        (State.REFUSED, -1, "refused"),
        (State.FAILED, 1, "failed"),
    ],
)
def test_each_state_shows_its_screen(kiosk: Kiosk, state: State, index: int, screen: str) -> None:
    kiosk.show(samples.view(state, index))
    assert kiosk.window.screen_name() == screen
    assert kiosk.posted == []


@pytest.mark.qt_log_ignore("does not support raise")  # Qt without a screen has one window at most
def test_a_call_brings_the_window_back(kiosk: Kiosk, qtbot: QtBot) -> None:
    kiosk.window.showMinimized()
    kiosk.bridge.called.emit()
    qtbot.waitUntil(lambda: not kiosk.window.isMinimized())


def test_a_view_from_the_bridge_reaches_the_screen(kiosk: Kiosk) -> None:
    kiosk.bridge.post_view(samples.view(State.ASKING, 0))
    QApplication.processEvents()
    assert kiosk.window.screen_name() == "question"
    caption = kiosk.find("caption")
    assert isinstance(caption, Paragraph)
    assert caption.said() == samples.INTERVIEW.questions[0].text


@pytest.mark.parametrize("state", list(State))
def test_rec_is_lit_only_if_the_recorder_says_that_it_is_recorded(kiosk: Kiosk, state: State) -> None:
    view = samples.view(state, 0, progress=None)
    pill = kiosk.window.stage.top_bar.rec
    for recorder in RecorderState:
        wished = dataclasses.replace(samples.progress(rec=False), state=recorder)
        kiosk.show(dataclasses.replace(view, progress=wished))
        assert not pill.lit
        assert pill.words() == "Not recording"
    kiosk.show(view)
    assert not pill.lit
    kiosk.show(dataclasses.replace(view, progress=samples.progress()))
    # a check or a rehearsal is no recording, whatever its recorder says
    assert pill.words() == ("Not recording" if state in TRIED else "REC")


def test_rec_that_is_not_lit_says_why(kiosk: Kiosk) -> None:
    reason = "Sound only: the camera is lost"
    kiosk.show(samples.view(State.ANSWERING, 0, progress=samples.progress(rec=False, reason=reason)))
    assert kiosk.window.stage.top_bar.rec.words() == reason
    assert kiosk.window.stage.top_bar.rec.accessibleName() == reason


def test_the_time_left_follows_the_clock_between_two_views(kiosk: Kiosk) -> None:
    now = kiosk.clock.now_ns()
    second = 1_000_000_000
    kiosk.show(samples.view(State.ANSWERING, 0, deadline_ns=now + 90 * second, limit_ns=90 * second))
    assert kiosk.window.stage.top_bar.left.said() == "1 minute 30 seconds left"
    kiosk.clock.advance(85)
    kiosk.window.stage.top_bar.tick()
    assert kiosk.window.stage.top_bar.left.said() == "4 seconds left"


def test_the_time_of_day_is_written_as_in_the_recording(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ASKING, 0))
    assert kiosk.window.stage.top_bar.stamp.said() == "2026-11-22 14:03:07 +01:00"


def test_thanks_tells_length_and_receipt(kiosk: Kiosk) -> None:
    kiosk.show(samples.all_views()["thanks"])
    length, receipt = kiosk.find("length"), kiosk.find("receipt")
    assert isinstance(length, Paragraph)
    assert isinstance(receipt, Paragraph)
    assert length.said() == "12 minutes 8 seconds"
    assert receipt.said() == "3F2A 9C01"


def test_a_failure_says_what_happened_what_is_safe_and_what_to_do(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.FAILED, 0, message="Disk full.", failure="no-space", recording="x.mp4"))
    words = kiosk.find("words")
    assert isinstance(words, Paragraph)
    assert words.said().startswith("There is no more room for the recording.")
    assert "is stored" in words.said()
    assert "tell the proctor" in words.said()
    kiosk.show(samples.view(State.FAILED, -1, message="No camera was found."))
    assert "Nothing was recorded" in words.said()


def test_words_of_a_file_are_shown_as_words_and_never_as_markup(kiosk: Kiosk) -> None:
    hostile = dataclasses.replace(samples.INTERVIEW.questions[0], text="<img src='x'> a < b & c")
    interview = dataclasses.replace(samples.INTERVIEW, questions=(hostile,))
    kiosk.show(samples.view(State.ASKING, 0, interview=interview))
    caption = kiosk.find("caption")
    assert isinstance(caption, Paragraph)
    assert caption.said() == hostile.text
    assert "&lt;img" in caption.text()


def test_back_at_welcome_nothing_of_the_person_is_left(kiosk: Kiosk) -> None:
    kiosk.write("C-20418")
    kiosk.show(samples.view(State.ANSWERING, 2))
    editor = kiosk.window.stage.coding.editor
    kiosk.write("secret")
    editor.selectAll()
    editor.copy()
    kiosk.show(samples.view(State.FINISHED, 2))
    kiosk.show(samples.view(State.IDLE))
    candidate = kiosk.find("candidate")
    assert isinstance(candidate, QLineEdit)
    assert not candidate.text()
    assert not candidate.isUndoAvailable()
    assert not editor.toPlainText()
    assert not editor.document().isUndoAvailable()
    assert not QGuiApplication.clipboard().text()


def test_the_picture_is_read_from_the_file_that_the_view_names(kiosk: Kiosk, tmp_path: Path) -> None:
    path = tmp_path / "preview"
    write_sample_preview(path)
    kiosk.show(samples.view(State.ASKING, 0, preview=str(path)))
    kiosk.window.stage.preview.refresh()
    assert kiosk.window.stage.preview.picture is not None
    kiosk.show(samples.view(State.FINISHED, 0))
    assert kiosk.window.stage.preview.picture is None


def assert_all_whole(kiosk: Kiosk, name: str) -> None:
    """All that is seen now; `name` is for the message."""
    for widget in kiosk.window.findChildren(QWidget):
        if widget.isVisible() and widget.width() > 0:
            assert_whole(kiosk, widget, f"{name}: {widget.objectName()} {type(widget).__name__}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def test_no_text_is_cut_and_nothing_lies_outside_the_window(make_kiosk: KioskMaker, size: QSize) -> None:
    kiosk = make_kiosk(size)
    for name, view in samples.all_views().items():
        kiosk.show(view)
        if name.startswith("proctor"):
            kiosk.window.proctor.open()
            settle()
        assert_all_whole(kiosk, name)
        if name.startswith("proctor"):
            kiosk.window.proctor.dismiss()


def assert_whole(kiosk: Kiosk, widget: QWidget, where: str) -> None:
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            assert widget.height() >= widget.heightForWidth(widget.width()), where
        else:
            assert widget.width() >= widget.sizeHint().width(), where
            assert widget.height() >= widget.sizeHint().height(), where
    if isinstance(widget, Line | Button):
        assert widget.width() >= widget.sizeHint().width(), where
        assert widget.height() >= widget.sizeHint().height(), where
    if isinstance(widget, QLabel | Line | Button) and not scrolls(widget):
        inside = QRect(widget.mapTo(kiosk.window, QPoint(0, 0)), widget.size())
        assert kiosk.window.rect().contains(inside), where


def scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def test_what_is_pressed_is_large_enough_and_has_a_name(kiosk: Kiosk) -> None:
    for view in samples.all_views().values():
        kiosk.show(view)
        for widget in kiosk.window.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                assert name, f"{widget.objectName()} has no name for a screen reader"
                assert widget.height() >= SMALLEST_TARGET


def test_nothing_jumps_when_a_problem_is_told(kiosk: Kiosk) -> None:
    views = samples.all_views()
    kiosk.show(views["question-answering"])
    before = {name: kiosk.find(name).geometry() for name in ("next", "repeat", "self-view", "caption")}
    kiosk.show(views["question-trouble"])
    after = {name: kiosk.find(name).geometry() for name in before}
    assert before == after


def test_every_sample_is_pictured(tmp_path: Path) -> None:
    saved = save_all(tmp_path, themes=("contrast",), sizes=(QSize(1280, 720),), languages=("ar",))
    usual = [path.stem for path in saved if LARGE not in path.stem]
    assert usual == list(samples.all_views())
    large = {path.stem.partition(LARGE)[0] for path in saved if LARGE in path.stem}
    assert large == {name for name in usual if name.startswith("proctor")}
    assert all(path.stat().st_size > 5_000 for path in saved)


def test_a_consent_text_shows_its_bold_words_and_its_heading_and_no_marks(make_kiosk: KioskMaker) -> None:
    text = "# Before we begin\n\n**Why.** Because a < b\nand b.\n\n## More\n\nThe end."
    kiosk = make_kiosk(settings=dataclasses.replace(samples.settings(), consent_text=text))
    kiosk.show(samples.view(State.CONSENT))
    heading, body = kiosk.find("consent-title"), kiosk.find("consent-text")
    assert isinstance(heading, Paragraph)
    assert isinstance(body, Paragraph)
    assert heading.said() == "Before we begin"
    assert "<b>Why.</b> Because a &lt; b and b." in body.text()
    assert body.accessibleName() == "Why. Because a < b\nand b.\n\nMore\n\nThe end."


def extremes() -> dict[str, View]:
    """Views with more words than anybody should write."""
    long = dataclasses.replace(samples.INTERVIEW.questions[0], text="A question of many words, again and again. " * 14)
    task = dataclasses.replace(samples.INTERVIEW.questions[2], text=long.text, statement="A long statement. " * 150)
    interview = dataclasses.replace(samples.INTERVIEW, title="A title " * 12, questions=(long, task))
    troubles = tuple(
        Trouble(
            device, f"Something is wrong with the {device} since 12 seconds.", "Check its cable, or choose another."
        )
        for device in ("microphone", "camera", "loudspeaker", "disk", "clock")
    )
    reason = samples.progress(rec=False, reason="Not recording: camera and microphone are lost")
    limit = {"deadline_ns": samples.NOW_NS + 119 * 10**9, "limit_ns": 120 * 10**9}
    changes = {"interview": interview, "candidate": "C" * 64, "troubles": troubles, "progress": reason, **limit}
    message = "The camera was lost, then the microphone, and then the disk was full, so that the interview ended. " * 3
    return {
        "question": samples.view(State.ANSWERING, 0, **changes),
        "coding": samples.view(State.ANSWERING, 1, **changes),
        "thanks": samples.view(State.FINISHED, 1, message=message, duration_ns=7265 * 10**9),
        "failed": samples.view(State.FAILED, 1, message=message, recording="x"),
        "proctor": samples.view(State.ANSWERING, 0, **changes),
    }


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def test_more_words_than_anybody_should_write_are_not_cut_either(make_kiosk: KioskMaker, size: QSize) -> None:
    kiosk = make_kiosk(size)
    for name, view in extremes().items():
        kiosk.show(view)
        if name == "proctor":
            kiosk.window.proctor.open()
            settle()
        assert_all_whole(kiosk, name)


def test_the_indentation_of_a_statement_is_kept(kiosk: Kiosk) -> None:
    task = dataclasses.replace(samples.INTERVIEW.questions[2], statement="Make this work:\n\n    f(1)\n        == 2")
    kiosk.show(samples.view(State.ASKING, 0, interview=dataclasses.replace(samples.INTERVIEW, questions=(task,))))
    document = QTextDocument()
    statement = kiosk.find("statement")
    assert isinstance(statement, Paragraph)
    document.setHtml(statement.text())
    assert document.toPlainText().replace("\u2028", "\n") == "Make this work:\n    f(1)\n        == 2"
