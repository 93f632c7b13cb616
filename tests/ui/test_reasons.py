"""What the recorder reports reaches the candidate in words of the screens, in their language."""

import dataclasses
import itertools
import re

import pytest
from PySide6.QtWidgets import QWidget

from kiosk.domain.errors import DeviceFailed, NoSpace, VoiceFailed, WorldFailed
from kiosk.domain.events import RecorderState
from kiosk.domain.view import Readiness, ReadyState
from kiosk.domain.view import SessionState as State
from kiosk.recorder.rec_light import RecFacts, rec_light
from kiosk.session.reports import NOTHING_KEPT, SILENT
from kiosk.ui import language, samples, samples_arabic
from kiosk.ui.buttons import Button
from kiosk.ui.reasons import why_ended, why_failed, why_not_lit, why_not_ready
from kiosk.ui.text import Paragraph
from tests.ui.conftest import KioskMaker
from tests.ui.test_language import ARABIC

pytestmark = pytest.mark.usefixtures("qtbot")
NOW = 100 * 10**9
LATIN = re.compile(r"[A-Za-z']{3,} +[A-Za-z']{2,}")
"""Two words that follow each other; a key's name or a number has one."""


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


def test_what_the_kiosk_lacks_is_told_in_the_language_of_the_screens_and_in_english_as_it_was_found() -> None:
    found = Readiness(ReadyState.NOT_READY, "ALSA lib pcm.c: -19", "Look.", "", "microphone")
    assert why_not_ready(found) == "ALSA lib pcm.c: -19"
    language.speak("ar")
    try:
        told = {why_not_ready(dataclasses.replace(found, device=one)) for one in ("camera", "microphone", "disk", "x")}
        assert len(told) == 4
        assert all(ARABIC.search(sentence) and not LATIN.search(sentence) for sentence in told)
        assert why_not_ready(Readiness()) == ""
        assert not LATIN.search(why_ended("The recorder is gone."))
    finally:
        language.speak(language.SOURCE)


def test_no_candidate_reads_a_latin_sentence_on_an_arabic_screen(make_kiosk: KioskMaker) -> None:
    kiosk = make_kiosk(settings=samples_arabic.settings())
    views = samples_arabic.all_views()
    views["thanks-early"] = dataclasses.replace(views["thanks"], message="The encoder went away.")
    for name, view in views.items():
        if name.startswith("proctor"):
            continue
        kiosk.show(view)
        seen = [one for one in kiosk.window.stage.findChildren(QWidget) if one.isVisible()]
        texts = [one.said() for one in seen if isinstance(one, Paragraph)]
        texts += [one.text() for one in seen if isinstance(one, Button)]
        texts += [one.accessibleName() for one in seen] + [kiosk.window.windowTitle()]
        assert any(ARABIC.search(text) for text in texts), name
        assert [text for text in texts if LATIN.search(text)] == [], name
    kiosk.bridge.close()
    language.speak(language.SOURCE)
