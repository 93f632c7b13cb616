"""What a proctor can do: what each action asks for, what is asked for twice, and the pages that are filled in."""

import dataclasses

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.domain import requests
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import Assigned, Devices, PanelLock
from kiosk.domain.view import SessionState as State
from kiosk.ui import samples
from kiosk.ui.buttons import Button
from kiosk.ui.proctor.forms import DevicesForm, NeedsForm, StartForm
from kiosk.ui.proctor.panel import ProctorPanel
from kiosk.ui.screenshots import SIZES
from tests.ui.conftest import Kiosk, KioskMaker
from tests.ui.proctor.panels import at, chord

Key = Qt.Key

SECOND = 1_000_000_000
SHUT = PanelLock(required=True, open=False)


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
