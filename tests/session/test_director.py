"""The director with values only: a hand-turned clock, a recorder and a narrator that write down what they are told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain import commands, events, view
from kiosk.domain.clock import NS
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.errors import NoSpace, WorldFailed
from kiosk.domain.interview import Consent, Interview, Question, QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.session.director import Director
from kiosk.session.ports import Line, Narrated, RecorderLost
from kiosk.session.preparing import Settings
from kiosk.session.standing import Standing

INTERVIEW = Interview(
    id="trial",
    title="Trial",
    language="en",
    sha256="00",
    questions=(
        Question("first", QuestionKind.SPOKEN, "What is this?", answer_seconds=30, think_seconds=5, repeats=1),
        Question("second", QuestionKind.CODING, "Please add.", answer_seconds=60, statement="Add.", starter="def f():"),
    ),
)
LOST = RecorderLost("The recorder ended unexpectedly.")
CONSENT = Consent("v1", "ab", "en", "2026-11-22T10:00:00+00:00")


class HandClock:
    def __init__(self) -> None:
        self.ns = 1000 * NS

    def now_ns(self) -> int:
        return self.ns

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class WrittenRecorder:
    def __init__(self) -> None:
        self.sent: list[commands.Command] = []
        self.opened = 0
        self.refuses = False
        self.same = False

    def reopen(self) -> bool:
        if not self.same:
            self.open()
        return self.same

    def open(self) -> None:
        if self.refuses:
            raise WorldFailed("The recorder could not be started.", "Call IT.")
        self.opened += 1

    def send(self, command: commands.Command) -> None:
        assert self.opened or isinstance(command, commands.Stop), "nothing is sent before it is open"
        self.sent.append(command)

    def close(self) -> None:
        self.opened = 0

    def marks(self) -> list[tuple[str, str]]:
        return [(sent.what, sent.question) for sent in self.sent if isinstance(sent, commands.Mark)]

    def last(self) -> commands.Command:
        return self.sent[-1]


class WrittenNarrator:
    def __init__(self) -> None:
        self.lines: list[Line] = []

    def prepare(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)


class WrittenBook:
    def __init__(self) -> None:
        self.entries: list[tuple[str, ...]] = []
        self.full = False

    def opened(self, session: str, interview: Interview, candidate: str, consent: Consent, at: str) -> None:
        if self.full:
            raise NoSpace("The disk is full.", "Free some space.")
        self.entries.append(("opened", interview.id, candidate, consent.reference))

    def moved(self, session: str, state: State, reason: str = "") -> None:
        self.entries.append(("moved", state.value))

    def started(self, session: str, started_at: str, recording: str) -> None:
        self.entries.append(("started", recording))

    def continued(self, session: str) -> None:
        self.entries.append(("continued", session))

    def ended_before(self, session: str) -> None:
        self.entries.append(("ended-before", session))

    def ended(self, session: str, state: State, reason: str, duration_ns: int, manifest: str) -> None:
        self.entries.append(("ended", state.value, reason))


class WrittenArchive:
    def __init__(self) -> None:
        self.runs: Standing | None = None
        self.left: Standing | None = None

    def running(self) -> Standing | None:
        return self.runs

    def unfinished(self) -> Standing | None:
        return self.left


class Stage:
    """A director and everything around it, with the steps that most tests begin with."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.recorder = WrittenRecorder()
        self.narrator = WrittenNarrator()
        self.book = WrittenBook()
        self.archive = WrittenArchive()
        self.views: list[view.View] = []
        settings = Settings(camera="c", microphone="m", speaker="s")
        self.director = Director(
            settings, self.recorder, self.narrator, self.book, self.archive, self.clock, self.views.append
        )

    @property
    def now(self) -> view.View:
        return self.director.current

    def state(self) -> State:
        return self.director.current.state

    def say(self, *messages: object) -> None:
        for message in messages:
            self.director.handle(message)  # type: ignore[arg-type]

    def wait(self, seconds: float) -> None:
        self.clock.ns += round(seconds * NS)
        self.director.tick()

    def narrate(self) -> None:
        self.say(Narrated("first", Path("1.wav"), 2.0), Narrated("second", Path("2.wav"), 2.0))

    def begin(self) -> None:
        self.say(view.Choose(INTERVIEW, "c-1"), view.Agree(CONSENT))

    def roll(self) -> None:
        self.begin()
        self.narrate()
        self.say(prepared(), started())

    def answer_first(self) -> None:
        self.roll()
        self.say(events.VoiceEnded("first", 3 * NS), view.Next())


def prepared() -> events.Prepared:
    device = DeviceIdentity(DeviceKind.CAMERA, "id", "name", "spec")
    return events.Prepared(device, device, device, 1280, 720, 30.0, 48_000, "superfast")


def started(segment: int = 1) -> events.Started:
    return events.Started("s", segment, f"/r/s/{segment}.mp4", "2026-11-22T10:00:00+00:00", 0)


def stopped(reason: str = "completed") -> events.Stopped:
    return events.Stopped("s", reason, "/r/s/a.mp4", "/r/s/manifest.json", 60 * NS, 1800, 0, 0)


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
    assert stage.now == view.View()


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


def test_preparing_starting_and_finishing_have_deadlines(stage: Stage) -> None:
    stage.begin()
    stage.wait(41)
    assert stage.state() is State.FAILED
    other = Stage()
    other.begin()
    other.say(prepared())
    other.wait(16)
    assert other.state() is State.FAILED


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
