"""A room in which a loudspeaker asks and a person may talk over it: delay, reverberation, light distortion, noise.

The voices are real ones, rendered by the speech engine.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import samplerate

from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE, Samples
from kiosk.mix.echo import Echo, EchoFigure
from kiosk.mix.voice_track import VoiceTrack
from kiosk.speech.voice_cache import SpeechCache, read_wav

CHILD = "import sys; from kiosk.devices.pyttsx3_voice import main_child; sys.exit(main_child(sys.argv[1:]))"
QUESTIONS = (
    "Please tell us about a project that you are proud of, and what your own part in it was.",
    "How do you decide what to test first, when there is little time left before a release?",
    "Describe a disagreement with a colleague, how you dealt with it, and what came of it.",
)
ANSWER = (
    "Sorry, could you say that again please? I would begin with the parts that change most often, "
    "because there the mistakes are made."
)
TAIL = RATE // 4
TALK = RATE * 8 // 10
"""Samples after a question's beginning at which a person begins to talk over it."""
PIECE = RATE // 10


@cache
def voices() -> tuple[tuple[Samples, ...], Samples]:
    """(the questions, what a person says), at 48 kHz and -20 LUFS."""
    with TemporaryDirectory(prefix="echo-room-") as folder:
        speech = SpeechCache(Pyttsx3Engine([sys.executable, "-c", CHILD]), Path(folder), SystemClock())
        asked = tuple(read_wav(speech.render(text, language="en")) for text in QUESTIONS)
        said = read_wav(speech.render(ANSWER, language="en", voice="+m3", words_per_minute=165))
    return asked, said


@dataclass(frozen=True)
class Scene:
    """What the microphone hears (`heard`), and what that is made of."""

    heard: Samples
    echo: Samples
    person: Samples
    questions: tuple[Samples, ...]
    begins: tuple[int, ...]
    ppm: float

    def spans(self) -> list[tuple[int, int]]:
        return [(at, at + len(clip)) for at, clip in zip(self.begins, self.questions, strict=True)]


@dataclass(frozen=True)
class Voices:
    """Of one scene, at 48 kHz and -20 LUFS."""

    questions: tuple[Samples, ...]
    person: Samples
    """What the person says over every question."""


def light(shaped: Samples) -> Samples:
    """A good loudspeaker, turned up; of and to samples between -1 and 1."""
    bent: Samples = np.tanh(0.9 * shaped) / 0.9 + 0.006 * shaped**2
    return bent


FROM_0_8_S: Final = ((TALK / RATE, 60.0),)


def room(delay_ms: float, seed: int = 0, seconds: float = 0.35) -> Samples:
    """From the loudspeaker to the microphone: the direct sound, a few walls, a tail that falls 60 dB in `seconds`."""
    random = np.random.default_rng(seed)
    first = round(delay_ms * RATE / 1000)
    t = np.arange(round(RATE * max(0.5, seconds))) / RATE
    tail = random.standard_normal(t.size) * 10 ** (-3 * t / seconds)
    way = np.zeros(first + t.size)
    way[first:] = 0.5 * tail / np.sqrt(np.square(tail).sum())
    way[first] += 1
    for _ in range(6):
        way[first + int(random.uniform(0.001, 0.02) * RATE)] += random.uniform(-0.4, 0.4)
    normal: Samples = (way / np.sqrt(np.square(way).sum())).astype(np.float32)
    return normal


