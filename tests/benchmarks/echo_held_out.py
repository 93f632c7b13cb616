"""The echo remover in rooms, voices, words, turns, distortions and drifts that it was not tuned on, drawn by a seed.

The matrix of `tests/benchmarks/echo.py` holds what its constants were chosen with. This draws cells from everything
else and says how they are distributed, so that the figures promise something. Whoever changes a constant because of a
seed's cells shows the result with another seed.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from pystoi import stoi

from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE, Samples
from kiosk.mix.echo import Method
from kiosk.session.practice import practice_of
from kiosk.speech.voice_cache import SpeechCache, read_wav
from tests.mix.echo_parts import Parts, dissected
from tests.mix.echo_room import CHILD, Voices, scene

SOON_DB: Final = 20
LATER_DB: Final = 30
WORDS: Final = 0.85
LONGEST_S: Final = 60.0
TURNS: Final = {
    "from the start": ((0.0, LONGEST_S),),
    "from 0.3 s": ((0.3, LONGEST_S),),
    "in the middle": ((1.6, 3.4),),
    "interjections": ((0.5, 1.1), (1.9, 2.5), (3.2, 3.9)),
    "late": ((2.4, LONGEST_S),),
}
TEXTS: Final = {
    "en": (
        "Which tool would you miss the most if it were taken away from you tomorrow, and why?",
        "Walk me through the last time something broke on a Friday evening and you were on call.",
        "Suppose a customer is angry about a delay. What are the first three things you say to her?",
        "What have you learned this year that changed the way you organise your daily work?",
        "How would you explain to your grandmother what a database is good for?",
    ),
    "de": (
        "Erzählen Sie uns bitte, wie Sie mit einem Fehler umgehen, den ein Kollege gemacht hat.",
        "Was würden Sie in den ersten hundert Tagen in dieser Stelle anders machen als bisher üblich?",
        "Welche Aufgabe hat Ihnen in den letzten zwei Jahren am wenigsten Freude bereitet, und weshalb?",
    ),
    "ar": (
        "حدثنا عن مشروع عملت عليه مؤخرا وما هو الدور الذي قمت به فيه مع فريقك.",
        "كيف ترتب أولوياتك عندما يكون لديك الكثير من العمل والقليل من الوقت؟",
    ),
}
SAID: Final = {
    "en": "Well, I was about to say that my last team never shipped anything before two people had looked at it, "
    "which was slow at first, yet it saved us from a good many nights.",
    "de": "Entschuldigung, darf ich kurz unterbrechen, ich habe die Frage nicht ganz verstanden, meinen Sie den "
    "Betrieb oder die Entwicklung, denn das sind bei uns zwei ganz verschiedene Abteilungen.",
    "ar": "عفوا لم أسمع السؤال جيدا هل يمكنك أن تعيده من فضلك لأن الصوت كان ضعيفا وأريد أن أجيب عنه بشكل كامل وواضح.",
}
ASKING: Final = (
    ("en", "gmw/en-us+f3"),
    ("en", "gmw/en-gb-scotland+m2"),
    ("en", "gmw/en-gb-x-rp+f5"),
    ("en", "gmw/en-us+klatt2"),
    ("de", "gmw/de"),
    ("de", "gmw/de+f2"),
    ("ar", "sem/ar"),
    ("ar", "sem/ar+f4"),
)
TALKING: Final = (
    ("en", "gmw/en-us+f4"),
    ("en", "gmw/en-gb-scotland+m7"),
    ("en", "gmw/en-029+m1"),
    ("de", "gmw/de+m5"),
    ("de", "gmw/de+f1"),
    ("ar", "sem/ar+m4"),
    ("ar", "sem/ar+f2"),
)


def _small(sound: Samples) -> Samples:
    """A small loudspeaker: nothing low, and its cone goes less far one way than the other."""
    spectrum = np.fft.rfft(sound)
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum *= (frequency / 220) ** 2 / (1 + (frequency / 220) ** 2)
    thin = np.fft.irfft(spectrum, len(sound))
    bent: Samples = np.where(thin > 0, np.tanh(1.1 * thin) / 1.1, np.tanh(0.8 * thin) / 0.8)
    return bent


def _cubic(sound: Samples) -> Samples:
    """A loudspeaker whose every peak is pressed together a little."""
    bent: Samples = sound - 0.08 * sound**3 + 0.01 * sound**2
    return bent


def _clipped(sound: Samples) -> Samples:
    """An amplifier that clips the highest peaks."""
    bent: Samples = np.clip(sound, -0.7, 0.7)
    return bent


DISTORTED: Final[dict[str, Callable[[Samples], Samples]]] = {"small": _small, "cubic": _cubic, "clipped": _clipped}


@dataclass(frozen=True)
class Cell:
    """One room, and what happens in it."""

    seed: int
    delay_ms: int
    reverberation_s: float
    talk_db: int
    ppm: int
    turns: str
    distorted: str
    asking: tuple[str, str]
    talking: tuple[str, str]
    texts: tuple[int, ...]

    def __str__(self) -> str:
        return (
            f"{self.delay_ms:>3} ms {self.reverberation_s:.2f} s {self.talk_db:>+3} dB {self.ppm:>+4} ppm "
            f"{self.distorted:<8} {self.turns:<15} {self.asking[1][4:]:<18} {self.talking[1][4:]:<18}"
        )


@dataclass(frozen=True)
class Figures:
    """Of one question."""

    soon_db: float
    later_db: float
    peak_db: float
    words: float
    """STOI of the person in the track."""
    words_heard: float
    """And as the microphone heard them."""
    cpu: float
    gated: bool

    @property
    def holds(self) -> bool:
        return self.soon_db >= SOON_DB and self.later_db >= LATER_DB


def drawn(count: int, seed: int) -> list[Cell]:
    """The same cells for the same seed; every one in a room of its own."""
    random = np.random.default_rng(seed)
    cells = []
    for number in range(count):
        asking = ASKING[random.integers(len(ASKING))]
        cells.append(
            Cell(
                seed=1 + 1000 * seed + number,
                delay_ms=int(random.choice((20, 50, 80, 110, 150))),
                reverberation_s=float(random.choice((0.2, 0.35, 0.5))),
                talk_db=int(random.choice((-6, 0, 6))),
                ppm=int(random.choice((0, 60, -60))),
                turns=str(random.choice(list(TURNS))),
                distorted=str(random.choice(list(DISTORTED))),
                asking=asking,
                talking=TALKING[random.integers(len(TALKING))],
                texts=tuple(int(each) for each in random.permutation(len(TEXTS[asking[0]]))[:2]),
            )
        )
    return cells


def run(folder: Path, count: int, seed: int) -> str:
    """Renders voices into `folder`."""
    return "\n\n".join(_run(folder, count, seed, practised=practised) for practised in (False, True))


def _run(folder: Path, count: int, seed: int, *, practised: bool) -> str:
    lines = [f"Two questions each, {'after a practice question that nobody talks over' if practised else 'the first'}"]
    all_figures = []
    for cell in drawn(count, seed):
        figures = measured(folder, cell, practised=practised)
        all_figures += figures
        lines += [
            f"{cell} {each.soon_db:>5.1f} / {each.later_db:.1f} dB {each.peak_db:>4.0f} dB"
            f"  {each.words_heard:.2f} > {each.words:.2f}{' gate' * each.gated}{'' if each.holds else ' *'}"
            for each in figures
        ]
    return "\n".join([*lines, distribution(all_figures)])


def measured(folder: Path, cell: Cell, *, practised: bool) -> list[Figures]:
    """Of each question of the cell; `practised`: after the kiosk's practice question, which nobody talks over."""
    practice = practice_of(None, cell.asking[0]) if practised else None
    texts = ([practice.text] if practice else []) + [TEXTS[cell.asking[0]][each] for each in cell.texts]
    before = len(texts) - len(cell.texts)
    cast = Voices(
        tuple(_spoken(folder, text, cell.asking) for text in texts),
        _spoken(folder, SAID[cell.talking[0]], cell.talking),
    )
    turns = TURNS[cell.turns]
    seen = scene(
        delay_ms=cell.delay_ms,
        reverberation_s=cell.reverberation_s,
        talks=True,
        talk_db=cell.talk_db,
        questions=len(texts),
        listens=before,
        ppm=cell.ppm,
        cast=cast,
        turns=turns,
        seed=cell.seed,
        distorted=DISTORTED[cell.distorted],
    )
    began = time.process_time()
    parts, told = dissected(seen)
    cpu = (time.process_time() - began) / sum(len(clip) / RATE for clip in cast.questions)
    first = int(turns[0][0] * RATE)
    return [
        Figures(
            *part.down_db,
            part.second_peak_db,
            _words(part, part.track, first),
            _words(part, part.heard, first),
            cpu,
            each.method is Method.GATE,
        )
        for part, each in list(zip(parts, told, strict=True))[before:]
    ]


