"""An enrolled kiosk, and a recording that it has opened."""

import uuid
from pathlib import Path

import pytest

from kiosk.server.receive import tokens
from tests.server.receive.api import ApiKiosk


@pytest.fixture
def kiosk(database: Path) -> ApiKiosk:
    """Enrolled."""
    made = ApiKiosk()
    assert made.enrol(tokens.make_code()).status_code == 201
    return made


@pytest.fixture
def recording(kiosk: ApiKiosk) -> str:
    """Opened by `kiosk`."""
    made = str(uuid.uuid4())
    assert kiosk.open(made).status_code == 201
    return made
