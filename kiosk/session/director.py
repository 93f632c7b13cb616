"""The director: leads one interview from welcome to thanks. One inbox, one owner of the state.

Everything that happens - a button, an event of the recorder, a rendered question, time passing - is handled
by `handle` and `tick`, one at a time, by one thread (`session.inbox`), and passed on to the part that it concerns.
The core does no waiting and reads no clock but the injected one, so tests drive it with values. It never touches a
device, a codec or a screen.
"""

import dataclasses
import logging
import uuid
from collections.abc import Callable
from typing import Final, TypeAlias

from kiosk.domain import commands, events, requests
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import KioskError, NoSpace
from kiosk.domain.interview import Consent
from kiosk.domain.view import Call, Delivery, Devices, View
from kiosk.domain.view import SessionState as State
from kiosk.session import states
from kiosk.session.aloud import KEY, Aloud
from kiosk.session.asking import Asking
from kiosk.session.check import Check
from kiosk.session.comeback import Comeback
from kiosk.session.company import Company
from kiosk.session.course import Course
from kiosk.session.lockout import Lockout
from kiosk.session.ports import DevicesFound, LookBack, Narrated, Recorder, RecorderLost, World
from kiosk.session.preparing import PREPARE_LIMIT_NS, Settings, lines_of, prepare_for
from kiosk.session.proctoring import Proctoring
from kiosk.session.readiness import IDLE_NS, ReadinessRun
from kiosk.session.scene import Scene
from kiosk.session.states import Happening
from kiosk.session.trial import Trial
from kiosk.session.trouble import with_trouble

log = logging.getLogger(__name__)

START_LIMIT_NS: Final = 15 * NS
SILENT_NS: Final = 2 * NS
"""A recorder tells ten times a second how it goes."""
SILENT: Final = "Perhaps not recording: the recorder does not answer"
NOTHING_KEPT: Final = "Nothing is kept"
LOOK_NS: Final = 30 * NS
"""How often an idle kiosk looks for interviews."""
DELIVERY_NS: Final = NS

FULL: Final = "The disk is full, so the interview had to end. What was recorded until then is stored."

BESIDE: Final = (
    requests.Accommodate,
    requests.Active,
    requests.Attend,
    requests.CallProctor,
    requests.CodeChanged,
    requests.EnterPin,
    requests.GrantTime,
    requests.Lock,
    requests.MoreTime,
    requests.Note,
    requests.SetVolume,
)
"""What is read aloud goes on meanwhile; anything else ends it."""

Message: TypeAlias = requests.Request | events.Event | Narrated | RecorderLost | LookBack | DevicesFound


