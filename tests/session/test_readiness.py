"""Whether the kiosk is ready: a run through the devices that keeps nothing and makes way for people."""

import pytest

from kiosk.domain import commands, events, requests
from kiosk.domain.view import ReadyState
from kiosk.domain.view import SessionState as State
from kiosk.session.ports import LookBack
from tests.session.stage import INTERVIEW, LOST, Stage, prepared, started, stopped
from tests.session.test_interruptions import standing

TONES = [commands.Play("start.wav")] * 2


def heard(peak_dbfs: float = -60.0) -> events.Progress:
    return events.Progress(events.RecorderState.RECORDING, 0, rec=True, rec_reason="", peak_dbfs=peak_dbfs)


def ready(stage: Stage) -> ReadyState:
    return stage.now.readiness.state


@pytest.fixture
def stage() -> Stage:
    stage = Stage(self_check=True, attended=True)
    stage.say(LookBack())
    stage.wait(0.1)
    return stage


def run(stage: Stage, *told: object) -> None:
    stage.say(prepared(), started(), *(told or (heard(),)))
    stage.wait(1.1)
    stage.wait(3)
    stage.wait(6)


def test_a_kiosk_that_starts_proves_that_it_is_ready(stage: Stage) -> None:
    assert (stage.state(), ready(stage)) == (State.IDLE, ReadyState.CHECKING)
    run(stage)
    found = stage.now.readiness
    assert (found.state, found.what) == (ReadyState.READY, "")
    assert found.tried_at.startswith("2026-11-22T10:00")
    order = stage.recorder.sent[0]
    assert isinstance(order, commands.Prepare)
    assert (order.rehearsal, order.consent, order.candidate) == (True, None, "")
    assert stage.recorder.sent[1:] == [commands.Start(), *TONES, commands.Stop("rehearsed")]
    assert (stage.now.progress, stage.now.preview, stage.book.entries) == (None, "", []), "nobody is seen"


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ([events.Problem("camera", "The picture is black.", "Open the cover.")], "The picture is black."),
        ([heard(-120)], "The microphone hears nothing at all."),
        ([heard(), events.Failed("Play", "device", "There is no loudspeaker.", "")], "There is no loudspeaker."),
    ],
)
def test_what_is_wrong_is_said(stage: Stage, told: list[object], what: str) -> None:
    run(stage, *told)
    assert (ready(stage), stage.now.readiness.what) == (ReadyState.NOT_READY, what)


def test_a_trouble_that_is_over_is_none(stage: Stage) -> None:
    run(stage, heard(), events.Problem("camera", "It is dark.", ""), events.Problem("camera", "", ""))
    assert ready(stage) is ReadyState.READY


def test_a_camera_that_is_missing_is_tried_again_in_a_minute(stage: Stage) -> None:
    stage.say(events.Failed("Prepare", "device", "There is no camera.", "Plug it in."), stopped("rehearsed"))
    assert (ready(stage), stage.now.readiness.remedy) == (ReadyState.NOT_READY, "Plug it in.")
    stage.wait(61)
    assert ready(stage) is ReadyState.CHECKING
    run(stage)
    assert ready(stage) is ReadyState.READY


def test_a_recorder_that_dies_or_hangs_is_not_ready(stage: Stage) -> None:
    stage.say(LOST)
    assert ready(stage) is ReadyState.NOT_READY
    stage.wait(61)
    stage.wait(41)
    assert "in time" in stage.now.readiness.what


def test_a_run_makes_way_for_whoever_wants_to_begin(stage: Stage) -> None:
    stage.say(prepared(), started())
    stage.begin()
    assert stage.state() is State.PREPARING
    assert ready(stage) is ReadyState.UNKNOWN
    assert stage.recorder.last() == commands.Stop("rehearsed")
    stage.say(stopped("rehearsed"))
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert order.candidate == "c-1"


def test_the_camera_is_dark_again_as_soon_as_somebody_types_a_number(stage: Stage) -> None:
    stage.say(prepared(), started(), requests.Choose(INTERVIEW, "c-1", confirmed=False))
    assert stage.recorder.last() == commands.Stop("rehearsed")


