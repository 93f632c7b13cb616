"""Somebody comes to an idle kiosk: its sign, the form, who they are and what they agree to. No event takes too long."""

import dataclasses

import pytest

from kiosk.domain.interview import ConsentText
from kiosk.domain.requests import (
    Agree,
    Choose,
    Deny,
    Refuse,
)
from kiosk.domain.view import Assigned, Call, Readiness, ReadyState
from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from kiosk.ui.fields import Choice
from kiosk.ui.text import Paragraph
from tests.ui.candidate import click, comes, said
from tests.ui.conftest import Kiosk

pytestmark = pytest.mark.usefixtures("never_blocked")


def test_who_is_not_that_person_goes_back_and_leaves_nothing(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.CONFIRMING))
    assert click(kiosk, "deny") == [Deny()]
    comes(kiosk, samples.view(State.IDLE))
    assert kiosk.window.screen_name() == "welcome"
    confirm = kiosk.window.findChild(Paragraph, "confirm-candidate")
    assert confirm is not None
    assert confirm.said() == ""


def test_agreeing_takes_a_tick_of_its_own_and_says_so(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.CONSENT))
    assert click(kiosk, "agree") == []
    assert "tick the box" in said(kiosk, "consent-message")
    assert kiosk.focused() == "tick"


def test_refusing_needs_no_tick_and_the_way_out_blames_nobody(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.CONSENT))
    assert click(kiosk, "refuse") == [Refuse()]
    comes(kiosk, samples.view(State.REFUSED, called=Call.REFUSED))
    assert "nothing was recorded" in said(kiosk, "words")
    assert "proctor has been called" in said(kiosk, "words")
    comes(kiosk, samples.view(State.IDLE))
    comes(kiosk, samples.view(State.CONSENT))
    assert not kiosk.find("tick").isChecked()  # type: ignore[attr-defined]  # a check box


def test_the_consent_is_shown_in_the_version_and_language_that_the_view_brings(kiosk: Kiosk) -> None:
    other = ConsentText("7", "de", "# Bevor\n\nBitte.", "3" * 64)
    comes(kiosk, samples.view(State.CONSENT, consent=other))
    assert said(kiosk, "consent-title") == "Bevor"
    click(kiosk, "tick")
    agreed = click(kiosk, "agree")[0]
    assert isinstance(agreed, Agree)
    found = (agreed.consent.reference, agreed.consent.language, agreed.consent.text_sha256)
    assert found == ("7", "de", "3" * 64)


def test_a_number_that_the_server_knows_chooses_its_interview(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.IDLE, assigned=(Assigned("C-7", samples.GENERAL),)))
    kiosk.write("c-7")
    choice = kiosk.find("interview")
    assert isinstance(choice, Choice)
    assert choice.currentText() == samples.GENERAL.title


def test_new_interviews_from_the_server_change_nothing_of_what_was_chosen(kiosk: Kiosk) -> None:
    choice = kiosk.find("interview")
    assert isinstance(choice, Choice)
    choice.setCurrentIndex(1)
    third = dataclasses.replace(samples.GENERAL, id="third", title="A third one", sha256="3" * 64)
    comes(kiosk, samples.view(State.IDLE, interviews=(third, samples.INTERVIEW, samples.GENERAL)))
    assert choice.currentText() == samples.GENERAL.title
    kiosk.write("C-7")
    assert click(kiosk, "begin") == [Choose(samples.GENERAL, "C-7", confirmed=False)]


@pytest.mark.parametrize(
    ("ready", "sign", "may_begin"),
    [
        (ReadyState.UNKNOWN, "Please begin", True),
        (ReadyState.CHECKING, "Getting ready", True),
        (ReadyState.READY, "Ready", True),
        (ReadyState.NOT_READY, "Not ready", False),
    ],
)
def test_the_sign_tells_from_afar_whether_the_kiosk_is_ready_and_why_not(
    kiosk: Kiosk, ready: ReadyState, sign: str, *, may_begin: bool
) -> None:
    comes(kiosk, samples.view(State.IDLE, readiness=Readiness(ready, "" if may_begin else "The camera was not found.")))
    assert said(kiosk, "sign-name") == "Kiosk 7, Room 2.14"
    assert said(kiosk, "sign-state") == sign
    assert kiosk.find("begin").isEnabled() is may_begin
    assert kiosk.window.stage.welcome.candidate.isVisible() is may_begin, "where nothing can begin there is no form"
    if not may_begin:
        assert said(kiosk, "sign-why") == "The camera was not found."
        assert said(kiosk, "sign-tell") == "This kiosk is not ready. Please tell the proctor."
        assert capital_mm(kiosk, "sign-why") >= LEAST_MM * 2 / 3
    if ready in {ReadyState.READY, ReadyState.NOT_READY}:
        assert min(capital_mm(kiosk, name) for name in ("sign-name", "sign-state")) >= LEAST_MM


LEAST_MM = 25.0
"""A capital that is read from five metres: a two-hundredth of that."""
SCREEN_MM = 299.0
"""The height of a screen of 24 inches."""


def capital_mm(kiosk: Kiosk, name: str) -> float:
    """How high a capital letter stands on a screen of 24 inches that the window fills."""
    return kiosk.find(name).fontMetrics().capHeight() * SCREEN_MM / kiosk.window.height()


def test_a_form_comes_back_when_the_kiosk_is_ready_again_and_takes_the_keyboard(kiosk: Kiosk) -> None:
    comes(kiosk, samples.view(State.IDLE, readiness=Readiness(ReadyState.NOT_READY, "The camera was not found.")))
    comes(kiosk, samples.view(State.IDLE, readiness=Readiness(ReadyState.READY)))
    assert kiosk.focused() == "candidate"


def test_a_number_that_somebody_left_standing_goes_away(kiosk: Kiosk) -> None:
    kiosk.write("C-20418")
    assert kiosk.window.stage.welcome._left.isActive()
    kiosk.window.stage.welcome._left.timeout.emit()
    assert not kiosk.window.stage.welcome.candidate.text()
