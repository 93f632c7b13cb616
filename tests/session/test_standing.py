"""Where an interview stands, read from the journal that its recorder kept."""

import json
from typing import Any

import pytest

from kiosk.domain.clock import NS
from kiosk.domain.commands import Prepare
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import SessionState as State
from kiosk.domain.wire import plain
from kiosk.session.standing import LEAST_NS, Standing, prepare_of, standing_of
from tests.session.stage import CONSENT, INTERVIEW

PREPARE = Prepare("s-9", "trial", "Trial", "00", "en", "c-9", CONSENT, "c", "m", "s")


def line(at_s: float, kind: str, **body: Any) -> dict[str, Any]:
    return {**body, "kind": kind, "t_ns": round(at_s * NS)}


def mark(at_s: float, what: str, question: str = "first", text: str = "") -> dict[str, Any]:
    return line(at_s, "Marked", what=what, question=question, text=text)


BEGIN = [
    line(0, "Program", version="kiosk"),
    line(0, "Prepare", **plain(PREPARE)),
    line(1, "Started", segment=1, t0_ns=0),
    mark(1, "question"),
    line(1, "VoiceStarted", question="first"),
    line(3, "VoiceEnded", question="first"),
    mark(3, "think"),
]
ANSWERING = [*BEGIN, mark(8, "answer-started")]


def stands(*lines: dict[str, Any], now_s: float = 0, running: bool = True) -> Standing:
    found = standing_of(lines, INTERVIEW, round(now_s * NS), running=running)
    assert found is not None
    return found


def test_an_answer_goes_on_with_the_time_that_is_left() -> None:
    found = stands(*ANSWERING, now_s=12)
    assert (found.index, found.asked, found.phase, found.left_ns) == (0, True, State.ANSWERING, 26 * NS)
    assert found.answer_left_ns == 26 * NS
    assert found.prepare == PREPARE


def test_time_in_which_nobody_led_does_not_count() -> None:
    found = stands(*ANSWERING, line(10, "Alone"), line(30, "Durable"), line(60, "Alone"), now_s=90)
    assert found.left_ns == 28 * NS


def test_a_recorder_that_is_gone_ended_with_its_last_line_whatever_the_clock_says_now() -> None:
    found = stands(*ANSWERING, line(14, "Durable"), {**line(1, "Sealed"), "by": "recovery"}, running=False)
    assert found.left_ns == 24 * NS


def test_whoever_was_interrupted_at_the_last_moment_can_end_the_sentence() -> None:
    assert stands(*ANSWERING, now_s=37.5).left_ns == LEAST_NS


def test_thinking_and_speaking_are_told_apart() -> None:
    assert stands(*BEGIN, now_s=4).phase is State.THINKING
    speaking = stands(*BEGIN[:5], now_s=2)
    assert (speaking.phase, speaking.sounding) == (State.ASKING, True)


def test_a_repeat_is_used_up_and_the_answer_goes_on_after_it() -> None:
    lines = [*ANSWERING, mark(18, "repeat"), line(18, "VoiceStarted", question="first")]
    asked = stands(*lines, now_s=19)
    assert (asked.phase, asked.answer_left_ns, asked.repeats_left) == (State.ASKING, 20 * NS, 0)
    answered = stands(*lines, line(20, "VoiceEnded", question="first"), now_s=20)
    assert (answered.phase, answered.left_ns) == (State.ANSWERING, 20 * NS)


def test_a_pause_stands_still() -> None:
    found = stands(*ANSWERING, line(13, "Paused", at_ns=0), now_s=500)
    assert (found.phase, found.answer_left_ns) == (State.PAUSED, 25 * NS)
    assert stands(*ANSWERING, line(13, "Paused"), line(400, "Resumed"), now_s=500).phase is State.ASKING


def test_the_next_question_comes_when_the_one_before_was_answered() -> None:
    found = stands(*ANSWERING, mark(20, "answer-ended"), now_s=20)
    assert (found.index, found.asked, found.phase, found.code) == (1, False, State.ASKING, "def f():")


def test_code_is_there_as_it_was_typed_last() -> None:
    coding = [mark(20, "answer-ended"), mark(20, "question", "second"), mark(21, "answer-started", "second")]
    found = stands(*ANSWERING, *coding, mark(30, "code", "second", "x"), now_s=40)
    assert (found.code, found.code_changes) == ("x", 1)
    last = [*ANSWERING, *coding, mark(50, "answer-ended", "second")]
    assert standing_of(last, INTERVIEW, 60 * NS, running=False) is None, "there is nothing to go on with"


