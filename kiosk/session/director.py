"""The director: leads one interview from welcome to thanks. One inbox, one owner of the state.

Everything that happens - a button, an event of the recorder, a rendered question, time passing - is handled
by `handle` and `tick`, one at a time, by one thread (`session.inbox`). The core does no waiting and reads no
clock but the injected one, so tests drive it with values. It never touches a device, a codec or a screen.
"""

import dataclasses
import logging
import uuid
from collections.abc import Callable
from typing import Final, TypeAlias

from kiosk.domain import commands, events, view
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import KioskError, NoSpace
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import Trouble, View
from kiosk.session import states
from kiosk.session.course import RECORDER, Course
from kiosk.session.ports import Archive, Book, LookBack, Narrated, Narrator, Recorder, RecorderLost
from kiosk.session.preparing import Settings, lines_of, prepare_for
from kiosk.session.restarts import Restarts
from kiosk.session.standing import Standing
from kiosk.session.states import Happening

log = logging.getLogger(__name__)

PREPARE_LIMIT_NS: Final = 40 * NS
"""Slow cameras take many seconds to open; after this long something is wrong."""
START_LIMIT_NS: Final = 15 * NS
SILENT_NS: Final = 2 * NS
"""A recorder tells ten times a second how it goes."""
SILENT: Final = "Perhaps not recording: the recorder does not answer"
PLAYING_LIMIT_NS: Final = 60 * NS
"""How long a question may sound that an earlier director had begun."""

FULL: Final = "The disk is full, so the interview had to end. What was recorded until then is stored."

Message: TypeAlias = view.Request | events.Event | Narrated | RecorderLost | LookBack


