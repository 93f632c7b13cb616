"""The pages that an action leads to. Each shows a View, posts one request and goes back; Escape goes back too.

Words that are often needed can be chosen, so that a page can be filled by touch alone.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain import requests
from kiosk.domain.devices import DeviceKind
from kiosk.domain.interview import Accommodations, Interview
from kiosk.domain.requests import Request
from kiosk.domain.view import SessionState, View
from kiosk.ui.buttons import Button
from kiosk.ui.fields import Choice, Field
from kiosk.ui.layouts import RING_EDGE, sides, space
from kiosk.ui.proctor.columns import Columns
from kiosk.ui.text import Paragraph
from kiosk.ui.tick import Tick
from kiosk.ui.words import number

LONGEST: Final = 500
ID_LENGTH: Final = 64
FACTORS: Final = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0)


class Form(QWidget):
    """A heading, fields with their labels, and two buttons. A subclass says the words and what it posts."""

    done = Signal()
    """Back to the overview."""
    typing = Signal()
    """The keyboard on the screen is wanted."""
    begun = Signal()
    """Something begins on the candidate's screen: the panel goes away."""

    def __init__(self, name: str, post: Callable[[Request], None]) -> None:
        super().__init__()
        self._post = post
        self.view = View()
        self._controls: list[QWidget] = []
        self.title = Paragraph("heading")
        self.column = QVBoxLayout()
        space(self.column, 8, edge_left=RING_EDGE, edge_right=RING_EDGE)
        self.go = Button(f"proctor-{name}-go", primary=True, height=56, size=24)
        self.back = Button(f"proctor-{name}-back", self.tr("Back"), height=56, size=24)
        row = QHBoxLayout()
        space(row, 12)
        row.addWidget(self.back)
        row.addWidget(self.go)
        row.addStretch(1)
        self.keyboard = Button(f"proctor-{name}-keyboard", self.tr("Keyboard"), height=56, size=24)
        self.keyboard.setAccessibleName(self.tr("Keyboard on the screen"))
        self.keyboard.clicked.connect(lambda _=False: self.typing.emit())
        row.addWidget(self.keyboard)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        space(around, 12)
        heading = QVBoxLayout()
        space(heading, 0, edge_left=RING_EDGE, edge_right=RING_EDGE)
        heading.addWidget(self.title)
        around.addLayout(heading)
        around.addLayout(self.column)
        around.addStretch(1)
        around.addLayout(row)
        self.back.clicked.connect(lambda _=False: self.done.emit())
        self.go.clicked.connect(lambda _=False: self.act())

    def put(self, label: str, control: QWidget, row: QBoxLayout | None = None) -> None:
        """A field with its label above; several may share a row."""
        words = Paragraph("small")
        words.setWordWrap(False)
        words.say(label)
        words.setBuddy(control)
        cell = QVBoxLayout()
        space(cell, 4)
        cell.addWidget(words)
        cell.addWidget(control)
        (self.column if row is None else row).addLayout(cell)
        self._controls.append(control)
        self.keyboard.setVisible(any(isinstance(one, Field) for one in self._controls))

    def stops(self) -> list[QWidget]:
        """Where Tab leads, in order."""
        typed = any(isinstance(control, Field) for control in self._controls)
        return [*self._controls, self.back, self.go, *((self.keyboard,) if typed else ())]

    def enter(self, view: View) -> None:
        """The page comes up, empty."""
        self.show_view(view)

    def show_view(self, view: View) -> None:
        self.view = view

    def act(self) -> None:
        """Posts what the page is for, when it is filled."""
        raise NotImplementedError


