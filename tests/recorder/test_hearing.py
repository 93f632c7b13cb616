"""How loud it is; and who is expected to speak: nobody who reads or writes code, whatever the room sounds like."""

import numpy as np
import pytest

from kiosk.capture.microphone import MicrophoneFeed
from kiosk.domain import commands, events, requests
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.mix.meter import FLOOR_DBFS, NOBODY, Watch
from kiosk.recorder.hearing import Hearing, speech_expected
from tests.capture.actors import LIMIT_S, ActorMicrophone
from tests.devices.hand_clock import HandClock
from tests.session.stage import Stage

ROOM_S = 60
TENTH = RATE // 10


def listen(watch: Watch, stage: Stage, position: int) -> tuple[int, list[str]]:
    """A minute of nothing but the room, after the marks that the director has sent: what was said to be wrong."""
    for sent in stage.recorder.sent:
        expected = speech_expected(sent) if isinstance(sent, commands.Mark) else None
        if expected is not None:
            watch.answering(position if expected else None)
    stage.recorder.sent.clear()
    room = np.random.default_rng(1).normal(size=TENTH).astype(np.float32) * np.float32(10 ** (-62 / 20))
    said = []
    for at in range(position, position + ROOM_S * RATE, TENTH):
        problem = watch.hear(at, room)
        if problem is not None:
            said.append(watch.wrong)
    return position + ROOM_S * RATE, said


def test_who_reads_a_coding_challenge_in_silence_is_left_in_peace_and_who_is_to_speak_is_missed() -> None:
    stage, watch = Stage(), Watch()
    stage.answer_first()  # its time to think ends here
    position, said = listen(watch, stage, 0)
    assert said == [NOBODY]
    stage.say(requests.Next(), events.VoiceEnded("second", 80 * 10**9))
    assert stage.now.question is not None
    assert stage.now.question.kind == "coding"
    position, said = listen(watch, stage, position)
    assert said == [""], "what was missed before is over, and nothing follows"
    stage.say(requests.CodeChanged("def f(): ..."))
    _, said = listen(watch, stage, position)
    assert said == []


def test_other_marks_say_nothing_of_who_speaks() -> None:
    for what in (events.MarkKind.NOTE, events.MarkKind.QUESTION, events.MarkKind.EXTENDED):
        assert speech_expected(commands.Mark(what.value, "first", "60")) is None


@pytest.mark.parametrize("watched", [True, False], ids=["recorded", "paused"])
def test_the_meter_shows_what_is_recorded_with_its_gain_and_nothing_once_no_sound_comes(watched: bool) -> None:
    clock, microphone = HandClock(), ActorMicrophone()
    feed = MicrophoneFeed(lambda: microphone, clock, on_lost=lambda _error: None, on_back=lambda _who: None)
    hearing = Hearing(feed, lambda _event: None, gain_db=6.0)
    assert hearing.level(clock.now_ns()) == (FLOOR_DBFS, FLOOR_DBFS)
    feed.start()
    for amplitude in (0.5, 0.1):
        microphone.give(clock.now_ns(), amplitude, TENTH)
        feed.wait_ready(LIMIT_S)
        hearing.hear(None, clock.now_ns(), watched=watched)
    feed.stop()
    feed.join(LIMIT_S)
    assert hearing.level(clock.now_ns() + NS // 4) == pytest.approx((-14, -14), abs=0.1)
    assert hearing.level(clock.now_ns() + NS) == (FLOOR_DBFS, FLOOR_DBFS)