class Director(Course):
    """Leads interviews, one after the other.

    Args:
        on_view: called with every new View, from whoever calls `handle` or `tick`.
    """

    def __init__(
        self,
        settings: Settings,
        recorder: Recorder,
        narrator: Narrator,
        book: Book,
        archive: Archive,
        clock: Clock,
        on_view: Callable[[View], None],
    ) -> None:
        super().__init__(settings, recorder, book, clock, on_view)
        self._narrator = narrator
        self._archive = archive
        self._prepare: commands.Prepare | None = None
        self._recorder_gone = False
        self._heard_ns = 0
        """When the recorder told last how it goes."""
        self._restarts = Restarts()
        self._standing: Standing | None = None
        """Of the interview that was cut off and may go on."""

    # ── what happens ────────────────────────────────────────────────────────────────────────────────

    def handle(self, message: Message) -> None:
        """One thing that happened. An illegal one is logged and changes nothing."""
        try:
            match message:
                case view.Choose():
                    self._choose(message)
                case view.Agree():
                    self._agree(message)
                case view.Refuse():
                    self._move(Happening.DECLINED)
                case view.Next():
                    self._next()
                case view.Repeat():
                    self._repeat()
                case view.CodeChanged():
                    self._code_changed(message.text)
                case view.PauseSession():
                    self._pause()
                case view.ResumeSession():
                    self._resume()
                case view.StopSession():
                    self._end(message.reason)
                case view.Dismiss():
                    self._dismiss()
                case view.GoOn():
                    self._go_on()
                case view.EndHere():
                    self._end_here()
                case LookBack():
                    self._look_back()
                case Narrated():
                    self._narration(message)
                case RecorderLost():
                    self._recorder_lost(message.what)
                case _ if isinstance(message, events.Event):
                    self._recorder_event(message)
                case _:
                    log.info("not known yet: %s", type(message).__name__)
        except states.IllegalMoveError as error:
            log.warning("ignored: %s", error)

    def tick(self) -> None:
        """Time has passed: does what is due."""
        self._doubt()
        if not self._wake_ns or self._clock.now_ns() < self._wake_ns:
            return
        self._wake_ns = 0
        state = self._view.state
        if state is State.THINKING:
            self._begin_answer()
        elif state is State.ANSWERING:
            self._answered()
        elif state is State.ASKING:
            self._asking_overdue()
        elif state in {State.PREPARING, State.RESUMING}:
            self._broken("The camera or the microphone did not get ready in time.", "Please call the proctor.")
        elif state is State.STARTING:
            self._broken("The recording did not begin in time.", "Please call the proctor.")
        elif state is State.FINISHING:
            self._broken("The recording did not finish in time. What was recorded so far is stored.", "")

    def _doubt(self) -> None:
        """REC is not lit on the word of a recorder that says nothing any more."""
        progress = self._view.progress
        if progress is None or not progress.rec or not states.recording(self._view.state):
            return
        if self._clock.now_ns() - self._heard_ns >= SILENT_NS:
            log.warning("the recorder says nothing any more")
            self._show(progress=dataclasses.replace(progress, rec=False, rec_reason=SILENT))

    # ── people ──────────────────────────────────────────────────────────────────────────────────────

    def _choose(self, request: view.Choose) -> None:
        self._move(Happening.CHOSEN, interview=request.interview, candidate=request.candidate, index=-1)
        if request.confirmed:
            self._move(Happening.CONFIRMED)

    def _agree(self, request: view.Agree) -> None:
        states.move(self._view.state, Happening.AGREED)  # refuse before anything is written
        interview = self._view.interview
        if interview is None:
            raise states.IllegalMoveError(self._view.state, Happening.AGREED)
        session = str(uuid.uuid4())
        self._asking.forget()
        at = self._clock.wall().isoformat(timespec="seconds")
        try:
            self._book.opened(session, interview, self._view.candidate, request.consent, at)
        except KioskError as error:
            self._broken(f"The interview cannot begin. {error.what}", error.remedy, error.code)
            return
        self._restarts = Restarts()
        self._move(Happening.AGREED, session=session, troubles=(), message="", unfinished=None)
        self._wake_ns = self._clock.now_ns() + PREPARE_LIMIT_NS
        self._prepare = prepare_for(self._settings, session, interview, self._view.candidate, request.consent)
        self._narrator.prepare(lines_of(self._settings, interview))
        try:
            self._recorder.open()
        except KioskError as error:
            self._broken(error.what, error.remedy, error.code)
            return
        self._recorder.send(self._prepare)

    def _next(self) -> None:
        if self._view.state is State.THINKING:
            self._begin_answer()
        elif self._view.state is State.ANSWERING:
            self._answered()

    def _pause(self) -> None:
        states.move(self._view.state, Happening.PAUSED)
        self._keep_answer_time()
        self._asking.hush()
        self._wake_ns = 0
        self._recorder.send(commands.Pause())
        self._move(Happening.PAUSED, deadline_ns=0)

    def _resume(self) -> None:
        states.move(self._view.state, Happening.RESUMED)
        if self._recorder_gone:
            self._restart()
            return
        self._recorder.send(commands.Resume())
        self._move(Happening.RESUMED)
        self._speak()

    def _end(self, reason: str) -> None:
        state = self._view.state
        if state is State.CONSENT:
            self._move(Happening.ENDING, interview=None, candidate="")
            return
        states.move(state, Happening.ENDING)
        if state is State.ANSWERING:
            self._mark(events.MarkKind.ANSWER_ENDED, self._question().id)
        self._finish(reason, Happening.ENDING)

    def _dismiss(self) -> None:
        states.move(self._view.state, Happening.DISMISSED)
        self._recorder.close()
        self._wake_ns = 0
        self._asking.forget()
        self._code = ""
        self._view = View(state=states.move(self._view.state, Happening.DISMISSED))
        self._on_view(self._view)

    # ── the recorder ────────────────────────────────────────────────────────────────────────────────

    def _recorder_event(self, event: events.Event) -> None:
        match event:
            case events.Progress():
                self._heard_ns = self._clock.now_ns()
                self._show(progress=event)
            case events.Snapshot():
                self._heard_ns = self._clock.now_ns()
                self._show(preview=event.preview, progress=event.progress)
            case events.Prepared():
                if self._view.state in {State.PREPARING, State.RESUMING}:
                    self._move(Happening.PREPARED)
                    self._wake_ns = self._clock.now_ns() + START_LIMIT_NS
                    self._recorder.send(commands.Start())
            case events.Started():
                if event.segment == 1:
                    self._book.started(event.session, event.started_at, event.recording)
                if self._view.state is State.STARTING:
                    self._rolling(event.recording)
            case events.VoiceEnded():
                if self._view.state is State.ASKING and self._asking.sounding and event.question == self._question().id:
                    self._spoken()
            case events.VoiceLost():
                if self._view.state is State.ASKING and self._asking.sounding and event.question == self._question().id:
                    self._captions_only(event.what)
            case events.Problem():
                others = tuple(trouble for trouble in self._view.troubles if trouble.device != event.device)
                now = (Trouble(event.device, event.what, event.remedy),) if event.what else ()
                self._show(troubles=others + now)
            case events.Stopped():
                self._stopped(event)
            case events.Failed():
                self._failed(event)
            case _:
                pass

    def _stopped(self, event: events.Stopped) -> None:
        self._wake_ns = 0
        full = event.reason == NoSpace.code
        state = State.FAILED if full or self._view.state is State.FAILED else State.FINISHED
        self._book.ended(event.session, state, event.reason, event.duration_ns, event.manifest)
        message = "" if event.reason == "completed" else event.reason
        self._move(
            Happening.BROKEN if full else Happening.STOPPED,
            recording=event.recording,
            manifest=event.manifest,
            duration_ns=event.duration_ns,
            stopped=event,
            deadline_ns=0,
            message=FULL if full else message,
            failure=event.reason if full else "",
        )

    def _failed(self, event: events.Failed) -> None:
        log.error("the recorder could not do %s: %s", event.command or "its work", event.what)
        if event.fatal or event.command in {"Prepare", "Start", "Stop"}:
            self._broken(event.what, event.remedy, event.code)
        elif event.command == "Speak" and self._view.state is State.ASKING:
            self._captions_only(event.what)

    def _rolling(self, recording: str) -> None:
        again = self._view.index >= 0
        self._move(Happening.ROLLING, recording=recording, index=max(0, self._view.index))
        if again:
            self._answer_cut = self._answer_left_ns > 0
            question = self._question()
            self._mark(events.MarkKind.QUESTION, question.id)
            if self._code_changes:
                self._mark(events.MarkKind.CODE, question.id, self._code)  # also what was typed in between
            self._speak()
        else:
            self._ask(0)

    # ── what was interrupted ────────────────────────────────────────────────────────────────────────

    def _recorder_lost(self, what: str) -> None:
        """Another recorder takes over, unless nothing is to be recorded now or the third one died."""
        state = self._view.state
        if state is State.FINISHING:
            self._broken(what, "What was recorded until then is stored. Please call the proctor.")
            return
        if not states.recording(state) and state is not State.PREPARING:
            return
        if not self._restarts.again(self._clock.now_ns()):
            self._broken(f"{what} It did so several times.", "What was recorded is stored. Please call the proctor.")
            return
        log.error("%s while %s", what, state)
        self._recorder_gone = True
        self._keep_answer_time()
        self._asking.cut()
        remedy = "Another one takes over at the same question. What was recorded until then is stored."
        others = tuple(trouble for trouble in self._view.troubles if trouble.device == "disk")
        self._show(progress=None, troubles=(*others, Trouble(RECORDER, what, remedy)))
        if state is not State.PAUSED:
            self._restart()

    def _restart(self) -> None:
        """Has another recorder go on with the session in work, or the same one if only the connection was lost."""
        prepare = self._prepare
        if prepare is None:
            return
        self._move(Happening.RECORDER_LOST, deadline_ns=0)
        self._recorder_gone = False
        self._wake_ns = self._clock.now_ns() + PREPARE_LIMIT_NS
        try:
            same = self._recorder.reopen()
        except KioskError as error:
            self._broken(error.what, error.remedy, error.code)
            return
        if not same:
            self._recorder.send(dataclasses.replace(prepare, continues=True))
        elif self._view.index < 0:
            self._broken("The connection to the recorder was lost.", "Please start again.")
        else:
            self._move(Happening.PREPARED)
            self._rolling(self._view.recording)

    def _look_back(self) -> None:
        """At the kiosk's own start."""
        if self._view.state is not State.IDLE:
            return
        running = self._archive.running()
        if running is not None:
            self._rejoin(running)
            return
        self._standing = standing = self._archive.unfinished()
        left = None
        if standing is not None:
            prepare, interview = standing.prepare, standing.interview
            count = len(interview.questions)
            left = view.Unfinished(prepare.session, interview.title, prepare.candidate, standing.index, count)
        self._show(unfinished=left)

    def _end_here(self) -> None:
        standing, self._standing = self._standing, None
        if standing is not None:
            self._book.ended_before(standing.prepare.session)
            self._show(unfinished=None)

    def _go_on(self) -> None:
        """With the interview that was cut off: a new recorder, a new segment, the same question."""
        standing = self._standing
        if standing is None:
            return
        states.move(self._view.state, Happening.CONTINUED)
        self._standing = None
        self._take_up(standing, Happening.CONTINUED)
        self._wake_ns = self._clock.now_ns() + PREPARE_LIMIT_NS
        try:
            self._recorder.open()
        except KioskError as error:
            self._broken(error.what, error.remedy, error.code)
            return
        assert self._prepare is not None
        self._recorder.send(dataclasses.replace(self._prepare, continues=True))

    def _rejoin(self, standing: Standing) -> None:
        """The recorder never stopped: the candidate goes on with the time that is left."""
        self._take_up(standing, Happening.REJOINED)
        self._mark(events.MarkKind.NOTE, self._question().id, "the kiosk was started again")
        now = self._clock.now_ns()
        if standing.phase is State.PAUSED:
            self._move(Happening.PAUSED)
        elif not standing.asked:
            self._ask(self._view.index)
        elif standing.phase is State.THINKING:
            self._run_limit(Happening.SPOKEN, now, standing.left_ns)
        elif standing.phase is State.ANSWERING:
            self._answer_left_ns = 0
            self._run_limit(Happening.SPOKEN_AGAIN, now, standing.left_ns)
        elif standing.sounding:
            self._asking.cut(sounding=True)
            self._wake_ns = now + PLAYING_LIMIT_NS
        else:
            self._speak()

    def _take_up(self, standing: Standing, happening: Happening) -> None:
        """Makes the interview's standing our own."""
        prepare, interview = standing.prepare, standing.interview
        self._asking.forget()
        self._restarts = Restarts()
        self._recorder_gone = False
        self._answer_left_ns, self._answer_cut = standing.answer_left_ns, False
        self._code, self._code_changes = standing.code, standing.code_changes
        self._prepare = prepare_for(self._settings, prepare.session, interview, prepare.candidate, prepare.consent)
        self._show(
            session=prepare.session,
            interview=interview,
            candidate=prepare.candidate,
            index=standing.index,
            repeats_left=standing.repeats_left,
            code=standing.code,
            troubles=(),
            message="",
            unfinished=None,
        )
        self._book.continued(prepare.session)
        self._move(happening)
        self._narrator.prepare(lines_of(self._settings, interview, standing.index))