def scene(
    *,
    delay_ms: float,
    echo_db: float = -9.0,
    talks: bool = False,
    questions: int = 2,
    ppm: float = 0.0,
    pause_s: float = 1.5,
    noise_dbfs: float = -65.0,
    reverberation_s: float = 0.35,
    talk_db: float | None = None,
    cast: Voices | None = None,
    turns: tuple[tuple[float, float], ...] = FROM_0_8_S,
    seed: int = 0,
    distorted: Callable[[Samples], Samples] = light,
    listens: int = 0,
) -> Scene:
    """Questions one after the other; `talks`: a person talks over each but the first `listens`. `ppm`: the loudspeaker
    is slow by it.

    `talk_db`: how loud the person is against the echo while both sound; without it, at -20 LUFS. `cast`: who asks and
    who talks, `turns`: seconds of each question in which, from and to. `seed`: of the room. `distorted`: what the
    loudspeaker makes of samples between -1 and 1.
    """
    random = np.random.default_rng(7 + seed)
    cast = cast or Voices(*voices())
    asked = cast.questions[:questions]
    total = RATE + sum(len(clip) + int(pause_s * RATE) for clip in asked)
    sound, person = np.zeros(total), np.zeros(total, np.float32)
    begins = []
    at = RATE // 2
    for clip in asked:
        begins.append(at)
        played = samplerate.resample(clip, 1 + ppm * 1e-6, "sinc_medium") if ppm else clip
        # The loudspeaker stumbles: what sounds is up to 0.3 ms from where it is thought to be.
        off = at + int(random.uniform(-0.0003, 0.0003) * RATE)
        sound[off : off + len(played)] += played
        if talks and len(begins) > listens:
            _talk(person, cast.person, at, turns)
        at += len(clip) + int(pause_s * RATE)
    loudest = np.abs(sound).max()
    shaped = distorted(sound / loudest) * loudest
    way = room(delay_ms, seed, reverberation_s)
    size = 1 << (total + len(way)).bit_length()
    echo = np.fft.irfft(np.fft.rfft(shaped, size) * np.fft.rfft(way, size))[:total] * 10 ** (echo_db / 20)
    if talk_db is not None:
        both = np.concatenate(
            [
                np.arange(at + int(first * RATE), at + min(len(clip), int(end * RATE)))
                for at, clip in list(zip(begins, asked, strict=True))[listens:]
                for first, end in turns
            ]
        )
        person *= np.sqrt(np.square(echo[both]).sum() / np.square(person[both]).sum()) * 10 ** (talk_db / 20)
    noise = random.standard_normal(total) * 10 ** (noise_dbfs / 20)
    heard = (echo + person + noise).astype(np.float32)
    return Scene(heard, echo.astype(np.float32), person.astype(np.float32), asked, tuple(begins), ppm)


def _talk(person: Samples, said: Samples, at: int, turns: tuple[tuple[float, float], ...]) -> None:
    """Adds what is said, turn by turn; the words go on in the next turn where they broke off."""
    spoken = 0
    for first, last in turns:
        begin = at + int(first * RATE)
        count = min(len(said) - spoken, len(person) - begin, int((last - first) * RATE))
        if count > 0:
            person[begin : begin + count] += said[spoken : spoken + count]
            spoken += count


def mixed_in(
    seen: Scene, echo: Echo, *, piece: int = PIECE, ahead: int = RATE // 5, tone_before: int = 0
) -> tuple[Samples, list[EchoFigure]]:
    """The microphone as it goes into the mix, in pieces; each question is known `ahead` samples before it sounds.

    `tone_before`: so many samples before each a tone begins that nobody hears.
    """
    voice, out, given, placed = VoiceTrack(), [], 0, 0
    if tone_before:
        for begin in seen.begins:
            voice.place("tone", np.zeros(RATE // 5, np.float32), begin - tone_before, RATE // 16, question=False)
    for at in range(0, len(seen.heard), piece):
        while placed < len(seen.begins) and seen.begins[placed] < at + piece + ahead:
            voice.place(f"q{placed}", seen.questions[placed], seen.begins[placed], TAIL, slow=seen.ppm * 1e-6)
            placed += 1
        decided = echo.push(seen.heard[at : at + piece], at, voice)
        voice.pull(given, len(decided))
        given += len(decided)
        out.append(decided)
    out.append(echo.flush(len(seen.heard), voice))
    return np.concatenate(out), echo.take_figures()


def down_db(before: Samples, after: Samples) -> float:
    """By how much the power fell."""
    return float(10 * np.log10(np.square(before).sum() / max(np.square(after).sum(), 1e-12)))
