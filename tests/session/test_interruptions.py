"""What a director makes of a recorder that dies, and of an interview that another kiosk began."""

import dataclasses

import pytest

from kiosk.domain import commands, events, view
from kiosk.domain.clock import NS
from kiosk.domain.errors import WorldFailed
from kiosk.domain.view import SessionState as State
from kiosk.session.ports import LookBack
from kiosk.session.restarts import Restarts
from kiosk.session.standing import Standing
from tests.session.stage import CONSENT, INTERVIEW, LOST, Stage, prepared, started, stopped

PREPARE = commands.Prepare("s-9", "trial", "Trial", "00", "en", "c-9", CONSENT, "old", "old", "old")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def standing(**changes: object) -> Standing:
    found = Standing(PREPARE, INTERVIEW, 0, True, State.ANSWERING, False, 20 * NS, 20 * NS, 1, "", 0)
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]  # the fields' own names


def test_a_recorder_that_dies_is_replaced_and_the_question_is_asked_again(stage: Stage) -> None:
    stage.answer_first()
    stage.wait(10)
    stage.say(LOST)
    assert stage.state() is State.RESUMING
    assert stage.now.progress is None, "nobody says that it is recording"
    assert [trouble.device for trouble in stage.now.troubles] == ["recorder"]
    again = stage.recorder.last()
    assert isinstance(again, commands.Prepare)
    assert (again.continues, again.session, again.consent) == (True, stage.now.session, CONSENT)
    stage.say(prepared())
    assert stage.recorder.last() == commands.Start()
    stage.say(started(2))
    assert (stage.state(), stage.now.index) == (State.ASKING, 0)
    assert stage.recorder.sent[-2:] == [commands.Mark("question", "first"), commands.Speak("first", "1.wav")]
    stage.say(events.VoiceEnded("first", 0))
    assert stage.state() is State.ANSWERING
    assert stage.now.deadline_ns - stage.clock.ns == 20 * NS, "with the time that was left"
    assert stage.recorder.marks()[-1] == ("answer-started", "first")
    stage.say(view.Next())
    assert stage.now.troubles == (), "the next question begins as if nothing had been"
    assert [entry for entry in stage.book.entries if entry[0] == "started"] == [("started", "/r/s/1.mp4")]


def test_rec_goes_out_when_the_recorder_says_nothing_any_more(stage: Stage) -> None:
    stage.answer_first()
    told = events.Progress(events.RecorderState.RECORDING, stage.clock.ns, rec=True, rec_reason="")
    stage.say(told)
    stage.wait(1.9)
    assert stage.now.progress == told
    stage.wait(0.2)
    assert stage.now.progress is not None
    assert (stage.now.progress.rec, "does not answer" in stage.now.progress.rec_reason) == (False, True)
    assert stage.state() is State.ANSWERING, "the interview goes on meanwhile"
    stage.say(told)
    assert stage.now.progress == told


def test_code_survives_the_recorder(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.Next(), events.VoiceEnded("second", 0), view.CodeChanged("one"), LOST, view.CodeChanged("two"))
    stage.say(prepared(), started(2))
    assert commands.Mark("code", "second", "two") in stage.recorder.sent[-2:]


@pytest.mark.parametrize("early", [0, 1])
def test_a_recorder_that_dies_before_anything_is_recorded_is_replaced_too(stage: Stage, early: int) -> None:
    stage.begin()
    stage.narrate()
    stage.say(*[prepared()][:early], LOST)
    assert stage.state() is State.RESUMING
    stage.say(prepared(), started())
    assert (stage.state(), stage.now.index) == (State.ASKING, 0)
    assert ("started", "/r/s/1.mp4") in stage.book.entries


def test_the_third_death_within_two_minutes_is_given_up_in_words(stage: Stage) -> None:
    stage.roll()
    for _ in range(2):
        stage.say(LOST)
        assert stage.state() is State.RESUMING
        stage.say(prepared(), started(2))
    stage.say(LOST)
    assert stage.state() is State.FAILED
    assert "several times" in stage.now.message
    assert "stored" in stage.now.message


def test_deaths_that_lie_apart_are_forgotten() -> None:
    restarts = Restarts()
    assert all(restarts.again(at * 61 * NS) for at in range(10))
    assert not restarts.again(9 * 61 * NS + 1)


def test_nobody_is_recorded_in_a_pause_because_a_recorder_died(stage: Stage) -> None:
    stage.answer_first()
    stage.wait(10)
    stage.say(view.PauseSession())
    sent = len(stage.recorder.sent)
    stage.say(LOST)
    assert stage.state() is State.PAUSED
    assert len(stage.recorder.sent) == sent
    stage.say(view.ResumeSession())
    assert stage.state() is State.RESUMING
    stage.say(prepared(), started(2), events.VoiceEnded("first", 0))
    assert stage.now.deadline_ns - stage.clock.ns == 20 * NS


