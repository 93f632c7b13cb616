"""Check and rehearsal: what a candidate goes through before anything is kept."""

import dataclasses
from pathlib import Path

import pytest

from kiosk.domain import commands, events, requests
from kiosk.domain.clock import NS
from kiosk.domain.events import Verdict
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import Call, Notice
from kiosk.domain.view import SessionState as State
from kiosk.session.ports import Narrated
from kiosk.session.practice import PRACTICE, SOUND_TEST, practice_of
from tests.session.stage import CONSENT, INTERVIEW, LOST, Stage, prepared, started, stopped

GOOD = events.Rehearsed(Verdict.GOOD, "All is well.", 6.5, 40_000_000, {"speech_heard": 1.0})
WRONG = events.Rehearsed(Verdict.WRONG, "Nobody was heard speaking.", 0.0, None, {"speech_heard": 0.0})
DARK = events.Rehearsed(Verdict.WRONG, "The camera gave only 2 pictures a second.", 3.0, None, {"speech_heard": 1.0})


@pytest.fixture
def stage() -> Stage:
    return Stage(check=True, rehearsal=True, attended=True)


def narrate(stage: Stage) -> None:
    stage.say(Narrated(SOUND_TEST, Path("hear.wav"), 2.0), Narrated(PRACTICE, Path("practice.wav"), 3.0))


def to_microphone(stage: Stage) -> None:
    stage.begin()
    narrate(stage)
    stage.say(prepared(), requests.Next(), requests.Next())


def to_heard(stage: Stage, found: events.Rehearsed = GOOD) -> None:
    to_microphone(stage)
    say_sentence(stage, found)


def say_sentence(stage: Stage, found: events.Rehearsed = GOOD) -> None:
    stage.say(requests.Next(), started())
    stage.wait(2)
    stage.say(requests.Next(), found, events.Replayed())


def to_ready(stage: Stage) -> None:
    to_heard(stage)
    stage.say(requests.Next(), requests.Next(), started(), events.VoiceEnded(PRACTICE, 0))
    stage.wait(2)
    stage.say(requests.Next(), GOOD, events.Replayed())


def test_from_consent_to_the_first_question(stage: Stage) -> None:
    seen = []
    stage.begin()
    narrate(stage)
    steps = [
        prepared(), requests.Next(), requests.Next(), requests.Next(), started(), 2.0, requests.Next(), GOOD,
        events.Replayed(), requests.Next(), requests.Next(), started(), events.VoiceEnded(PRACTICE, 0), 2.0,
        requests.Next(), GOOD, events.Replayed(), requests.Next(), stopped("rehearsed"), prepared(), started(),
    ]  # fmt: skip
    for step in steps:
        if isinstance(step, float):
            stage.wait(step)
        else:
            stage.say(step)
        seen.append(stage.state())
    assert list(dict.fromkeys(seen)) == [
        State.CAMERA, State.LOUDSPEAKER, State.MICROPHONE, State.SPEAKING, State.PLAYBACK, State.HEARD, State.PRACTICE,
        State.PRACTICE_ASKING, State.PRACTICE_ANSWERING, State.PRACTICE_PLAYBACK, State.READY, State.PREPARING,
        State.STARTING, State.ASKING,
    ]  # fmt: skip
    trial, real = [sent for sent in stage.recorder.sent if isinstance(sent, commands.Prepare)]
    assert (trial.rehearsal, trial.consent, trial.candidate) == (True, None, ""), "a trial is of nobody"
    assert (real.rehearsal, real.consent, real.candidate) == (False, CONSENT, "c-1")
    assert (real.gain_db, real.sound_offset_ns) == (6.5, 40_000_000), "what was found is used"
    assert trial.session != real.session == stage.now.session
    assert stage.now.index == 0


def test_without_a_check_the_microphone_has_the_gain_that_is_configured() -> None:
    stage = Stage(gain_db=4.0)
    stage.begin()
    sent = [each for each in stage.recorder.sent if isinstance(each, commands.Prepare)]
    assert [each.gain_db for each in sent] == [4.0]


