"""The panel, open in front of a candidate."""

from collections.abc import Iterator

import pytest

from kiosk.domain import requests
from kiosk.domain.view import SessionState as State
from kiosk.ui.proctor.panel import ProctorPanel
from tests.ui.conftest import Kiosk
from tests.ui.proctor.panels import at, chord


@pytest.fixture
def panel(kiosk: Kiosk) -> Iterator[ProctorPanel]:
    """The panel, with nothing posted yet."""
    kiosk.show(at(State.ANSWERING, 1))
    chord(kiosk)
    assert kiosk.posted.pop() == requests.Attend()
    yield kiosk.window.proctor
    kiosk.window.proctor.dismiss()
