"""Whoever is in front of the kiosk, or is not any more: nothing punishes, and somebody comes."""

import dataclasses

import pytest

from kiosk.domain import events, requests
from kiosk.domain.view import Assigned, Call, Delivery, Notice
from kiosk.domain.view import SessionState as State
from kiosk.session.trouble import notice_of
from tests.session.stage import CONSENT, INTERVIEW, LOST, Stage, prepared, started, stopped


@pytest.fixture
def stage() -> Stage:
    return Stage(attended=True)


def confirm(stage: Stage) -> None:
    stage.say(requests.Choose(INTERVIEW, "c-1", confirmed=False))


def told(stage: Stage) -> tuple[Notice | None, Call | None]:
    return stage.now.notice, stage.now.called


def delivery(stage: Stage) -> Delivery:
    return stage.now.delivery


def finish(stage: Stage) -> None:
    stage.answer_first()
    stage.say(requests.StopSession("stopped"), stopped("stopped"))
    stage.wait(0.5)


def test_a_candidate_says_who_it_is_before_the_consent(stage: Stage) -> None:
    confirm(stage)
    assert (stage.state(), stage.now.candidate) == (State.CONFIRMING, "c-1")
    stage.say(requests.Agree(CONSENT))
    assert stage.state() is State.CONFIRMING
    stage.say(requests.Deny())
    assert stage.now == Stage(attended=True).now
    confirm(stage)
    stage.say(requests.Confirm())
    assert stage.state() is State.CONSENT
    assert stage.now.consent is not None
    assert stage.now.consent.language == "en"


def test_who_only_typed_a_number_and_left_is_forgotten(stage: Stage) -> None:
    confirm(stage)
    stage.wait(121)
    assert stage.now.still_there
    stage.wait(61)
    assert stage.now.called is Call.AWAY
    stage.wait(121)
    assert stage.now == Stage(attended=True).now


def test_somebody_who_is_still_there_says_so_by_anything(stage: Stage) -> None:
    confirm(stage)
    stage.say(requests.Confirm())
    stage.wait(121)
    stage.say(requests.Active())
    assert not stage.now.still_there
    stage.wait(121)
    stage.wait(61)
    assert told(stage) == (None, Call.AWAY)
    stage.say(requests.Active())
    assert (stage.now.called, stage.now.still_there) == (None, False)
    stage.wait(4000)
    assert stage.state() is State.CONSENT, "nothing punishes"


def test_who_speaks_is_there(stage: Stage) -> None:
    stage.roll()
    stage.say(events.VoiceEnded("first", 0), requests.Next(), requests.GrantTime(1000))
    for _ in range(10):
        stage.wait(60)
        stage.say(events.Progress(events.RecorderState.RECORDING, 0, rec=True, rec_reason="", level_dbfs=-30))
    assert (stage.now.still_there, stage.state()) == (False, State.ANSWERING)
    stage.wait(121)
    assert stage.now.still_there
    assert stage.state() is State.ANSWERING


def test_refusing_calls_the_proctor(stage: Stage) -> None:
    stage.say(requests.Choose(INTERVIEW, "c-1"), requests.Refuse())
    assert (stage.state(), stage.now.called) == (State.REFUSED, Call.REFUSED)
    stage.say(requests.Attend())
    assert stage.now.called is None


def test_a_call_is_on_record_and_the_candidates_own_goes_first(stage: Stage) -> None:
    stage.answer_first()
    stage.say(events.Problem("camera", "The camera is lost.", ""), requests.CallProctor())
    assert stage.now.called is Call.HELP
    assert [entry[2] for entry in stage.book.entries if entry[:2] == ("noted", "proctor-called")] == ["trouble", "help"]


def test_a_trouble_is_told_in_words_for_both_and_is_over_when_it_is_over(stage: Stage) -> None:
    stage.answer_first()
    stage.say(events.Problem("microphone", "The microphone is muted.", "Switch it on."))
    assert (stage.now.notice, stage.now.called) == (Notice.NOT_HEARD, Call.TROUBLE)
    stage.say(requests.Attend(), events.Problem("microphone", "Microphone silent for 20 s.", ""))
    assert stage.now.called is None, "the proctor knows"
    stage.say(events.Problem("microphone", "", ""))
    assert stage.now.notice is None
    stage.say(events.Problem("microphone", "The microphone is muted.", "Switch it on."))
    assert stage.now.called is Call.TROUBLE, "it came again"
    stage.say(events.Problem("microphone", "", ""))
    assert stage.now.called is None


def test_an_interruption_is_told_until_the_next_question(stage: Stage) -> None:
    stage.answer_first()
    stage.say(LOST)
    assert told(stage) == (Notice.INTERRUPTED, Call.TROUBLE)
    stage.say(prepared(), started(2), events.VoiceEnded("first", 0), requests.Next())
    assert (stage.now.index, told(stage)) == (1, (None, None))


def test_the_disk_is_nothing_that_a_candidate_can_help(stage: Stage) -> None:
    stage.answer_first()
    stage.say(events.Problem("disk", "The disk has room for 5 minutes more.", ""))
    assert (stage.now.notice, stage.now.called) == (None, Call.TROUBLE)
    assert notice_of(()) is None


def test_the_last_screen_goes_by_itself_and_says_where_the_recording_is(stage: Stage) -> None:
    stage.archive.delivered = Delivery.WILL_BE_SENT
    finish(stage)
    assert delivery(stage) is Delivery.WILL_BE_SENT
    stage.archive.delivered = Delivery.SENT
    stage.wait(2)
    assert delivery(stage) is Delivery.SENT
    stage.say(requests.Active())
    stage.wait(100)
    assert stage.state() is State.FINISHED
    stage.wait(30)
    assert stage.now == Stage(attended=True).now


def test_without_screens_nobody_is_asked_and_nobody_called() -> None:
    stage = Stage()
    stage.answer_first()
    stage.say(requests.GrantTime(10_000), events.Problem("camera", "The camera is lost.", ""))
    stage.wait(1000)
    assert (stage.now.still_there, stage.now.called) == (False, None)
    assert stage.state() is State.ANSWERING


def test_an_idle_kiosk_learns_of_new_interviews_and_assignments(stage: Stage) -> None:
    stage.wait(0.1)
    stage.hall.held = (INTERVIEW, dataclasses.replace(INTERVIEW, id="other"))
    stage.hall.given = (Assigned("c-7", INTERVIEW, "at ten"),)
    stage.wait(31)
    assert [each.id for each in stage.now.interviews] == ["trial", "other"]
    assert stage.now.assigned[0].candidate == "c-7"
    confirm(stage)
    stage.say(requests.Deny())
    assert stage.now.assigned, "that belongs to the kiosk"
