"""Going on with what was interrupted: a recorder that died, a kiosk that was started again, an interview cut off.

The question in work is put once more, with the time that was left.
"""

import dataclasses
import logging
from typing import Final

from kiosk.domain import commands, events, view
from kiosk.domain.clock import NS
from kiosk.domain.errors import KioskError
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import SessionState as State
from kiosk.session.asking import Asking
from kiosk.session.course import Course
from kiosk.session.ports import Archive, Narrator
from kiosk.session.preparing import PREPARE_LIMIT_NS, lines_of, prepare_for
from kiosk.session.restarts import Restarts
from kiosk.session.scene import Scene
from kiosk.session.standing import Standing
from kiosk.session.states import Happening
from kiosk.session.trial import Trial
from kiosk.session.trouble import RECORDER, with_trouble

log = logging.getLogger(__name__)

PLAYING_LIMIT_NS: Final = 60 * NS
"""How long a question may sound that an earlier director had begun."""
REMEDY: Final = "Another one takes over at the same question. What was recorded until then is stored."


class Comeback:
    """Called by the director's thread alone."""

    def __init__(
        self,
        scene: Scene,
        course: Course,
        asking: Asking,
        trial: Trial,
        narrator: Narrator,
        archive: Archive,
    ) -> None:
        self._scene = scene
        self._course = course
        self._asking = asking
        self._trial = trial
        self._narrator = narrator
        self._archive = archive
        self.prepare: commands.Prepare | None = None
        """The order that began the interview in work."""
        self.recorder_gone = False
        self._restarts = Restarts()
        self._standing: Standing | None = None
        """Of the interview that was cut off and may go on."""

    def begins(self, prepare: commands.Prepare) -> None:
        """Another interview begins."""
        self.prepare = prepare
        self.recorder_gone = False
        self._restarts = Restarts()

    def forget(self) -> None:
        self.prepare = None
        self.recorder_gone = False

    # ── a recorder died ─────────────────────────────────────────────────────────────────────────────

    def recorder_lost(self, what: str) -> None:
        """Another recorder takes over, unless nothing is to be recorded now or the third one died."""
        scene, state = self._scene, self._scene.state
        if not self._restarts.again(scene.now_ns()):
            scene.broken(f"{what} It did so several times.", "What was recorded is stored. Please call the proctor.")
            return
        log.error("%s while %s", what, state)
        self.recorder_gone = True
        self._course.keep_answer_time()
        self._asking.cut()
        disk = tuple(trouble for trouble in scene.view.troubles if trouble.device == "disk")
        scene.show(progress=None, troubles=with_trouble(disk, RECORDER, what, REMEDY))
        if state is not State.PAUSED:
            self.restart()

    def restart(self) -> None:
        """Has another recorder go on with the session in work, or the same one if only the connection was lost."""
        prepare, scene = self.prepare, self._scene
        if prepare is None:
            return
        scene.move(Happening.RECORDER_LOST, deadline_ns=0)
        self.recorder_gone = False
        scene.wake_in(PREPARE_LIMIT_NS)
        try:
            same = scene.recorder.reopen()
        except KioskError as error:
            scene.broken(error.what, error.remedy, error.code)
            return
        if not same:
            scene.recorder.send(dataclasses.replace(prepare, continues=True))
            scene.tell_volume()
        elif scene.view.index < 0:
            scene.broken("The connection to the recorder was lost.", "Please start again.")
        else:
            scene.move(Happening.PREPARED)
            self.rolling(scene.view.recording)

    def rolling(self, recording: str) -> None:
        """The first fragment is durable: the first question, or the one in work once more."""
        scene = self._scene
        again = scene.view.index >= 0
        scene.move(Happening.ROLLING, recording=recording, index=max(0, scene.view.index))
        if not again:
            if scene.view.accommodations != Accommodations():
                self._course.mark_accommodations()
            self._course.ask(0)
            return
        self._course.answer_cut = self._course.answer_left_ns > 0
        question = scene.question()
        scene.mark(events.MarkKind.QUESTION, question.id)
        if self._course.code_changes:
            scene.mark(events.MarkKind.CODE, question.id, self._course.code)  # also what was typed in between
        self._course.speak()

    # ── this kiosk is new ───────────────────────────────────────────────────────────────────────────

    def look_back(self) -> bool:
        """At the kiosk's own start: whether an interview was rejoined."""
        if self._scene.state is not State.IDLE:
            return False
        running = self._archive.running()
        if running is not None:
            self._rejoin(running)
            return True
        self._standing = standing = self._archive.unfinished()
        left = None
        if standing is not None:
            prepare, interview = standing.prepare, standing.interview
            count = len(interview.questions)
            left = view.Unfinished(prepare.session, interview.title, prepare.candidate, standing.index, count)
        self._scene.show(unfinished=left)
        return False

    def end_here(self) -> None:
        standing, self._standing = self._standing, None
        if standing is not None:
            self._scene.book.ended_before(standing.prepare.session)
            self._scene.show(unfinished=None)

    def go_on(self) -> None:
        """With the interview that was cut off: a new recorder, a new segment, the same question."""
        standing = self._standing
        if standing is None:
            return
        self._scene.may(Happening.CONTINUED)
        self._standing = None
        self._take_up(standing, Happening.CONTINUED)
        self._scene.wake_in(PREPARE_LIMIT_NS)
        self._trial.then(self._open)

    def _open(self) -> None:
        scene, prepare = self._scene, self.prepare
        assert prepare is not None
        try:
            scene.recorder.open()
        except KioskError as error:
            scene.broken(error.what, error.remedy, error.code)
            return
        scene.recorder.send(dataclasses.replace(prepare, continues=True))

    def _rejoin(self, standing: Standing) -> None:
        """The recorder never stopped: the candidate goes on with the time that is left."""
        self._take_up(standing, Happening.REJOINED)
        scene, course = self._scene, self._course
        scene.mark(events.MarkKind.NOTE, scene.question().id, "the kiosk was started again")
        extensions = standing.extensions_left
        if standing.phase is State.PAUSED:
            scene.move(Happening.PAUSED)
        elif not standing.asked:
            course.ask(scene.view.index)
        elif standing.phase is State.THINKING:
            course.run_limit(Happening.SPOKEN, standing.left_ns, extensions=extensions)
        elif standing.phase is State.ANSWERING:
            course.answer_left_ns = 0
            course.run_limit(Happening.SPOKEN_AGAIN, standing.left_ns, extensions=extensions)
        elif standing.sounding:
            self._asking.cut(sounding=True)
            scene.wake_in(PLAYING_LIMIT_NS)
        else:
            course.speak()

    def _take_up(self, standing: Standing, happening: Happening) -> None:
        """Makes the interview's standing our own."""
        prepare, interview = standing.prepare, standing.interview
        course = self._course
        self._asking.forget()
        course.forget()
        course.answer_left_ns, course.extensions_left = standing.answer_left_ns, standing.extensions_left
        for question, text in standing.codes.items():
            course.keep_code(question, text, 1)
        if standing.asked:
            course.keep_code(interview.questions[standing.index].id, standing.code, standing.code_changes)
        self.begins(
            prepare_for(
                self._scene.settings,
                prepare.session,
                interview,
                prepare.candidate,
                prepare.consent,
                prepare.gain_db,
                prepare.sound_offset_ns,
            )
        )
        self._scene.show(
            session=prepare.session,
            interview=interview,
            candidate=prepare.candidate,
            index=standing.index,
            repeats_left=standing.repeats_left,
            code=standing.code,
            troubles=(),
            message="",
            unfinished=None,
            accommodations=standing.accommodations,
        )
        self._scene.book.continued(prepare.session)
        self._scene.move(happening)
        slower = standing.accommodations.slower_voice
        self._narrator.prepare(lines_of(self._scene.settings, interview, standing.index, slower=slower))
