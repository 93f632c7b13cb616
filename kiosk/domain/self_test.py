"""What the last self-test of the devices found; kept in the state folder between two of them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A trial recording with nobody near."""

    at: str
    """When it ended: wall clock, ISO 8601 with offset."""
    good: bool
    sentence: str
    """For people: that all is well, or what is wrong."""
    remedy: str = ""
    devices: dict[str, str] = field(default_factory=dict)
    """Kind → name of what was tried."""
    figures: dict[str, float] = field(default_factory=dict)
    """What was measured, by name."""


NOTE = "self-test.json"
"""Its file in the state folder."""
