"""What is rendered first: a text that somebody waits for goes before those that are rendered ahead of time."""

import queue
import threading
from pathlib import Path

import pytest

from kiosk.app.narration import Narration
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import VoiceInfo
from kiosk.domain.errors import VoiceFailed
from kiosk.session.ports import Line, Narrated
from kiosk.speech.voice_cache import SpeechCache
from kiosk.system import places

PATIENCE_S = 20.0
TONE = places.asset("sounds/answer-starts.wav").read_bytes()


class Engine:
    """A voice that is a tone; it waits at the gate while that is closed."""

    version = "tone"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.paces: list[int] = []

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (VoiceInfo("tone", "tone", ("en",)),)

    def render(self, text: str, voice: str, words_per_minute: int, wav: Path) -> None:
        self.begun.set()
        assert self.gate.wait(PATIENCE_S)
        if text == "broken":
            raise VoiceFailed("It is broken.")
        self.paces.append(words_per_minute)
        wav.write_bytes(TONE)


def line(key: str, text: str = "", pace: float = 1.0) -> Line:
    return Line(key, text or f"text {key}", "", "en", pace)


@pytest.fixture
def engine() -> Engine:
    return Engine()


def test_what_is_waited_for_goes_first_and_new_lines_take_the_place_of_old_ones(engine: Engine, tmp_path: Path) -> None:
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
    assert engine.paces == [160, 120, 160]
    assert (found[3].wav, "broken" in found[3].what) == (None, True)
    assert found[0].seconds > 0
