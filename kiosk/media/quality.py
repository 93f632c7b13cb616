"""How good a recording is: figures by the minute, and one sentence for people. Pure; reads no file and no clock.

Whoever measures brings the figures: the recorder while it records, `inspect` from the file. Both are judged here, so
that the manifest, the command line and the device check say the same. It never tells how somebody looked or spoke.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.contract.manifest import Code, Happening, MissingTime, Span
from kiosk.domain.errors import BadRequest
from kiosk.domain.events import Verdict
from kiosk.domain.wire import build

SLOW_FPS: Final = 14.0
"""Many cameras give 15 pictures a second in the evening; below that movements are no longer smooth."""
STILL_FPS: Final = 4.0
SHORT_GAP_S: Final = 0.5
LONG_GAP_S: Final = 30.0
LONG_GAP_SHARE: Final = 0.1
MOSTLY: Final = 0.5
"""What is wrong with a device for so large a share of a recording is wrong with the recording."""
FEW_LOST: Final = 0.005
"""So large a share of the pictures may be lost before anybody sees it."""
SILENT_DBFS: Final = -60.0
"""The loudest sample of a recording in which somebody spoke is far above this."""
QUIET_LUFS: Final = -35.0
UNHEARD_LUFS: Final = -50.0
"""A room without a voice in it."""
LOUD_LUFS: Final = -10.0
GATE_LU: Final = 10.0
"""Minutes that are so much quieter than the others hold pauses, and say nothing of how loud somebody speaks."""
SILENT_LUFS: Final = -70.0
ECHO_DOWN_DB: Final = 15.0
SECOND_PEAK_DB: Final = -15.0
"""A question that is heard a second time, louder than this, is noticed."""
SYNC_SEEN_MS: Final = 60.0
SYNC_WRONG_MS: Final = 200.0
SYNC_MARKERS: Final = 3
"""With fewer it may have been a lamp and a keyboard."""
NOBODY_HEARD: Final = "nobody can be heard"
PICTURE: Final = "camera"
SOUND: Final = "microphone"


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute of a recording, or what there is of it; null where nobody measured it.

    `fps` is of the real times between pictures, pauses left out; `longest_ms` is the longest of these times.
    `drift_ppm` is how much faster than the session clock the microphone's clock ran. Levels are RMS and the largest
    sample of the one sound track.
    """

    start_s: float
    seconds: float
    frames: int
    fps: float
    longest_ms: float
    level_dbfs: float
    peak_dbfs: float
    lufs: float
    """-70 for silence."""
    dropped: int | None = None
    """Pictures that came and are not in the file."""
    damaged: int | None = None
    """Pictures that the camera handed over broken."""
    drift_ppm: float | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """How much of a question came back through the microphone.

    `echo_down_db`: how far it was brought down; `second_peak_db`: how loud the question is heard a second time, against
    the first; `method`: what removed it.
    """

    question: str
    method: str
    echo_down_db: float | None = None
    second_peak_db: float | None = None


@dataclass(frozen=True, slots=True)
class Sync:
    """Flashes that had a click: how much later than the picture the sound is."""

    markers: int
    median_ms: float
    most_ms: float
    """The one that is furthest off."""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to judge by."""

    duration_s: float
    minutes: Sequence[Minute] = ()
    gaps: Sequence[MissingTime] = ()
    happenings: Sequence[Happening] = ()
    echoes: Sequence[Echo] = ()
    sync: Sync | None = None
    only_typed: bool = False
    """Whether nothing but coding challenges was answered: then nobody needs to have spoken."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is worse than it should be. `what` continues a sentence; `remedy` is one."""

    verdict: Verdict
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    verdict: Verdict
    sentence: str
    remedy: str
    """What to do about the worst of it; empty when all is well."""
    findings: tuple[Finding, ...] = field(default=())
    """The worst one first."""


def assess(known: Known) -> Assessment:
    """The verdict, and its sentence for people."""
    found = sorted(_findings(known), key=lambda finding: finding.verdict is not Verdict.WRONG)
    if not found:
        return Assessment(Verdict.GOOD, "Good: picture and sound are complete.", "")
    worst = found[0]
    words = worst.what
    if len(found) > 1:
        words += f"; also, {found[1].what}"
    sentence = f"Usable, but {words}." if worst.verdict is Verdict.USABLE else f"{words[0].upper()}{words[1:]}."
    return Assessment(worst.verdict, sentence, worst.remedy, tuple(found))


