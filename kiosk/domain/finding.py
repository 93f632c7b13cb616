"""What an examination of the installation found: one fact, how good that is, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """From best to worst."""

    OK = "ok"
    WARN = "warn"
    """It works, and somebody should look at it before it does not."""
    BAD = "bad"
    """An interview could not be recorded, or not be kept, as things stand."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was looked at and never changes, so that monitoring can go by it."""

    check: str
    grade: Grade
    fact: str
    """One sentence."""
    remedy: str = ""
    """What to do; empty when all is well."""
    number: float | None = None
    unit: str = ""
    """Of the number: s, ms, h, %, days, pictures/s."""


def worst(findings: Iterable[Finding]) -> Grade:
    """The worst grade; OK when nothing was found."""
    order = list(Grade)
    return max((finding.grade for finding in findings), key=order.index, default=Grade.OK)
