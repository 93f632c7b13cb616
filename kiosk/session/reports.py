"""What the recorder tells, and what follows from it: for the interview, for check and rehearsal, or for readiness.

One recorder runs at a time, so that every event is of whoever has it: a trial (`session.trial`) or the interview.
"""

import dataclasses
import logging
from typing import Final

from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.errors import NoSpace
from kiosk.domain.view import Delivery
from kiosk.domain.view import SessionState as State
from kiosk.session import states
from kiosk.session.course import STOP_LIMIT_NS
from kiosk.session.parts import Parts
from kiosk.session.states import Happening
from kiosk.session.trouble import with_trouble

log = logging.getLogger(__name__)

START_LIMIT_NS: Final = 15 * NS
SILENT_NS: Final = 2 * NS
"""A recorder tells ten times a second how it goes."""
SILENT: Final = "Perhaps not recording: the recorder does not answer"
NOTHING_KEPT: Final = "Nothing is kept"
BEFORE: Final = (State.IDLE, State.CONFIRMING, State.CONSENT)
STATUS: Final = (events.Progress, events.Snapshot, events.Problem)
"""Where no recorder runs these are of one that is gone: they would light REC, or show who is not there any more."""
FULL: Final = "The disk is full, so the interview had to end. What was recorded until then is stored."


class Reports:
    """Called by the director's thread alone."""

    def __init__(self, parts: Parts) -> None:
        self._scene = parts.scene
        self._course = parts.course
        self._check = parts.check
        self._comeback = parts.comeback
        self._readiness = parts.readiness
        self._trial = parts.trial
        self._asking = parts.asking
        self._company = parts.company
        self._world = parts.world
        self._heard_ns = 0
        """When the recorder told last how it goes."""

    def event(self, event: events.Event) -> None:
        if isinstance(event, events.Stopped) and self._trial.runs:
            self._trial_over("The recorder ended early.")
        elif self._readiness.active:
            self._readiness.event(event)
        elif self._check.running:
            self._check_event(event)
        elif not self._trial.runs and not (self._scene.state in BEFORE and isinstance(event, STATUS)):
            self._interview_event(event)

    def _trial_over(self, what: str) -> None:
        """The recorder of check, rehearsal or readiness has gone, as it was told to or not."""
        expected = self._trial.ending or self._scene.state is State.READY
        if self._readiness.active:
            self._readiness.lost(what)
            self._trial.gone()
        elif self._check.running and not expected:
            self._check.lost(what)
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
                before = scene.view.progress
                if scene.state is State.FINISHING and before is not None and event.durable_ns > before.durable_ns:
                    scene.wake_in(STOP_LIMIT_NS)  # a slow machine still writes what it has heard and seen
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
                self.stopped(event)
            case events.Failed():
                self._failed(event)
            case _:
                pass

    def stopped(self, event: events.Stopped) -> None:
        full = event.reason == NoSpace.code
        happening = Happening.BROKEN if full else Happening.STOPPED
        self._scene.wake_ns = 0
        state = State.FAILED if full or self._scene.view.state is State.FAILED else State.FINISHED
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
        elif event.command == "Speak" and self._scene.view.state is State.ASKING:
            self._course.show_caption(event.what)

    def lost(self, what: str) -> None:
        state = self._scene.view.state
        if self._trial.runs:
            self._trial_over(what)
        elif state is State.FINISHING:
            self._scene.broken(what, "What was recorded until then is stored. Please call the proctor.")
        elif states.recording(state) or state is State.PREPARING:
            self._comeback.recorder_lost(what)

    def doubt(self) -> None:
        """REC is not lit on the word of a recorder that says nothing any more."""
        progress = self._scene.view.progress
        if progress is None or not progress.rec or not states.recording(self._scene.view.state):
            return
        if self._scene.now_ns() - self._heard_ns >= SILENT_NS:
            log.warning("the recorder says nothing any more")
            self._scene.show(progress=dataclasses.replace(progress, rec=False, rec_reason=SILENT))
