"""The simulated candidate: says what fits, when it is asked, and no longer than it may."""

import threading
from pathlib import Path

import pytest

from kiosk import demo
from kiosk.domain.clock import SystemClock
from kiosk.domain.interview import QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.interviews.load import load
from kiosk.speech.voice_cache import SpeechCache
from kiosk.system import places
from kiosk.ui import samples
from tests.speech.tone_engine import PATIENCE_S, ToneEngine


class Played:
    """A simulated candidate, and what it did."""

    def __init__(self, folder: Path) -> None:
        self.engine = ToneEngine()
        self.done: list[tuple[str, str]] = []
        self.answers: list[float] = []
        self.answered = threading.Event()
        self.candidate = demo.SimulatedCandidate(
            SpeechCache(self.engine, folder, SystemClock()), self._simulate, self._answer
        )

    def _simulate(self, device: str, action: str, value: str) -> None:
        assert device == "microphone"
        self.done.append((action, Path(value).name))

    def _answer(self, seconds: float) -> None:
        self.answers.append(seconds)
        self.answered.set()

    def see(self, *views: View) -> None:
        for view in views:
            self.candidate.on_view(view)

    def actions(self) -> list[str]:
        return [action for action, _ in self.done]


@pytest.fixture
def played(tmp_path: Path) -> Played:
    return Played(tmp_path)


def test_an_answer_is_said_once_and_hushed_when_its_time_is_over(played: Played) -> None:
    answering = samples.view(State.ANSWERING, 0)
    played.see(samples.view(State.CONSENT), samples.view(State.ASKING, 0), answering, answering)
    assert played.answered.wait(PATIENCE_S)
    assert played.answers[0] > 0
    played.see(answering, samples.view(State.ASKING, 1), samples.view(State.ASKING, 1))
    played.candidate.stop()
    assert played.actions() == ["say", "hush"]
    assert {voice for voice, _ in played.engine.asked} == {"tone+f3"}, "another voice than the one that asks"


def test_an_answer_that_comes_too_late_is_not_said_into_the_next_question(played: Played) -> None:
    played.engine.gate.clear()
    played.see(samples.view(State.ANSWERING, 0), samples.view(State.ASKING, 1))
    played.engine.gate.set()
    played.candidate.stop()
    assert played.done == []


def test_each_try_of_the_microphone_is_spoken_into(played: Played) -> None:
    for state in (State.SPEAKING, State.PLAYBACK, State.SPEAKING, State.PRACTICE_ANSWERING):
        played.answered.clear()
        played.see(samples.view(state), samples.view(state))
        assert state is State.PLAYBACK or played.answered.wait(PATIENCE_S)
    played.candidate.stop()
    assert played.actions() == ["say", "hush", "say", "say"]


def test_to_a_coding_challenge_nothing_is_said(played: Played) -> None:
    played.see(samples.view(State.ANSWERING, 2))
    assert played.answered.wait(PATIENCE_S)
    played.candidate.stop()
    assert (played.answers, played.done) == ([0.0], [])


def test_without_a_voice_the_candidate_stays_silent(played: Played) -> None:
    played.engine.broken = True
    played.see(samples.view(State.ANSWERING, 0))
    assert played.answered.wait(PATIENCE_S)
    played.candidate.stop()
    assert (played.answers, played.done) == ([0.0], [])


def test_it_stops_while_answers_are_still_rendered(played: Played) -> None:
    played.see(samples.view(State.CONSENT))
    played.candidate.stop()
    assert played.done == []


def test_the_demonstration_has_an_answer_and_keys_for_each_of_its_questions() -> None:
    interview = load(places.asset(f"interviews/{demo.DEMONSTRATION}.toml"))
    said = [demo.words_for(interview, index, question) for index, question in enumerate(interview.questions)]
    assert all(said)
    assert len(set(said)) == len(interview.questions)
    assert set(demo.ANSWERS) == {question.id for question in interview.questions}
    coding = {question.id for question in interview.questions if question.kind is QuestionKind.CODING}
    assert set(demo.CODE) == coding