def only_typed(answers: Iterable[Span], code: Iterable[Code]) -> bool:
    """Whether there were answers, and each of them to a coding challenge."""
    answered = {answer.question for answer in answers}
    return bool(answered) and answered <= {each.question for each in code}


def loudness_lufs(minutes: Iterable[Minute]) -> float:
    """Of all minutes together, without those that hold only pauses; -70 for silence. As energy, not as a mean of dB."""
    heard = [minute for minute in minutes if minute.lufs > SILENT_LUFS]
    if not heard:
        return SILENT_LUFS
    gate = _mean_lufs(heard) - GATE_LU
    return round(_mean_lufs([minute for minute in heard if minute.lufs > gate]), 1)


def totals(minutes: Sequence[Minute]) -> dict[str, float]:
    """Over all minutes, for a report; empty without any."""
    if not minutes:
        return {}
    seconds = sum(minute.frames / minute.fps for minute in minutes if minute.fps)  # without pauses
    frames = sum(minute.frames for minute in minutes)
    found: dict[str, float] = {
        "frames": frames,
        "fps": round(frames / seconds, 2) if seconds else 0.0,
        "dropped": sum(minute.dropped or 0 for minute in minutes),
        "damaged": sum(minute.damaged or 0 for minute in minutes),
        "loudness_lufs": loudness_lufs(minutes),
        "longest_interval_ms": max(minute.longest_ms for minute in minutes),
    }
    drifts = [minute.drift_ppm for minute in minutes if minute.drift_ppm is not None]
    return found | ({"microphone_drift_ppm": drifts[-1]} if drifts else {})


def sync_of(later_s: Sequence[float]) -> Sync | None:
    """Of how many seconds each click came later than its flash; None without any."""
    if not later_s:
        return None
    most_s = max(later_s, key=lambda later: abs(later))  # noqa: PLW0108  # mypy cannot see that `abs` gives a number here
    return Sync(len(later_s), round(statistics.median(later_s) * 1000, 1), round(most_s * 1000, 1))


def minute_of(values: dict[str, Any]) -> Minute | None:
    """From JSON values; None when they are damaged: a report is never worth a recording."""
    try:
        made: Minute = build(Minute, values)
    except BadRequest:
        return None
    return made


def echo_of(values: dict[str, Any]) -> Echo | None:
    """As `minute_of`."""
    try:
        made: Echo = build(Echo, values)
    except BadRequest:
        return None
    return made


def _mean_lufs(minutes: Sequence[Minute]) -> float:
    whole = sum(minute.seconds for minute in minutes) or 1.0
    energy = sum(10 ** (minute.lufs / 10) * minute.seconds for minute in minutes) / whole
    return 10 * math.log10(energy) if energy > 0 else SILENT_LUFS


def _findings(known: Known) -> Iterable[Finding]:
    if not known.minutes:  # cut off before the first minute had passed
        yield Finding(Verdict.USABLE, "it was cut off before picture and sound were measured")
    yield from _picture(known)
    yield from _sound(known)
    for device, what in (("recorder", "nothing was recorded"), ("machine", "the computer stood still")):
        lost_s = sum(gap.lost_s for gap in known.gaps if gap.device == device)
        if lost_s > SHORT_GAP_S:
            yield Finding(_by_length(lost_s, known.duration_s), f"{what} for {_length(lost_s)}")
    yield from _said(known, "computer", "End other programs on this computer.")
    unspoken = {happening.at_s for happening in known.happenings if happening.what == "voice-lost"}
    if unspoken:
        count = len(unspoken)
        words = "a question was only shown, not spoken" if count == 1 else f"{count} questions were only shown"
        yield Finding(Verdict.USABLE, words, "Check the loudspeaker and its cable.")


def _picture(known: Known) -> Iterable[Finding]:
    remedy = "Check the camera and its cable."
    frames = sum(minute.frames for minute in known.minutes)
    if known.minutes and not frames:
        yield Finding(Verdict.WRONG, "there is no picture", remedy)
        return
    lost_s = sum(gap.lost_s for gap in known.gaps if gap.device == PICTURE)
    if lost_s > SHORT_GAP_S:
        yield Finding(_by_length(lost_s, known.duration_s), f"the picture is missing for {_length(lost_s)}", remedy)
    said = [] if lost_s else list(_said(known, PICTURE, remedy))
    yield from said
    whole = [minute for minute in known.minutes if minute.seconds >= 5 and minute.frames]
    slowest = min((minute.fps for minute in whole), default=SLOW_FPS)
    if slowest < SLOW_FPS and not lost_s and not said:
        verdict = Verdict.WRONG if slowest < STILL_FPS else Verdict.USABLE
        dark = "Give the candidate more light: cameras are slow in the dark."
        yield Finding(verdict, f"the camera gave only {slowest:.0f} pictures a second for a while", dark)
    dropped = sum(minute.dropped or 0 for minute in known.minutes)
    if dropped > max(1, FEW_LOST * frames):
        busy = "End other programs: this computer was too busy."
        yield Finding(Verdict.USABLE, f"{dropped} pictures were lost", busy)
    damaged = sum(minute.damaged or 0 for minute in known.minutes)
    if damaged > max(1, FEW_LOST * frames):
        yield Finding(Verdict.USABLE, f"the camera sent {damaged} broken pictures", remedy)


