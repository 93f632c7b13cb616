"""What the screens need of the configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.interview import Interview
from kiosk.domain.view import Sending


@dataclass(frozen=True, slots=True)
class UiSettings:
    """Nothing here changes while the screens are up."""

    kiosk_name: str
    theme: str
    """light, dark or contrast."""
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
    organisation: str = ""
    """Whose interviews these are; stands on the welcome screen."""
    logo: Path | None = None
    """A picture of theirs, SVG or PNG."""
    accent: str = ""
    """A colour of theirs as #RRGGBB, in place of the blue; see `theme.branded`."""
    motion: str = "system"
    """system, reduced or full."""
    findings: Callable[[], list[str]] = list
    """What is wrong with this kiosk beside what a View tells, each as a sentence for the proctor; quick, as above."""
    screen: str = ""
    """Name or number of the screen that is the kiosk's, when there are several; the desktop's first one when empty."""
