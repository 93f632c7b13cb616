"""What the proctor sees in a second: one sentence, the REC light, a row of facts, and what is wrong with what to do."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.events import RecorderState
from kiosk.domain.view import CHECKING, ReadyState, SessionState, View
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import RING_EDGE, space
from kiosk.ui.proctor.columns import Columns
from kiosk.ui.proctor.judgement import judge, problems
from kiosk.ui.scrolled import scrolled
from kiosk.ui.settings import UiSettings
from kiosk.ui.text import Paragraph
from kiosk.ui.theme import TEXT_PERCENTS, Look
from kiosk.ui.told import told
from kiosk.ui.topbar import RecPill
from kiosk.ui.words import clock_time, disk, number, sending, short, tr

FACT_LENGTH: Final = 18
NONE: Final = "\N{EN DASH}"


class Headline(QWidget):
    """The sentence with its symbol, and the REC light."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = Paragraph("heading", name="proctor-sentence")
        self.symbol = Icon("stored", "good", 48)
        self.rec = RecPill()
        row = QHBoxLayout(self)
        space(row, 20, edge_left=RING_EDGE, edge_right=RING_EDGE)
        row.addWidget(self.symbol, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.rec, 0, Qt.AlignmentFlag.AlignTop)

    def show_view(self, view: View) -> None:
        sentence, well = judge(view)
        self.sentence.say(sentence)
        self.symbol.show_icon("stored" if well else "caution", "good" if well else "caution")
        recording = view.progress is not None and view.progress.state is RecorderState.RECORDING
        lit = view.progress is not None and view.progress.rec
        self.rec.light(lit, self.tr("Incomplete") if recording and not lit else "")


class Facts(QWidget):
    """The same facts at the same places in every state."""

    def __init__(self, settings: UiSettings, clock: Clock) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._view = View()
        self._values: dict[str, Paragraph] = {}
        self.held_up = ""
        """Why the sending is held up, as one sentence; empty when it is not."""
        cells = [
            self._cell(key, label)
            for key, label in (
                ("state", self.tr("State")),
                ("question", self.tr("Question")),
                ("left", self.tr("Time left")),
                ("candidate", self.tr("Candidate")),
                ("interview", self.tr("Interview")),
                ("rec", self.tr("Recording")),
                ("durable", self.tr("Safe on disk up to")),
                ("camera", self.tr("Camera")),
                ("microphone", self.tr("Microphone")),
                ("loudspeaker", self.tr("Loudspeaker")),
                ("disk", self.tr("Disk free")),
                ("sending", self.tr("To send")),
                ("lost", self.tr("Frames dropped, gaps")),
                ("ready", self.tr("Devices tried")),
                ("needs", self.tr("Accommodations")),
            )
        ]
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(Columns(cells, 12, edge=RING_EDGE))

    def _cell(self, key: str, label: str) -> QWidget:
        """What it is, and below it how it is."""
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        space(column, 2)
        words = Paragraph("small")
        words.setWordWrap(False)
        words.say(label)
        value = Paragraph("fact", name=f"fact-{key}")
        value.setWordWrap(False)
        column.addWidget(words)
        column.addWidget(value)
        self._values[key] = value
        return cell

    def show_view(self, view: View) -> None:
        self._view = view
        questions = len(view.interview.questions) if view.interview else 0
        of = self.tr("{n} of {of}").replace("{n}", number(view.index + 1)).replace("{of}", number(questions))
        progress = view.progress
        needs = view.accommodations
        values = {
            "state": _state(view.state),
            "question": of if questions and 0 <= view.index < questions else NONE,
            "candidate": short(view.candidate, FACT_LENGTH) or NONE,
            "interview": short(view.interview.title, FACT_LENGTH) if view.interview else NONE,
            "rec": self.tr("Off"),
            "durable": NONE,
            "camera": short(view.devices.camera, FACT_LENGTH) or NONE,
            "microphone": short(view.devices.microphone, FACT_LENGTH) or NONE,
            "loudspeaker": short(view.devices.speaker, FACT_LENGTH) or NONE,
            "lost": NONE,
            "ready": _ready(view.readiness.state),
            "needs": self.tr("As agreed") if needs != type(needs)() else self.tr("None"),
        }
        if progress is not None:
            recording = progress.state is RecorderState.RECORDING
            on = self.tr("On") if progress.rec else self.tr("Incomplete") if recording else self.tr("Off")
            lost = self.tr("{n}, {m}")
            level = self.tr("{n} dBFS").replace("{n}", number(progress.level_dbfs))
            values |= {
                "rec": on,
                "durable": NONE if view.state in CHECKING else clock_time(progress.durable_ns),
                "camera": self.tr("{n} a second").replace("{n}", number(progress.fps, 1)),
                "microphone": level,
                "lost": lost.replace("{n}", number(progress.dropped)).replace("{m}", number(progress.gaps)),
            }
        for trouble in view.troubles:
            if trouble.device in values and trouble.device in {"camera", "microphone", "loudspeaker"}:
                values[trouble.device] = self.tr("See below")
        for key, text in values.items():
            self._values[key].say(text)
        self.tick()

    def tick(self) -> None:
        """Shows how time goes on."""
        left = NONE
        if self._view.deadline_ns:
            left = clock_time(max(0, self._view.deadline_ns - self._clock.now_ns()) + NS - 1)
        self._values["left"].say(left)

    def look_outside(self) -> None:
        """Asks for what no view tells: the disk and the sending."""
        self._values["disk"].say(disk(self._settings.disk_free()))
        found = self._settings.sending()
        self.held_up = found.problem if found else ""
        why = told(self.held_up)
        value = self._values["sending"]
        value.say(sending(found))
        value.setToolTip(why)
        value.setAccessibleDescription(why)


