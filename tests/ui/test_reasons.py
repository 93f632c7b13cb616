"""What the recorder reports reaches the candidate in words of the screens, in their language."""

import dataclasses
import itertools

import pytest

from kiosk.domain.errors import DeviceFailed, NoSpace, VoiceFailed, WorldFailed
from kiosk.domain.events import RecorderState
from kiosk.domain.view import SessionState as State
from kiosk.recorder.rec_light import RecFacts, rec_light
from kiosk.session.reports import NOTHING_KEPT, SILENT
from kiosk.ui import language, samples
from kiosk.ui.reasons import why_failed, why_not_lit
from tests.ui.test_language import ARABIC

pytestmark = pytest.mark.usefixtures("qtbot")
NOW = 100 * 10**9


def _reasons() -> set[str]:
    """Everything that the recorder and the director can give."""
    found = {NOTHING_KEPT, SILENT}
    for state, durable, frame, sample in itertools.product(RecorderState, (0, NOW), (0, NOW), (0, NOW)):
        found.add(rec_light(RecFacts(state, NOW, durable, frame, sample))[1])
    return found - {""}


def test_every_reason_of_the_recorder_is_told_in_the_language_of_the_screens() -> None:
    language.speak("ar")
    try:
        for reason in _reasons():
            told = why_not_lit(samples.progress(rec=False, reason=reason))
            assert ARABIC.search(told), reason
        assert why_not_lit(samples.progress()) == ""
    finally:
        language.speak(language.SOURCE)


@pytest.mark.parametrize("reason", sorted(_reasons()))
def test_in_english_a_reason_says_what_the_recorder_says(reason: str) -> None:
    told = why_not_lit(samples.progress(rec=False, reason=reason))
    assert told
    assert ("camera" in told) == ("camera" in reason)
    assert ("microphone" in told) == ("microphone" in reason)


def test_an_error_is_told_by_its_kind_and_never_in_the_words_of_a_device() -> None:
    failed = samples.view(State.FAILED, 0, message="ALSA lib pcm.c: -19")
    told = {
        kind: why_failed(dataclasses.replace(failed, failure=kind.code))
        for kind in (NoSpace, DeviceFailed, VoiceFailed, WorldFailed)
    }
    assert len(set(told.values())) == len(told)
    assert not any("ALSA" in sentence for sentence in told.values())
