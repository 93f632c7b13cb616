"""The director with values only: the way of an interview from welcome to thanks."""

from pathlib import Path

import pytest

from kiosk.domain import commands, events, view
from kiosk.domain.clock import NS
from kiosk.domain.view import SessionState as State
from kiosk.session.ports import Narrated
from tests.session.stage import CONSENT, INTERVIEW, LOST, Stage, prepared, started, stopped


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_an_interview_goes_from_welcome_to_thanks(stage: Stage) -> None:
    stage.answer_first()
    assert stage.state() is State.ANSWERING
    stage.say(view.Next())
    assert (stage.now.state, stage.now.index) == (State.ASKING, 1)
    stage.say(events.VoiceEnded("second", 9 * NS))
    assert stage.state() is State.ANSWERING, "a question without time to think leads straight to its answer"
    stage.say(view.CodeChanged("def f(): return 1"), view.Next())
    assert stage.state() is State.FINISHING
    assert stage.recorder.last() == commands.Stop("completed")
    stage.say(stopped())
    assert stage.state() is State.FINISHED
    assert stage.now.manifest == "/r/s/manifest.json"
    assert stage.recorder.marks() == [
        ("question", "first"), ("think", "first"), ("answer-started", "first"), ("answer-ended", "first"),
        ("question", "second"), ("answer-started", "second"), ("code", "second"), ("answer-ended", "second"),
    ]  # fmt: skip


def test_code_that_nobody_touched_is_on_record_as_it_was_given(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.Next(), events.VoiceEnded("second", 9 * NS), view.Next())
    assert stage.recorder.marks()[-2:] == [("code", "second"), ("answer-ended", "second")]


def test_consent_is_on_record_before_any_device_is_opened(stage: Stage) -> None:
    stage.recorder.refuses = True
    stage.begin()
    assert stage.book.entries[0] == ("opened", "trial", "c-1", "v1")
    assert stage.state() is State.FAILED
    assert "could not be started" in stage.now.message


def test_refusing_records_nothing(stage: Stage) -> None:
    stage.say(view.Choose(INTERVIEW, "c-1"), view.Refuse())
    assert stage.state() is State.REFUSED
    assert stage.recorder.sent == []
    assert stage.book.entries == []
    stage.say(view.Dismiss())
    assert stage.now == Stage().now


def test_recording_starts_by_itself_and_the_question_waits_for_the_first_durable_fragment(stage: Stage) -> None:
    stage.begin()
    stage.narrate()
    stage.say(prepared())
    assert stage.recorder.last() == commands.Start()
    assert not [sent for sent in stage.recorder.sent if isinstance(sent, commands.Speak)]
    stage.say(started())
    assert stage.recorder.last() == commands.Speak("first", "1.wav")


def test_limits_end_by_themselves(stage: Stage) -> None:
    stage.roll()
    stage.say(events.VoiceEnded("first", 0))
    assert stage.state() is State.THINKING
    stage.wait(4.9)
    assert stage.state() is State.THINKING
    stage.wait(0.2)
    assert stage.state() is State.ANSWERING
    assert stage.now.limit_ns == 30 * NS
    stage.wait(30.1)
    assert stage.now.index == 1


def test_a_repeat_keeps_the_time_that_was_left_to_answer(stage: Stage) -> None:
    stage.answer_first()
    stage.wait(10)
    stage.say(view.Repeat())
    assert stage.state() is State.ASKING
    stage.wait(3)
    stage.say(events.VoiceEnded("first", 0))
    assert stage.state() is State.ANSWERING
    assert stage.now.deadline_ns - stage.clock.ns == 20 * NS
    stage.say(view.Repeat())
    assert stage.state() is State.ANSWERING, "one repeat was allowed, and it is used up"


def test_a_pause_in_an_answer_goes_on_with_the_question_and_the_time_left(stage: Stage) -> None:
    stage.answer_first()
    stage.wait(10)
    stage.say(view.PauseSession())
    assert stage.state() is State.PAUSED
    stage.wait(600)
    assert stage.state() is State.PAUSED, "a pause has no limit"
    stage.say(view.ResumeSession())
    assert stage.recorder.sent[-2:] == [commands.Resume(), commands.Speak("first", "1.wav")]
    stage.say(events.VoiceEnded("first", 0))
    assert stage.now.deadline_ns - stage.clock.ns == 20 * NS


def test_a_question_that_cannot_be_rendered_becomes_a_caption_and_the_interview_goes_on(stage: Stage) -> None:
    stage.begin()
    stage.say(prepared(), Narrated("first", None, what="The voice hung."), started())
    assert stage.now.captions_only
    assert ("captions-only", "first") in stage.recorder.marks()
    stage.wait(5)
    assert stage.state() is State.THINKING


def test_a_question_that_is_late_is_waited_for_and_then_shown(stage: Stage) -> None:
    stage.begin()
    stage.say(prepared(), started())
    stage.wait(5)
    assert stage.state() is State.ASKING
    stage.say(Narrated("first", Path("1.wav"), 2.0))
    assert stage.recorder.last() == commands.Speak("first", "1.wav")


