"""What a recording holds, in words and times, from its manifest. Pure: it reads values and touches nothing.

A manifest comes from a kiosk and is checked when it arrives; here every missing or odd value is simply not shown, so
that no recording makes its own page fail.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from kiosk.server.review import words

ENDINGS: Final = {
    "completed": "The interview was completed.",
    "stopped": "The proctor stopped the interview.",
    "aborted": "The proctor broke the interview off.",
    "interrupted": "The interview was interrupted; what was recorded until then is here.",
    "abandoned": "The kiosk's screen was lost, and the recording ended by itself.",
    "failed": "The recording failed; what was recorded until then is here.",
}
LONGEST_SENTENCE: Final = 300
DEVICES: Final = {"camera": "Picture", "microphone": "Sound", "loudspeaker": "Loudspeaker"}
CAUSES: Final = {
    "lost": "the device stopped",
    "crash": "the recorder was restarted",
    "suspended": "the computer slept",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the recording, as its table of contents shows it."""

    number: int
    text: str
    start_s: float
    end_s: float | None
    answer_s: float | None
    answer_length: str
    """As words; empty when it is not known."""

    @property
    def at(self) -> str:
        return words.clock(self.start_s)

    @property
    def answer_at(self) -> str:
        return words.clock(self.answer_s or 0)


@dataclass(frozen=True, slots=True)
class Missing:
    """A gap: what is not in the recording, where."""

    at_s: float
    lost_s: float
    what: str
    cause: str

    @property
    def at(self) -> str:
        return words.clock(self.at_s)

    @property
    def length(self) -> str:
        return words.short(self.lost_s)


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    text: str
    good: bool | None = None
    """Whether that is as it should be; None when it is neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Happening:
    at_s: float | None
    text: str

    @property
    def at(self) -> str:
        return words.clock(self.at_s or 0)


@dataclass(frozen=True, slots=True)
class Challenge:
    """Code that the candidate wrote; `history` is (media time, whole text) in order."""

    number: int
    question: str
    final: str
    history: tuple[tuple[float, str], ...]

    @property
    def first_s(self) -> float:
        return self.history[0][0] if self.history else 0.0


@dataclass(frozen=True, slots=True)
class Story:
    duration_s: float
    ending: str
    questions: tuple[Question, ...]
    gaps: tuple[Missing, ...]
    happenings: tuple[Happening, ...]
    quality: tuple[Fact, ...]
    challenges: tuple[Challenge, ...]
    program: str

    def timeline(self) -> dict[str, Any]:
        """What the player's script needs, as JSON values."""
        return {
            "duration": self.duration_s,
            "questions": [
                {"at": one.start_s, "answer": one.answer_s, "text": f"{one.number}. {one.text}"}
                for one in self.questions
            ],
            "gaps": [{"at": gap.at_s, "text": f"{gap.what} missing, {gap.length}"} for gap in self.gaps],
            "code": [{"number": one.number, "history": one.history, "final": one.final} for one in self.challenges],
        }


def story_of(manifest: Any, duration_s: float = 0.0) -> Story:
    """The story that this manifest tells; an empty one of an empty manifest."""
    told: dict[str, Any] = manifest if isinstance(manifest, dict) else {}
    duration = duration_s or _number(told.get("duration_s")) or 0.0
    texts = {
        str(caption.get("question")): str(caption.get("text"))
        for caption in _each(told.get("captions"))
        if caption.get("text")
    }
    gaps = tuple(_gaps(told.get("gaps")))
    return Story(
        duration_s=duration,
        ending=ENDINGS.get(str(told.get("ended")), ""),
        questions=tuple(_questions(told, texts)),
        gaps=gaps,
        happenings=tuple(_happenings(told.get("events"), texts)),
        quality=tuple(_quality(told, duration, gaps)),
        challenges=tuple(_challenges(told.get("code"), texts)),
        program=str(told.get("program") or ""),
    )


