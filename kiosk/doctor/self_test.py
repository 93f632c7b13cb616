"""A trial recording with nobody near: a tone through the real loudspeaker, heard by the real microphone, and a picture.

The recorder rehearses, so that nothing of it stays. It gives way: while an interview is recorded nothing is tried, and
whoever ends it early gets the devices back within a moment. What it found is kept for screens, server and monitoring.
"""

import logging
import math
import queue
import threading
import uuid
import wave
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from kiosk.config import Config
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock, seconds
from kiosk.domain.devices import RATE
from kiosk.domain.errors import KioskError, WorldFailed, from_code
from kiosk.domain.self_test import CAMERA, HEARD_DB, LOUDSPEAKER, MICROPHONE, OPENING, RECORDING, SelfTest
from kiosk.outbox import self_tests
from kiosk.recorder.client import RecorderClient
from kiosk.recorder.judgement import UNHEARD
from kiosk.system import host, places

log = logging.getLogger(__name__)

TONES_HZ: Final = (440, 1000, 1700)
"""Several, since a room may swallow any one of them at the place of the microphone."""
TONE_S: Final = 1.5
TONE_DBFS: Final = -15.0
QUIET_S: Final = 1.0
"""How long the room is listened to before."""
RECORDED_S: Final = 3.5
SILENT_DBFS: Final = -90.0
"""No microphone in a room is as quiet: it is muted, or hears nothing at all."""
FEWEST_PICTURES: Final = 15.0
"""A second; nobody is near, so the room may be dark, and cameras slow down then."""
READY_LIMIT_S: Final = 40.0
ANSWER_LIMIT_S: Final = 20.0
QUEUE: Final = 1000
WELL: Final = "Camera, microphone and loudspeaker work."
WELL_WITHOUT_SOUND: Final = "Camera and microphone work. There is no loudspeaker."
WELL_UNHEARD: Final = "Camera and microphone work. Whether the loudspeaker sounds could not be heard."