def test_a_check_begins_with_the_gain_that_is_configured_and_ends_with_its_own() -> None:
    stage = Stage(check=True, rehearsal=True, attended=True, gain_db=4.0)
    to_ready(stage)
    stage.say(requests.Next(), stopped("rehearsed"), prepared())
    trial, real = [each for each in stage.recorder.sent if isinstance(each, commands.Prepare)]
    assert (trial.gain_db, real.gain_db) == (4.0, 6.5)


def test_nothing_of_the_trial_is_in_the_ledger(stage: Stage) -> None:
    to_ready(stage)
    assert stage.book.entries == [("opened", "trial", "c-1", "v1")]


def test_the_interview_waits_until_the_trial_has_let_go_of_the_devices(stage: Stage) -> None:
    to_ready(stage)
    stage.say(requests.Next())
    assert stage.state() is State.PREPARING
    assert stage.recorder.last() == commands.Stop("rehearsed")
    stage.say(events.Progress(events.RecorderState.PREPARED, 0, rec=False, rec_reason=""), prepared())
    assert stage.state() is State.PREPARING, "that was still the trial's recorder"
    stage.say(stopped("rehearsed"))
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert not order.rehearsal


def test_a_trial_that_does_not_end_is_let_go_of(stage: Stage) -> None:
    to_ready(stage)
    stage.say(requests.Next())
    stage.wait(16)
    assert isinstance(stage.recorder.last(), commands.Prepare)


def test_rec_is_never_lit_in_a_trial(stage: Stage) -> None:
    to_microphone(stage)
    stage.say(events.Progress(events.RecorderState.RECORDING, 0, rec=True, rec_reason="", level_dbfs=-20))
    assert stage.now.progress is not None
    assert (stage.now.progress.rec, stage.now.progress.level_dbfs) == (False, -20)


def test_a_covered_camera_holds_the_check_up_and_calls_the_proctor_who_can_skip_it(stage: Stage) -> None:
    stage.begin()
    stage.say(prepared(), events.Problem("camera", "The picture is black.", "Open the cover."), requests.Next())
    assert (stage.state(), stage.now.held, stage.now.notice) == (State.CAMERA, True, Notice.NOT_SEEN)
    assert stage.now.called is Call.CHECK
    stage.say(events.Problem("camera", "", ""))
    assert (stage.now.held, stage.now.notice) == (False, None)
    stage.say(events.Problem("camera", "The picture is black.", ""), requests.SkipCheck())
    assert (stage.state(), stage.now.held) == (State.READY, False)


def test_the_test_sound_can_be_heard_again_and_not_hearing_it_calls_the_proctor(stage: Stage) -> None:
    stage.begin()
    narrate(stage)
    stage.say(prepared(), requests.Next(), requests.Again())
    assert [sent.wav for sent in stage.recorder.sent if isinstance(sent, commands.Play)] == ["hear.wav", "hear.wav"]
    stage.say(requests.NotHeard())
    assert (stage.now.called, stage.now.notice) == (Call.CHECK, Notice.NOT_SOUNDING)
    stage.say(requests.Next())
    assert (stage.state(), stage.now.notice) == (State.MICROPHONE, None)


def test_a_sentence_ends_by_itself(stage: Stage) -> None:
    to_microphone(stage)
    stage.say(requests.Next(), requests.Next(), started(), requests.Next())
    assert stage.state() is State.SPEAKING, "a second press is no sentence"
    assert stage.recorder.sent.count(commands.Start()) == 1
    stage.wait(8.1)
    assert stage.state() is State.PLAYBACK
    assert stage.recorder.last() == commands.Replay()
    stage.say(requests.Next())
    assert stage.recorder.last() == commands.Silence(), "the playback can be cut short"


def test_a_sentence_that_nobody_hears_is_said_again_and_then_the_proctor_is_called(stage: Stage) -> None:
    to_heard(stage, WRONG)
    assert (stage.now.held, stage.now.notice, stage.now.called) == (True, Notice.NOT_HEARD, None)
    stage.say(requests.Next())
    assert stage.state() is State.HEARD
    stage.say(requests.Again())
    assert (stage.state(), stage.now.held, stage.now.verdict) == (State.MICROPHONE, False, None)
    say_sentence(stage, WRONG)
    assert stage.now.called is Call.CHECK
    stage.say(requests.Again())
    say_sentence(stage)
    stage.say(requests.Next())
    assert stage.state() is State.PRACTICE


