"""Words that several screens share: spans of time, sizes, session numbers, what is wrong in the candidate's words."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from kiosk.domain.clock import NS
from kiosk.domain.view import Sending, Trouble

_SHORT: Final = 8
_GB: Final = 10**9
BYTES_AN_HOUR: Final = 1_200_000_000
"""Of a recording, about."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("words", text)


def count(number: int, one: str, many: str) -> str:
    """`number` with its noun; `{n}` stands for the number in both."""
    return (one if number == 1 else many).replace("{n}", f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"))


def span(total: int) -> str:
    """Seconds as words: 1 minute 20 seconds."""
    hours, rest = divmod(max(0, total), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(count(hours, _tr("{n} hour"), _tr("{n} hours")))
    if minutes:
        parts.append(count(minutes, _tr("{n} minute"), _tr("{n} minutes")))
    if (seconds and not hours) or not parts:
        parts.append(count(seconds, _tr("{n} second"), _tr("{n} seconds")))
    return " ".join(parts)


def calm_seconds(left: float) -> int:
    """Seconds left as a person wants to know them: whole minutes, then tens, then each of the last ten."""
    whole = max(0, int(left + 0.999))
    if whole <= 10:
        return whole
    step = 60 if whole > 120 else 10
    return (whole + step - 1) // step * step


def time_left(left: float) -> str:
    """What the candidate reads while an answer runs."""
    return _tr("{span} left").replace("{span}", span(calm_seconds(left)))


def clock_time(ns: int) -> str:
    """Media time for the proctor: 0:12:31."""
    minutes, seconds = divmod(max(0, ns) // NS, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def receipt(session: str) -> str:
    """A session's number in short form, to be read aloud or written down: 3F2A 9C01."""
    digits = session.replace("-", "").upper()[:_SHORT]
    return f"{digits[:4]} {digits[4:]}".strip()


def short(text: str, most: int) -> str:
    """`text` with its end left out when it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def disk(free: int) -> str:
    """Free bytes as people think of them: gigabytes, and hours of recording."""
    hours = free // BYTES_AN_HOUR
    return _tr("{gb} GB, {hours} h").replace("{gb}", f"{free / _GB:.0f}").replace("{hours}", str(hours))


def sending(found: Sending | None) -> str:
    """What is still to be sent, in a few words."""
    if found is None:
        return _tr("not enrolled")
    if not found.recordings:
        return _tr("nothing")
    text = _tr("{n} held up") if found.problem else _tr("{n} ({m} chunks)")
    return text.replace("{n}", str(found.recordings)).replace("{m}", str(found.chunks))


def why_early(message: str) -> str:
    """Why an interview ended early, as a sentence: the recorder's reasons in words, anything else as it is."""
    told = {
        "stopped": _tr("The proctor ended it."),
        "aborted": _tr("The proctor ended it."),
        "interrupted": _tr("The kiosk was switched off."),
        "abandoned": _tr("The kiosk was away for too long."),
        "failed": _tr("Something on this kiosk did not work."),
    }
    return told.get(message, message)


def for_candidate(troubles: tuple[Trouble, ...]) -> str:
    """The first problem that the candidate should know of, in the candidate's words; empty when there is none."""
    told = {
        "microphone": _tr("We can't hear you well. Please wait, or tell the proctor. The recording goes on."),
        "camera": _tr("We can't see you right now. Your answer is still recorded as sound."),
        "loudspeaker": _tr("You may not hear the question. Please read it here."),
    }
    for trouble in troubles:
        if trouble.device in told:
            return told[trouble.device]
    return ""
