"""From "speak" to the first sample of a question in the simulated loudspeaker's buffer, through the whole recorder,
against rendering the question only then.
"""

import statistics
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

from kiosk.app.narration import speech_of
from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.devices.simulated.sound import LATENCY_NS
from kiosk.domain import commands, events
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE
from kiosk.domain.errors import KioskError
from kiosk.speech.voices import choose_voice
from kiosk.system import places
from tests.benchmarks.driven import Driven

TIMES = 12
TEXT = "Tell me about something that you are proud of."


def measure(folder: Path) -> tuple[float, float, float | None]:
    """(median, most) milliseconds over several questions, and what rendering takes; None without a voice."""
    driven = Driven(folder)
    clock = SystemClock()
    waited: list[float] = []
    try:
        driven.prepare(rehearsal=True)
        started = driven.start()
        with tempfile.TemporaryDirectory() as sounds:
            wav = tone(Path(sounds) / "question.wav")
            for _ in range(TIMES):
                asked_ns = clock.now_ns()
                driven.client.send(commands.Speak("one", str(wav)))
                sounded = driven.wait(events.VoiceStarted)
                # The simulated loudspeaker is filled 100 ms ahead: that is the device's own delay, as any has one.
                waited.append((started.t0_ns + sounded.at_ns - LATENCY_NS - asked_ns) / 1e6)
                driven.wait(events.VoiceEnded)
        driven.stop()
    finally:
        driven.close()
    return statistics.median(waited), max(waited), _rendering(folder)


def _rendering(folder: Path) -> float | None:
    try:
        voices = speech_of(SystemClock()).voices()
        engine = Pyttsx3Engine(places.own_command("_voice"))
        began = time.perf_counter()
        engine.render(TEXT, choose_voice(voices, "en", ""), 150, folder / "spoken.wav")
    except KioskError:
        return None
    return (time.perf_counter() - began) * 1000


def tone(path: Path) -> Path:
    """A quarter of a second that begins at once."""
    samples = (np.sin(np.arange(RATE // 4) * 0.06) * 8000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path
