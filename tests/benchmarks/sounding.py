"""From "speak" to the question heard at a loudspeaker, against `paplay` of the same file from the start of its process.

Both play to the same sound server of the tests' own, one after the other, and the same ear listens at its loudspeaker's
monitor. `paplay` gives the server that one sound; the recorder plays silence all the time, so that it knows to the
sample what sounded when, and so a question waits behind the silence that is queued already.
"""

import contextlib
import statistics
import subprocess
import threading
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np

from kiosk.domain import commands, events
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE
from tests.benchmarks.driven import Driven
from tests.benchmarks.speaking import TIMES, tone
from tests.conformance.sound_server import sound_server

AUDIBLE = 0.01
EAR_MS = 5
PAUSE_S = 0.1
UNEVEN_S = 0.037
"""So that sounds begin at all instants between two blocks."""
LIMIT_S = 10.0


def measure(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds from asking to hearing, one for each question: ours, and those of `paplay`.

    Raises `pytest.skip.Exception` where there is no sound server.
    """
    with sound_server(), contextlib.ExitStack() as ending:
        driven = Driven(folder)
        ending.callback(driven.close)
        driven.prepare(rehearsal=True, speaker="default")
        ear = _Ear()
        ending.callback(ear.stop)
        driven.start()
        wav = tone(folder / "question.wav")

        def speak() -> None:
            driven.client.send(commands.Speak("one", str(wav)))
            driven.wait(events.VoiceEnded)

        def play() -> None:
            subprocess.run(["paplay", str(wav)], check=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)

        ear.steady.wait(LIMIT_S)
        asked = [_asked(speak), _asked(play)]
        driven.stop()
        ear.stop()
        ours, peers = ([(ear.heard_ns(at_ns) - at_ns) / 1e6 for at_ns in times] for times in asked)
    return ours, peers


def said(waited: list[float]) -> str:
    """For a table."""
    return f"{statistics.median(waited):.0f}, at most {max(waited):.0f}"


def _asked(sound: Callable[[], None]) -> list[int]:
    """When it was asked for, each time."""
    clock, pause, asked = SystemClock(), threading.Event(), []
    for number in range(TIMES):
        pause.wait(PAUSE_S + number * UNEVEN_S)
        asked.append(clock.now_ns())
        sound()
    pause.wait(PAUSE_S)  # the ear hears the last one to its end
    return asked


class _Ear:
    """What sounds at the loudspeaker, in blocks of 5 ms, each with the time when it came: never early, 5 ms late.

    The recorder's own microphone hears a monitor in bursts, up to 40 ms at once, and reckons their age: right for us to
    3 ms, but `paplay` would then be heard up to 15 ms before it was started.
    """

    def __init__(self) -> None:
        self.steady = threading.Event()
        self._clock = SystemClock()
        self._ends: list[int] = []
        self._came_ns: list[int] = []
        self._bytes = bytearray()
        self._process = subprocess.Popen(
            ["parec", "--device=spk.monitor", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1",
             f"--latency-msec={EAR_MS}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._thread = threading.Thread(target=self._run, args=(self._process.stdout,), name="ear", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Again does nothing."""
        self._process.terminate()
        self._process.wait(LIMIT_S)
        self._thread.join(LIMIT_S)

    def _run(self, stream: IO[bytes]) -> None:
        with stream:
            while block := stream.read(RATE):
                came_ns = self._clock.now_ns()
                self._bytes += block
                self._ends.append(len(self._bytes) // 2)
                self._came_ns.append(came_ns)
                if self._ends[-1] > RATE:
                    self.steady.set()

    def heard_ns(self, from_ns: int) -> float:
        """When the first sound came that was heard from then on; call it after `stop`."""
        block = bisect_right(self._came_ns, from_ns)
        begin = self._ends[block - 1] if block else 0
        loud = np.flatnonzero(np.abs(np.frombuffer(self._bytes, "<i2")[begin:]) > AUDIBLE * 2**15)
        return self._came_ns[bisect_right(self._ends, begin + int(loud[0]))] if len(loud) else float("nan")
