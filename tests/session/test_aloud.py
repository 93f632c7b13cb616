"""Any screen is read aloud on request, piece by piece; never into a question or an answer."""

from pathlib import Path

import pytest

from kiosk.domain import commands, events, requests
from kiosk.domain.view import SessionState as State
from kiosk.session.aloud import LONGEST, pieces_of
from kiosk.session.ports import Narrated
from tests.session.stage import INTERVIEW, Stage, prepared


@pytest.fixture
def stage() -> Stage:
    return Stage(check=True, language="de")


def render(stage: Stage, number: int) -> None:
    """What was asked for last is rendered."""
    stage.say(Narrated(stage.narrator.hurried[-1].key, Path(f"{number}.wav"), 2.0))


def test_a_text_is_read_sentence_by_sentence(stage: Stage) -> None:
    stage.say(requests.ReadAloud("One thing. Another thing."))
    assert stage.now.reading
    assert [(line.text, line.language) for line in stage.narrator.hurried] == [("One thing.", "de")]
    render(stage, 1)
    assert stage.voice.said == ["1.wav"]
    assert stage.director.wake_ns == stage.clock.ns + 2_250_000_000
    render(stage, 2)
    assert stage.voice.said == ["1.wav"], "the first is not over"
    stage.wait(2.3)
    assert stage.voice.said == ["1.wav", "2.wav"]
    stage.wait(2.3)
    assert not stage.now.reading


def test_a_piece_that_comes_late_is_waited_for(stage: Stage) -> None:
    stage.say(requests.ReadAloud("One thing. Another thing."))
    render(stage, 1)
    stage.wait(60)
    assert stage.now.reading
    render(stage, 2)
    assert stage.voice.said[-1] == "2.wav"


def test_it_ends_when_asked_and_what_comes_then_is_not_played(stage: Stage) -> None:
    stage.say(requests.ReadAloud("One thing. Another thing."))
    render(stage, 1)
    stage.say(requests.ReadAloud(""))
    assert (stage.now.reading, stage.voice.said) == (False, ["1.wav", "hush"])
    render(stage, 2)
    assert stage.voice.said == ["1.wav", "hush"]


def test_what_was_asked_for_before_is_not_read_into_another_text(stage: Stage) -> None:
    stage.say(requests.ReadAloud("One thing."))
    before = stage.narrator.hurried[-1].key
    stage.say(requests.ReadAloud("Another thing."), Narrated(before, Path("1.wav"), 2.0))
    assert stage.voice.said == []
    render(stage, 2)
    assert stage.voice.said == ["2.wav"]


def test_while_a_recorder_runs_it_plays_and_the_interviews_voice_speaks(stage: Stage) -> None:
    stage.begin()
    stage.say(prepared(), requests.ReadAloud("Look into the camera."))
    assert stage.narrator.hurried[-1].language == INTERVIEW.language
    render(stage, 1)
    assert (stage.recorder.last(), stage.voice.said) == (commands.Play("1.wav"), [])


def test_it_falls_silent_when_a_question_is_asked_and_stays_so(stage: Stage) -> None:
    stage = Stage()
    stage.roll()
    stage.say(events.VoiceEnded("first", 0), requests.ReadAloud("The question once more."))
    render(stage, 1)
    assert stage.now.reading
    stage.say(requests.Next())
    assert (stage.state(), stage.now.reading) == (State.ANSWERING, False)
    after = stage.recorder.sent[stage.recorder.sent.index(commands.Silence()) :]
    assert commands.Play("start.wav") in after, "before the tone, which it would swallow"
    stage.say(requests.ReadAloud("Something else."))
    assert not stage.now.reading


def test_without_a_voice_it_gives_up(stage: Stage) -> None:
    stage.say(requests.ReadAloud("One thing."))
    stage.say(Narrated(stage.narrator.hurried[-1].key, None, what="The voice hung."))
    assert not stage.now.reading


def test_long_sentences_are_cut_between_words_and_what_is_no_word_is_left_out() -> None:
    pieces = pieces_of("word " * 200 + "\n\n---\nEnd.")
    assert all(len(piece) <= LONGEST for piece in pieces)
    assert " ".join(pieces).split() == ["word"] * 200 + ["End."]
    assert pieces_of("x" * 5000) == ["x" * LONGEST]
    assert pieces_of(" \n ") == []
