"""What the last self-test of the devices found; kept in the state folder between two of them.

What was found wrong stands until the same thing was tried again and was well: a run that tries less takes nothing back.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Final

OPENING: Final = "devices"
"""That all devices open; whoever tries anything tries this."""
CAMERA: Final = "camera"
MICROPHONE: Final = "microphone"
LOUDSPEAKER: Final = "loudspeaker"
"""That its tone is heard by the microphone."""
RECORDING: Final = "recording"
"""That what was recorded is whole."""
HEARD_DB: Final = 6.0
"""By so much the tone must stand out of the room."""


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
    failed: str = ""
    """What was wrong, by the names above; empty when all is well, or when it is not known."""
    tried: tuple[str, ...] = ()
    """What was tried, by the same names."""
    hears: tuple[str, ...] = ()
    """Names of the microphone and the loudspeaker that it was found to hear: the last two that did."""
    others: dict[str, str] = field(default_factory=dict)
    """What else was wrong before and has not been tried since: by name, in words."""


def standing(before: SelfTest | None, found: SelfTest) -> SelfTest:
    """What is true after `found`: that, and what was wrong before and has not been tried again."""
    if before is None:
        return found
    open_ones = (
        {} if before.good or not before.failed else {before.failed: f"{before.sentence} {before.remedy}".strip()}
    )
    open_ones |= before.others
    others = {name: words for name, words in open_ones.items() if name not in {*found.tried, found.failed}}
    hears = found.hears or before.hears
    if not found.good or not others:
        return dataclasses.replace(found, hears=hears, others=others)
    if before.failed in others:  # as it was told
        return dataclasses.replace(before, hears=hears, others={n: w for n, w in others.items() if n != before.failed})
    failed, sentence = others.popitem()
    return dataclasses.replace(
        before, good=False, sentence=sentence, remedy="", failed=failed, hears=hears, others=others
    )


NOTE = "self-test.json"
"""Its file in the state folder."""