def test_a_connection_that_was_lost_alone_is_taken_up_again(stage: Stage) -> None:
    stage.answer_first()
    stage.recorder.same = True
    stage.say(LOST)
    assert stage.state() is State.ASKING
    assert stage.recorder.last() == commands.Speak("first", "1.wav")


def test_a_recorder_that_cannot_be_replaced_ends_the_interview_in_words(stage: Stage) -> None:
    stage.answer_first()
    stage.recorder.refuses = True
    stage.say(LOST)
    assert stage.state() is State.FAILED
    assert "could not be started" in stage.now.message


def test_ending_while_the_recorder_is_replaced_is_an_end_in_order(stage: Stage) -> None:
    stage.answer_first()
    stage.say(LOST, view.StopSession("stopped"))
    assert stage.recorder.last() == commands.Stop("stopped")
    stage.say(stopped("stopped"))
    assert stage.state() is State.FINISHED


def test_a_new_kiosk_rejoins_with_the_time_that_is_left(stage: Stage) -> None:
    stage.archive.runs = standing()
    stage.recorder.opened = 1
    stage.say(LookBack())
    now = stage.now
    assert (now.state, now.session, now.candidate, now.index) == (State.ANSWERING, "s-9", "c-9", 0)
    assert now.deadline_ns - stage.clock.ns == 20 * NS
    assert now.limit_ns == 30 * NS
    assert [line.key for line in stage.narrator.lines] == ["first", "second"]
    stage.say(view.Next())
    assert stage.now.index == 1


@pytest.mark.parametrize(
    ("changes", "state", "speaks"),
    [
        ({"phase": State.PAUSED}, State.PAUSED, False),
        ({"phase": State.THINKING, "left_ns": 3 * NS, "answer_left_ns": 0}, State.THINKING, False),
        ({"phase": State.ASKING, "answer_left_ns": 0, "sounding": True}, State.ASKING, False),
        ({"phase": State.ASKING, "answer_left_ns": 0, "asked": False, "index": 1}, State.ASKING, True),
    ],
)
def test_a_new_kiosk_rejoins_wherever_the_interview_is(
    stage: Stage, changes: dict[str, object], state: State, speaks: bool
) -> None:
    stage.archive.runs = standing(**changes)
    stage.recorder.opened = 1
    stage.say(LookBack())
    assert stage.state() is state
    stage.narrate()
    assert any(isinstance(sent, commands.Speak) for sent in stage.recorder.sent) is speaks


def test_a_rejoined_question_ends_when_the_recorder_says_so(stage: Stage) -> None:
    stage.archive.runs = standing(phase=State.ASKING, sounding=True, answer_left_ns=0)
    stage.recorder.opened = 1
    stage.say(LookBack(), events.VoiceEnded("first", 0))
    assert stage.state() is State.THINKING


def test_the_proctor_goes_on_with_an_interview_that_was_cut_off(stage: Stage) -> None:
    stage.archive.left = standing(index=1, answer_left_ns=40 * NS, code="def f(): return 1", code_changes=2)
    stage.say(LookBack())
    assert stage.state() is State.IDLE
    assert stage.now.unfinished == view.Unfinished("s-9", "Trial", "c-9", 1, 2)
    assert stage.recorder.sent == []
    stage.say(view.GoOn())
    assert stage.state() is State.RESUMING
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert (order.session, order.continues, order.camera, order.consent) == ("s-9", True, "c", CONSENT)
    stage.say(prepared(), started(2))
    stage.narrate()
    assert (stage.state(), stage.now.index, stage.now.code) == (State.ASKING, 1, "def f(): return 1")
    stage.say(events.VoiceEnded("second", 0))
    assert stage.now.deadline_ns - stage.clock.ns == 40 * NS
    assert stage.recorder.marks() == [("question", "second"), ("code", "second"), ("answer-started", "second")]


def test_the_proctor_ends_an_interview_that_was_cut_off(stage: Stage) -> None:
    stage.archive.left = standing()
    stage.say(LookBack(), view.EndHere())
    assert stage.now == Stage().now
    assert stage.book.entries == [("ended-before", "s-9")]
    stage.say(view.GoOn())
    assert stage.state() is State.IDLE


def test_a_kiosk_with_nothing_behind_it_shows_the_welcome(stage: Stage) -> None:
    stage.say(LookBack())
    assert stage.views == [Stage().now]


def test_another_interview_may_begin_instead(stage: Stage) -> None:
    stage.archive.left = standing()
    stage.say(LookBack())
    stage.begin()
    assert stage.state() is State.PREPARING
    assert stage.now.unfinished is None
    stage.say(view.GoOn())
    assert stage.state() is State.PREPARING


def test_a_recorder_that_does_not_start_leaves_the_interview_to_be_gone_on_with_later(stage: Stage) -> None:
    stage.archive.left = standing()
    stage.say(LookBack())
    stage.recorder.refuses = True
    stage.say(view.GoOn())
    assert stage.state() is State.FAILED
    with pytest.raises(WorldFailed):
        stage.recorder.open()