class Director:
    """Leads interviews, one after the other.

    Args:
        world: what the director needs of others.
        on_view: called with every new View, from whoever calls `handle` or `tick`.
    """

    def __init__(
        self, settings: Settings, recorder: Recorder, world: World, clock: Clock, on_view: Callable[[View], None]
    ) -> None:
        self._world = world
        scene = self._scene = Scene(settings, recorder, world.book, clock, on_view)
        self._asking = Asking(recorder, clock)
        self._trial = Trial(recorder, clock)
        self._course = Course(scene, self._asking)
        self._company = Company(scene, self._go_home, attended=settings.attended)
        self._check = Check(scene, self._trial, world.narrator, self._asking, self._company.call)
        self._comeback = Comeback(scene, self._course, self._asking, self._trial, world.narrator, world.archive)
        self._readiness = ReadinessRun(scene, self._trial)
        self._aloud = Aloud(scene, world.narrator, world.voice)
        self._lockout = Lockout(scene, world.guard)
        self._proctoring = Proctoring(
            scene, self._course, self._check, self._comeback, self._readiness, self._trial, self._asking, world
        )
        self._heard_ns = 0
        """When the recorder told last how it goes."""
        self._look_ns = 0
        """When something outside is looked at next."""
        self._consent: Consent | None = None
        devices = Devices(settings.camera, settings.microphone, settings.speaker)
        scene.view = View(devices=devices, lock=self._lockout.first())

    @property
    def current(self) -> View:
        return self._scene.view

    @property
    def wake_ns(self) -> int:
        """Session clock at which `tick` must be called; 0 when nothing is due."""
        return min((ns for ns in (self._scene.wake_ns, self._aloud.wake_ns) if ns), default=0)

    @property
    def holds_recorder(self) -> bool:
        """Whether a recorder runs that must be told to end."""
        return self._trial.runs or states.recording(self.current.state) or self.current.state is State.PREPARING

    # ── what happens ────────────────────────────────────────────────────────────────────────────────

    def handle(self, message: Message) -> None:
        """One thing that happened. An illegal one is logged and changes nothing."""
        try:
            match message:
                case LookBack():
                    self._look_back()
                case Narrated():
                    self._narrated(message)
                case RecorderLost():
                    self._recorder_lost(message.what)
                case DevicesFound():
                    known = self.current.devices
                    self._scene.show(
                        devices=dataclasses.replace(known, found=message.found, problem=message.problem, looking=False)
                    )
                case _ if isinstance(message, events.Event):
                    self._recorder_event(message)
                case _:
                    self._request(message)
        except states.IllegalMoveError as error:
            log.warning("ignored: %s", error)
        self._aloud.look()
        self._company.look()

    def tick(self) -> None:
        """Time has passed: does what is due."""
        try:
            self._doubt()
            self._trial.tick()
            self._readiness.tick()
            self._aloud.tick()
            self._lockout.tick()
            self._company.tick()
            self._look_outside()
            if self._scene.wake_ns and self._scene.now_ns() >= self._scene.wake_ns:
                self._scene.wake_ns = 0
                self._overdue()
        except states.IllegalMoveError as error:
            log.warning("ignored: %s", error)

    def _overdue(self) -> None:
        state = self.current.state
        self._aloud.stop()
        if self._check.running:
            self._check.overdue()
        elif state is State.THINKING:
            self._course.begin_answer()
        elif state is State.ANSWERING:
            self._course.answered()
        elif state is State.ASKING:
            if self._course.asking_overdue():
                self._course.spoken()
        elif state in {State.PREPARING, State.RESUMING}:
            self._scene.broken("The camera or the microphone did not get ready in time.", "Please call the proctor.")
        elif state is State.STARTING:
            self._scene.broken("The recording did not begin in time.", "Please call the proctor.")
        elif state is State.FINISHING:
            self._scene.broken("The recording did not finish in time. What was recorded so far is stored.", "")

    def _doubt(self) -> None:
        """REC is not lit on the word of a recorder that says nothing any more."""
        progress = self.current.progress
        if progress is None or not progress.rec or not states.recording(self.current.state):
            return
        if self._scene.now_ns() - self._heard_ns >= SILENT_NS:
            log.warning("the recorder says nothing any more")
            self._scene.show(progress=dataclasses.replace(progress, rec=False, rec_reason=SILENT))

    def _look_outside(self) -> None:
        """What others bring about: assigned interviews, and that a recording has arrived at the server."""
        state, now = self.current.state, self._scene.now_ns()
        if now < self._look_ns:
            return
        if state is State.FINISHED:
            self._look_ns = now + DELIVERY_NS
            self._scene.show_if_new(delivery=self._world.archive.delivery(self.current.session))
        elif state is State.IDLE and self._scene.settings.attended:
            self._look_ns = now + LOOK_NS
            hall = self._world.hall
            self._scene.show_if_new(interviews=hall.interviews(), assigned=hall.assigned())

    # ── people ──────────────────────────────────────────────────────────────────────────────────────

    def _request(self, request: requests.Request) -> None:
        self._company.active()
        if not isinstance(request, BESIDE):
            self._aloud.stop()
        match request:
            case requests.Choose():
                self._choose(request)
            case requests.Confirm():
                self._scene.move(Happening.CONFIRMED)
            case requests.Deny():
                self._scene.may(Happening.DENIED)
                self._go_home()
            case requests.Agree():
                self._agree(request)
            case requests.Refuse():
                self._scene.move(Happening.DECLINED)
                self._company.call(Call.REFUSED)
            case requests.Next():
                self._next()
            case requests.Again():
                self._check.again()
            case requests.NotHeard():
                self._check.not_heard()
            case requests.SkipPractice():
                if self.current.state is State.PRACTICE:
                    self._check.skip()
            case requests.Repeat():
                (self._check if self._check.running else self._course).repeat()
            case requests.MoreTime():
                self._course.more_time()
            case requests.CodeChanged():
                self._course.code_changed(request.text)
            case requests.SetVolume():
                self._set_volume(request.percent)
            case requests.ReadAloud():
                self._aloud.read(request.text)
            case requests.Active():
                pass
            case requests.CallProctor():
                self._company.call(Call.HELP)
            case requests.Dismiss():
                self._scene.may(Happening.DISMISSED)
                self._go_home()
            case requests.EnterPin():
                self._lockout.enter(request.pin)
            case requests.Lock():
                self._lockout.lock()
            case requests.Attend():
                self._company.attend()
            case requests.StopSession():
                self._end(request)
            case _ if self._lockout.open:
                self._proctoring.handle(request)
            case _:
                log.warning("refused while the lock is closed: %s", type(request).__name__)

    def _choose(self, request: requests.Choose) -> None:
        self._scene.may(Happening.CHOSEN)
        self._readiness.give_way()
        self._scene.move(
            Happening.CHOSEN,
            interview=request.interview,
            candidate=request.candidate,
            index=-1,
            consent=self._world.hall.consent(request.interview.language),
        )
        if request.confirmed:
            self._scene.move(Happening.CONFIRMED)

    def _agree(self, request: requests.Agree) -> None:
        settings, interview = self._scene.settings, self.current.interview
        checks = settings.check or settings.rehearsal
        self._scene.may(Happening.CHECK_BEGUN if checks else Happening.AGREED)  # refuse before anything is written
        if interview is None:
            raise states.IllegalMoveError(self.current.state, Happening.AGREED)
        session = str(uuid.uuid4())
        self._asking.forget()
        self._course.forget()
        self._check.forget()
        at = self._scene.clock.wall().isoformat(timespec="seconds")
        try:
            self._world.book.opened(session, interview, self.current.candidate, request.consent, at)
        except KioskError as error:
            self._scene.broken(f"The interview cannot begin. {error.what}", error.remedy, error.code)
            return
        self._consent = request.consent
        if checks:
            self._check.begin(session=session, message="", unfinished=None)
        else:
            self._prepare(Happening.AGREED, session)

    def _prepare(self, happening: Happening, session: str) -> None:
        """Has the devices opened for the interview, as soon as no other recorder has them."""
        interview, scene = self.current.interview, self._scene
        if interview is None:
            raise states.IllegalMoveError(self.current.state, happening)
        found = (self._check.gain_db, self._check.sound_offset_ns)
        self._comeback.begins(
            prepare_for(scene.settings, session, interview, self.current.candidate, self._consent, *found)
        )
        scene.move(
            happening, session=session, troubles=(), message="", unfinished=None, progress=None, notice=None,
            index=-1, practice=None, verdict=None, verdict_words="", captions_only=False,
        )  # fmt: skip
        scene.wake_in(PREPARE_LIMIT_NS)
        slower = self.current.accommodations.slower_voice
        self._world.narrator.prepare(lines_of(scene.settings, interview, slower=slower))
        self._trial.then(self._open)

    def _open(self) -> None:
        prepare, scene = self._comeback.prepare, self._scene
        if prepare is None or scene.state is not State.PREPARING:
            return
        try:
            scene.recorder.open()
        except KioskError as error:
            scene.broken(error.what, error.remedy, error.code)
            return
        scene.recorder.send(prepare)
        scene.tell_volume()

    def _next(self) -> None:
        state = self.current.state
        if state is State.READY and self.current.interview is None:
            self._go_home(Happening.ENDING)
        elif state is State.READY:
            self._prepare(Happening.BEGUN, self.current.session)
        elif self._check.running:
            self._check.next()
        elif state is State.THINKING:
            self._course.begin_answer()
        elif state is State.ANSWERING:
            self._course.answered()

    def _set_volume(self, percent: int) -> None:
        volume = max(0, min(100, percent))
        self._scene.show(volume=volume)
        if self.holds_recorder:
            self._scene.recorder.send(commands.Volume(volume))

    def _end(self, request: requests.StopSession) -> None:
        state, session = self.current.state, self.current.session
        if request.reason != requests.INTERRUPTED and not self._lockout.open:
            log.warning("refused while the lock is closed: StopSession")
            return
        self._scene.may(Happening.ENDING)
        if session and request.why:
            self._world.book.noted(session, request.reason, request.why)
        if state in {State.CONFIRMING, State.CONSENT} or self._check.running:
            if session:
                self._world.book.ended(session, State.FINISHED, request.reason, 0, "")
            self._go_home(Happening.ENDING)
            return
        if request.why and states.recording(state):
            self._scene.mark(events.MarkKind.NOTE, "", f"{request.reason}: {request.why}")
        if state is State.ANSWERING:
            self._scene.mark(events.MarkKind.ANSWER_ENDED, self._scene.question().id)
        self._course.finish(request.reason, Happening.ENDING)
        if state is State.PREPARING and self._trial.runs:  # no recorder of the interview yet: nothing to seal
            self._trial.then(lambda: self._stopped(events.Stopped(session, request.reason, "", "", 0, 0, 0, 0)))

    def _go_home(self, happening: Happening = Happening.DISMISSED) -> None:
        """Back to the welcome screen, with nothing of the person left."""
        if self.current.state is State.CONFIRMING:
            happening = happening if happening is Happening.ENDING else Happening.DENIED
        self._scene.may(happening)
        self._aloud.stop()
        if self._trial.runs:
            self._trial.drop()
            self._trial.end()
        else:
            self._scene.recorder.close()
        self._asking.forget()
        self._course.forget()
        self._check.forget()
        self._comeback.forget()
        self._consent = None
        self._look_ns = 0
        self._scene.empty(happening)
        self._readiness.soon(IDLE_NS)

    # ── the recorder ────────────────────────────────────────────────────────────────────────────────

    def _recorder_event(self, event: events.Event) -> None:
        if isinstance(event, events.Stopped) and self._trial.runs:
            self._trial_stopped()
        elif self._readiness.active:
            self._readiness.event(event)
        elif self._check.running:
            self._check_event(event)
        elif not self._trial.runs:
            self._interview_event(event)

    def _trial_stopped(self) -> None:
        """The recorder of check, rehearsal or readiness has ended, as it was told to or not."""
        expected = self._trial.ending
        if expected:
            self._trial.gone()
        elif self._readiness.active:
            self._readiness.lost("The recorder ended early.")
            self._trial.gone()
        elif self._check.running and self.current.state is not State.READY:
            self._check.lost("The recorder ended early.")
        else:
            self._trial.gone()

    def _check_event(self, event: events.Event) -> None:
        check, scene = self._check, self._scene
        match event:
            case events.Progress():
                scene.show(progress=dataclasses.replace(event, rec=False, rec_reason=NOTHING_KEPT))
                self._company.heard(event)
            case events.Snapshot():
                scene.show(preview=event.preview)
            case events.Prepared():
                check.prepared()
            case events.Started():
                check.started()
            case events.VoiceEnded() if scene.state is State.PRACTICE_ASKING and self._asking.sounding:
                check.spoken()
            case events.VoiceLost():
                check.voice_lost(event.what)
            case events.Problem():
                scene.show(troubles=with_trouble(scene.view.troubles, event.device, event.what, event.remedy))
                check.look()
            case events.Rehearsed():
                check.rehearsed(event)
            case events.Replayed():
                check.replayed()
            case events.Failed():
                log.error("the recorder could not do %s: %s", event.command or "its work", event.what)
                check.failed(event)
            case _:
                pass

    def _interview_event(self, event: events.Event) -> None:
        scene = self._scene
        sounds = scene.state is State.ASKING and self._asking.sounding
        match event:
            case events.Progress():
                self._heard_ns = scene.now_ns()
                scene.show(progress=event)
                self._company.heard(event)
            case events.Snapshot():
                self._heard_ns = scene.now_ns()
                scene.show(preview=event.preview, progress=event.progress)
            case events.Prepared():
                if scene.state in {State.PREPARING, State.RESUMING}:
                    scene.move(Happening.PREPARED)
                    scene.wake_in(START_LIMIT_NS)
                    scene.recorder.send(commands.Start())
            case events.Started():
                if event.segment == 1:
                    self._world.book.started(event.session, event.started_at, event.recording)
                if scene.state is State.STARTING:
                    self._comeback.rolling(event.recording)
            case events.VoiceEnded() if sounds and event.question == scene.question().id:
                self._course.spoken()
            case events.VoiceLost() if sounds and event.question == scene.question().id:
                self._course.show_caption(event.what)
            case events.Problem():
                scene.show(troubles=with_trouble(scene.view.troubles, event.device, event.what, event.remedy))
            case events.Stopped():
                self._stopped(event)
            case events.Failed():
                self._failed(event)
            case _:
                pass

    def _stopped(self, event: events.Stopped) -> None:
        full = event.reason == NoSpace.code
        happening = Happening.BROKEN if full else Happening.STOPPED
        self._scene.wake_ns = 0
        state = State.FAILED if full or self.current.state is State.FAILED else State.FINISHED
        self._world.book.ended(event.session, state, event.reason, event.duration_ns, event.manifest)
        message = "" if event.reason == "completed" else event.reason
        self._scene.move(
            happening,
            recording=event.recording,
            manifest=event.manifest,
            duration_ns=event.duration_ns,
            stopped=event,
            deadline_ns=0,
            message=FULL if full else message,
            failure=event.reason if full else "",
            notice=None,
            still_there=False,
            delivery=self._world.archive.delivery(event.session) if event.recording else Delivery.STORED,
        )

    def _failed(self, event: events.Failed) -> None:
        log.error("the recorder could not do %s: %s", event.command or "its work", event.what)
        if event.fatal or event.command in {"Prepare", "Start", "Stop"}:
            self._scene.broken(event.what, event.remedy, event.code)
        elif event.command == "Speak" and self.current.state is State.ASKING:
            self._course.show_caption(event.what)

    def _recorder_lost(self, what: str) -> None:
        state = self.current.state
        if self._trial.runs:
            if self._trial.ending or not (self._readiness.active or self._check.running):
                self._trial.gone()
            elif self._readiness.active:
                self._readiness.lost(what)
                self._trial.gone()
            else:
                self._check.lost(what)
        elif state is State.FINISHING:
            self._scene.broken(what, "What was recorded until then is stored. Please call the proctor.")
        elif states.recording(state) or state is State.PREPARING:
            self._comeback.recorder_lost(what)

    # ── the rest ────────────────────────────────────────────────────────────────────────────────────

    def _look_back(self) -> None:
        """At the kiosk's own start."""
        if not self._comeback.look_back():
            self._look_outside()
            self._readiness.soon()

    def _narrated(self, narrated: Narrated) -> None:
        if narrated.key.startswith(KEY):
            self._aloud.narration(narrated)
            return
        slower = self.current.accommodations.slower_voice
        if slower != (narrated.pace < 1):
            return  # it was asked for before the voice was to be slower, or faster
        self._check.narration(narrated)
        self._course.narration(narrated)
