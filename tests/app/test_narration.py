"""What is rendered first: a text that somebody waits for goes before those that are rendered ahead of time."""

import queue
from pathlib import Path

import pytest

from kiosk.app.narration import Narration
from kiosk.domain.clock import SystemClock
from kiosk.session.ports import Line, Narrated
from kiosk.speech.voice_cache import SpeechCache
from tests.speech.tone_engine import PATIENCE_S, ToneEngine


def line(key: str, text: str = "", pace: float = 1.0) -> Line:
    return Line(key, text or f"text {key}", "", "en", pace)


@pytest.fixture
def engine() -> ToneEngine:
    made = ToneEngine()
    made.gate.clear()
    return made


def test_what_is_waited_for_goes_first_and_new_lines_take_the_place_of_old_ones(
    engine: ToneEngine, tmp_path: Path
) -> None:
    done: queue.SimpleQueue[Narrated] = queue.SimpleQueue()
    narration = Narration(SpeechCache(engine, tmp_path, SystemClock()), 160, done.put)
    narration.start()
    narration.prepare([line("a"), line("old")])
    assert engine.begun.wait(PATIENCE_S)
    narration.prepare([line("b"), line("c", "broken")])
    narration.hurry(line("aloud", pace=0.75))
    engine.gate.set()
    found = [done.get(timeout=PATIENCE_S) for _ in range(4)]
    narration.stop()
    narration.join(PATIENCE_S)
    assert [each.key for each in found] == ["a", "aloud", "b", "c"]
    assert [each.pace for each in found] == [1.0, 0.75, 1.0, 1.0]
    assert [pace for _, pace in engine.asked] == [160, 120, 160]
    assert (found[3].wav, "broken" in found[3].what) == (None, True)
    assert found[0].seconds > 0