class StartForm(Form):
    """Which interview, and whose."""

    def __init__(self, post: Callable[[Request], None]) -> None:
        super().__init__("start", post)
        self.title.say(self.tr("Start an interview"))
        self.go.say(self.tr("Start"))
        self._offered: tuple[Interview, ...] = ()
        self.assigned = Choice("proctor-assigned", self.tr("Assigned by the server"))
        self.candidate = Field("proctor-candidate", self.tr("Candidate number"), latin=True)
        self.candidate.setMaxLength(ID_LENGTH)
        self.interview = Choice("proctor-interview", self.tr("Interview"))
        row = sides(16)
        self.put(self.tr("Candidate number"), self.candidate, row)
        self.put(self.tr("Interview"), self.interview, row)
        self.put(self.tr("Assigned by the server"), self.assigned, row)
        self.column.addLayout(row)
        self.candidate.textChanged.connect(lambda _: self._ready())
        self.candidate.returnPressed.connect(self.act)
        self.assigned.activated.connect(self._take)

    def enter(self, view: View) -> None:
        self._offered = view.interviews
        self.candidate.setText("")
        self.interview.clear()
        self.interview.addItems([interview.title for interview in view.interviews])
        self.assigned.clear()
        none = self.tr("Nobody, or choose") if view.assigned else self.tr("Nobody")
        self.assigned.addItem(none)
        self.assigned.addItems([f"{each.candidate}: {each.interview.title}" for each in view.assigned])
        self.assigned.setEnabled(bool(view.assigned))
        super().enter(view)
        self._ready()

    def stops(self) -> list[QWidget]:
        return [self.candidate, self.interview, self.assigned, self.back, self.go]

    def act(self) -> None:
        candidate = self.candidate.text().strip()
        if self.go.isEnabled() and candidate:
            self._post(requests.Choose(self._offered[self.interview.currentIndex()], candidate))
            self.begun.emit()

    def _take(self, at: int) -> None:
        """An assignment was chosen: it fills both fields."""
        if at < 1 or at > len(self.view.assigned):
            return
        chosen = self.view.assigned[at - 1]
        self.candidate.setText(chosen.candidate)
        if chosen.interview not in self._offered:
            self._offered = (*self._offered, chosen.interview)
            self.interview.addItem(chosen.interview.title)
        self.interview.setCurrentIndex(self._offered.index(chosen.interview))

    def _ready(self) -> None:
        self.go.setEnabled(bool(self._offered) and bool(self.candidate.text().strip()))


class WordsForm(Form):
    """A sentence, chosen or typed."""

    def __init__(self, name: str, post: Callable[[Request], None]) -> None:
        super().__init__(name, post)
        self.choice = Choice(f"proctor-{name}-choice", self.tr("Ready-made words"))
        self.choice.addItem(self.tr("In my own words"))
        self.words = Field(f"proctor-{name}-words", self.tr("Words"))
        self.words.setMaxLength(LONGEST)
        self.put(self.tr("Ready-made words"), self.choice)
        self.put(self.tr("Words, without a name"), self.words)
        self.choice.activated.connect(lambda at: self.words.setText(self.choice.itemText(at) if at else ""))
        self.words.textChanged.connect(lambda _: self._ready())
        self.words.returnPressed.connect(self.act)

    def enter(self, view: View) -> None:
        self.choice.setCurrentIndex(0)
        self.words.setText("")
        super().enter(view)
        self._ready()

    def said(self) -> str:
        return self.words.text().strip()

    def _ready(self) -> None:
        self.go.setEnabled(bool(self.said()))


class NoteForm(WordsForm):
    """What the proctor noticed; it goes into the recording's manifest."""

    def __init__(self, post: Callable[[Request], None]) -> None:
        super().__init__("note", post)
        self.title.say(self.tr("A note for the recording"))
        self.go.say(self.tr("Keep the note"))
        self.choice.addItems(
            [
                self.tr("Somebody else came in."),
                self.tr("The candidate left the room."),
                self.tr("There was a noise from outside."),
                self.tr("The candidate was helped with the kiosk."),
                self.tr("Something did not work."),
            ]
        )

    def act(self) -> None:
        if self.said():
            self._post(requests.Note(self.said()))
            self.done.emit()


class AbortForm(WordsForm):
    """Why the interview is aborted. Asked for with the page, and once more with its button."""

    def __init__(self, post: Callable[[Request], None]) -> None:
        super().__init__("abort", post)
        self.title.say(self.tr("Abort the interview: why?"))
        self._sure = False
        self.choice.addItems(
            [
                self.tr("The candidate wants to end it."),
                self.tr("The candidate does not feel well."),
                self.tr("The candidate does not come back."),
                self.tr("The kiosk does not work."),
                self.tr("The rules were not kept."),
            ]
        )

    def enter(self, view: View) -> None:
        self._sure = False
        super().enter(view)
        self._say()

    def act(self) -> None:
        if not self.said():
            return
        if not self._sure:
            self._sure = True
            self._say()
            return
        self._post(requests.StopSession("aborted", self.said()))
        self.done.emit()

    def _say(self) -> None:
        self.go.say(self.tr("Press again to abort") if self._sure else self.tr("Abort the interview"))


