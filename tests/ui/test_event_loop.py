"""No event keeps the loop busy for more than 50 ms: not a screen's first showing, nor another language or look."""

import dataclasses
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest

from kiosk.domain.view import SessionState as State
from kiosk.ui import language, samples
from kiosk.ui.screenshots import PAGES
from kiosk.ui.theme import TEXT_PERCENTS, THEMES
from tests.ui.conftest import Kiosk, settle
from tests.ui.watchdog import LIMIT_MS, WatchedApplication, watched

Key = Qt.Key


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.speak(language.SOURCE)


def press(kiosk: Kiosk, key: Key, *, shift: bool = False) -> None:
    """A key goes to where the keyboard is, as an event of its own."""
    held = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(kiosk.focus(), key, held | Qt.KeyboardModifier.ShiftModifier if shift else held)
    settle()


def test_every_screen_comes_up_for_the_first_time_and_again_within_the_limit(
    kiosk: Kiosk, qapp: WatchedApplication
) -> None:
    views = {name: view for name, view in samples.all_views().items() if not name.startswith("proctor")}
    with watched(qapp):
        for again in range(2):
            for name, view in views.items():
                qapp.doing = f"({name}, {again})"
                kiosk.bridge.post_view(view)
                settle()


def test_another_language_comes_within_the_limit_whatever_the_screen_is(kiosk: Kiosk, qapp: WatchedApplication) -> None:
    arabic = dataclasses.replace(samples.INTERVIEW, language="ar")
    with watched(qapp):
        for state, index in ((State.CONFIRMING, -1), (State.CONSENT, -1), (State.ANSWERING, 0), (State.ANSWERING, 2)):
            qapp.doing = f"({state.name} {index})"
            kiosk.bridge.post_view(samples.view(state, index, interview=arabic))
            settle()
            assert kiosk.window.stage.layoutDirection() is Qt.LayoutDirection.RightToLeft
            kiosk.bridge.post_view(samples.view(State.IDLE))
            settle()
            assert kiosk.window.stage.layoutDirection() is Qt.LayoutDirection.LeftToRight


@pytest.mark.parametrize("name", ["welcome", "consent", "question-answering", "coding", "camera", "thanks"])
def test_other_colours_and_another_text_size_come_within_the_limit(
    kiosk: Kiosk, qapp: WatchedApplication, name: str
) -> None:
    kiosk.show(samples.all_views()[name])
    with watched(qapp):
        for _ in THEMES:
            qapp.doing = "(colours)"
            press(kiosk, Key.Key_B)
        for _ in TEXT_PERCENTS[1:]:
            qapp.doing = f"(larger than {kiosk.window.stage.comfort.percent} %)"
            press(kiosk, Key.Key_Plus)
        assert kiosk.window.stage.comfort.percent == TEXT_PERCENTS[-1]
        qapp.doing = "(the usual size again)"
        for _ in TEXT_PERCENTS[1:]:
            press(kiosk, Key.Key_Minus)
    assert kiosk.window.stage.comfort.percent == TEXT_PERCENTS[0]


def test_the_panel_its_pages_both_keyboards_and_the_card_come_within_the_limit(
    kiosk: Kiosk, qapp: WatchedApplication
) -> None:
    kiosk.show(samples.view(State.IDLE))
    with watched(qapp):
        qapp.doing = "(keyboard)"
        QTest.mouseClick(kiosk.find("keyboard-open"), Qt.MouseButton.LeftButton)
        settle()
        assert kiosk.window.stage.keyboard.isVisible()
        qapp.doing = "(card of keys)"
        QTest.keyClick(kiosk.focus(), Key.Key_F1)
        settle()
        assert kiosk.focused() == "keys-close"
        QTest.keyClick(kiosk.focus(), Key.Key_Escape)
        qapp.doing = "(panel)"
        press(kiosk, Key.Key_P, shift=True)
        assert kiosk.window.proctor.isVisible()
        for page in PAGES:
            qapp.doing = f"(panel's page {page})"
            kiosk.window.proctor.acts.page.emit(page)
            settle()
        kiosk.window.proctor.acts.page.emit("note")
        qapp.doing = "(panel's keyboard)"
        kiosk.window.proctor.forms["note"].typing.emit()
        settle()
        assert kiosk.window.proctor.keyboard.isVisible()


def test_an_event_that_takes_longer_is_found_and_named(qapp: WatchedApplication) -> None:
    class Busy(QObject):
        def customEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
            del event
            began = time.thread_time_ns()
            while time.thread_time_ns() - began <= LIMIT_MS * 1e6:
                pass

    def keeps_busy() -> None:
        with watched(qapp):
            QCoreApplication.postEvent(busy, QEvent(QEvent.Type.User))
            settle()

    busy = Busy()
    busy.setObjectName("busy")
    with pytest.raises(AssertionError, match="busy kept the event loop busy"):
        keeps_busy()
