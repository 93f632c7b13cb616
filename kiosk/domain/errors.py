"""Errors in three kinds: the world failed (retry), the request is wrong (do not retry), and bugs.

A bug is any exception that is not a `KioskError`: it stops the program loudly. Each room translates what
its libraries raise into one of these at its door. The command line turns them into exit codes.
"""

from typing import ClassVar


class KioskError(Exception):
    """What happened, in one plain sentence, and what to do next.

    Args:
        what: a sentence that names what is wrong and where.
        remedy: a sentence that says what to do; may be empty when `what` says it.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "failed"

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


class WorldFailed(KioskError):
    """Something outside failed and may recover: trying again makes sense."""


class BadRequest(KioskError):
    """Wrong usage or bad input: trying the same again does not help."""

    exit_code = 2
    code = "bad-request"


class DeviceFailed(WorldFailed):
    """A camera, microphone or loudspeaker is missing, refused, busy or lost."""

    exit_code = 3
    code = "device"


class NoSpace(WorldFailed):
    """The disk is full, or too small for what was asked."""

    exit_code = 4
    code = "no-space"


class VoiceFailed(WorldFailed):
    """The speech engine hung, crashed or yielded nothing. The interview goes on with captions."""

    code = "voice"


def from_code(code: str, what: str, remedy: str = "") -> KioskError:
    """The error that travelled as `code` from another process."""
    for kind in (BadRequest, DeviceFailed, NoSpace, VoiceFailed):
        if kind.code == code:
            return kind(what, remedy)
    return WorldFailed(what, remedy)