def test_a_question_that_is_never_rendered_does_not_stall(stage: Stage) -> None:
    stage.begin()
    stage.say(prepared(), started())
    stage.wait(13)
    assert stage.now.captions_only
    stage.wait(5)
    assert stage.state() is State.THINKING


def test_a_loudspeaker_that_never_reports_the_end_does_not_stall(stage: Stage) -> None:
    stage.roll()
    stage.wait(9)
    assert stage.now.captions_only
    assert commands.Silence() in stage.recorder.sent
    stage.wait(5)
    assert stage.state() is State.THINKING


def test_a_lost_loudspeaker_turns_the_question_into_a_caption(stage: Stage) -> None:
    stage.roll()
    stage.say(events.VoiceLost("first", 0, "The loudspeaker is gone."))
    assert stage.now.captions_only


def test_the_proctor_stops_in_an_answer_and_its_end_is_marked(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.StopSession("stopped"))
    assert ("answer-ended", "first") in stage.recorder.marks()
    assert stage.recorder.last() == commands.Stop("stopped")
    stage.say(stopped("stopped"))
    assert stage.state() is State.FINISHED
    assert ("ended", "finished", "stopped") in stage.book.entries


def test_a_stop_from_elsewhere_ends_the_interview_too(stage: Stage) -> None:
    stage.answer_first()
    stage.say(stopped("stopped"))
    assert stage.state() is State.FINISHED


def test_a_recorder_that_dies_while_it_ends_is_a_failure_and_not_a_finish(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.StopSession("stopped"), LOST)
    assert stage.state() is State.FAILED
    assert "stored" in stage.now.message


def test_a_device_that_is_missing_fails_with_its_code(stage: Stage) -> None:
    stage.begin()
    stage.say(events.Failed("Prepare", "device", "There is no camera 7.", ""))
    assert (stage.now.state, stage.now.failure) == (State.FAILED, "device")


def test_a_button_that_comes_too_late_changes_nothing(stage: Stage) -> None:
    stage.answer_first()
    before = stage.now
    stage.say(view.Agree(CONSENT), view.Dismiss(), view.ResumeSession(), view.Choose(INTERVIEW, "x"))
    assert stage.now == before


def test_problems_stand_until_they_are_over(stage: Stage) -> None:
    stage.roll()
    stage.say(events.Problem("camera", "The camera is lost.", "Check the cable."))
    assert stage.now.troubles[0].what == "The camera is lost."
    stage.say(events.Problem("camera", "", ""))
    assert stage.now.troubles == ()


def test_code_is_marked_only_when_it_changed(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.Next(), events.VoiceEnded("second", 0))
    stage.say(view.CodeChanged("def f():"), view.CodeChanged("x"), view.CodeChanged("x"))
    assert [mark for mark in stage.recorder.marks() if mark[0] == "code"] == [("code", "second")]


def test_what_was_undone_is_on_record_too(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.Next(), events.VoiceEnded("second", 0))
    stage.say(view.CodeChanged("a"), view.CodeChanged("ab"), view.CodeChanged("a"), view.CodeChanged("def f():"))
    texts = [sent.text for sent in stage.recorder.sent if isinstance(sent, commands.Mark) and sent.what == "code"]
    assert texts == ["a", "ab", "a", "def f():"]


def test_preparing_starting_and_finishing_have_deadlines(stage: Stage) -> None:
    stage.begin()
    stage.wait(41)
    assert stage.state() is State.FAILED
    other = Stage()
    other.begin()
    other.say(prepared())
    other.wait(16)
    assert other.state() is State.FAILED


def test_a_recorder_that_still_writes_its_end_is_waited_for(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.StopSession("stopped"))
    for second in range(1, 100, 20):
        stage.say(events.Progress(events.RecorderState.STOPPING, 0, rec=True, rec_reason="", durable_ns=second * NS))
        stage.wait(20)
    assert stage.state() is State.FINISHING
    stage.wait(31)
    assert stage.state() is State.FAILED


def test_a_tone_that_cannot_be_played_breaks_nothing(stage: Stage) -> None:
    stage.answer_first()
    stage.say(view.StopSession("stopped"), events.Failed("Play", "failed", "There is no such sound.", ""))
    assert stage.state() is State.FINISHING


def test_a_recording_that_is_sealed_after_a_failure_stays_a_failure_in_the_ledger(stage: Stage) -> None:
    stage.answer_first()
    stage.say(events.Failed("", "no-space", "The disk is full.", "", fatal=True), stopped("failed"))
    assert stage.state() is State.FAILED
    assert ("ended", "failed", "failed") in stage.book.entries


def test_consent_that_cannot_be_written_down_begins_nothing(stage: Stage) -> None:
    stage.book.full = True
    stage.begin()
    assert (stage.state(), stage.now.failure) == (State.FAILED, "no-space")
    assert "The disk is full." in stage.now.message
    assert stage.recorder.opened == 0
    stage.say(view.Dismiss())
    assert stage.state() is State.IDLE
