"""Words that several screens share: spans of time, sizes, session numbers, what is wrong in the candidate's words.

How texts for people are written, here and on every screen, so that they can be translated:

- In a class: `self.tr("One whole sentence.")`. In a function outside a class: `tr("One whole sentence.")`, the one
  of this module. Always with the text itself between the brackets, since Qt's lupdate reads the source and runs
  nothing; parts of a long one may stand side by side. Only `kiosk/ui/` has texts for the candidate.
- Whole sentences, never glued from pieces: other languages have another order. What is filled in is named, `{name}`,
  and put in with `.replace("{name}", value)`. A number with its noun is a plural: `self.tr("%Ln question(s)", "", 3)`
  or `tr(...)` alike; each language has its own forms, English too (assets/translations/en.ts).
- Numbers that people read go through `number()`: other languages have other digits. Codes, receipts, media times and
  what is burned into the recording keep 0 to 9.
- Never at import and never as a constant: a text is looked up when it is shown. A screen may look it up when it is
  built, too: the window builds its screens anew when the language changes.
- Alignment, order and arrows follow the language by themselves in layouts and labels. Who paints by hand asks
  `self.layoutDirection()` and `QStyle.visualRect`.

Then `.venv/bin/python assets/translations/make.py` brings the new texts into assets/translations/*.ts, where they are
translated, and compiles them. A test says what is missing.
"""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from kiosk.domain.clock import NS
from kiosk.domain.view import Notice, Sending, SessionState, Trouble, View

_SHORT: Final = 8
_GB: Final = 10**9
BYTES_AN_HOUR: Final = 1_200_000_000
"""Of a recording, about."""
RECORDED: Final = frozenset(
    {
        SessionState.STARTING,
        SessionState.RESUMING,
        SessionState.ASKING,
        SessionState.THINKING,
        SessionState.ANSWERING,
        SessionState.PAUSED,
        SessionState.FINISHING,
    }
)
"""States in which there is a recording that goes on."""
_NOTICES: Final = {
    "microphone": Notice.NOT_HEARD,
    "camera": Notice.NOT_SEEN,
    "loudspeaker": Notice.NOT_SOUNDING,
}


def tr(text: str, comment: str = "", n: int = -1) -> str:
    """The text in the language of the screens; for functions outside a class."""
    return QCoreApplication.translate("", text, comment, n)


def number(value: float, places: int = 0) -> str:
    """A number as people write it in the language of the screens."""
    return QLocale().toString(value, "f", places) if places else QLocale().toString(round(value))


def span(total: int) -> str:
    """Seconds as words: 1 minute 20 seconds."""
    hours, rest = divmod(max(0, total), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(tr("%Ln hour(s)", "", hours))
    if minutes:
        parts.append(tr("%Ln minute(s)", "", minutes))
    if (seconds and not hours) or not parts:
        parts.append(tr("%Ln second(s)", "", seconds))
    return tr("{first} {second}").replace("{first}", parts[0]).replace("{second}", parts[1]) if parts[1:] else parts[0]


def calm_seconds(left: float) -> int:
    """Seconds left as a person wants to know them: whole minutes, then tens, then each of the last ten."""
    whole = max(0, int(left + 0.999))
    if whole <= 10:
        return whole
    step = 60 if whole > 120 else 10
    return (whole + step - 1) // step * step


def time_left(left: float) -> str:
    """What the candidate reads while an answer runs."""
    return tr("{span} left").replace("{span}", span(calm_seconds(left)))


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
    hours = number(free // BYTES_AN_HOUR)
    return tr("{gb} GB, {hours} h").replace("{gb}", number(free / _GB)).replace("{hours}", hours)


def sending(found: Sending | None) -> str:
    """What is still to be sent, in a few words."""
    if found is None:
        return tr("not enrolled")
    if not found.recordings:
        return tr("nothing")
    text = tr("{n} held up") if found.problem else tr("{n} ({m} chunks)")
    return text.replace("{n}", number(found.recordings)).replace("{m}", number(found.chunks))


def why_early(message: str) -> str:
    """Why an interview ended early, as a sentence: the recorder's reasons in words, anything else as it is."""
    told = {
        "stopped": tr("The proctor ended it."),
        "aborted": tr("The proctor ended it."),
        "interrupted": tr("The kiosk was switched off."),
        "abandoned": tr("The kiosk was away for too long."),
        "failed": tr("Something on this kiosk did not work."),
    }
    return told.get(message, message)


def for_candidate(troubles: tuple[Trouble, ...]) -> Notice | None:
    """What the candidate should know of these problems, when the director has not said it already."""
    for trouble in troubles:
        if trouble.device in _NOTICES:
            return _NOTICES[trouble.device]
    return None


def notice_for(view: View) -> str:
    """What is wrong, or asked, in the candidate's words; empty when there is nothing to say."""
    if view.still_there:
        return tr("Are you still there? Touch the screen or press a key. Take all the time you need.")
    notice = view.notice or for_candidate(view.troubles)
    if notice is None:
        if not view.called:
            return ""
        if view.state in RECORDED:
            return tr("The proctor has been called. You can go on.")
        return tr("The proctor has been called. Please wait here.")
    told = _of_recording(notice) if view.state in RECORDED else _of_check(notice)
    if view.called:
        return tr("{what} Please wait, the proctor has been called.").replace("{what}", told[0])
    return tr("{what} {next}").replace("{what}", told[0]).replace("{next}", told[1])


def _of_recording(notice: Notice) -> tuple[str, str]:
    """What happened, and what is safe or to be done."""
    return {
        Notice.NOT_HEARD: (
            tr("We can't hear you."),
            tr("Please check that the microphone is not covered. The recording goes on."),
        ),
        Notice.NOT_SEEN: (tr("We can't see you right now."), tr("Please go on. Your answer is recorded as sound.")),
        Notice.NOT_SOUNDING: (tr("You may not hear the question."), tr("Please read it here.")),
        Notice.INTERRUPTED: (
            tr("The recording was interrupted and goes on now."),
            tr("What you said until then is stored."),
        ),
        Notice.ANSWER_ANYWAY: (
            tr("Something on this kiosk needs a look."),
            tr("Please go on; you need not do anything."),
        ),
    }[notice]


def _of_check(notice: Notice) -> tuple[str, str]:
    return {
        Notice.NOT_HEARD: (tr("We can't hear you."), tr("Please check that the microphone is not covered.")),
        Notice.NOT_SEEN: (tr("We can't see you."), tr("Please check that nothing covers the camera.")),
        Notice.NOT_SOUNDING: (tr("The loudspeaker may not work."), tr("You will be able to read every question.")),
        Notice.INTERRUPTED: (tr("Something was interrupted and goes on now."), tr("Please wait a moment.")),
        Notice.ANSWER_ANYWAY: (tr("Something on this kiosk needs a look."), tr("Please wait a moment.")),
    }[notice]


def questions(count: int) -> str:
    """How many questions an interview has."""
    return tr("%Ln question(s)", "", count)


def about_minutes(seconds: int) -> str:
    """A length for people who plan: whole minutes, in fives from a quarter of an hour on."""
    minutes = max(1, -(-seconds // 60))
    return tr("%Ln minute(s)", "", minutes if minutes < 15 else -(-minutes // 5) * 5)
