"""What does not work, and who has to know: the candidate in the candidate's words, the proctor by a call. Pure."""

from collections.abc import Sequence
from typing import Final

from kiosk.domain.view import Notice, Trouble

RECORDER: Final = "recorder"
"""Whose trouble it is when a recorder died."""
_NOTICES: Final = (
    ("microphone", Notice.NOT_HEARD),
    ("camera", Notice.NOT_SEEN),
    ("loudspeaker", Notice.NOT_SOUNDING),
    (RECORDER, Notice.INTERRUPTED),
)
"""What matters most to the candidate comes first. The disk is nothing that a candidate can help."""


def notice_of(troubles: Sequence[Trouble]) -> Notice | None:
    """What the candidate is told of these."""
    devices = {trouble.device for trouble in troubles}
    for device, notice in _NOTICES:
        if device in devices:
            return notice
    return None


def with_trouble(troubles: Sequence[Trouble], device: str, what: str, remedy: str) -> tuple[Trouble, ...]:
    """These, with the newest of that device in place of what stood; empty words mean that it is over."""
    others = tuple(trouble for trouble in troubles if trouble.device != device)
    return (*others, Trouble(device, what, remedy)) if what else others