E = TypeVar("E", bound=events.Event)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long it listens before the tone, and how long it records; turned by tests only."""

    quiet_s: float = QUIET_S
    recorded_s: float = RECORDED_S


class Interrupted(WorldFailed):
    """It was ended early: the kiosk is wanted."""


def run(config: Config, clock: Clock, stopping: threading.Event, pace: Pace | None = None) -> SelfTest:
    """Tries everything, keeps what was found and returns it, some ten seconds later.

    Raises WorldFailed when it could not be tried, because a recorder runs; Interrupted when `stopping` was set.
    """
    found = _Trial(config, clock, stopping, pace or Pace()).run()
    self_tests.keep(found)
    log.info("the self-test found: %s", found.sentence)
    return found


def due(at: str, last: SelfTest | None, now: datetime) -> bool:
    """Whether the test of `at` ("06:30", this machine's time) is still to be made today.

    `now` is aware. A test that was missed is made up for, unless the day is over.
    """
    if not at:
        return False
    hour, minute = map(int, at.split(":"))
    local = now.astimezone()
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return local >= today and (last is None or datetime.fromisoformat(last.at) < today)


class _Trial:
    """One conversation with a recorder."""

    def __init__(self, config: Config, clock: Clock, stopping: threading.Event, pace: Pace) -> None:
        self._config = config
        self._pace = pace
        self._clock = clock
        self._stopping = stopping
        self._said: queue.Queue[events.Event | str] = queue.Queue(QUEUE)  # full: the connection waits
        self._client = RecorderClient(config.output, clock, self._said.put, self._said.put)
        self._devices: dict[str, str] = {}
        self._figures: dict[str, float] = {}
        self._hears: tuple[str, ...] = ()

    def run(self) -> SelfTest:
        self._client.open()
        try:
            failed, what, remedy = self._try()
        except Interrupted:
            raise
        except KioskError as error:
            failed, what, remedy = OPENING, error.what, error.remedy
        finally:
            self._end()
        return SelfTest(
            at=self._clock.wall().isoformat(timespec="seconds"),
            good=not what,
            sentence=what or (WELL if self._config.speaker != "null" else WELL_WITHOUT_SOUND),
            remedy=remedy,
            devices=self._devices,
            figures=self._figures,
            failed=failed,
            tried=(OPENING, CAMERA, MICROPHONE, LOUDSPEAKER, RECORDING),
            hears=self._hears,
        )

    def _try(self) -> tuple[str, str, str]:
        """Which thing is wrong, how, and what to do about it; empty when all is well. Raises what the recorder says."""
        send = self._client.send
        send(self._prepare())
        prepared = self._wait(events.Prepared, READY_LIMIT_S)
        self._devices = {each.kind.value: each.name for each in (prepared.camera, prepared.microphone)}
        self._devices[prepared.loudspeaker.kind.value] = prepared.loudspeaker.name
        before = self._level(self._pace.quiet_s)
        send(commands.Start())
        started = self._wait(events.Started, ANSWER_LIMIT_S)
        send(commands.Play(str(tone())))
        during = self._level(self._pace.recorded_s)
        recorded_s = seconds(self._clock.now_ns() - started.t0_ns)
        send(commands.Volume(0))  # nobody wants to hear it again
        send(commands.Replay())
        judged = self._wait(events.Rehearsed, ANSWER_LIMIT_S)
        self._figures |= {
            "room_dbfs": round(before, 1),
            "tone_dbfs": round(during, 1),
            "recorded_s": round(recorded_s, 1),
            **{name: value for name, value in judged.figures.items() if math.isfinite(value)},
        }
        if self._config.speaker != "null" and during - before >= HEARD_DB:
            self._hears = (prepared.microphone.name, prepared.loudspeaker.name)
        return self._verdict(before, during, judged)

    def _verdict(self, before: float, during: float, judged: events.Rehearsed) -> tuple[str, str, str]:
        rate = judged.figures.get("fps", 0.0)
        if rate < FEWEST_PICTURES:
            remedy = "Plug it in again, at a port of its own."
            return CAMERA, f"The camera gives {rate:.0f} pictures a second.", remedy
        if during < SILENT_DBFS:
            remedy = "See that it is plugged in, chosen, and not muted."
            return MICROPHONE, "The microphone hears nothing at all.", remedy
        if self._config.speaker != "null" and during - before < HEARD_DB:
            remedy = "See that the loudspeaker is on and loud enough, and that the microphone is not covered."
            return LOUDSPEAKER, "The microphone does not hear the loudspeaker's tone.", remedy
        if judged.verdict is events.Verdict.WRONG and not judged.sentence.startswith(UNHEARD.sentence):
            return RECORDING, judged.sentence, ""
        return "", "", ""

    def _prepare(self) -> commands.Prepare:
        config = self._config
        return commands.Prepare(
            session=str(uuid.uuid4()),
            interview="self-test",
            interview_title="Self-test",
            interview_sha256="",
            language=config.language,
            candidate="",
            consent=None,
            camera=config.camera,
            microphone=config.microphone,
            speaker=config.speaker,
            preset=config.preset,
            rehearsal=True,
        )

    def _level(self, for_s: float) -> float:
        """The loudest that the microphone heard in that time, in dBFS (RMS over 100 ms)."""
        until = self._clock.now_ns() + round(for_s * NS)
        loudest = -120.0
        while self._clock.now_ns() < until:
            event = self._next(until)
            if isinstance(event, events.Progress):
                loudest = max(loudest, event.level_dbfs)
        return loudest

    def _wait(self, kind: type[E], limit_s: float) -> E:
        """The next event of a kind. Raises what the recorder says, that it says nothing, or Interrupted."""
        until = self._clock.now_ns() + round(limit_s * NS)
        while self._clock.now_ns() < until:
            event = self._next(until)
            if isinstance(event, kind):
                return event
        raise WorldFailed("The recorder does not answer.", "Start the machine anew; the log tells more.")

    def _next(self, until: int) -> events.Event | None:
        """What it says next; None when that is nothing until then. Progress comes several times a second."""
        try:
            event = self._said.get(timeout=max(0.0, min(0.25, seconds(until - self._clock.now_ns()))))
        except queue.Empty:
            event = None
        if self._stopping.is_set():
            raise Interrupted("The self-test was ended early: the kiosk is wanted.", "It can be made at any time.")
        if isinstance(event, str):
            raise WorldFailed(event, "The log of the recorder tells more.")
        if isinstance(event, events.Failed):
            raise from_code(event.code, event.what, event.remedy)
        return event

    def _end(self) -> None:
        """The devices are free when this returns, or soon after."""
        self._client.send(commands.Stop("stopped"))
        until = self._clock.now_ns() + round(ANSWER_LIMIT_S * NS)
        while self._clock.now_ns() < until:
            try:
                event = self._said.get(timeout=max(0.0, seconds(until - self._clock.now_ns())))
            except queue.Empty:
                break
            if isinstance(event, str | events.Stopped) or (isinstance(event, events.Failed) and event.fatal):
                break
        self._client.close()
        while self._client.pid and self._clock.now_ns() < until:  # each look waits for half a second
            self._client.close()


def tone() -> Path:
    """The WAV of the tone, made when it is not there yet. Raises WorldFailed."""
    path = places.cache_folder() / "self-test-tone.wav"
    if path.is_file():
        return path
    at = np.arange(round(TONE_S * RATE)) / RATE
    edge = np.minimum(1, np.minimum(at, TONE_S - at) / 0.05)
    mixed = edge * sum(np.sin(2 * np.pi * hertz * at) for hertz in TONES_HZ)
    mixed *= 10 ** (TONE_DBFS / 20) / np.sqrt(np.mean(mixed**2))
    part = path.with_name(f"{path.name}.part")
    try:
        host.private_folder(path.parent)
        with wave.open(str(part), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes((np.clip(mixed, -1, 1) * 32767).astype("<i2").tobytes())
        part.replace(path)
    except OSError as error:
        raise WorldFailed(f"The tone cannot be stored in {path.parent}: {error.strerror}.") from error
    return path
