"""What the lines of a journal prove about a segment whose recorder died. Pure functions; a line may lack anything."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from kiosk.files.manifest import PROGRAM, SEALED

Line = dict[str, Any]
BY: Final = "recovery"
"""Journal lines that recovery adds say so, in `by`: what they tell was found, not seen."""


def sealed_as(lines: Sequence[Line], file: str) -> Line | None:
    """The newest line that seals a file."""
    wanted = {"segment", "start_ns", "duration_ns", "bytes", "sha256"}
    for line in reversed(lines):
        if line["kind"] == SEALED and line.get("file") == file and wanted <= line.keys():
            found: Line = line
            return found
    return None


def started_by_recorder(lines: Sequence[Line], number: int) -> Line | None:
    """The recorder's own line of a segment's start; recovery's knows no instant."""
    wanted = (line for line in lines if line["kind"] == "Started" and line.get("segment") == number)
    return next((line for line in wanted if line.get("by") != BY), None)


def recorded_until_ns(lines: Sequence[Line], number: int) -> int:
    """Up to when a segment's recorder is known to have lived: ns since the segment's start, 0 when nothing tells."""
    started = started_by_recorder(lines, number)
    if started is None or not isinstance(started.get("t0_ns"), int):
        return 0
    end_ns, theirs = 0, False
    for line in lines:
        if line["kind"] == "Started":
            theirs = line.get("segment") == number
        elif line["kind"] == PROGRAM:  # another recorder, perhaps on another clock
            theirs = False
        if theirs and line.get("by") != BY:
            end_ns = max(end_ns, t_ns(line) - started["t0_ns"])
    return end_ns


def told_start_ns(lines: Sequence[Line], number: int, otherwise: int) -> int:
    """Media time at which a segment begins, as its recorder told it: everything else in the journal counts from it."""
    for line in lines:
        theirs = line["kind"] == "Started" and line.get("segment") == number
        if theirs and isinstance(line.get("start_ns"), int):
            return int(line["start_ns"])
    return otherwise


def durable_bytes(lines: Sequence[Line], number: int) -> int:
    """Bytes of a segment that its recorder knew to be on the medium."""
    durable = 0
    for line in lines:
        if line.get("segment") == number and isinstance(line.get("size"), int):
            if line["kind"] == "Durable":
                durable = max(durable, line["size"])
            elif line["kind"] == "ChunkReady" and isinstance(line.get("offset"), int):
                durable = max(durable, line["offset"] + line["size"])
    return durable


def goes_on_after(lines: Iterable[Line], number: int) -> bool:
    """Whether a later segment has begun: then its recorder told what is missing between."""
    return any(line["kind"] == "Started" and line.get("segment", 0) > number for line in lines)


def t_ns(line: Line) -> int:
    """Session clock of a line; 0 when it has none."""
    found = line.get("t_ns")
    return found if isinstance(found, int) else 0