def _questions(told: dict[str, Any], texts: dict[str, str]) -> Iterable[Question]:
    answers = [(str(one.get("question")), one) for one in _each(told.get("answers"))]
    for number, chapter in enumerate(_each(told.get("chapters")), 1):
        question, start = str(chapter.get("question")), _number(chapter.get("start_s")) or 0.0
        end = _number(chapter.get("end_s"))
        answer = next(
            (
                one
                for of, one in answers
                if of == question
                and start <= (_number(one.get("start_s")) or 0.0) <= (math.inf if end is None else end)
            ),
            None,
        )
        answer_s = _number(answer.get("start_s")) if answer else None
        answer_end = _number(answer.get("end_s")) if answer else None
        length = words.span(answer_end - answer_s) if answer_s is not None and answer_end is not None else ""
        yield Question(number, texts.get(question, _readable(question)), start, end, answer_s, length)


def _gaps(told: Any) -> Iterable[Missing]:
    for gap in _each(told):
        at, lost = _number(gap.get("at_s")), _number(gap.get("lost_s"))
        if at is not None and lost is not None:
            cause, device = str(gap.get("cause") or ""), str(gap.get("device") or "")
            yield Missing(at, lost, DEVICES.get(device, "Recording"), CAUSES.get(cause, _readable(cause)))


def _happenings(told: Any, texts: dict[str, str]) -> Iterable[Happening]:
    known = {
        "paused": "Paused by the proctor",
        "resumed": "Went on after the pause",
        "repeat": "Question repeated",
        "captions-only": "Question shown only, not spoken",
        "voice-lost": "The question could not be spoken",
        "think": "Time to think",
        "note": "Proctor's note",
        "ended": "",
    }
    for one in _each(told):
        what, detail = str(one.get("what") or ""), str(one.get("detail") or "")
        if what in {"ended", "think"}:
            continue
        text = known.get(what) or _readable(what)
        detail = texts.get(detail, detail)
        yield Happening(_number(one.get("at_s")), f"{text}: {detail}" if detail else text)


def _quality(told: dict[str, Any], duration_s: float, gaps: tuple[Missing, ...]) -> Iterable[Fact]:
    report = told.get("quality")
    report = report if isinstance(report, dict) else {}
    frames, dropped = _number(report.get("frames")), _number(report.get("dropped"))
    damaged, drift = _number(report.get("damaged")), _number(report.get("microphone_drift_ppm"))
    if isinstance(report.get("sentence"), str):
        yield Fact("In short", report["sentence"][:LONGEST_SENTENCE], good=report.get("verdict") == "good")
    if frames and duration_s:
        rate = _number(report.get("fps")) or frames / duration_s
        yield Fact("Picture", f"{rate:.0f} pictures a second", good=rate >= 24)
    if dropped is not None:
        lost = words.count(int(dropped), "picture")
        yield Fact("Lost pictures", "None" if not dropped else f"{lost} were lost", good=not dropped)
    if damaged:
        yield Fact("Damaged pictures", f"The camera sent {words.count(int(damaged), 'damaged picture')}", good=False)
    for device in ("Picture", "Sound"):
        own = [gap.lost_s for gap in gaps if gap.what == device]
        name = f"Gaps in the {device.lower()}"
        if own:
            yield Fact(name, f"{words.count(len(own), 'gap')}, {words.short(sum(own))} in all", good=False)
        elif report:
            yield Fact(name, "None", good=True)
    if drift is not None:
        yield Fact(
            "Sound against picture", f"In step; the microphone's clock was corrected by {abs(drift):.0f} ppm", good=True
        )
    devices = told.get("devices")
    devices = devices if isinstance(devices, dict) else {}
    for key in ("camera", "microphone"):
        identity = devices.get(key)
        if isinstance(identity, dict) and identity.get("name"):
            yield Fact(key.capitalize(), str(identity["name"]))
    if devices.get("width") and devices.get("height"):
        yield Fact("Size", f"{devices['width']} by {devices['height']}")


def _challenges(told: Any, texts: dict[str, str]) -> Iterable[Challenge]:
    for number, one in enumerate(_each(told), 1):
        question = str(one.get("question"))
        history = tuple(
            (at, str(state.get("text") or ""))
            for state in _each(one.get("history"))
            if (at := _number(state.get("at_s"))) is not None
        )
        yield Challenge(number, texts.get(question, _readable(question)), str(one.get("final") or ""), history)


def _each(values: Any) -> Iterable[dict[str, Any]]:
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else ()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _readable(identifier: str) -> str:
    """An id as a person reads it: proud-of → Proud of."""
    return identifier.replace("-", " ").strip().capitalize()
