"""What was found wrong stands until the same thing was tried again."""

import dataclasses

import pytest

from kiosk.domain.self_test import CAMERA, LOUDSPEAKER, MICROPHONE, OPENING, RECORDING, SelfTest, standing

UNHEARD = SelfTest(
    "2026-11-22T06:30:00+00:00", good=False, sentence="It is not heard.", failed=LOUDSPEAKER, hears=("mic", "box")
)
READY = SelfTest("2026-11-22T09:00:00+00:00", good=True, sentence="All work.", tried=(OPENING, CAMERA, MICROPHONE))


def test_a_run_that_did_not_try_the_loudspeaker_takes_nothing_back_that_was_wrong_with_it() -> None:
    assert standing(UNHEARD, READY) == UNHEARD
    again = dataclasses.replace(READY, tried=(*READY.tried, LOUDSPEAKER))
    assert standing(UNHEARD, again) == dataclasses.replace(again, hears=("mic", "box"))


@pytest.mark.parametrize("failed", [OPENING, CAMERA, MICROPHONE])
def test_what_was_tried_again_and_is_well_is_well(failed: str) -> None:
    assert standing(dataclasses.replace(UNHEARD, failed=failed), READY).good
    assert not standing(dataclasses.replace(UNHEARD, failed=RECORDING), READY).good


def test_what_is_wrong_now_is_told_whatever_was_before() -> None:
    black = SelfTest("2026-11-22T09:00:00+00:00", good=False, sentence="It is black.", failed=CAMERA)
    both = standing(UNHEARD, black)
    assert (both.sentence, both.others) == ("It is black.", {LOUDSPEAKER: "It is not heard."})
    left = standing(both, READY)
    assert (left.good, left.failed, left.sentence) == (False, LOUDSPEAKER, "It is not heard.")
    assert standing(left, dataclasses.replace(READY, tried=(*READY.tried, LOUDSPEAKER))).good
    assert standing(READY, black) == black
    assert standing(None, black) == black


def test_of_an_older_program_nobody_knows_what_failed() -> None:
    assert standing(dataclasses.replace(UNHEARD, failed=""), READY).good