def test_what_is_wrong_but_the_voice_holds_nobody_up_and_calls_the_proctor(stage: Stage) -> None:
    to_heard(stage, DARK)
    assert (stage.now.held, stage.now.notice, stage.now.called) == (False, None, Call.CHECK)
    assert stage.now.verdict_words == DARK.sentence


def test_a_practice_answer_that_nobody_gave_does_not_change_the_gain(stage: Stage) -> None:
    to_heard(stage)
    stage.say(requests.Next(), requests.Next(), started(), events.VoiceEnded(PRACTICE, 0))
    stage.wait(31)
    stage.say(WRONG, events.Replayed())
    assert (stage.state(), stage.now.called) == (State.READY, None)
    stage.say(requests.Next(), stopped("rehearsed"))
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert order.gain_db == 6.5


def test_what_cannot_be_played_back_holds_nobody_up(stage: Stage) -> None:
    to_microphone(stage)
    stage.say(requests.Next(), started())
    stage.wait(9)
    stage.say(events.Failed("Replay", "failed", "It cannot be read.", ""))
    assert (stage.state(), stage.now.held) == (State.HEARD, False)


def test_the_practice_question_can_be_repeated_skipped_and_practised_again(stage: Stage) -> None:
    to_heard(stage)
    stage.say(requests.Next(), requests.SkipPractice())
    assert stage.state() is State.READY
    stage.say(requests.Again(), requests.Next(), started())
    assert stage.now.question is not None
    assert stage.now.question.id == PRACTICE
    stage.say(events.VoiceEnded(PRACTICE, 0), requests.Repeat())
    assert (stage.state(), stage.now.repeats_left) == (State.PRACTICE_ASKING, 1)
    assert stage.recorder.last() == commands.Speak(PRACTICE, "practice.wav")


def test_a_practice_question_that_is_not_heard_is_read(stage: Stage) -> None:
    to_heard(stage)
    stage.say(requests.Next(), requests.Next(), started(), events.VoiceLost(PRACTICE, 0, "The loudspeaker is gone."))
    assert stage.now.captions_only
    stage.wait(5)
    assert stage.state() is State.PRACTICE_ANSWERING
    stage.wait(31)
    assert stage.state() is State.PRACTICE_PLAYBACK


def test_more_time_can_be_practised_too_but_not_for_ever(stage: Stage) -> None:
    to_heard(stage)
    stage.say(requests.Next(), requests.Next(), started(), events.VoiceEnded(PRACTICE, 0), requests.MoreTime())
    assert (stage.now.deadline_ns - stage.clock.ns, stage.now.extensions_left) == (60 * NS, 9)
    stage.say(*[requests.MoreTime()] * 20)
    assert stage.now.deadline_ns - stage.clock.ns == 150 * NS


def test_without_limits_a_practice_answer_shows_none(stage: Stage) -> None:
    stage.say(requests.Accommodate(Accommodations(no_limits=True)))
    to_heard(stage)
    stage.say(requests.Next(), requests.Next(), started(), events.VoiceEnded(PRACTICE, 0))
    assert (stage.state(), stage.now.deadline_ns) == (State.PRACTICE_ANSWERING, 0)
    stage.wait(100)
    assert stage.state() is State.PRACTICE_ANSWERING


def test_a_recorder_that_dies_begins_the_check_again_and_loses_nothing_that_was_to_be_kept(stage: Stage) -> None:
    to_heard(stage)
    stage.say(LOST)
    assert (stage.state(), stage.now.verdict) == (State.OPENING, None)
    stage.say(prepared())
    assert stage.state() is State.CAMERA
    stage.say(LOST, LOST)
    assert stage.state() is State.FAILED
    assert "several times" in stage.now.message


def test_a_recorder_that_dies_when_all_is_done_is_needed_only_for_more_practice(stage: Stage) -> None:
    to_ready(stage)
    stage.say(LOST)
    assert stage.state() is State.READY
    stage.say(requests.Again())
    assert stage.state() is State.OPENING
    stage.say(prepared(), requests.SkipCheck(), LOST, requests.Next())
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert (order.rehearsal, stage.state()) == (False, State.PREPARING)


