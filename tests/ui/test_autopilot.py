"""The autopilot leads a whole interview by the keyboard alone, and pictures each screen once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.domain.requests import Agree, Choose, CodeChanged, Confirm, Next, Request
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.ui import samples
from kiosk.ui.autopilot import Autopilot
from tests.ui.conftest import Kiosk

PACE = 0.1
PATIENCE_MS = 20_000
KEYS = "\b\b\b\bbakc\b\bck = None\nreturn back"
CODE = "def reverse(head):\n    back = None\n    return back"


class Flight:
    """An autopilot in a window, and the views that a director would send."""

    def __init__(self, qtbot: QtBot, kiosk: Kiosk, shots: Path, *, speaks: bool) -> None:
        self._qtbot = qtbot
        self._kiosk = kiosk
        window, bridge = kiosk.window, kiosk.bridge
        keys = {"reverse": KEYS}
        self.pilot = Autopilot(window, bridge, "c-1", keys, shots, window.screen_name, speaks=speaks, pace=PACE)

    def show(self, view: View) -> None:
        self._kiosk.bridge.post_view(view)
        QApplication.processEvents()
        self._kiosk.clock.advance(1)

    def wait(self, what: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(what, timeout=PATIENCE_MS)

    def pictured(self, name: str) -> None:
        self.wait(lambda: any(taken[3:] == f"{name}.png" for taken in self.pilot.pictures))

    def asked(self) -> list[Request]:
        return self._kiosk.posted

    def answers(self, view: View, takes: float = 0.0) -> None:
        """Shows a view, and waits until the pilot goes on from there."""
        before = self.asked().count(Next())
        self.show(view)
        self.pilot.answer_takes(takes)
        self.wait(lambda: self.asked().count(Next()) == before + 1)


@pytest.mark.parametrize("speaks", [True, False])
def test_it_leads_from_welcome_to_thanks(qtbot: QtBot, kiosk: Kiosk, tmp_path: Path, *, speaks: bool) -> None:
    flight = Flight(qtbot, kiosk, tmp_path, speaks=speaks)
    flight.pilot.begin()
    flight.wait(lambda: flight.asked() == [Choose(samples.INTERVIEW, "c-1", confirmed=False)])
    flight.show(samples.view(State.CONFIRMING))
    flight.wait(lambda: flight.asked()[-1] == Confirm())
    flight.show(samples.view(State.CONSENT))
    flight.wait(lambda: isinstance(flight.asked()[-1], Agree))
    flight.show(samples.view(State.PREPARING))
    flight.pictured("preparing")
    flight.show(samples.view(State.ASKING, 0))
    flight.pictured("question-asked")
    flight.answers(samples.view(State.THINKING, 0))
    flight.answers(samples.view(State.ANSWERING, 0), takes=0.1 if speaks else 0.0)
    flight.show(samples.view(State.ANSWERING, 1))
    flight.pictured("proctor")
    flight.show(samples.view(State.ASKING, 2))
    flight.pictured("coding-asked")
    flight.answers(samples.view(State.THINKING, 2))
    flight.answers(samples.view(State.ANSWERING, 2))
    assert flight.asked()[-2:] == [CodeChanged(CODE), Next()]
    with qtbot.waitSignal(flight.pilot.ended, timeout=PATIENCE_MS):
        flight.show(samples.view(State.FINISHED, 2))
    assert [name.partition("-")[2].removesuffix(".png") for name in flight.pilot.pictures] == [
        "welcome", "confirm", "consent", "preparing", "question-asked", "question-thinking", "question-answering",
        "proctor", "coding-asked", "coding-thinking", "coding-empty", "coding-typed", "thanks",
    ]  # fmt: skip
    assert [name[:2] for name in flight.pilot.pictures] == [f"{number:02}" for number in range(1, 14)]
    assert sorted(path.name for path in tmp_path.iterdir()) == list(flight.pilot.pictures)
    assert all(QImage(str(path)).width() == kiosk.window.width() for path in tmp_path.iterdir())


def test_what_is_late_is_left_out_when_the_interview_has_moved_on(qtbot: QtBot, kiosk: Kiosk, tmp_path: Path) -> None:
    flight = Flight(qtbot, kiosk, tmp_path, speaks=True)
    flight.show(samples.view(State.ANSWERING, 0))
    flight.pilot.answer_takes(0.1)
    flight.show(samples.view(State.ASKING, 3))
    flight.pictured("question-asked")
    with qtbot.waitSignal(flight.pilot.ended, timeout=PATIENCE_MS):
        flight.show(samples.view(State.FAILED, 3))
    assert flight.asked() == []
