"""From "speak" to the first sample of a question, against rendering the question only then.

In the simulated loudspeaker's buffer; and, where PulseAudio is installed, as it is heard at the monitor of a
loudspeaker behind a real sound server, through the whole recorder.
"""

import contextlib
import statistics
import tempfile
import threading
import time
import wave
from pathlib import Path

import numpy as np

from kiosk.app.narration import speech_of
from kiosk.devices.opener import Devices
from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.devices.simulated.sound import LATENCY_NS
from kiosk.domain import commands, events
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE, SampleBlock
from kiosk.domain.errors import KioskError
from kiosk.mix.clock_fit import ClockFit
from kiosk.speech.voices import choose_voice
from kiosk.system import places
from tests.benchmarks.driven import Driven
from tests.conformance.sound_server import sound_server

TIMES = 12
AUDIBLE = 0.01
UNEVEN_S = 0.037
"""So that questions come at all instants between two blocks."""
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
            wav = _tone(Path(sounds) / "question.wav")
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


def measure_sounding(folder: Path) -> tuple[float, float]:
    """(median, most) milliseconds until it is heard at the loudspeaker of a real sound server.

    Raises `pytest.skip.Exception` where there is none. Before each question the recorder has played silence only.
    """
    clock = SystemClock()
    with sound_server() as server, contextlib.ExitStack() as ending:
        driven = Driven(folder)
        ending.callback(driven.close)
        driven.prepare(rehearsal=True, speaker="default")
        server.control("set-default-source", "spk.monitor")
        ear = Devices(clock, places.asset("")).microphone("pulse")
        heard = _Heard()
        ear.start(heard.add, lambda _why: None)
        ending.callback(ear.stop)
        driven.start()
        wav = _tone(folder / "question.wav")
        asked: list[int] = []
        pause = threading.Event()
        for number in range(TIMES):
            heard.steady.wait(5)
            pause.wait(0.1 + number * UNEVEN_S)
            asked.append(clock.now_ns())
            driven.client.send(commands.Speak("one", str(wav)))
            driven.wait(events.VoiceEnded)
        driven.stop()
        waited = [(heard.onset_ns(asked_ns) - asked_ns) / 1e6 for asked_ns in asked]
    return statistics.median(waited), max(waited)


class _Heard:
    """What sounded, and when."""

    def __init__(self) -> None:
        self.steady = threading.Event()
        self._fit = ClockFit(RATE)
        self._blocks: list[SampleBlock] = []

    def add(self, block: SampleBlock) -> None:
        self._fit.add(block.first, block.t_ns)
        self._blocks.append(block)
        if block.first > RATE:
            self.steady.set()

    def onset_ns(self, from_ns: int) -> float:
        """When the first sound began that was heard from then on."""
        samples = np.concatenate([block.samples for block in self._blocks])
        first = self._blocks[0].first
        begin = max(0, round(self._fit.sample_at(from_ns)) - first)
        loud = np.flatnonzero(np.abs(samples[begin:]) > AUDIBLE)
        return self._fit.instant_of(first + begin + int(loud[0])) if len(loud) else float("nan")


def _rendering(folder: Path) -> float | None:
    try:
        voices = speech_of(SystemClock()).voices()
        engine = Pyttsx3Engine(places.own_command("_voice"))
        began = time.perf_counter()
        engine.render(TEXT, choose_voice(voices, "en", ""), 150, folder / "spoken.wav")
    except KioskError:
        return None
    return (time.perf_counter() - began) * 1000


def _tone(path: Path) -> Path:
    samples = (np.sin(np.arange(RATE // 4) * 0.06) * 8000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path