def _sound(known: Known) -> Iterable[Finding]:
    remedy = "Check the microphone, its switch and its cable."
    loudest = max((minute.peak_dbfs for minute in known.minutes), default=0.0)
    if loudest < SILENT_DBFS:
        yield Finding(Verdict.WRONG, "there is no sound", remedy)
        return
    lost_s = sum(gap.lost_s for gap in known.gaps if gap.device == SOUND)
    if lost_s > SHORT_GAP_S:
        yield Finding(_by_length(lost_s, known.duration_s), f"the sound is missing for {_length(lost_s)}", remedy)
    if not lost_s:
        yield from _said(known, SOUND, remedy)
    lufs = loudness_lufs(known.minutes) if known.minutes else None
    if known.only_typed and lufs is not None and lufs < QUIET_LUFS:
        pass  # a room in which somebody typed
    elif lufs is not None and lufs < UNHEARD_LUFS:
        yield Finding(Verdict.WRONG, NOBODY_HEARD, remedy)
    elif lufs is not None and lufs < QUIET_LUFS:
        yield Finding(Verdict.USABLE, "the sound is very quiet", "Raise the microphone's level, or move it nearer.")
    elif lufs is not None and lufs > LOUD_LUFS:
        yield Finding(Verdict.USABLE, "the sound is very loud", "Lower the microphone's level, or move it away.")
    twice = [echo for echo in known.echoes if _heard_twice(echo)]
    if twice:
        count = len({echo.question for echo in twice})
        what = "a question is heard twice" if count == 1 else f"{count} questions are heard twice"
        yield Finding(Verdict.USABLE, what, "Lower the loudspeaker, or use headphones.")
    if known.sync is not None and known.sync.markers >= SYNC_MARKERS and abs(known.sync.median_ms) > SYNC_SEEN_MS:
        wrong = abs(known.sync.median_ms) > SYNC_WRONG_MS
        side = "later" if known.sync.median_ms > 0 else "sooner"
        yield Finding(
            Verdict.WRONG if wrong else Verdict.USABLE,
            f"the sound comes {abs(known.sync.median_ms):.0f} ms {side} than the picture",
            "Run 'kiosk rehearse' with flashes and clicks, and set what it proposes.",
        )


def _heard_twice(echo: Echo) -> bool:
    if echo.second_peak_db is not None:  # a faint echo, too, may have been brought down by little
        return echo.second_peak_db > SECOND_PEAK_DB
    return echo.echo_down_db is not None and echo.echo_down_db < ECHO_DOWN_DB


def _said(known: Known, device: str, remedy: str) -> Iterable[Finding]:
    """What whoever watched was told about a device while it was recorded: what stood for longest."""
    wrong, over = f"{device}-problem", f"{device}-recovered"
    stood: list[tuple[float, str]] = []
    stands, since_s = "", 0.0
    for happening in [*known.happenings, Happening(known.duration_s, over, "")]:
        if happening.what in {wrong, over}:
            at_s = happening.at_s or 0.0  # null: before the first picture
            if stands and at_s > since_s:
                stood.append((at_s - since_s, stands))
            stands, since_s = happening.detail.rstrip("."), at_s
    if not stood:
        return
    longest_s, detail = max(stood, key=lambda each: each[0])
    if device in {PICTURE, SOUND} and longest_s > MOSTLY * known.duration_s:
        yield Finding(Verdict.WRONG, f"most of the time it was said: {detail}", remedy)
    else:
        yield Finding(Verdict.USABLE, f"for a while it was said: {detail}", remedy)


def _by_length(lost_s: float, duration_s: float) -> Verdict:
    much = lost_s > LONG_GAP_S or lost_s > LONG_GAP_SHARE * duration_s
    return Verdict.WRONG if much else Verdict.USABLE


def _length(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
