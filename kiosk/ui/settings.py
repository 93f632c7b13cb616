"""What the screens need of the configuration."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.interview import Interview


@dataclass(frozen=True, slots=True)
class UiSettings:
    """Nothing here changes while the screens are up."""

    kiosk_name: str
    theme: str
    """light, dark or high-contrast."""
    consent_text: str
    """Markdown with headings, paragraphs and bold words only."""
    consent_version: str
    consent_sha256: str
    language: str
    interviews: tuple[Interview, ...]
    windowed: bool
    disk_free: Callable[[], int]
    """Bytes free where recordings go; quick, called now and then while the proctor's panel is open."""
