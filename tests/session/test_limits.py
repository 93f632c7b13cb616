"""Time to think and to answer: extended, granted, without limits; questions skipped and gone back to."""

import dataclasses

import pytest

from kiosk.domain import commands, events, requests
from kiosk.domain.clock import NS
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import SessionState as State
from kiosk.session.ports import LookBack
from kiosk.session.standing import Standing
from tests.session.stage import CONSENT, INTERVIEW, LOST, Stage, prepared, started

PREPARE = commands.Prepare("s-9", "trial", "Trial", "00", "en", "c-9", CONSENT, "old", "old", "old", gain_db=3.0)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def left_s(stage: Stage) -> float:
    return (stage.now.deadline_ns - stage.clock.ns) / NS


def test_a_candidate_takes_more_time_as_often_as_the_interview_allows(stage: Stage) -> None:
    stage.answer_first()
    assert (stage.now.extensions_left, stage.now.extension_ns) == (10, 60 * NS)
    for _ in range(11):
        stage.say(requests.MoreTime())
    assert (left_s(stage), stage.now.limit_ns, stage.now.extensions_left) == (630, 630 * NS, 0)
    stage.wait(629)
    assert stage.state() is State.ANSWERING
    assert stage.recorder.marks().count(("extended", "first")) == 10
    stage.wait(2)
    assert stage.now.index == 1


def test_time_to_think_is_extended_by_itself(stage: Stage) -> None:
    stage.roll()
    stage.say(events.VoiceEnded("first", 0), requests.MoreTime(), requests.Next())
    assert stage.now.extensions_left == 10, "each limit has its own"
    assert left_s(stage) == 30


def test_the_proctor_grants_time_also_in_a_pause(stage: Stage) -> None:
    stage.answer_first()
    stage.say(requests.GrantTime(90))
    assert (left_s(stage), stage.now.extensions_left) == (120, 10)
    stage.wait(20)
    stage.say(requests.PauseSession(), requests.GrantTime(60), requests.ResumeSession(), events.VoiceEnded("first", 0))
    assert left_s(stage) == 160
    stage.say(requests.GrantTime(-5))
    assert left_s(stage) == 160


def test_more_time_where_no_limit_runs_is_nothing(stage: Stage) -> None:
    stage.roll()
    before = stage.now
    stage.say(requests.MoreTime(), requests.GrantTime(60))
    assert stage.now == before


def test_everything_takes_as_much_longer_as_was_agreed(stage: Stage) -> None:
    stage.say(requests.Accommodate(Accommodations(time_factor=1.5)))
    stage.roll()
    stage.say(events.VoiceEnded("first", 0))
    assert left_s(stage) == 7.5
    stage.say(requests.Next())
    assert (left_s(stage), stage.now.extension_ns) == (45, 90 * NS)
    stage.wait(15)
    stage.say(requests.Accommodate(Accommodations(time_factor=3.0)))
    assert (left_s(stage), stage.now.limit_ns) == (60, 90 * NS)
    told = [text for what, text in _texts(stage) if what == "accommodations"]
    assert ['"time_factor": 1.5' in told[0], '"time_factor": 3.0' in told[1]] == [True, True], "on record"
    noted = [entry for entry in stage.book.entries if entry[:2] == ("noted", "accommodations")]
    assert len(noted) == 2, "what was agreed before, and what was changed"


def test_an_answer_that_is_interrupted_gets_its_share_too(stage: Stage) -> None:
    stage.answer_first()
    stage.wait(10)
    stage.say(requests.PauseSession(), requests.Accommodate(Accommodations(time_factor=2.0)))
    stage.say(requests.ResumeSession(), events.VoiceEnded("first", 0))
    assert left_s(stage) == 40


def test_without_limits_nothing_ends_by_itself_until_limits_are_back(stage: Stage) -> None:
    stage.answer_first()
    stage.say(requests.Accommodate(Accommodations(no_limits=True)))
    assert (stage.now.deadline_ns, stage.now.limit_ns) == (0, 0)
    stage.wait(4000)
    assert stage.state() is State.ANSWERING
    stage.say(requests.Repeat(), events.VoiceEnded("first", 0))
    assert (stage.state(), stage.now.deadline_ns) == (State.ANSWERING, 0)
    stage.say(requests.Accommodate(Accommodations()))
    assert left_s(stage) == 30
    stage.wait(31)
    assert stage.now.index == 1


def test_a_factor_beyond_reason_is_not_taken(stage: Stage) -> None:
    stage.say(requests.Accommodate(Accommodations(time_factor=0.1)))
    assert stage.now.accommodations.time_factor == 1
    stage.say(requests.Accommodate(Accommodations(time_factor=99)))
    assert stage.now.accommodations.time_factor == 4


