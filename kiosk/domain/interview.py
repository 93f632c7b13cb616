"""An interview as its file defines it, and what one candidate agreed to and needs."""

from dataclasses import dataclass
from enum import StrEnum


class QuestionKind(StrEnum):
    SPOKEN = "spoken"
    CODING = "coding"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Limits are whole seconds; `text` is spoken aloud and captioned word for word."""

    id: str
    kind: QuestionKind
    text: str
    answer_seconds: int
    think_seconds: int = 0
    repeats: int = 1
    voice: str = ""
    """Voice for this question; empty means the interview's."""
    statement: str = ""
    code_language: str = ""
    starter: str = ""


@dataclass(frozen=True, slots=True)
class Interview:
    """A validated interview file. `sha256` is the hash of its bytes, hexadecimal."""

    id: str
    title: str
    language: str
    questions: tuple[Question, ...]
    sha256: str
    voice: str = ""
    extensions: int = 10
    """How often the candidate may extend a limit without staff, for each limit."""
    extension_seconds: int = 60
    practice: str = ""
    """The practice question of the rehearsal; empty means one of ours in the interview's language."""

    @property
    def longest_seconds(self) -> int:
        """Upper bound of the recording's length without pauses: limits, repeats and 150 words a minute."""
        total = 0
        for question in self.questions:
            speaking = (1 + question.repeats) * (3 + len(question.text.split()) * 0.4)
            total += question.think_seconds + question.answer_seconds + int(speaking) + 2
        return total


@dataclass(frozen=True, slots=True)
class Consent:
    """What the candidate agreed to. `reference` is the text's version on a kiosk, or IT's own reference."""

    reference: str
    text_sha256: str
    language: str
    given_at: str
    """ISO 8601 with offset."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """`text` is Markdown with headings, paragraphs and bold words only; `sha256` is of the whole file."""

    version: str
    language: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Accommodations:
    """What makes the interview possible for one candidate. On record in the manifest and the ledger."""

    time_factor: float = 1.0
    """All limits are so many times as long: 1 to 4."""
    no_limits: bool = False
    """No limit runs; thinking and answering end when the candidate says so."""
    larger_text: bool = False
    captions_only: bool = False
    """Questions are shown and not spoken, and no tone sounds."""
    slower_voice: bool = False