def test_a_device_that_cannot_be_opened_fails_in_words_and_the_next_one_may_begin(stage: Stage) -> None:
    stage.begin()
    stage.say(events.Failed("Prepare", "device", "There is no camera 7.", ""))
    assert (stage.state(), stage.now.failure) == (State.FAILED, "device")
    stage.say(requests.Dismiss())
    stage.begin()
    assert stage.state() is State.OPENING
    assert [sent for sent in stage.recorder.sent if isinstance(sent, commands.Prepare)][1:] == []
    stage.say(stopped("failed"))
    assert isinstance(stage.recorder.last(), commands.Prepare), "once the first recorder has gone"


def test_ending_in_the_check_leads_home_and_is_on_record(stage: Stage) -> None:
    to_microphone(stage)
    stage.say(requests.StopSession("stopped"))
    assert stage.now == Stage(check=True, rehearsal=True, attended=True).now
    assert stage.recorder.last() == commands.Stop("rehearsed")
    assert stage.book.entries[-1] == ("ended", "finished", "stopped")


def test_ending_before_the_interviews_recorder_is_there_ends_without_one(stage: Stage) -> None:
    to_ready(stage)
    stage.say(requests.Next(), requests.StopSession("stopped"), stopped("rehearsed"))
    assert (stage.state(), stage.now.recording) == (State.FINISHED, "")


def test_what_the_proctor_skips_in_mid_sentence_is_not_kept_either(stage: Stage) -> None:
    to_microphone(stage)
    stage.say(requests.Next(), started(), requests.SkipCheck())
    assert stage.state() is State.READY
    assert stage.recorder.sent[-2:] == [commands.Replay(), commands.Silence()]
    stage.say(GOOD, events.Replayed(), requests.Again(), requests.Next(), started())
    assert stage.state() is State.PRACTICE_ASKING, "and there may be practice all the same"


def test_the_proctor_rehearses_without_a_candidate(stage: Stage) -> None:
    stage.say(requests.Rehearse())
    assert (stage.state(), stage.now.interview) == (State.OPENING, None)
    stage.say(prepared(), requests.SkipCheck(), requests.Next())
    assert stage.state() is State.IDLE
    assert stage.book.entries == []


def test_other_devices_are_opened_at_once(stage: Stage) -> None:
    to_microphone(stage)
    stage.say(requests.ChooseDevices("c2", "", ""))
    assert (stage.state(), stage.now.devices.camera, stage.now.devices.speaker) == (State.OPENING, "c2", "s")
    stage.say(stopped("rehearsed"))
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert (order.camera, order.microphone) == ("c2", "m")


def test_each_part_can_be_switched_off() -> None:
    only_check, only_practice = Stage(check=True), Stage(rehearsal=True)
    to_heard(only_check)
    only_check.say(requests.Next())
    assert only_check.state() is State.READY
    only_practice.begin()
    only_practice.say(prepared())
    assert only_practice.state() is State.PRACTICE


def test_a_language_in_which_we_can_say_nothing_is_not_practised_in_unless_the_interview_says_how() -> None:
    finnish = dataclasses.replace(INTERVIEW, language="fi")
    assert practice_of(finnish, "en") is None
    own = practice_of(dataclasses.replace(finnish, practice="Mitä kuuluu?"), "en")
    assert own is not None
    assert own.text == "Mitä kuuluu?"


def test_the_sound_is_as_loud_as_the_candidate_wants_it(stage: Stage) -> None:
    stage.begin()
    stage.say(requests.SetVolume(140), requests.SetVolume(30))
    assert (stage.now.volume, stage.recorder.last()) == (30, commands.Volume(30))
    stage.say(prepared(), requests.SkipCheck(), requests.Next(), stopped("rehearsed"))
    assert stage.recorder.last() == commands.Volume(30), "in the interview too"


def test_a_trial_that_ends_early_begins_again(stage: Stage) -> None:
    to_microphone(stage)
    stage.say(stopped("abandoned"))
    assert stage.state() is State.OPENING
    assert isinstance(stage.recorder.last(), commands.Prepare)
    assert stage.clock.ns > NS
