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
from kiosk.domain.errors import KioskError
from kiosk.domain.interview import Consent
from kiosk.domain.view import Call, Devices, View
from kiosk.domain.view import SessionState as State
from kiosk.session import states
from kiosk.session.aloud import KEY, Aloud
from kiosk.session.asking import Asking
from kiosk.session.check import Check
from kiosk.session.comeback import Comeback
from kiosk.session.company import Company
from kiosk.session.course import Course
from kiosk.session.escapes import Escapes
from kiosk.session.lockout import Lockout
from kiosk.session.parts import Parts
from kiosk.session.ports import DevicesFound, LookBack, Narrated, Recorder, RecorderLost, World
from kiosk.session.preparing import PREPARE_LIMIT_NS, Settings, lines_of, prepare_for
from kiosk.session.proctoring import Proctoring
from kiosk.session.readiness import IDLE_NS, ReadinessRun
from kiosk.session.reports import Reports
from kiosk.session.scene import Scene
from kiosk.session.states import Happening
from kiosk.session.trial import Trial

log = logging.getLogger(__name__)

LOOK_NS: Final = 30 * NS
"""How often an idle kiosk looks for interviews."""
DELIVERY_NS: Final = NS

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
    requests.TriedToLeave,
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
        self._escapes = Escapes(scene, world.guard)
        own = (scene, self._course, self._check, self._comeback, self._readiness, self._trial, self._asking)
        parts = Parts(*own, company=self._company, world=world)
        self._proctoring = Proctoring(parts)
        self._reports = Reports(parts)
        self._look_ns = 0
        """When something outside is looked at next."""
        self._consent: Consent | None = None
        devices = Devices(settings.camera, settings.microphone, settings.speaker)
        scene.view = View(devices=devices, lock=self._lockout.first(), tries_to_leave=self._escapes.first())

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
                    self._reports.lost(message.what)
                case DevicesFound():
                    known = self.current.devices
                    self._scene.show(
                        devices=dataclasses.replace(known, found=message.found, problem=message.problem, looking=False)
                    )
                case _ if isinstance(message, events.Event):
                    self._reports.event(message)
                case _:
                    self._request(message)
        except states.IllegalMoveError as error:
            log.warning("ignored: %s", error)
        self._aloud.look()
        self._company.look()

    def tick(self) -> None:
        """Time has passed: does what is due."""
        try:
            self._reports.doubt()
            self._trial.tick()
            self._readiness.tick()
            self._aloud.tick()
            self._lockout.tick()
            self._escapes.tick()
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
                (self._check if self._check.running else self._course).more_time()
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
                self._escapes.forget()
                self._lockout.lock()
            case requests.TriedToLeave():
                self._escapes.tried(request.how)
            case requests.Attend():
                self._company.attend()
            case requests.StopSession():
                self._end(request)
            case requests.TryDevices():
                self._readiness.begin()
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
        self._proctoring.note_accommodations(session)
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
            self._trial.then(lambda: self._reports.stopped(events.Stopped(session, request.reason, "", "", 0, 0, 0, 0)))

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