class Problems(QWidget):
    """Each problem in plain words with what to do.

    They scroll when there are many. Larger text makes the whole page scroll: then all of them stand on it.
    """

    def __init__(self, more: Callable[[], list[str]]) -> None:
        """`more` tells what is wrong beside the View's problems."""
        super().__init__()
        self._more = more
        self.words = Paragraph(name="proctor-problems")
        inside = QWidget()
        self._flow = QVBoxLayout(inside)
        space(self._flow, 0)
        self._flow.addWidget(self.words)
        self._flow.addStretch(1)
        self.area = scrolled(inside)
        self.area.setAccessibleName(self.tr("Problems"))
        self._around = QVBoxLayout(self)
        self._around.setContentsMargins(0, 0, 0, 0)
        space(self._around, 0, edge_left=RING_EDGE, edge_right=RING_EDGE)
        self._around.addWidget(self.area)

    def set_look(self, look: Look) -> None:
        larger = look.percent > TEXT_PERCENTS[0]
        if larger == self.area.isHidden():
            return
        self.area.setHidden(larger)
        if larger:
            self._around.addWidget(self.words)
        else:
            self._flow.insertWidget(0, self.words)

    def show_view(self, view: View) -> None:
        self.words.say("\n\n".join([*problems(view), *map(told, self._more())]))


def _state(state: SessionState) -> str:
    return {
        SessionState.IDLE: tr("Welcome"),
        SessionState.CONFIRMING: tr("Confirming"),
        SessionState.CONSENT: tr("Consent"),
        SessionState.OPENING: tr("Check"),
        SessionState.CAMERA: tr("Check: camera"),
        SessionState.LOUDSPEAKER: tr("Check: loudspeaker"),
        SessionState.MICROPHONE: tr("Check: microphone"),
        SessionState.SPEAKING: tr("Check: speaking"),
        SessionState.PLAYBACK: tr("Check: playback"),
        SessionState.HEARD: tr("Check: heard"),
        SessionState.PRACTICE: tr("Practice"),
        SessionState.PRACTICE_ASKING: tr("Practice: asking"),
        SessionState.PRACTICE_ANSWERING: tr("Practice: answer"),
        SessionState.PRACTICE_PLAYBACK: tr("Practice: playback"),
        SessionState.READY: tr("Ready"),
        SessionState.PREPARING: tr("Preparing"),
        SessionState.RESUMING: tr("Resuming"),
        SessionState.STARTING: tr("Starting"),
        SessionState.ASKING: tr("Asking"),
        SessionState.THINKING: tr("Thinking"),
        SessionState.ANSWERING: tr("Answering"),
        SessionState.PAUSED: tr("Paused"),
        SessionState.FINISHING: tr("Finishing"),
        SessionState.FINISHED: tr("Finished"),
        SessionState.REFUSED: tr("Refused"),
        SessionState.FAILED: tr("Failed"),
    }[state]


def _ready(state: ReadyState) -> str:
    return {
        ReadyState.UNKNOWN: tr("Not yet"),
        ReadyState.CHECKING: tr("Just now"),
        ReadyState.READY: tr("All work"),
        ReadyState.NOT_READY: tr("See below"),
    }[state]
