"""A short fade between two screens, and none where motion is not wanted."""

import dataclasses

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from kiosk.ui.veil import Veil, moves
from tests.ui.conftest import KioskMaker


@pytest.mark.parametrize("motion", ["full", "reduced"])
def test_screens_fade_only_when_things_may_move(make_kiosk: KioskMaker, qtbot: QtBot, motion: str) -> None:
    kiosk = make_kiosk(settings=dataclasses.replace(samples.settings(), motion=motion))
    veil = kiosk.window.findChild(Veil)
    assert veil is not None
    kiosk.window.show_view(samples.view(State.CONFIRMING))
    assert veil.isVisible() is (motion == "full")
    qtbot.waitUntil(lambda: not veil.isVisible(), timeout=20_000)


def test_the_machine_decides_when_nobody_said_anything(make_kiosk: KioskMaker) -> None:
    window = make_kiosk().window
    assert moves("full", window)
    assert not moves("reduced", window)
    assert moves("system", window) in {True, False}
