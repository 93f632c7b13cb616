"""The sentence that people read about a recording."""

from dataclasses import replace

import pytest

from kiosk.contract.manifest import Code, Happening, MissingTime, Span
from kiosk.domain.events import Verdict
from kiosk.media.quality import Echo, Known, Minute, Sync, assess, loudness_lufs, only_typed

MINUTE = Minute(0, 60, 1800, 30, 40, -30, -3, -20, 0, 0, 80)
GOOD = Known(120, (MINUTE, replace(MINUTE, start_s=60)))
DARK = replace(MINUTE, frames=480, fps=8)


def test_a_recording_without_fault_is_good() -> None:
    found = assess(GOOD)
    assert (found.verdict, found.sentence, found.findings) == (
        Verdict.GOOD,
        "Good: picture and sound are complete.",
        (),
    )


@pytest.mark.parametrize(
    ("known", "verdict", "words"),
    [
        (replace(GOOD, gaps=(MissingTime(3, 2.25, "no picture came", "camera"),)), "usable", "missing for 2.2 s"),
        (replace(GOOD, gaps=(MissingTime(3, 40, "no sound", "microphone"),)), "wrong", "sound is missing for 40.0 s."),
        (replace(GOOD, gaps=(MissingTime(3, 0.4, "no picture came", "camera"),)), "good", "complete"),
        (replace(GOOD, minutes=(replace(MINUTE, frames=0, fps=0),)), "wrong", "There is no picture."),
        (replace(GOOD, minutes=(replace(MINUTE, peak_dbfs=-80, lufs=-70),)), "wrong", "There is no sound."),
        (Known(30), "usable", "it was cut off before picture and sound were measured"),
        (replace(GOOD, minutes=(MINUTE, DARK)), "usable", "only 8 pictures a second"),
        (replace(GOOD, minutes=(replace(MINUTE, dropped=100),)), "usable", "100 pictures were lost"),
        (replace(GOOD, minutes=(replace(MINUTE, lufs=-44),)), "usable", "very quiet"),
        (replace(GOOD, minutes=(replace(MINUTE, lufs=-63),)), "wrong", "Nobody can be heard."),
        (replace(GOOD, happenings=(Happening(70, "camera-problem", "It is dark."),)), "usable", "said: It is dark."),
        (replace(GOOD, echoes=(Echo("one", "gate", 40, -8),)), "usable", "a question is heard twice"),
        (replace(GOOD, echoes=(Echo("one", "aec3", 13, -40),)), "good", "complete"),
        (replace(GOOD, echoes=(Echo("one", "aec3", 13, None),)), "usable", "a question is heard twice"),
        (replace(GOOD, sync=Sync(4, 90, 95)), "usable", "the sound comes 90 ms later than the picture"),
        (replace(GOOD, sync=Sync(2, 300, 310)), "good", "complete"),
        (replace(GOOD, sync=Sync(4, -400, -410)), "wrong", "The sound comes 400 ms sooner than the picture."),
        (replace(GOOD, happenings=(Happening(4, "voice-lost", "gone"),)), "usable", "only shown, not spoken"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(known: Known, verdict: str, words: str) -> None:
    found = assess(known)
    assert found.verdict == verdict
    assert words in found.sentence


@pytest.mark.parametrize("lufs", [-44, -63])
def test_of_whoever_only_typed_it_is_not_said_that_nobody_can_be_heard(lufs: float) -> None:
    quiet = replace(GOOD, minutes=(replace(MINUTE, lufs=lufs),), only_typed=True)
    assert assess(quiet).sentence == "Good: picture and sound are complete."
    dead = replace(quiet, minutes=(replace(MINUTE, lufs=-70, peak_dbfs=-80),))
    assert assess(dead).sentence == "There is no sound.", "a microphone that is cut off is told all the same"


def test_only_typed_is_an_interview_whose_every_answer_is_to_a_coding_challenge() -> None:
    typed, spoken = Span("reverse", 1, 60), Span("proud", 61, 90)
    code = [Code("reverse", "x", ())]
    assert only_typed([typed], code)
    assert not only_typed([typed, spoken], code)
    assert not only_typed([], [])


def told(device: str, *sentences: tuple[float | None, str]) -> Known:
    """What was said of a device and when, in two minutes; an empty sentence: it is well again."""
    return replace(
        GOOD,
        happenings=tuple(
            Happening(at_s, f"{device}-{'problem' if what else 'recovered'}", what) for at_s, what in sentences
        ),
    )


@pytest.mark.parametrize(
    ("known", "verdict", "sentence"),
    [
        (told("microphone", (None, "It is muted.")), "wrong", "Most of the time it was said: It is muted."),
        (told("microphone", (9, "It is muted."), (80, "")), "wrong", "Most of the time it was said: It is muted."),
        (told("camera", (9, "It is black.")), "wrong", "Most of the time it was said: It is black."),
        (told("camera", (9, "Dark."), (12, ""), (20, "It is black."), (60, "")), "usable", "said: It is black."),
        (told("microphone", (None, "It is muted."), (50, "")), "usable", "for a while it was said: It is muted."),
        (told("computer", (9, "It is busy.")), "usable", "for a while it was said: It is busy."),
        (told("loudspeaker", (None, "It is gone.")), "good", "complete"),
    ],
)
def test_what_stands_for_most_of_a_recording_is_wrong_with_it(known: Known, verdict: str, sentence: str) -> None:
    found = assess(known)
    assert found.verdict == verdict
    assert sentence in found.sentence


def test_the_worst_comes_first_and_its_remedy_is_given() -> None:
    lost = MissingTime(3, 1, "no picture came", "camera")
    found = assess(replace(GOOD, minutes=(replace(MINUTE, peak_dbfs=-80, lufs=-70),), gaps=(lost,)))
    assert found.sentence == "There is no sound; also, the picture is missing for 1.0 s."
    assert "microphone" in found.remedy


def test_pauses_do_not_make_a_recording_quiet() -> None:
    pause = replace(MINUTE, lufs=-70)
    room = replace(MINUTE, lufs=-50)
    assert loudness_lufs([MINUTE, pause, room, room]) == -20.0
    assert loudness_lufs([pause]) == -70.0