def test_captions_only_speaks_nothing_and_plays_no_tone(stage: Stage) -> None:
    stage.say(requests.Accommodate(Accommodations(captions_only=True)))
    stage.roll()
    assert stage.now.captions_only
    stage.wait(5)
    stage.say(requests.Next())
    assert not [sent for sent in stage.recorder.sent if isinstance(sent, commands.Speak | commands.Play)]


def test_a_slower_voice_is_rendered_anew_and_the_usual_one_is_not_spoken(stage: Stage) -> None:
    stage.roll()
    stage.say(requests.Accommodate(Accommodations(slower_voice=True)))
    assert [line.pace for line in stage.narrator.lines] == [0.75, 0.75]
    spoken = sum(isinstance(sent, commands.Speak) for sent in stage.recorder.sent)
    stage.say(events.VoiceEnded("first", 0), requests.Next(), requests.Next())
    stage.narrate()
    assert sum(isinstance(sent, commands.Speak) for sent in stage.recorder.sent) == spoken


def test_the_proctor_skips_a_question_and_the_last_one_ends_the_interview(stage: Stage) -> None:
    stage.roll()
    stage.say(requests.SkipQuestion())
    assert (stage.state(), stage.now.index) == (State.ASKING, 1)
    assert ("skipped", "first") in stage.recorder.marks()
    stage.say(events.VoiceEnded("second", 0), requests.SkipQuestion())
    assert stage.recorder.last() == commands.Stop("completed")
    marks = stage.recorder.marks()
    assert marks[-3:] == [("code", "second"), ("answer-ended", "second"), ("skipped", "second")]


def test_the_proctor_goes_back_and_the_code_stands_as_it_stood(stage: Stage) -> None:
    stage.answer_first()
    stage.say(requests.GoBack())
    assert stage.state() is State.ANSWERING, "there is none before the first"
    stage.say(requests.Next(), events.VoiceEnded("second", 0), requests.CodeChanged("mine"), requests.GoBack())
    assert (stage.state(), stage.now.index, stage.now.repeats_left) == (State.ASKING, 0, 1)
    assert ("went-back", "second") in stage.recorder.marks()
    stage.say(events.VoiceEnded("first", 0), requests.Next(), requests.Next())
    assert (stage.now.index, stage.now.code) == (1, "mine")


def test_who_skips_in_a_pause_goes_on(stage: Stage) -> None:
    stage.answer_first()
    stage.say(requests.PauseSession(), requests.SkipQuestion())
    assert (stage.state(), stage.now.index) == (State.ASKING, 1)
    assert commands.Resume() in stage.recorder.sent


def test_the_proctor_repeats_without_being_counted(stage: Stage) -> None:
    stage.answer_first()
    stage.say(requests.RepeatQuestion(), events.VoiceEnded("first", 0), requests.RepeatQuestion())
    assert (stage.state(), stage.now.repeats_left) == (State.ASKING, 1)


def test_what_the_proctor_notices_is_on_record(stage: Stage) -> None:
    stage.answer_first()
    stage.say(requests.Note("  Noise outside. "), requests.Note(" "))
    assert _texts(stage)[-1] == ("note", "Noise outside.")
    stage.say(requests.StopSession("aborted", "The building is cleared."))
    assert ("note", "aborted: The building is cleared.") in _texts(stage)
    assert ("noted", "aborted", "The building is cleared.") in stage.book.entries


def test_a_new_kiosk_goes_on_with_what_was_agreed_and_what_was_found(stage: Stage) -> None:
    found = Standing(PREPARE, INTERVIEW, 0, True, State.ANSWERING, False, 20 * NS, 20 * NS, 1, "", 0)
    agreed = Accommodations(time_factor=2.0, larger_text=True)
    stage.archive.runs = dataclasses.replace(found, extensions_left=3, accommodations=agreed)
    stage.recorder.opened = 1
    stage.say(LookBack())
    assert (stage.now.accommodations, stage.now.extensions_left, left_s(stage)) == (agreed, 3, 20)
    stage.say(LOST)
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert (order.gain_db, order.camera) == (3.0, "c")


def test_nothing_of_the_person_is_left_at_the_end(stage: Stage) -> None:
    stage.say(requests.Accommodate(Accommodations(larger_text=True)), requests.SetVolume(40))
    stage.roll()
    stage.say(requests.CallProctor(), requests.StopSession("stopped"))
    stage.say(events.Stopped("s", "stopped", "/r/s/a.mp4", "/r/s/manifest.json", 60 * NS, 1800, 0, 0))
    stage.say(requests.Dismiss())
    assert stage.now == Stage().now
    stage.begin()
    stage.narrate()
    stage.say(prepared(), started(), events.VoiceEnded("first", 0), requests.Next(), requests.Next())
    assert stage.now.code == "def f():"


def _texts(stage: Stage) -> list[tuple[str, str]]:
    return [(sent.what, sent.text) for sent in stage.recorder.sent if isinstance(sent, commands.Mark)]
