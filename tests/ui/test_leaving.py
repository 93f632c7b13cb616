"""Closing the window: at once when nothing runs; otherwise the interview is ended first, and the screens go on."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.domain.view import SessionState as State
from kiosk.domain.view import StopSession
from kiosk.ui import samples
from tests.ui.conftest import Kiosk

RESTING = [State.IDLE, State.CONSENT, State.FINISHED, State.REFUSED, State.FAILED]
RUNNING = [State.PREPARING, State.STARTING, State.ASKING, State.THINKING, State.ANSWERING, State.PAUSED]


@pytest.mark.parametrize("state", RESTING)
def test_it_goes_at_once_when_no_interview_runs(qtbot: QtBot, kiosk: Kiosk, state: State) -> None:
    kiosk.show(samples.view(state))
    with qtbot.waitSignal(kiosk.window.closing, timeout=5000):
        assert kiosk.window.close()
    assert kiosk.posted == []


@pytest.mark.parametrize("state", RUNNING)
def test_an_interview_that_runs_is_ended_first_and_once(qtbot: QtBot, kiosk: Kiosk, state: State) -> None:
    kiosk.show(samples.view(state, 0))
    assert not kiosk.window.close()
    assert not kiosk.window.close()
    assert kiosk.posted == [StopSession("interrupted")]
    kiosk.show(samples.view(State.FINISHING, 0))
    assert kiosk.window.isVisible()
    assert kiosk.window.screen_name() == "finishing"
    with qtbot.waitSignal(kiosk.window.closing, timeout=5000):
        kiosk.window.show_view(samples.view(State.FINISHED, 0))
    assert not kiosk.window.isVisible()


def test_an_interview_that_is_being_stored_is_not_ended_again(qtbot: QtBot, kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.FINISHING, 0))
    assert not kiosk.window.close()
    assert kiosk.posted == []
    with qtbot.waitSignal(kiosk.window.closing, timeout=5000):
        kiosk.window.show_view(samples.view(State.FAILED, 0))


@pytest.mark.parametrize(
    ("state", "index", "title"),
    [
        (State.IDLE, -1, "Welcome"),
        (State.CONSENT, -1, "Before we begin"),
        (State.ASKING, 0, "Question 1 of 4: listen"),
        (State.THINKING, 0, "Question 1 of 4: think"),
        (State.ANSWERING, 2, "Question 3 of 4: answer"),
        (State.FINISHED, 3, "Thank you"),
    ],
)
def test_the_title_says_what_is_on_the_screen(kiosk: Kiosk, state: State, index: int, title: str) -> None:
    kiosk.show(samples.view(state, index))
    assert kiosk.window.windowTitle() == f"Kiosk 7, Room 2.14 - {title}"
    assert QApplication.activeWindow() is kiosk.window