def test_a_recorder_that_was_replaced_asks_again_and_keeps_the_time_that_was_left() -> None:
    further = [line(40, "Program"), line(40, "Prepare", **plain(PREPARE)), line(44, "Started", segment=2)]
    found = stands(*ANSWERING, line(18, "Durable"), *further, mark(44, "question"), now_s=45)
    assert (found.phase, found.answer_left_ns) == (State.ASKING, 20 * NS)
    answering = stands(*ANSWERING, line(18, "Durable"), *further, mark(44, "question"), mark(47, "answer-started"))
    assert answering.phase is State.ANSWERING


def test_a_new_file_in_mid_answer_interrupts_nobody() -> None:
    assert stands(*ANSWERING, line(18, "Started", segment=2), now_s=20).left_ns == 18 * NS


def test_more_time_that_was_taken_or_granted_is_kept() -> None:
    lines = [*ANSWERING, mark(10, "extended", text="60"), mark(11, "granted", text="30")]
    found = stands(*lines, now_s=12)
    assert (found.left_ns, found.extensions_left) == (116 * NS, 9)
    paused = stands(*lines, line(13, "Paused"), mark(14, "granted", text="10"), now_s=500)
    assert paused.answer_left_ns == 125 * NS


def test_an_extension_of_thinking_does_not_count_for_the_answer() -> None:
    thinking = [*BEGIN, mark(4, "extended", text="60")]
    found = stands(*thinking, now_s=5)
    assert (found.phase, found.left_ns, found.extensions_left) == (State.THINKING, 63 * NS, 9)
    assert stands(*thinking, mark(8, "answer-started"), now_s=9).extensions_left == INTERVIEW.extensions


def test_accommodations_survive() -> None:
    agreed = {"time_factor": 2.0, "no_limits": False, "larger_text": True}
    doubled = mark(1, "accommodations", question="", text=json.dumps(agreed))
    found = stands(BEGIN[0], BEGIN[1], BEGIN[2], doubled, *ANSWERING[3:], now_s=12)
    assert found.accommodations == Accommodations(time_factor=2.0, larger_text=True)
    assert found.left_ns == 56 * NS
    later = stands(*ANSWERING, {**doubled, "t_ns": 18 * NS}, now_s=20)
    assert later.left_ns == 38 * NS, "twice what was left"
    damaged = stands(*ANSWERING, mark(10, "accommodations", text="{"), now_s=12)
    assert damaged.accommodations == Accommodations()


def test_without_limits_there_is_a_whole_one_when_limits_come_back() -> None:
    none = mark(9, "accommodations", question="", text='{"no_limits": true}')
    again = mark(900, "accommodations", question="", text='{"no_limits": false}')
    assert stands(*ANSWERING, none, again, now_s=910).left_ns == 20 * NS
    assert stands(*ANSWERING, none, line(800, "Paused"), now_s=910).answer_left_ns == 30 * NS


def test_who_went_back_finds_the_code_of_the_later_question_again() -> None:
    coding = [mark(20, "answer-ended"), mark(20, "question", "second"), mark(21, "answer-started", "second")]
    back = [mark(30, "code", "second", "x"), mark(31, "answer-ended", "second"), mark(31, "went-back", "second")]
    found = stands(*ANSWERING, *coding, *back, mark(31, "question"), now_s=40)
    assert (found.index, found.asked, found.repeats_left, found.codes["second"]) == (0, True, 1, "x")


@pytest.mark.parametrize(("reason", "over"), [("completed", True), ("stopped", True), ("abandoned", False)])
def test_what_somebody_ended_does_not_go_on(reason: str, over: bool) -> None:
    found = standing_of([*ANSWERING, line(20, "Stopped", reason=reason)], INTERVIEW, 0, running=False)
    assert (found is None) is over


def test_a_journal_that_does_not_say_whose_it_is_tells_nothing() -> None:
    assert prepare_of(BEGIN[:1]) is None
    assert prepare_of([line(0, "Prepare", session=7)]) is None
    assert standing_of(BEGIN[2:], INTERVIEW, 0, running=True) is None
