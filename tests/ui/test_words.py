"""Words for spans of time, receipts and problems."""

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.clock import NS
from kiosk.domain.view import Call, Notice, Sending, SessionState, Trouble
from kiosk.ui import samples, words

pytestmark = pytest.mark.usefixtures("qtbot")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (80, "1 minute 20 seconds"),
        (728, "12 minutes 8 seconds"),
        (3600, "1 hour"),
        (7265, "2 hours 1 minute"),
    ],
)
def test_a_span_of_time_is_said_in_words(seconds: int, said: str) -> None:
    assert words.span(seconds) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (599.2, "10 minutes left"),
        (130.0, "3 minutes left"),
        (119.5, "2 minutes left"),
        (83.0, "1 minute 30 seconds left"),
        (41.0, "50 seconds left"),
        (9.4, "10 seconds left"),
        (0.4, "1 second left"),
        (-3.0, "0 seconds left"),
    ],
)
def test_the_time_left_does_not_count_down_aloud(left: float, said: str) -> None:
    assert words.time_left(left) == said


def test_a_receipt_is_short_and_the_same_for_the_same_session() -> None:
    assert words.receipt("3f2a9c01-6b7d-4e55-9a20-0c1d2e3f4a5b") == "3F2A 9C01"
    assert not words.receipt("")


def test_media_time_and_disk_are_said_for_the_proctor() -> None:
    assert words.clock_time(751 * NS) == "0:12:31"
    assert words.disk(412 * 10**9) == "412 GB, 343 h"


def test_the_candidate_hears_of_a_problem_in_other_words_than_the_proctor(qtbot: QtBot) -> None:
    del qtbot
    troubles = (Trouble("disk", "x", "y"), Trouble("microphone", "Silent for 12 s.", "Check the cable."))
    assert words.notice_for(samples.view(SessionState.ANSWERING, 0, troubles=troubles)).startswith("We can't hear you.")
    assert not words.notice_for(samples.view(SessionState.ANSWERING, 0, troubles=troubles[:1]))


@pytest.mark.parametrize("notice", list(Notice))
@pytest.mark.parametrize("state", [SessionState.CAMERA, SessionState.ANSWERING])
def test_every_notice_has_a_sentence_for_the_candidate_with_and_without_the_proctor(
    state: SessionState, notice: Notice
) -> None:
    alone = words.notice_for(samples.view(state, 0, notice=notice))
    called = words.notice_for(samples.view(state, 0, notice=notice, called=Call.TROUBLE))
    assert alone.endswith(".")
    assert called.endswith("Please wait, the proctor has been called.")
    assert not {"{", "}"} & set(alone + called)


def test_nobody_is_told_that_a_recording_goes_on_when_there_is_none() -> None:
    said = words.notice_for(samples.view(SessionState.CAMERA, notice=Notice.NOT_HEARD))
    assert "recording" not in said


def test_the_reason_of_an_early_end_is_said_in_a_sentence() -> None:
    assert words.why_early("stopped") == "The proctor ended it."
    assert words.why_early("The disk is full.") == "The disk is full."


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "not enrolled"),
        (Sending(), "nothing"),
        (Sending(2, 7), "2 (7 chunks)"),
        (Sending(2, 7, "The server does not answer."), "2 held up"),
    ],
)
def test_what_is_still_to_be_sent_fits_in_a_few_words(found: Sending | None, said: str) -> None:
    assert words.sending(found) == said
