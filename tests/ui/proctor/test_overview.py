"""What the panel tells: whether all is well in a second, and every problem with what to do."""

import dataclasses

import pytest

from kiosk.domain.view import Call, PanelLock, Readiness, ReadyState, Sending, View
from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from kiosk.ui.text import Paragraph
from tests.ui.conftest import Kiosk, KioskMaker
from tests.ui.proctor.panels import at, chord

SECOND = 1_000_000_000
OPEN = PanelLock(required=True, open=True)


NOT_READY = Readiness(ReadyState.NOT_READY, "No camera was found.", "Plug one in.")


@pytest.mark.parametrize(
    ("view", "sentence", "well"),
    [
        (samples.all_views()["proctor-idle"], "Ready. Nothing is being recorded.", True),
        (samples.all_views()["proctor-answering"], "All is well. The interview is being recorded.", True),
        (samples.all_views()["proctor-trouble"], "Sound only: the camera is lost.", False),
        (at(State.IDLE, readiness=NOT_READY), "Not ready. Nothing is being recorded.", False),
        (at(State.ANSWERING, 0, called=Call.HELP), "The candidate asks for you.", False),
        (at(State.CAMERA), "The candidate tries the devices. Nothing is being recorded.", True),
    ],
)
def test_one_sentence_says_whether_all_is_well(kiosk: Kiosk, view: View, sentence: str, *, well: bool) -> None:
    kiosk.show(view)
    chord(kiosk)
    headline = kiosk.window.proctor.headline
    assert headline.sentence.said() == sentence
    assert headline.rec.lit == (view.progress is not None and view.progress.rec)
    assert (headline.symbol._name == "stored") is well  # a drawing says nothing else of itself


def test_every_state_has_a_sentence_a_name_and_a_way_out(kiosk: Kiosk) -> None:
    kiosk.window.proctor.open()
    for state in State:
        kiosk.window.proctor.show_view(at(state, 0))
        assert kiosk.window.proctor.headline.sentence.said().endswith("."), state
        assert kiosk.find("proctor-close").isEnabled()


def test_what_is_wrong_comes_with_what_to_do(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, readiness=NOT_READY))
    chord(kiosk)
    assert "No camera was found. Plug one in." in kiosk.window.proctor.problems.words.said()


def test_a_sending_that_is_held_up_is_told_with_the_doctors_findings(make_kiosk: KioskMaker) -> None:
    held = "The server refuses this kiosk's recordings."
    settings = dataclasses.replace(
        samples.settings(),
        sending=lambda: Sending(2, 7, held),
        findings=lambda: ["The clock is not synchronised. Turn it on.", f"{held} Enrol it again."],
    )
    kiosk = make_kiosk(settings=settings)
    kiosk.show(at(State.IDLE, lock=OPEN))
    chord(kiosk)
    words = kiosk.window.proctor.problems.words.said()
    assert words == f"The clock is not synchronised. Turn it on.\n\n{held} Enrol it again."


def test_how_far_it_is_safe_and_what_is_left_of_the_limit_stand_there(kiosk: Kiosk) -> None:
    deadline = kiosk.clock.now_ns() + 70 * SECOND
    kiosk.show(at(State.ANSWERING, 1, deadline_ns=deadline, limit_ns=90 * SECOND))
    chord(kiosk)
    facts = {}
    for name in ("durable", "left", "candidate", "question", "rec", "disk", "sending"):
        words = kiosk.find(f"fact-{name}")
        assert isinstance(words, Paragraph)
        facts[name] = words.said()
    assert facts == {
        "durable": "0:12:30",
        "left": "0:01:09",
        "candidate": "C-20418",
        "question": "2 of 4",
        "rec": "On",
        "disk": "412 GB, 343 h",
        "sending": "2 (7 chunks)",
    }