def distribution(figures: Sequence[Figures]) -> str:
    """Worst, 5th percentile and median of each figure, and how many hold."""
    rows = {
        "echo down, first 2 s (dB)": [each.soon_db for each in figures],
        "echo down, later (dB)": [each.later_db for each in figures],
        "second peak (dB)": [-each.peak_db for each in figures],
        "STOI in the track": [each.words for each in figures],
        "STOI as heard": [each.words_heard for each in figures],
        "STOI gained": [each.words - each.words_heard for each in figures],
    }
    lines = [f"{'of ' + str(len(figures)) + ' questions':<28}{'worst':>8}{'5 %':>8}{'median':>8}"]
    for name, values in rows.items():
        three = [float(np.percentile(values, at)) * (-1 if "peak" in name else 1) for at in (0, 5, 50)]
        lines.append(f"{name:<28}" + "".join(f"{each:>8.2f}" for each in three))
    held = sum(each.holds for each in figures)
    understood = sum(each.words >= WORDS for each in figures)
    lines.append(
        f"{held} of {len(figures)} hold {SOON_DB} dB at once and {LATER_DB} dB later, {understood} have a STOI of "
        f"{WORDS} or more, {sum(each.gated for each in figures)} fell to the gate; "
        f"CPU {np.median([each.cpu for each in figures]):.2f} s for each second of question, with the measuring"
    )
    return "\n".join(lines)


@cache
def _speech(folder: Path) -> SpeechCache:
    return SpeechCache(Pyttsx3Engine([sys.executable, "-c", CHILD]), folder, SystemClock())


@cache
def _spoken(folder: Path, text: str, voice: tuple[str, str]) -> Samples:
    return read_wav(_speech(folder).render(text, language=voice[0], voice=voice[1]))


def _words(part: Parts, track: Samples, first: int) -> float:
    return float(stoi(part.person_before[first:], track[first:], RATE))
