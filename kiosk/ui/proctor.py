"""The proctor's panel: one sentence that says whether all is well, then facts, then actions.

It covers the candidate's screen at the right and keeps the keyboard while it is open. It has no lock yet.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.events import RecorderState
from kiosk.domain.view import (
    Choose,
    Dismiss,
    EndHere,
    GoOn,
    PauseSession,
    Request,
    ResumeSession,
    SessionState,
    StopSession,
    Unfinished,
    View,
)
from kiosk.ui.buttons import ENTER, Button
from kiosk.ui.fields import Choice, Field
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import RING_EDGE, fix, space
from kiosk.ui.scrolled import scrolled
from kiosk.ui.settings import UiSettings
from kiosk.ui.text import Paragraph
from kiosk.ui.words import clock_time, disk, sending, short, why_early

RUNNING: Final = (SessionState.ASKING, SessionState.THINKING, SessionState.ANSWERING)
IN_WORK: Final = (
    SessionState.PREPARING,
    SessionState.RESUMING,
    SessionState.STARTING,
    *RUNNING,
    SessionState.PAUSED,
)
ENDED: Final = (SessionState.FINISHED, SessionState.REFUSED, SessionState.FAILED)
ASK_TWICE_MS: Final = 6000
DISK_EVERY_MS: Final = 2000
COLUMNS: Final = 3
FACT_LENGTH: Final = 20
SCRIM_ALPHA: Final = 120


class ProctorPanel(QWidget):
    """An overlay of the whole window; the panel itself stands at its right."""

    closed = Signal()

    def __init__(self, post: Callable[[Request], None], settings: UiSettings, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("proctor")
        self._post = post
        self._settings = settings
        self._clock = clock
        self._view = View()
        self._facts: dict[str, Paragraph] = {}
        self._sure = False
        self.sentence = Paragraph("heading", name="proctor-sentence")
        self.symbol = Icon("stored", "good", 48)
        self.problems = Paragraph(name="proctor-problems")
        sheet = QWidget()
        sheet.setObjectName("sheet")
        sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        fix(sheet, width=1200)
        column = QVBoxLayout(sheet)
        space(column, 20, left=56, top=40, right=56, bottom=40, edge_left=-RING_EDGE, edge_right=-RING_EDGE)
        top = QHBoxLayout()
        space(top, 20, edge_left=RING_EDGE)
        top.addWidget(self.symbol, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.sentence, 1)
        column.addLayout(top)
        column.addLayout(self._fact_grid())
        inside = QWidget()
        flow = QVBoxLayout(inside)
        space(flow, 0)
        flow.addWidget(self.problems)
        flow.addStretch(1)
        self._text = scrolled(inside)
        self._text.setAccessibleName(self.tr("Problems"))
        column.addWidget(self._text, 1)
        column.addLayout(self._start_form())
        column.addLayout(self._buttons())
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(sheet)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(ASK_TWICE_MS)
        self._calm.timeout.connect(self._not_sure)
        self._disk = QTimer(self)
        self._disk.setInterval(DISK_EVERY_MS)
        self._disk.timeout.connect(self._show_disk)
        self.hide()

    # ── what it is made of ──────────────────────────────────────────────────────────────────────────

    def _fact_grid(self) -> QGridLayout:
        grid = QGridLayout()
        space(grid, 14, edge_left=RING_EDGE)
        labels = (
            ("state", self.tr("State")),
            ("rec", self.tr("Recording")),
            ("durable", self.tr("Safe on disk up to")),
            ("fps", self.tr("Camera")),
            ("level", self.tr("Microphone")),
            ("disk", self.tr("Disk free")),
            ("sending", self.tr("To send")),
            ("dropped", self.tr("Frames dropped")),
            ("gaps", self.tr("Gaps")),
            ("chunks", self.tr("Chunks")),
            ("candidate", self.tr("Candidate")),
            ("question", self.tr("Question")),
        )
        for number, (key, label) in enumerate(labels):
            cell = QVBoxLayout()
            space(cell, 2)
            words = Paragraph("small")
            words.setWordWrap(False)
            words.say(label)
            value = Paragraph("fact", name=f"fact-{key}")
            value.setWordWrap(False)
            cell.addWidget(words)
            cell.addWidget(value)
            self._facts[key] = value
            grid.addLayout(cell, number // COLUMNS, number % COLUMNS)
            grid.setColumnStretch(number % COLUMNS, 1)
        return grid

    def _start_form(self) -> QGridLayout:
        self.interview = Choice("proctor-interview", self.tr("Interview"))
        self.interview.addItems([interview.title for interview in self._settings.interviews])
        self.candidate = Field("proctor-candidate", self.tr("Candidate number"))
        self.start = Button("proctor-start", self.tr("Start"), height=56)
        form = QGridLayout()
        space(form, 12, edge_left=RING_EDGE)
        for column, (label, control) in enumerate(
            ((self.tr("Interview"), self.interview), (self.tr("Candidate number"), self.candidate))
        ):
            words = Paragraph("small")
            words.setWordWrap(False)
            words.say(label)
            words.setBuddy(control)
            form.addWidget(words, 0, column)
            form.addWidget(control, 1, column, Qt.AlignmentFlag.AlignVCenter)
            form.setColumnStretch(column, 1)
        form.addWidget(self.start, 1, 2)
        self.start.clicked.connect(self._start)
        self.candidate.textChanged.connect(lambda _: self._show_actions())
        self.candidate.returnPressed.connect(self._start)
        return form

    def _buttons(self) -> QHBoxLayout:
        self.pause = Button("proctor-pause", self.tr("Pause"), height=56)
        self.stop = Button("proctor-stop", self.tr("Stop the interview"), height=56)
        self.close_button = Button("proctor-close", self.tr("Close"), height=56)
        row = QHBoxLayout()
        space(row, 12)
        row.addWidget(self.pause)
        row.addWidget(self.stop)
        row.addStretch(1)
        row.addWidget(self.close_button)
        self.pause.clicked.connect(self._pause_or_go_on)
        self.stop.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.dismiss)
        return row

    # ── open and close ──────────────────────────────────────────────────────────────────────────────

    def open(self) -> None:
        """Comes up in front of the screen and takes the keyboard."""
        self._not_sure()
        self._show_disk()
        self._disk.start()
        self.show_view(self._view)
        self.show()
        self.raise_()
        self.take_focus()

    def take_focus(self) -> None:
        """Puts the keyboard on the first thing that can be done, unless it is in the panel already."""
        if self.focusWidget() is None or not self.focusWidget().hasFocus():
            self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Goes away and gives the keyboard back."""
        self._disk.stop()
        self._calm.stop()
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() not in ENTER:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the panel and never below it."""
        stops = self._stops()
        if not stops:
            return False
        now = self.focusWidget()
        at = stops.index(now) if now in stops else -1
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _first(self) -> QWidget:
        """The first thing that can be done."""
        return next(widget for widget in self._stops() if widget is not self._text)

    def _stops(self) -> list[QWidget]:
        order: list[QWidget] = [
            self._text,
            self.interview,
            self.candidate,
            self.start,
            self.pause,
            self.stop,
            self.close_button,
        ]
        return [widget for widget in order if widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(0, 0, 0, SCRIM_ALPHA))
        painter.end()

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────

    def show_view(self, view: View) -> None:
        if view.state is not self._view.state:
            self._not_sure()
        self._view = view
        if not self.isVisible() and view.state not in IN_WORK:
            self.candidate.setText("")
        sentence, well = self._judge(view)
        self.sentence.say(sentence)
        self.symbol.show_icon("stored" if well else "caution", "good" if well else "caution")
        self._show_facts(view)
        self.problems.say(self._problems(view))
        self._show_actions()

    def _judge(self, view: View) -> tuple[str, bool]:
        """The sentence at the top, and whether all is well."""
        progress = view.progress
        if view.state is SessionState.FAILED:
            return self.tr("The interview failed."), False
        if _offered(view) is not None:
            return self.tr("An interview was cut off. It can go on, or end here."), False
        if view.state is SessionState.IDLE:
            return self.tr("Ready. Nothing is being recorded."), True
        if view.state is SessionState.PAUSED:
            return self.tr("Paused. Nobody is seen or heard in the recording."), True
        if view.state in RUNNING:
            if progress is None or not progress.rec:
                why = progress.rec_reason if progress else ""
                return f"{why.rstrip('.') or self.tr('Not recording')}.", False
            if view.troubles:
                return self.tr("It is being recorded, but something is wrong."), False
            return self.tr("All is well. The interview is being recorded."), True
        others = {
            SessionState.CONSENT: self.tr("Waiting for consent. Nothing is being recorded."),
            SessionState.PREPARING: self.tr("The devices are being prepared."),
            SessionState.RESUMING: self.tr("The recording was interrupted and is being started again."),
            SessionState.STARTING: self.tr("The recording is starting."),
            SessionState.FINISHING: self.tr("The recording is being finished."),
            SessionState.FINISHED: self.tr("The interview is stored."),
            SessionState.REFUSED: self.tr("The candidate did not agree. Nothing was recorded."),
        }
        return others.get(view.state, self.tr("Nothing is being recorded.")), not view.troubles

    def _problems(self, view: View) -> str:
        """What is wrong and what to do."""
        left = _offered(view)
        if left is not None:
            words = self.tr(
                "{title}, candidate {candidate}, was cut off at question {n} of {count}. "
                "What was recorded until then is stored."
            )
            words = words.replace("{n}", str(left.index + 1)).replace("{count}", str(left.questions))
            return words.replace("{title}", left.title).replace("{candidate}", left.candidate)
        told = [f"{trouble.what} {trouble.remedy}".strip() for trouble in view.troubles]
        return "\n\n".join(told) or (why_early(view.message) if view.state in ENDED else "")

    def _show_facts(self, view: View) -> None:
        none = "\N{EN DASH}"
        states = {
            SessionState.IDLE: self.tr("Welcome"),
            SessionState.CONSENT: self.tr("Consent"),
            SessionState.PREPARING: self.tr("Preparing"),
            SessionState.RESUMING: self.tr("Resuming"),
            SessionState.STARTING: self.tr("Starting"),
            SessionState.ASKING: self.tr("Asking"),
            SessionState.THINKING: self.tr("Thinking"),
            SessionState.ANSWERING: self.tr("Answering"),
            SessionState.PAUSED: self.tr("Paused"),
            SessionState.FINISHING: self.tr("Finishing"),
            SessionState.FINISHED: self.tr("Finished"),
            SessionState.REFUSED: self.tr("Refused"),
            SessionState.FAILED: self.tr("Failed"),
        }
        facts = self._facts
        facts["state"].say(states.get(view.state, view.state.value))
        facts["candidate"].say(short(view.candidate, FACT_LENGTH) or none)
        questions = len(view.interview.questions) if view.interview else 0
        facts["question"].say(f"{view.index + 1} / {questions}" if view.question else none)
        progress = view.progress
        if progress is None:
            facts["rec"].say(self.tr("Off"))
            for key in ("durable", "fps", "level", "dropped", "gaps", "chunks"):
                facts[key].say(none)
            return
        recording = progress.state is RecorderState.RECORDING
        facts["rec"].say(self.tr("On") if progress.rec else self.tr("Incomplete") if recording else self.tr("Off"))
        facts["durable"].say(clock_time(progress.durable_ns))
        facts["fps"].say(self.tr("{n} a second").replace("{n}", f"{progress.fps:.1f}"))
        facts["level"].say(f"{progress.level_dbfs:.0f} dBFS".replace("-", "\N{MINUS SIGN}"))
        for key, number in (
            ("dropped", progress.dropped),
            ("gaps", progress.gaps),
            ("chunks", progress.chunks),
        ):
            facts[key].say(f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"))

    def _show_disk(self) -> None:
        self._facts["disk"].say(disk(self._settings.disk_free()))
        found = self._settings.sending()
        self._facts["sending"].say(sending(found))
        self._facts["sending"].setToolTip(found.problem if found else "")
        self._facts["sending"].setAccessibleDescription(found.problem if found else "")

    def _show_actions(self) -> None:
        state = self._view.state
        free = state is SessionState.IDLE and bool(self._settings.interviews)
        self.interview.setEnabled(free)
        self.candidate.setEnabled(free)
        self.start.setEnabled(free and bool(self.candidate.text().strip()))
        paused = state is SessionState.PAUSED
        left = _offered(self._view)
        if left is not None:
            self.pause.say(self.tr("Go on at question {n}").replace("{n}", str(left.index + 1)))
        else:
            self.pause.say(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setEnabled(paused or state in RUNNING or left is not None)
        if left is not None and not self._sure:
            self.stop.say(self.tr("End it here"))
        elif state in ENDED:
            self.stop.say(self.tr("Back to welcome"))
        elif self._sure:
            self.stop.say(self.tr("Press again to stop"))
        else:
            self.stop.say(self.tr("Stop the interview"))
        self.stop.setEnabled(state in (*IN_WORK, SessionState.CONSENT, *ENDED) or left is not None)
        if self.isVisible() and self.focusWidget() not in self._stops():
            self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    # ── what it asks for ────────────────────────────────────────────────────────────────────────────

    def _start(self) -> None:
        candidate = self.candidate.text().strip()
        if self.start.isEnabled() and candidate:
            self._post(Choose(self._settings.interviews[self.interview.currentIndex()], candidate))
            self.dismiss()

    def _pause_or_go_on(self) -> None:
        if _offered(self._view) is not None:
            self._post(GoOn())
            self.dismiss()
        else:
            self._post(ResumeSession() if self._view.state is SessionState.PAUSED else PauseSession())

    def _stop(self) -> None:
        if self._view.state in ENDED:
            self._post(Dismiss())
        elif not self._sure:
            self._sure = True
            self._calm.start()
            self._show_actions()
        else:
            self._not_sure()
            self._post(StopSession("stopped") if _offered(self._view) is None else EndHere())

    def _not_sure(self) -> None:
        self._calm.stop()
        if self._sure:
            self._sure = False
            self._show_actions()


def _offered(view: View) -> Unfinished | None:
    """The interview that was cut off and may go on, while no other is begun."""
    return view.unfinished if view.state is SessionState.IDLE else None
