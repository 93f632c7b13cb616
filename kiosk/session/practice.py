"""What is said in check and rehearsal, in the languages that we can say it in. Pure."""

from typing import Final

from kiosk.domain.interview import Interview, Question, QuestionKind
from kiosk.session.ports import Line
from kiosk.session.preparing import SLOWER, Settings

PRACTICE: Final = "_practice"
"""Id of the practice question; no question of an interview file can have it."""
SOUND_TEST: Final = "_sound-test"
ANSWER_SECONDS: Final = 30
REPEATS: Final = 2
_TEXTS: Final = {
    "ar": ("مرحبا. هل تسمعني؟", "هذا سؤال للتدريب. كيف وصلت إلى هنا اليوم؟"),
    "de": ("Guten Tag. Können Sie mich hören?", "Das ist eine Übungsfrage. Wie sind Sie heute hierhergekommen?"),
    "en": ("Hello. Can you hear me?", "This is a practice question. How did you get here today?"),
    "es": ("Hola. ¿Me oye?", "Esta es una pregunta de práctica. ¿Cómo ha llegado hoy hasta aquí?"),
    "fr": ("Bonjour. M'entendez-vous ?", "Voici une question d'essai. Comment êtes-vous venu ici aujourd'hui ?"),
    "it": ("Buongiorno. Mi sente?", "Questa è una domanda di prova. Come è arrivato qui oggi?"),
}
"""Language → (test of the loudspeaker, practice question)."""


def practice_of(interview: Interview | None, language: str) -> Question | None:
    """The practice question; None when we have none in that language and the interview brings none."""
    own = interview.practice if interview else ""
    known = _TEXTS.get((interview.language if interview else language).split("-", maxsplit=1)[0].lower())
    text = own or (known[1] if known else "")
    return Question(PRACTICE, QuestionKind.SPOKEN, text, ANSWER_SECONDS, repeats=REPEATS) if text else None


def trial_lines(
    settings: Settings, interview: Interview | None, practice: Question | None, *, slower: bool
) -> list[Line]:
    """What is spoken in check and rehearsal."""
    language = interview.language if interview else settings.language
    voice = (interview.voice if interview else "") or settings.voice
    pace = SLOWER if slower else 1.0
    known = _TEXTS.get(language.split("-", maxsplit=1)[0].lower())
    lines = [Line(SOUND_TEST, known[0], voice, language, pace)] if known else []
    if practice is not None:
        lines.append(Line(PRACTICE, practice.text, voice, language, pace))
    return lines
