"""What the screens need of the configuration."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.interview import Interview
from kiosk.domain.view import Sending


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
    sending: Callable[[], Sending | None]
    """What is still to be sent to the server, None when this kiosk is not enrolled; called like the next one."""
    disk_free: Callable[[], int]
    """Bytes free where recordings go; quick, called now and then while the proctor's panel is open."""
