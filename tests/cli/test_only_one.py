"""A second kiosk of the account calls the first one to the front, and does not start."""

import threading

import pytest

from kiosk.cli.only_one import OnlyOne
from kiosk.domain.errors import WorldFailed


def test_a_second_start_says_so_and_calls_the_first() -> None:
    called = threading.Event()
    first = OnlyOne()
    first.on_call(called.set)
    with pytest.raises(WorldFailed, match="It comes to the front now"):
        OnlyOne()
    assert called.wait(20)
    first.leave()
    again = OnlyOne()
    again.leave()


def test_a_call_before_anything_is_shown_harms_nobody() -> None:
    first = OnlyOne()
    with pytest.raises(WorldFailed, match="running already"):
        OnlyOne()
    first.leave()
