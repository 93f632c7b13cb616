"""Which voice speaks a language. Pure functions on what the engine listed."""

from collections.abc import Sequence
from typing import Final

from kiosk.domain.devices import VoiceInfo
from kiosk.domain.errors import BadRequest

_NEVER: Final = 1000
_USUAL: Final = {"en": "en-us", "pt": "pt-br", "fr": "fr-fr", "es": "es", "zh": "cmn"}
"""What a language without a region means."""


def choose_voice(voices: Sequence[VoiceInfo], language: str, wanted: str = "") -> str:
    """Id of the voice for a BCP 47 language. `wanted` is an id, a name, or `+VARIANT` of the language's own voice.

    Raises BadRequest when there is none, with what there is.
    """
    base, plus, variant = wanted.partition("+")
    if base:
        for voice in voices:
            if base.casefold() in {voice.id.casefold(), voice.name.casefold()}:
                return f"{voice.id}{plus}{variant}"
        raise BadRequest(f"There is no voice {base!r}.", "Run 'kiosk devices' to see the voices.")
    asked = language.replace("_", "-").casefold() or "en"
    best = min(((_distance(asked, voice), place) for place, voice in enumerate(voices)), default=(_NEVER, 0))
    if best[0] >= _NEVER:
        spoken = sorted({tag.split("-")[0] for voice in voices for tag in voice.languages})
        raise BadRequest(f"No voice speaks {language!r}.", f"There are voices for: {', '.join(spoken)}.")
    return f"{voices[best[1]].id}{plus}{variant}"


def _distance(asked: str, voice: VoiceInfo) -> int:
    """How far a voice is from a language tag; `_NEVER` when it speaks another language."""
    best = _NEVER
    for tag in voice.languages:
        have = tag.casefold()
        if have == asked:
            distance = 0
        elif have == _USUAL.get(asked):
            distance = 1 if asked != "en" else -1
        elif have.split("-", maxsplit=1)[0] == asked.split("-", maxsplit=1)[0]:
            distance = 10 + 10 * abs(have.count("-") - asked.count("-")) + len(have)
        elif have == _USUAL.get(asked.split("-", maxsplit=1)[0]):
            distance = 90
        else:
            continue
        best = min(best, distance)
    return best
