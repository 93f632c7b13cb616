"""What `kiosk record` says of its devices while it runs: the proctor's words, once, and when it is over."""

import pytest

from kiosk.cli.record import _Watch
from kiosk.domain.view import SessionState, Trouble, View
from tests.session.stage import INTERVIEW

MUTED = Trouble("microphone", "The microphone is muted.", "Switch it on.")
SLOW = Trouble("frame rate", "The camera gives only 15 pictures a second.", "Switch on more light.")


def test_a_trouble_is_said_with_its_remedy_once_and_when_it_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    watch = _Watch(INTERVIEW, quiet=False)
    for troubles in ((), (MUTED,), (MUTED,), (MUTED, SLOW), (SLOW,), ()):
        watch.on_view(View(state=SessionState.ANSWERING, interview=INTERVIEW, index=0, troubles=troubles))
    watch.on_view(View(state=SessionState.ANSWERING, interview=INTERVIEW, index=0, troubles=(SLOW,)))
    watch.on_view(View(state=SessionState.FINISHED))
    said = [line.split(" s  ", 1)[1] for line in capsys.readouterr().err.splitlines()]
    assert said == [
        "answering, question 1 of 2 (first)",
        "The microphone is muted. Switch it on.",
        "The camera gives only 15 pictures a second. Switch on more light.",
        "The microphone is well again.",
        "The frame rate is well again.",
        "The camera gives only 15 pictures a second. Switch on more light.",
    ]


def test_nothing_is_said_to_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    _Watch(INTERVIEW, quiet=True).on_view(View(troubles=(MUTED,)))
    assert capsys.readouterr().err == ""
