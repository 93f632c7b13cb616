"""What goes before the first question: which devices the recorder prepares, and which texts are rendered. Pure."""

import uuid
from dataclasses import dataclass
from typing import Final

from kiosk.domain import commands
from kiosk.domain.clock import NS
from kiosk.domain.interview import Consent, Interview, Question
from kiosk.session.ports import Line

PREPARE_LIMIT_NS: Final = 40 * NS
"""Slow cameras take many seconds to open; after this long something is wrong."""
SLOWER: Final = 0.75
"""Of the usual words a minute, for whoever needs the voice slower."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the director needs of the configuration."""

    camera: str
    microphone: str
    speaker: str
    rec_mark: bool = True
    timestamp: bool = True
    preset: str = "superfast"
    sound_offset_ns: int = 0
    """What is known of this kiosk beforehand; a check may find another."""
    gain_db: float = 0.0
    """The microphone's fixed gain, likewise."""
    voice: str = ""
    language: str = "en"
    """Of what is read aloud while no interview is chosen."""
    tone_start: str = ""
    """Path of the sound played when the time to answer begins; empty for none."""
    tone_end: str = ""
    check: bool = False
    """Camera, loudspeaker and microphone are tried with the candidate before the interview."""
    rehearsal: bool = False
    """The candidate practises on a question that is not kept."""
    self_check: bool = False
    """A run through the devices proves that this kiosk is ready, at the start and when it has been idle for long."""
    hears: tuple[str, ...] = ()
    """Names of a microphone and a loudspeaker that were found to hear each other, when that is known."""
    attended: bool = False
    """Somebody sees the screens: people are asked whether they are still there, and the proctor is called."""


def prepare_for(
    settings: Settings,
    session: str,
    interview: Interview,
    candidate: str,
    consent: Consent | None,
    gain_db: float = 0.0,
    sound_offset_ns: int | None = None,
) -> commands.Prepare:
    """The order to open the devices for a session. The last two are what the check found."""
    return commands.Prepare(
        session=session,
        interview=interview.id,
        interview_title=interview.title,
        interview_sha256=interview.sha256,
        language=interview.language,
        candidate=candidate,
        consent=consent,
        camera=settings.camera,
        microphone=settings.microphone,
        speaker=settings.speaker,
        rec_mark=settings.rec_mark,
        timestamp=settings.timestamp,
        preset=settings.preset,
        questions={question.id: question.text for question in interview.questions},
        gain_db=gain_db,
        sound_offset_ns=settings.sound_offset_ns if sound_offset_ns is None else sound_offset_ns,
    )


def trial_for(settings: Settings, interview: Interview | None, practice: Question | None) -> commands.Prepare:
    """The order to open the devices for a recording of which nothing is kept."""
    return commands.Prepare(
        session=str(uuid.uuid4()),
        interview=interview.id if interview else "rehearsal",
        interview_title=interview.title if interview else "Rehearsal",
        interview_sha256="",
        language=interview.language if interview else settings.language,
        candidate="",
        consent=None,
        camera=settings.camera,
        microphone=settings.microphone,
        speaker=settings.speaker,
        rec_mark=False,
        timestamp=False,
        preset=settings.preset,
        questions={practice.id: practice.text} if practice else {},
        rehearsal=True,
        gain_db=settings.gain_db,
        sound_offset_ns=settings.sound_offset_ns,
    )


def lines_of(settings: Settings, interview: Interview, first: int = 0, *, slower: bool = False) -> list[Line]:
    """What is spoken, in the order in which it is needed, from the question in work on."""
    pace = SLOWER if slower else 1.0
    return [
        Line(question.id, question.text, question.voice or interview.voice or settings.voice, interview.language, pace)
        for question in interview.questions[first:]
    ]