def test_the_last_words_of_a_recorder_that_was_let_go_of_light_nothing(stage: Stage) -> None:
    stage.say(prepared(), started())
    stage.begin()
    stage.say(requests.StopSession("stopped"), stopped("rehearsed"), requests.Dismiss(), heard())
    assert (stage.state(), stage.now.progress) == (State.IDLE, None)


def test_after_an_interview_an_idle_kiosk_tries_itself_again(stage: Stage) -> None:
    run(stage)
    stage.say(stopped("rehearsed"))
    stage.say(requests.Choose(INTERVIEW, "c-1", confirmed=False), requests.Deny())
    stage.wait(590)
    assert ready(stage) is ReadyState.READY
    stage.wait(20)
    assert ready(stage) is ReadyState.CHECKING


def test_an_interview_that_waits_to_go_on_is_not_disturbed() -> None:
    stage = Stage(self_check=True, attended=True)
    stage.archive.left = standing()
    stage.say(LookBack())
    stage.wait(5)
    assert (ready(stage), stage.recorder.sent) == (ReadyState.UNKNOWN, [])


def test_a_run_that_is_asked_for_needs_no_pin() -> None:
    stage = Stage(pin="2468")
    stage.say(requests.TryDevices())
    assert ready(stage) is ReadyState.CHECKING


def test_the_proctor_may_ask_for_a_run_and_for_other_devices(stage: Stage) -> None:
    run(stage)
    stage.say(stopped("rehearsed"), requests.TryDevices())
    assert ready(stage) is ReadyState.CHECKING
    stage.say(requests.ChooseDevices("other", "m", "s"), stopped("rehearsed"))
    stage.wait(1)
    order = stage.recorder.last()
    assert isinstance(order, commands.Prepare)
    assert order.camera == "other"


def level(dbfs: float) -> events.Progress:
    return events.Progress(events.RecorderState.RECORDING, 0, rec=True, rec_reason="", peak_dbfs=-50, level_dbfs=dbfs)


def run_with(stage: Stage, room: float, first: float, second: float) -> None:
    """A run in which the room and the two tones are so loud at the microphone."""
    stage.say(prepared(), started(), level(room))
    for before_s, tone in ((1.1, first), (3.0, second)):
        stage.wait(before_s - 0.5)
        stage.say(level(room))
        stage.wait(0.5)
        stage.say(level(tone))
    stage.wait(6)


def test_a_tone_that_stands_out_of_the_room_proves_the_loudspeaker(stage: Stage) -> None:
    run_with(stage, -60, -50, -52)
    found = stage.now.readiness
    assert (found.state, found.hears) == (ReadyState.READY, ("name", "name"))
    assert found.tried == ("devices", "camera", "microphone", "loudspeaker")


@pytest.mark.parametrize(("room", "first", "second"), [(-60, -60, -60), (-60, -30, -58), (-35, -34, -33)])
def test_headphones_and_a_loud_room_prove_nothing_of_the_loudspeaker(
    stage: Stage, room: float, first: float, second: float
) -> None:
    run_with(stage, room, first, second)
    found = stage.now.readiness
    assert (found.state, found.hears) == (ReadyState.READY, ())
    assert "loudspeaker" not in found.tried


def test_a_tone_that_was_heard_before_must_be_heard_again(stage: Stage) -> None:
    run_with(stage, -60, -50, -50)
    stage.say(stopped("rehearsed"), requests.TryDevices())
    run_with(stage, -60, -60, -59)
    found = stage.now.readiness
    assert (found.state, found.device, found.tried) == (ReadyState.NOT_READY, "loudspeaker", ())
    assert "does not hear the loudspeaker" in found.what
    stage.say(stopped("rehearsed"))
    stage.wait(61)
    run_with(stage, -35, -34, -34)
    assert ready(stage) is ReadyState.READY, "somebody talks: nothing can be told"


def test_a_tone_that_was_heard_on_another_day_must_be_heard_today_by_the_same_devices() -> None:
    for hears, expected in ((("name", "name"), ReadyState.NOT_READY), (("name", "headphones"), ReadyState.READY)):
        stage = Stage(self_check=True, attended=True, hears=hears)
        stage.say(requests.TryDevices())
        run_with(stage, -60, -60, -60)
        assert ready(stage) is expected
