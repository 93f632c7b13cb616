from dataclasses import replace

import pytest

from kiosk.domain.clock import NS
from kiosk.domain.events import RecorderState
from kiosk.recorder.rec_light import RecFacts, rec_light

WELL = RecFacts(RecorderState.RECORDING, now_ns=100 * NS, durable_ns=99 * NS, frame_ns=100 * NS, sample_ns=100 * NS)


def test_it_is_lit_when_picture_sound_and_disk_keep_up() -> None:
    assert rec_light(WELL) == (True, "")


@pytest.mark.parametrize("state", [state for state in RecorderState if state is not RecorderState.RECORDING])
def test_it_is_never_lit_in_another_state(state: RecorderState) -> None:
    lit, why = rec_light(replace(WELL, state=state))
    assert not lit
    assert why


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"durable_ns": 0}, "disk"),
        ({"durable_ns": 97 * NS}, "disk"),
        ({"frame_ns": 97 * NS}, "Sound only"),
        ({"frame_ns": 0}, "Sound only"),
        ({"sample_ns": 98 * NS}, "Picture only"),
        ({"frame_ns": 0, "sample_ns": 0}, "camera and microphone"),
    ],
)
def test_what_is_missing_puts_it_out_and_is_named(change: dict[str, int], words: str) -> None:
    lit, why = rec_light(replace(WELL, **change))  # type: ignore[arg-type]
    assert not lit
    assert words in why
