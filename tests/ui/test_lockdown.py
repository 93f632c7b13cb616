"""Nobody gets out of the kiosk without the PIN: real keys on a real display, with a window manager that knows them."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.domain.requests import Lock, TriedToLeave
from kiosk.domain.view import SessionState as State
from kiosk.ui import lockdown, samples
from kiosk.ui.lockdown import way_out
from kiosk.ui.text import Paragraph
from tests.end_to_end.desk import HEIGHT, WIDTH, Desk
from tests.ui.conftest import Kiosk

PATIENCE_S = 30


class Locked:
    """The window of `locked_window.py`, and what it says."""

    def __init__(self, desk: Desk, *words: str) -> None:
        self.desk = desk
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        command = [sys.executable, "-m", "tests.ui.locked_window", *words]
        self.process = subprocess.Popen(command, env=desk.environment, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, name="reader", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.strip())

    def until(self, line: str) -> None:
        """Until it has said `line`, from now on."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.said.append(self._lines.get(timeout=max(0.01, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"no {line!r} in {self.said}") from None
            if self.said[-1] == line:
                return

    def focus(self) -> str:
        return self.desk.do("getwindowfocus", "getwindowname")

    def end(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


@pytest.fixture
def locked(desk: Desk) -> Iterator[Locked]:
    other = Locked(desk, "other")
    made = Locked(desk)
    try:
        other.until("up")
        made.until("up")
        yield made
    finally:
        made.end()
        other.end()


def test_no_key_and_no_button_of_the_mouse_leads_out_and_each_is_on_record(locked: Locked) -> None:
    for keys, told in (
        ("alt+F4", "Alt+F4"),
        ("alt+Tab", "Alt+Tab"),
        ("super", "Super"),
        ("ctrl+q", "Ctrl+Q"),
        ("ctrl+p", "Ctrl+P"),
        ("ctrl+w", "Ctrl+W"),
        ("F11", "F11"),
        ("alt+space", "Alt and another key"),
        ("alt+Escape", "Alt and another key"),
        ("ctrl+alt+Right", "Ctrl+Alt and another key"),
        ("super+d", "Super"),
    ):
        locked.desk.do("key", keys)
        locked.until(f"attempt {told}")
        assert locked.focus().startswith("Kiosk 7"), keys
    locked.desk.do("mousemove", "400", "400", "click", "3")
    locked.until("attempt RightButton of the mouse")
    locked.desk.do("key", "Escape")
    locked.desk.do("type", "C-20418")
    assert locked.process.poll() is None
    geometry = locked.desk.do("getwindowfocus", "getwindowgeometry")
    assert "Position: 0,0" in geometry
    assert f"Geometry: {WIDTH}x{HEIGHT}" in geometry
    assert locked.focus().startswith("Kiosk 7")


def test_a_window_that_comes_up_gets_neither_the_screen_nor_the_keyboard(locked: Locked) -> None:
    found = locked.desk.do("search", "--name", "^Other$").split()
    locked.desk.do("windowactivate", found[-1])
    locked.desk.do("windowraise", found[-1])
    locked.until("attempt another window came to the front")
    deadline = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not locked.focus().startswith("Kiosk 7"):
        assert time.monotonic() < deadline
        pause.wait(0.1)


def test_the_proctor_leaves_with_the_pin(locked: Locked) -> None:
    locked.desk.do("key", "ctrl+shift+p")
    locked.desk.do("type", "--delay", "30", "1357")
    locked.desk.do("key", "Return")
    locked.until("asked EnterPin")
    locked.desk.do("type", "--delay", "30", "2468")
    locked.desk.do("key", "Return")
    locked.until("asked Attend")
    locked.desk.do("key", "--delay", "40", *["Tab"] * 4, "Return", "Return")
    locked.until("asked LeaveKiosk")
    assert locked.process.wait(PATIENCE_S) == 0


def test_a_finger_hides_the_pointer_and_a_mouse_shows_it_again(kiosk: Kiosk) -> None:
    handle = kiosk.window.windowHandle()
    handle.installEventFilter(kiosk.window.lockdown)
    QTest.touchEvent(handle, QTest.createTouchDevice()).press(0, QPoint(300, 300)).commit()
    hidden = QGuiApplication.overrideCursor()
    assert hidden is not None
    assert hidden.shape() is Qt.CursorShape.BlankCursor
    QTest.mouseMove(handle, QPoint(310, 300))
    QApplication.processEvents()
    assert QGuiApplication.overrideCursor() is None


def test_every_attempt_is_told_to_the_director_and_its_count_to_the_proctor(kiosk: Kiosk) -> None:
    kiosk.window.lockdown.note("Alt+F4")
    assert kiosk.posted[-1:] == [TriedToLeave("Alt+F4")]
    kiosk.show(samples.view(State.IDLE, tries_to_leave=2))
    kiosk.window._turn_proctor()  # the chord has a test of its own
    problems = kiosk.find("proctor-problems")
    assert isinstance(problems, Paragraph)
    assert "2 attempts to leave the kiosk" in problems.said()
    kiosk.press(Qt.Key.Key_Escape)
    assert kiosk.posted[-1:] == [Lock()], "from now on they are counted anew"
    kiosk.show(samples.view(State.IDLE))
    kiosk.window.proctor.open()
    assert "attempt" not in problems.said()


def test_nothing_can_be_dragged_into_it(kiosk: Kiosk) -> None:
    dragged = QMimeData()
    dragged.setText("file:///etc/passwd")
    event = QDragEnterEvent(
        QPoint(300, 300),
        Qt.DropAction.CopyAction,
        dragged,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    assert kiosk.window.lockdown.eventFilter(kiosk.window.windowHandle(), event)
    assert not event.isAccepted()


def test_no_screen_opens_a_file_dialog_prints_or_follows_a_link() -> None:
    for path in Path(lockdown.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name in ("QFileDialog", "QPrint", "QDesktopServices", "setOpenExternalLinks"):
            assert name not in text, f"{path.name}: {name}"


@pytest.mark.parametrize(
    ("chosen", "kiosk", "shade"),
    [
        ("right", "kiosk 1280,0 1600x900", "shade 0,0 1280x720"),
        ("1", "kiosk 0,0 1280x720", "shade 1280,0 1600x900"),
        ("gone", "kiosk 0,0 1280x720", "shade 1280,0 1600x900"),
    ],
)
def test_one_of_two_screens_is_the_kiosks_and_the_other_is_covered(
    tmp_path: Path, chosen: str, kiosk: str, shade: str
) -> None:
    screens = [
        {"name": "left", "x": 0, "y": 0, "width": 1280, "height": 720},
        {"name": "right", "x": 1280, "y": 0, "width": 1600, "height": 900},
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": screens}))
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"}
    command = [sys.executable, "-m", "tests.ui.locked_window", "screen", chosen]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert {process.stdout.readline().strip(), process.stdout.readline().strip()} == {kiosk, shade}
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize(
    ("key", "held", "text"),
    [
        (Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"),
        (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, "\x03"),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "\x1a"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, "\r"),
        (Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, "\x10"),
        (Qt.Key.Key_At, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier, "@"),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t"),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "\x1b"),
    ],
)
def test_keys_of_the_interview_are_left_alone(key: Qt.Key, held: Qt.KeyboardModifier, text: str) -> None:
    assert not way_out(QKeyEvent(QEvent.Type.KeyPress, key, held, text))