class DevicesForm(Form):
    """Which camera, microphone and loudspeaker, of those that are there."""

    def __init__(self, post: Callable[[Request], None]) -> None:
        super().__init__("devices", post)
        self.title.say(self.tr("Devices"))
        self.go.say(self.tr("Use these"))
        self._specs: dict[DeviceKind, list[str]] = {}
        self._choices: dict[DeviceKind, Choice] = {}
        beside = sides(16)
        for kind, label in (
            (DeviceKind.CAMERA, self.tr("Camera")),
            (DeviceKind.MICROPHONE, self.tr("Microphone")),
            (DeviceKind.LOUDSPEAKER, self.tr("Loudspeaker")),
        ):
            self._choices[kind] = Choice(f"proctor-devices-{kind}", label)
            self.put(label, self._choices[kind], beside)
        self.column.addLayout(beside)
        self.again = Button("proctor-devices-look", self.tr("Look again"), height=56, size=24)
        self.test = Button("proctor-devices-test", self.tr("Try them now"), height=56, size=24)
        row = QHBoxLayout()
        space(row, 12)
        row.addWidget(self.again)
        row.addWidget(self.test)
        row.addStretch(1)
        self.column.addLayout(row)
        self.again.clicked.connect(lambda _=False: self._post(requests.FindDevices()))
        self.test.clicked.connect(lambda _=False: self._try())

    def stops(self) -> list[QWidget]:
        return [*self._controls, self.again, self.test, self.back, self.go]

    def enter(self, view: View) -> None:
        self._specs = {}
        self._post(requests.FindDevices())
        super().enter(view)

    def show_view(self, view: View) -> None:
        super().show_view(view)
        used = {
            DeviceKind.CAMERA: view.devices.camera,
            DeviceKind.MICROPHONE: view.devices.microphone,
            DeviceKind.LOUDSPEAKER: view.devices.speaker,
        }
        for kind, choice in self._choices.items():
            names = {used[kind]: used[kind]} if used[kind] else {}
            names |= {each.spec: each.name for each in view.devices.found if each.kind is kind}
            if list(names) != self._specs.get(kind):
                chosen = self._chosen(kind) or used[kind]
                self._specs[kind] = list(names)
                choice.clear()
                choice.addItems(list(names.values()))
                choice.setCurrentIndex(max(0, list(names).index(chosen) if chosen in names else 0))
        self.again.say(self.tr("Looking") if view.devices.looking else self.tr("Look again"))
        self.again.setEnabled(not view.devices.looking)
        self.test.setEnabled(view.state is SessionState.IDLE)
        self.go.setEnabled(all(self._specs.get(kind) for kind in self._choices))

    def act(self) -> None:
        if self.go.isEnabled():
            self._choose()
            self.done.emit()

    def _choose(self) -> None:
        self._post(
            requests.ChooseDevices(
                self._chosen(DeviceKind.CAMERA),
                self._chosen(DeviceKind.MICROPHONE),
                self._chosen(DeviceKind.LOUDSPEAKER),
            )
        )

    def _try(self) -> None:
        self._choose()
        self._post(requests.TryDevices())
        self.done.emit()

    def _chosen(self, kind: DeviceKind) -> str:
        specs, at = self._specs.get(kind, []), self._choices[kind].currentIndex()
        return specs[at] if 0 <= at < len(specs) else ""


class NeedsForm(Form):
    """What makes the interview possible for one candidate, also in mid-session."""

    def __init__(self, post: Callable[[Request], None]) -> None:
        super().__init__("needs", post)
        self.title.say(self.tr("Accommodations for this candidate"))
        self.go.say(self.tr("From now on"))
        self.factor = Choice("proctor-needs-time", self.tr("Time for each answer"))
        longer = self.tr("{n} times as long")
        self.factor.addItem(self.tr("As usual"))
        self.factor.addItems([longer.replace("{n}", number(factor, 2)) for factor in FACTORS[1:]])
        self.put(self.tr("Time for each answer"), self.factor)
        self.no_limits = self._check("limits", self.tr("No time limits"))
        self.larger_text = self._check("text", self.tr("Larger text"))
        self.captions_only = self._check("captions", self.tr("Captions only: nothing is spoken"))
        self.slower_voice = self._check("voice", self.tr("Slower voice"))
        boxes = (self.no_limits, self.larger_text, self.captions_only, self.slower_voice)
        self.column.addWidget(Columns(boxes, 8, most=2))

    def _check(self, name: str, label: str) -> Tick:
        box = Tick(f"proctor-needs-{name}", label)
        self._controls.append(box)
        return box

    def enter(self, view: View) -> None:
        super().enter(view)
        needs = view.accommodations
        nearest = min(range(len(FACTORS)), key=lambda at: abs(FACTORS[at] - needs.time_factor))
        self.factor.setCurrentIndex(nearest)
        for box, on in (
            (self.no_limits, needs.no_limits),
            (self.larger_text, needs.larger_text),
            (self.captions_only, needs.captions_only),
            (self.slower_voice, needs.slower_voice),
        ):
            box.setChecked(on)

    def act(self) -> None:
        self._post(
            requests.Accommodate(
                Accommodations(
                    time_factor=FACTORS[self.factor.currentIndex()],
                    no_limits=self.no_limits.isChecked(),
                    larger_text=self.larger_text.isChecked(),
                    captions_only=self.captions_only.isChecked(),
                    slower_voice=self.slower_voice.isChecked(),
                )
            )
        )
        self.done.emit()
