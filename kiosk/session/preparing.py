"""What goes before the first question: which devices the recorder prepares, and which texts are rendered. Pure."""

from dataclasses import dataclass

from kiosk.domain import commands
from kiosk.domain.interview import Consent, Interview
from kiosk.session.ports import Line


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
    voice: str = ""
    tone_start: str = ""
    """Path of the sound played when the time to answer begins; empty for none."""
    tone_end: str = ""


def prepare_for(
    settings: Settings, session: str, interview: Interview, candidate: str, consent: Consent | None
) -> commands.Prepare:
    """The order to open the devices for a session."""
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
        sound_offset_ns=settings.sound_offset_ns,
        questions={question.id: question.text for question in interview.questions},
    )


def lines_of(settings: Settings, interview: Interview, first: int = 0) -> list[Line]:
    """What is spoken, in the order in which it is needed, from the question in work on."""
    return [
        Line(question.id, question.text, question.voice or interview.voice or settings.voice, interview.language)
        for question in interview.questions[first:]
    ]
