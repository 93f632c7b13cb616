"""An interview as its file defines it: questions in order, of two kinds."""

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
