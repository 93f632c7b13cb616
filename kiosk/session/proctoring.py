"""What a proctor can do, once the lock is open: help with an interview, try the kiosk, leave it.

Every act that changes an interview is on record, in its journal or in the ledger.
"""

import dataclasses
import json
import logging
from typing import Final

from kiosk.domain import commands, events, requests
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import Leaving
from kiosk.domain.view import SessionState as State
from kiosk.session import states
from kiosk.session.parts import Parts
from kiosk.session.ports import Narrator
from kiosk.session.preparing import lines_of
from kiosk.session.states import Happening, IllegalMoveError

log = logging.getLogger(__name__)

LONGEST_GRANT_S: Final = 4 * 3600
FACTORS: Final = (1.0, 4.0)


class Proctoring:
    """Called by the director's thread alone."""

    def __init__(self, parts: Parts) -> None:
        self._scene = parts.scene
        self._course = parts.course
        self._check = parts.check
        self._comeback = parts.comeback
        self._readiness = parts.readiness
        self._trial = parts.trial
        self._asking = parts.asking
        self._world = parts.world

    def handle(self, request: requests.ProctorRequest) -> None:
        """One thing that the proctor asked for. Raises IllegalMoveError when it does not fit."""
        match request:
            case requests.PauseSession():
                self._pause()
            case requests.ResumeSession():
                self._resume()
            case requests.GrantTime():
                self._course.grant(min(LONGEST_GRANT_S, request.seconds))
            case requests.SkipQuestion():
                self._need_recorder(Happening.SKIPPED)
                self._course.skip()
            case requests.GoBack():
                self._need_recorder(Happening.WENT_BACK)
                self._course.back()
            case requests.RepeatQuestion():
                self._course.repeat(counted=False)
            case requests.Note():
                self._note(request.text)
            case requests.Accommodate():
                self._accommodate(request)
            case requests.SkipCheck():
                self._check.skip()
            case requests.Rehearse():
                self._rehearse()
            case requests.FindDevices():
                self._find_devices()
            case requests.ChooseDevices():
                self._choose_devices(request)
            case requests.GoOn():
                self._readiness.give_way()
                self._comeback.go_on()
            case requests.EndHere():
                self._comeback.end_here()
            case requests.LeaveKiosk():
                self._leave(Leaving.PROGRAM)
            case requests.ShutDown():
                self._leave(Leaving.MACHINE)

    def _need_recorder(self, happening: Happening) -> None:
        if self._comeback.recorder_gone:
            raise IllegalMoveError(self._scene.state, happening)

    def _pause(self) -> None:
        scene = self._scene
        scene.may(Happening.PAUSED)
        self._course.keep_answer_time()
        self._asking.hush()
        scene.wake_ns = 0
        scene.recorder.send(commands.Pause())
        scene.move(Happening.PAUSED, deadline_ns=0)

    def _resume(self) -> None:
        self._scene.may(Happening.RESUMED)
        if self._comeback.recorder_gone:
            self._comeback.restart()
            return
        self._scene.recorder.send(commands.Resume())
        self._scene.move(Happening.RESUMED)
        self._course.speak()

    def _note(self, text: str) -> None:
        scene, words = self._scene, text.strip()
        if not words or not scene.view.session:
            return
        if states.recording(scene.state):
            scene.mark(events.MarkKind.NOTE, scene.view.question.id if scene.view.question else "", words)
        scene.book.noted(scene.view.session, "note", words)

    def _accommodate(self, request: requests.Accommodate) -> None:
        scene, before, now = self._scene, self._scene.view.accommodations, request.accommodations
        low, high = FACTORS
        now = dataclasses.replace(now, time_factor=max(low, min(high, now.time_factor)))
        if now == before or scene.state in states.ENDED:
            return
        self._course.accommodate(now)
        self.note_accommodations(scene.view.session, always=True)
        if now.slower_voice != before.slower_voice:
            self._asking.forget_rendered()
            if self._check.running:
                self._check.narrate()
            elif scene.view.interview is not None and scene.view.session:
                first = max(0, scene.view.index)
                lines = lines_of(scene.settings, scene.view.interview, first, slower=now.slower_voice)
                self._narrator.prepare(lines)

    def note_accommodations(self, session: str, *, always: bool = False) -> None:
        """Into the ledger, once there is a session; `always` also that there are none."""
        agreed = self._scene.view.accommodations
        if session and (always or agreed != Accommodations()):
            self._scene.book.noted(session, "accommodations", json.dumps(dataclasses.asdict(agreed)))

    @property
    def _narrator(self) -> Narrator:
        return self._world.narrator

    def _rehearse(self) -> None:
        scene = self._scene
        if scene.state is State.READY:
            self._check.again()
            return
        if scene.state is not State.IDLE:
            raise IllegalMoveError(scene.state, Happening.CHECK_BEGUN)
        self._readiness.give_way()
        self._asking.forget()
        self._check.begin()

    def _find_devices(self) -> None:
        self._scene.show(devices=dataclasses.replace(self._scene.view.devices, looking=True, problem=""))
        self._world.hall.find_devices()

    def _choose_devices(self, request: requests.ChooseDevices) -> None:
        scene = self._scene
        if states.recording(scene.state) or scene.state is State.PREPARING:
            raise IllegalMoveError(scene.state, Happening.OPENED)
        chosen = {"camera": request.camera, "microphone": request.microphone, "speaker": request.speaker}
        kept = {name: spec for name, spec in chosen.items() if spec}
        scene.settings = dataclasses.replace(scene.settings, **kept)  # type: ignore[arg-type]  # all texts
        scene.show(devices=dataclasses.replace(scene.view.devices, **kept))  # type: ignore[arg-type]  # all texts
        scene.book.noted("", "devices", ", ".join(kept.values()))
        if self._check.running:
            self._check.reopen()
        elif scene.state is State.IDLE:
            self._readiness.give_way()
            self._readiness.soon()

    def _leave(self, how: Leaving) -> None:
        scene = self._scene
        if states.recording(scene.state) or scene.state is State.PREPARING:
            raise IllegalMoveError(scene.state, Happening.ENDING)
        self._readiness.give_way()
        self._trial.end()
        scene.book.noted("", "left", how.value)
        scene.show(leaving=how)
