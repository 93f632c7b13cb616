"""The proctor's panel: the lock, what it tells, what each action asks for, and that nothing happens by accident."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.domain import requests
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import Assigned, Call, Devices, PanelLock, Readiness, ReadyState, Sending, View
from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from kiosk.ui.buttons import Button
from kiosk.ui.proctor.forms import DevicesForm, NeedsForm, StartForm
from kiosk.ui.proctor.panel import ProctorPanel
from kiosk.ui.screenshots import SIZES
from kiosk.ui.text import Paragraph
from tests.ui.conftest import Kiosk, KioskMaker

Key = Qt.Key
SECOND = 1_000_000_000
SHUT = PanelLock(required=True, open=False)
OPEN = PanelLock(required=True, open=True)
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def chord(kiosk: Kiosk) -> None:
    """Ctrl+Shift+P, wherever the keyboard is."""
    QTest.keyClick(kiosk.window, Key.Key_P, BOTH)
    QApplication.processEvents()


def at(state: State, index: int = -1, **changes: Any) -> View:
    return samples.view(state, index, interviews=(samples.INTERVIEW, samples.GENERAL), **changes)


@pytest.fixture
def panel(kiosk: Kiosk) -> Iterator[ProctorPanel]:
    """The panel, with nothing posted yet."""
    kiosk.show(at(State.ANSWERING, 1))
    chord(kiosk)
    assert kiosk.posted.pop() == requests.Attend()
    yield kiosk.window.proctor
    kiosk.window.proctor.dismiss()


# ── the lock ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_with_a_pin_nothing_is_seen_before_the_lock_says_open(kiosk: Kiosk) -> None:
    kiosk.show(at(State.ANSWERING, 1, lock=SHUT))
    chord(kiosk)
    assert kiosk.focused() == "keypad"
    seen = [label.text() for label in kiosk.window.proctor.findChildren(QLabel) if label.isVisible()]
    assert not any("C-20418" in text for text in seen)
    kiosk.write("2468")
    assert kiosk.posted == []
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [requests.EnterPin("2468")]
    kiosk.show(at(State.ANSWERING, 1, lock=OPEN))
    assert kiosk.posted[1:] == [requests.Attend()]
    assert kiosk.focused() == "proctor-pause"
    kiosk.press(Key.Key_Escape)
    assert kiosk.posted[2:] == [requests.Lock()]
    assert kiosk.window.screen_name() == "question"
    assert kiosk.focused() == "next"


def test_the_pin_is_typed_by_touch_too_and_told_to_nobody(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, lock=SHUT))
    chord(kiosk)
    for name in ("pin-1", "pin-2", "pin-3", "pin-delete", "pin-0"):
        QTest.mouseClick(kiosk.find(name), Qt.MouseButton.LeftButton)
    typed = kiosk.find("keypad-typed")
    assert isinstance(typed, Paragraph)
    assert (typed.said(), typed.accessibleName()) == ("\N{BULLET} \N{BULLET} \N{BULLET}", "3 digits typed")
    kiosk.press(Key.Key_Return)  # who touches a digit has not moved the keyboard there
    assert kiosk.posted == [requests.EnterPin("120")]
    assert "120" not in repr(kiosk.posted)
    assert "\N{BULLET}" not in typed.said()


def test_a_wrong_pin_is_told_and_the_lock_out_with_the_time_left(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, lock=dataclasses.replace(SHUT, wrong=2)))
    chord(kiosk)
    message = kiosk.find("keypad-message")
    assert isinstance(message, Paragraph)
    assert message.said() == "That was not the PIN (2 wrong times). Please try again."
    until = kiosk.clock.now_ns() + 90 * SECOND
    kiosk.show(at(State.IDLE, lock=dataclasses.replace(SHUT, wrong=5, until_ns=until)))
    kiosk.window.proctor.keypad.tick()
    assert message.said() == "Too many wrong PINs. The next one is taken in 1 minute 29 seconds."
    kiosk.write("2468")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == []
    assert not kiosk.find("pin-open").isEnabled()
    kiosk.clock.advance(100)
    kiosk.window.proctor.keypad.tick()
    kiosk.write("1")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [requests.EnterPin("1")]


def test_what_was_typed_is_gone_when_the_pad_comes_up_again(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, lock=SHUT))
    chord(kiosk)
    kiosk.write("24")
    kiosk.press(Key.Key_Escape)
    chord(kiosk)
    kiosk.write("68")
    kiosk.press(Key.Key_Return)
    assert requests.EnterPin("68") in kiosk.posted


def test_without_a_pin_the_panel_opens_and_says_so(kiosk: Kiosk) -> None:
    chord(kiosk)
    assert "No PIN is set" in kiosk.window.proctor.problems.words.said()
    kiosk.show(at(State.IDLE, lock=OPEN))
    assert "No PIN" not in kiosk.window.proctor.problems.words.said()


# ── the way in ──────────────────────────────────────────────────────────────────────────────────────────────────


def touch(kiosk: Kiosk, x: int, seconds: float = 0.0) -> None:
    handle = kiosk.window.windowHandle()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
    kiosk.clock.advance(seconds)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))


def test_holding_one_corner_and_touching_the_other_opens_the_panel(kiosk: Kiosk) -> None:
    touch(kiosk, 20, 2.5)
    assert kiosk.window.screen_name() == "welcome"
    touch(kiosk, 1260)
    assert kiosk.window.screen_name() == "proctor"


@pytest.mark.parametrize(
    ("first", "held", "pause"),
    [(20, 0.5, 0), (640, 3, 0), (1260, 3, 0), (20, 3, 10)],
    ids=["short", "elsewhere", "other", "late"],
)
def test_anything_less_opens_nothing(kiosk: Kiosk, first: int, held: float, pause: float) -> None:
    touch(kiosk, first, held)
    kiosk.clock.advance(pause)
    touch(kiosk, 1260)
    touch(kiosk, 1260)
    assert kiosk.window.screen_name() == "welcome"


def test_tab_goes_round_in_the_panel_and_the_stage_below_rests(kiosk: Kiosk, panel: ProctorPanel) -> None:
    seen = []
    for _ in range(20):
        seen.append(kiosk.focused())
        kiosk.press(Key.Key_Tab)
    names = ["pause", "time", "skip", "back", "repeat", "note", "stop", "abort", "needs", "close"]
    assert seen == [f"proctor-{name}" for name in names] * 2
    kiosk.show(at(State.ANSWERING, 3))
    assert kiosk.window.windowTitle().endswith("Question 2 of 4: answer")
    panel.dismiss()
    assert kiosk.window.windowTitle().endswith("Question 4 of 4: answer")


# ── what it tells ───────────────────────────────────────────────────────────────────────────────────────────────

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


# ── what can be done ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "name", "presses", "asked"),
    [
        (State.ANSWERING, "pause", 1, requests.PauseSession()),
        (State.PAUSED, "pause", 1, requests.ResumeSession()),
        (State.ANSWERING, "time", 1, requests.GrantTime(60)),
        (State.THINKING, "repeat", 1, requests.RepeatQuestion()),
        (State.ANSWERING, "skip", 2, requests.SkipQuestion()),
        (State.CAMERA, "skip", 2, requests.SkipCheck()),
        (State.PAUSED, "back", 2, requests.GoBack()),
        (State.ANSWERING, "stop", 2, requests.StopSession("stopped")),
        (State.CONSENT, "stop", 2, requests.StopSession("stopped")),
        (State.FINISHED, "stop", 1, requests.Dismiss()),
        (State.IDLE, "rehearse", 1, requests.Rehearse()),
        (State.IDLE, "leave", 2, requests.LeaveKiosk()),
        (State.IDLE, "off", 2, requests.ShutDown()),
    ],
)
def test_an_action_asks_for_what_it_says(
    kiosk: Kiosk, state: State, name: str, presses: int, asked: requests.Request
) -> None:
    kiosk.show(at(state, 1))
    chord(kiosk)
    kiosk.posted.clear()
    kiosk.tab_to(f"proctor-{name}", 20)
    for _ in range(presses):
        assert kiosk.posted == []
        kiosk.press(Key.Key_Return)
    assert kiosk.posted == [asked]


def test_a_second_press_after_a_while_is_a_first_one(kiosk: Kiosk, panel: ProctorPanel) -> None:
    kiosk.tab_to("proctor-stop")
    kiosk.press(Key.Key_Return)
    stop = kiosk.find("proctor-stop")
    assert isinstance(stop, Button)
    assert stop.text() == "Again: stop"
    panel.acts.calm()
    assert stop.text() == "Stop"
    kiosk.press(Key.Key_Return)
    kiosk.show(at(State.ANSWERING, 2))  # another question: what the first press meant is past
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == []


def test_no_action_moves_from_its_place(kiosk: Kiosk) -> None:
    places = []
    for state in State:
        kiosk.show(at(state, 0))
        kiosk.window.proctor.open()
        QApplication.processEvents()
        places.append([(button.objectName(), button.pos()) for button in kiosk.window.proctor.acts.stops()])
        kiosk.window.proctor.dismiss()
    assert all(there == places[0] for there in places)


def test_the_interview_that_was_cut_off_goes_on_or_ends(kiosk: Kiosk) -> None:
    kiosk.show(samples.all_views()["proctor-unfinished"])
    chord(kiosk)
    kiosk.posted.clear()
    assert "was cut off at question 3 of 4" in kiosk.window.proctor.problems.words.said()
    kiosk.tab_to("proctor-stop")
    kiosk.press(Key.Key_Return, Key.Key_Return)
    assert kiosk.posted == [requests.EndHere()]
    kiosk.tab_to("proctor-pause", 20)
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [requests.EndHere(), requests.GoOn()]
    assert kiosk.window.screen_name() == "welcome"


def test_an_interview_is_started_for_somebody_or_taken_from_the_server(kiosk: Kiosk) -> None:
    kiosk.show(at(State.IDLE, assigned=(Assigned("C-9", samples.GENERAL),)))
    chord(kiosk)
    kiosk.posted.clear()
    kiosk.press(Key.Key_Return)
    assert kiosk.focused() == "proctor-candidate"
    kiosk.write("C-7")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted.pop() == requests.Choose(samples.INTERVIEW, "C-7")
    assert kiosk.window.screen_name() == "welcome"
    chord(kiosk)
    kiosk.press(Key.Key_Return)
    form = kiosk.window.proctor.forms["start"]
    assert isinstance(form, StartForm)
    form.assigned.setCurrentIndex(1)
    form.assigned.activated.emit(1)
    kiosk.tab_to("proctor-start-go")
    kiosk.press(Key.Key_Space)
    assert kiosk.posted.pop() == requests.Choose(samples.GENERAL, "C-9")


def test_aborting_takes_a_reason_and_two_presses(kiosk: Kiosk, panel: ProctorPanel) -> None:
    kiosk.tab_to("proctor-abort")
    kiosk.press(Key.Key_Return)
    assert not panel.forms["abort"].go.isEnabled()
    kiosk.tab_to("proctor-abort-words")
    kiosk.write("The fire alarm rang.")
    kiosk.tab_to("proctor-abort-go")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == []
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [requests.StopSession("aborted", "The fire alarm rang.")]


def test_a_note_is_typed_or_chosen_by_touch_alone(kiosk: Kiosk, panel: ProctorPanel) -> None:
    QTest.mouseClick(kiosk.find("proctor-note"), Qt.MouseButton.LeftButton)
    choice = kiosk.find("proctor-note-choice")
    choice.setCurrentIndex(1)  # type: ignore[attr-defined]  # a combo box
    choice.activated.emit(1)  # type: ignore[attr-defined]  # as above
    QTest.mouseClick(kiosk.find("proctor-note-go"), Qt.MouseButton.LeftButton)
    assert kiosk.posted == [requests.Note("Somebody else came in.")]
    assert panel.isVisible()


def test_devices_are_looked_for_chosen_and_tried(kiosk: Kiosk) -> None:
    found = (
        DeviceIdentity(DeviceKind.CAMERA, "usb-1", "Desk camera", "/dev/video2"),
        DeviceIdentity(DeviceKind.MICROPHONE, "m", "Headset", "Headset"),
    )
    kiosk.show(at(State.IDLE, devices=Devices("0", "default", "default")))
    chord(kiosk)
    kiosk.posted.clear()
    kiosk.tab_to("proctor-devices", 20)
    kiosk.press(Key.Key_Return)
    assert kiosk.posted.pop() == requests.FindDevices()
    kiosk.show(at(State.IDLE, devices=Devices("0", "default", "default", found)))
    form = kiosk.window.proctor.forms["devices"]
    assert isinstance(form, DevicesForm)
    kiosk.tab_to("proctor-devices-camera")
    kiosk.press(Key.Key_Down)
    kiosk.tab_to("proctor-devices-test")
    kiosk.press(Key.Key_Return)
    assert kiosk.posted == [requests.ChooseDevices("/dev/video2", "default", "default"), requests.TryDevices()]


def test_accommodations_begin_with_those_that_hold(kiosk: Kiosk) -> None:
    kiosk.show(at(State.ANSWERING, 1, accommodations=Accommodations(time_factor=1.5, captions_only=True)))
    chord(kiosk)
    kiosk.posted.clear()
    kiosk.tab_to("proctor-needs", 20)
    kiosk.press(Key.Key_Return)
    form = kiosk.window.proctor.forms["needs"]
    assert isinstance(form, NeedsForm)
    kiosk.tab_to("proctor-needs-limits")
    kiosk.press(Key.Key_Space)
    QTest.mouseClick(kiosk.find("proctor-needs-voice"), Qt.MouseButton.LeftButton)
    kiosk.tab_to("proctor-needs-go")
    kiosk.press(Key.Key_Return)
    wanted = Accommodations(time_factor=1.5, no_limits=True, captions_only=True, slower_voice=True)
    assert kiosk.posted == [requests.Accommodate(wanted)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def test_no_page_is_cut(make_kiosk: KioskMaker, size: QSize) -> None:
    kiosk = make_kiosk(size)
    kiosk.show(at(State.IDLE, assigned=(Assigned("C" * 40, samples.INTERVIEW),), devices=Devices("0", "a", "b")))
    kiosk.window.proctor.open()
    for name in (*kiosk.window.proctor.forms, ""):
        if name:
            kiosk.window.proctor.acts.page.emit(name)
        else:
            kiosk.show(at(State.IDLE, lock=dataclasses.replace(SHUT, until_ns=kiosk.clock.now_ns() + 9000 * SECOND)))
        QApplication.processEvents()
        for widget in kiosk.window.proctor.findChildren(QLabel) + kiosk.window.proctor.findChildren(Button):
            if widget.isVisible() and widget.text():
                where = f"{name}: {widget.objectName()} {widget.text()}"
                needed = widget.heightForWidth(widget.width()) if widget.hasHeightForWidth() else 0
                assert widget.height() >= max(needed, 0 if needed else widget.sizeHint().height()), where
                assert needed or widget.width() >= widget.sizeHint().width(), where
                inside = QRect(widget.mapTo(kiosk.window, QPoint(0, 0)), widget.size())
                assert kiosk.window.rect().contains(inside), where
