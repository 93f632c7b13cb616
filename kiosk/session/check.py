"""Check and rehearsal: a candidate sees, hears and is heard before anything is kept, and practises on one question.

They use a recorder of their own (`session.trial`), which keeps nothing. What they find out about microphone and
camera goes into the interview's own order to prepare. Nobody is held up for good: the proctor can skip what is left.
"""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.errors import KioskError
from kiosk.domain.events import Verdict
from kiosk.domain.view import Call, Notice
from kiosk.domain.view import SessionState as State
from kiosk.session.asking import Asking
from kiosk.session.ports import Narrated, Narrator
from kiosk.session.practice import PRACTICE, SOUND_TEST, practice_of, trial_lines
from kiosk.session.preparing import PREPARE_LIMIT_NS, trial_for
from kiosk.session.restarts import Restarts
from kiosk.session.scene import Scene, span
from kiosk.session.states import TRIAL, Happening, IllegalMoveError
from kiosk.session.trial import Trial
from kiosk.session.trouble import notice_of

log = logging.getLogger(__name__)

START_LIMIT_NS: Final = 15 * NS
SENTENCE_NS: Final = 8 * NS
SHORTEST_NS: Final = NS
"""Whoever presses twice has said nothing yet."""
REPLAY_LIMIT_NS: Final = 240 * NS
LONGEST_PRACTICE_NS: Final = 150 * NS
"""Also without limits: a rehearsal lies in memory."""
EXTENSION_NS: Final = 30 * NS
PATIENCE: Final = 2
"""So many tries of which nothing could be heard, then the proctor is called."""


class Check:
    """From the recorder that is opened for it to READY. Called by the director's thread alone.

    Args:
        call: calls the proctor.
    """

    def __init__(
        self,
        scene: Scene,
        trial: Trial,
        narrator: Narrator,
        asking: Asking,
        call: Callable[[Call], None],
    ) -> None:
        self._scene = scene
        self._trial = trial
        self._narrator = narrator
        self._asking = asking
        self._call = call
        self._restarts = Restarts()
        self._sound_test: Narrated | None = None
        self._began_ns = 0
        self._heard = True
        """Somebody spoke in what was recorded last, as far as that is known."""
        self._unheard = 0
        """How often on end nobody did."""
        self.gain_db = scene.settings.gain_db
        self.sound_offset_ns = scene.settings.sound_offset_ns

    @property
    def running(self) -> bool:
        return self._scene.state in TRIAL

    def forget(self) -> None:
        """Another candidate comes."""
        self._sound_test = None
        self._unheard = 0
        settings = self._scene.settings
        self.gain_db, self.sound_offset_ns = settings.gain_db, settings.sound_offset_ns

    # ── from the beginning to READY ─────────────────────────────────────────────────────────────────

    def begin(self, **changes: object) -> None:
        """CONSENT or IDLE → OPENING."""
        view = self._scene.view
        practice = (
            practice_of(view.interview, self._scene.settings.language) if self._scene.settings.rehearsal else None
        )
        self.forget()
        self._restarts = Restarts()
        self._scene.move(Happening.CHECK_BEGUN, troubles=(), practice=practice, **changes)
        self.narrate()
        self._scene.wake_in(PREPARE_LIMIT_NS)
        self._trial.then(self._open)

    def narrate(self) -> None:
        """Has rendered what is said here."""
        view = self._scene.view
        slower = view.accommodations.slower_voice
        self._narrator.prepare(trial_lines(self._scene.settings, view.interview, view.practice, slower=slower))

    def narration(self, narrated: Narrated) -> None:
        if narrated.key == SOUND_TEST:
            self._sound_test = narrated
            if self._scene.state is State.LOUDSPEAKER and not self._scene.view.captions_only:
                self._sound()

    def prepared(self) -> None:
        """The devices are open."""
        if self._scene.state is not State.OPENING:
            return
        self._scene.wake_ns = 0
        if self._scene.settings.check:
            self._scene.move(Happening.OPENED, verdict=None, verdict_words="", held=False)
        elif self._scene.view.practice is not None:
            self._scene.move(Happening.PRACTICE_OFFERED, verdict=None, verdict_words="", held=False)
        else:
            self._scene.move(Happening.CHECKED)
        self.look()

    def next(self) -> None:
        """The primary action of each step; READY's is the director's."""
        view = self._scene.view
        match view.state:
            case State.CAMERA if not view.held:
                self._scene.move(Happening.SEEN)
                self._sound()
            case State.LOUDSPEAKER:
                self._scene.move(Happening.SOUNDED)
                self.look()
            case State.MICROPHONE | State.PRACTICE:
                if self._trial.start():
                    self._scene.wake_in(START_LIMIT_NS)
            case State.SPEAKING | State.PRACTICE_ANSWERING:
                if self._scene.now_ns() - self._began_ns >= SHORTEST_NS:
                    self._said()
            case State.PLAYBACK | State.PRACTICE_PLAYBACK:
                self._scene.recorder.send(commands.Silence())
            case State.HEARD if not view.held:
                offered = view.practice is not None
                self._scene.move(Happening.PRACTICE_OFFERED if offered else Happening.CHECKED)
            case _:
                pass

    def again(self) -> None:
        """The same once more."""
        match self._scene.state:
            case State.LOUDSPEAKER:
                self._sound()
            case State.HEARD:
                self._scene.move(Happening.AGAIN, verdict=None, verdict_words="", held=False)
            case State.READY if self._scene.view.practice is not None:
                if not self._trial.runs:
                    self.reopen()  # its recorder died while nobody needed it
                    return
                self._scene.move(Happening.PRACTICE_OFFERED, verdict=None, verdict_words="")
            case _:
                raise IllegalMoveError(self._scene.state, Happening.AGAIN)

    def not_heard(self) -> None:
        if self._scene.state in {State.LOUDSPEAKER, State.HEARD}:
            self._scene.show(notice=Notice.NOT_SOUNDING)
            self._call(Call.CHECK)

    def skip(self) -> None:
        """Done, whatever was found: by the proctor."""
        state = self._scene.state
        self._scene.may(Happening.CHECKED)
        self._asking.hush()
        self._scene.wake_ns = 0
        if state in {State.SPEAKING, State.PRACTICE_ASKING, State.PRACTICE_ANSWERING}:
            self._trial.replay()  # ends what is being recorded
        self._scene.recorder.send(commands.Silence())
        self._scene.move(Happening.CHECKED, deadline_ns=0, held=False)

    def repeat(self) -> None:
        """The practice question once more."""
        left = self._scene.view.repeats_left
        if left > 0:
            self._scene.move(Happening.REPEATED, repeats_left=left - 1, deadline_ns=0)
            self._put()

    # ── the recorder ────────────────────────────────────────────────────────────────────────────────

    def started(self) -> None:
        """What is said from here on is in the trial."""
        self._scene.wake_ns = 0
        if self._scene.state is State.MICROPHONE:
            self._scene.mark(events.MarkKind.ANSWER_STARTED, PRACTICE)
            self._began_ns = self._scene.now_ns()
            self._scene.wake_in(SENTENCE_NS)
            self._scene.move(Happening.SAYING, deadline_ns=self._scene.wake_ns, limit_ns=SENTENCE_NS)
        elif self._scene.state is State.PRACTICE and self._scene.view.practice is not None:
            practice = self._scene.view.practice
            self._scene.move(Happening.PRACTISING, repeats_left=practice.repeats, deadline_ns=0)
            self._scene.mark(events.MarkKind.QUESTION, PRACTICE)
            self._put()
        else:
            self._trial.replay()  # somebody skipped it meanwhile

    def spoken(self) -> None:
        """The practice question was heard, or read."""
        self._asking.sounding = False
        view = self._scene.view
        if view.practice is None:
            return
        self._scene.play("" if view.accommodations.captions_only else self._scene.settings.tone_start)
        self._scene.mark(events.MarkKind.ANSWER_STARTED, PRACTICE)
        limit_ns = span(view.practice.answer_seconds, view.accommodations.time_factor)
        self._began_ns = self._scene.now_ns()
        self._scene.wake_in(LONGEST_PRACTICE_NS if view.accommodations.no_limits else limit_ns)
        shown = 0 if view.accommodations.no_limits else limit_ns
        deadline_ns = self._scene.wake_ns if shown else 0
        extensions = view.interview.extensions if view.interview and shown else 0
        self._scene.move(
            Happening.SPOKEN,
            deadline_ns=deadline_ns,
            limit_ns=shown,
            extensions_left=extensions,
            extension_ns=EXTENSION_NS,
        )

    def more_time(self) -> None:
        """So that this can be practised too; not for ever, since a rehearsal lies in memory."""
        view = self._scene.view
        if view.state is not State.PRACTICE_ANSWERING or not view.deadline_ns or view.extensions_left <= 0:
            return
        deadline_ns = min(view.deadline_ns + EXTENSION_NS, self._began_ns + LONGEST_PRACTICE_NS)
        self._scene.wake_ns = deadline_ns
        self._scene.show(
            deadline_ns=deadline_ns,
            limit_ns=view.limit_ns + deadline_ns - view.deadline_ns,
            extensions_left=view.extensions_left - 1,
        )

    def rehearsed(self, event: events.Rehearsed) -> None:
        """What the recorder makes of it."""
        self._heard = event.figures.get("speech_heard", float(event.verdict is not Verdict.WRONG)) > 0
        if self._heard:  # silence tells nothing of how loud somebody speaks
            self.gain_db = event.gain_db
        if event.sound_offset_ns is not None:
            self.sound_offset_ns = event.sound_offset_ns
        self._scene.show(verdict=event.verdict, verdict_words=event.sentence)

    def replayed(self) -> None:
        self._trial.replayed()
        state = self._scene.state
        if state not in {State.PLAYBACK, State.PRACTICE_PLAYBACK}:
            return
        self._scene.wake_ns = 0
        self._unheard = 0 if self._heard else self._unheard + 1
        held = not self._heard and state is State.PLAYBACK
        self._scene.move(Happening.PLAYED_BACK, held=held)
        self.look()
        wrong = self._heard and self._scene.view.verdict is Verdict.WRONG
        if wrong or (held and self._unheard >= PATIENCE):
            self._call(Call.CHECK)

    def failed(self, event: events.Failed) -> None:
        """A command could not be done. What cannot be played back is no reason to stop."""
        if event.command == "Replay":
            self.replayed()
        elif event.fatal or event.command in {"Prepare", "Start"}:
            self._scene.broken(event.what, event.remedy, event.code)
            self._trial.end()
        elif event.command == "Speak" and self._scene.state is State.PRACTICE_ASKING:
            self._captions(event.what)

    def lost(self, what: str) -> None:
        """The recorder died: everything begins again. Nobody said anything that should have been kept."""
        self._trial.gone()
        self._asking.cut()
        if not self._restarts.again(self._scene.now_ns()):
            self._scene.broken(f"{what} It did so several times.", "Please call the proctor.")
            return
        self.reopen()

    def reopen(self) -> None:
        """From the beginning, with a new recorder."""
        self._scene.move(Happening.RECORDER_LOST, deadline_ns=0, progress=None, troubles=(), verdict=None, held=False)
        self._scene.wake_in(PREPARE_LIMIT_NS)
        self._trial.then(self._open)

    def voice_lost(self, what: str) -> None:
        if self._scene.state is State.PRACTICE_ASKING:
            self._captions(what)

    def look(self) -> None:
        """What the candidate is told, and whether the check can go on: troubles came or went."""
        view = self._scene.view
        notice = notice_of(view.troubles)
        held = view.held
        if view.state is State.CAMERA:
            held = notice is Notice.NOT_SEEN or any(trouble.device == "camera" for trouble in view.troubles)
        elif view.state is State.HEARD and held:
            notice = notice or Notice.NOT_HEARD
        elif view.state is not State.HEARD:
            held = False
        if held and not view.held and view.state is State.CAMERA:
            self._call(Call.CHECK)
        self._scene.show_if_new(held=held, notice=notice)

    def overdue(self) -> None:
        """The step's time is over."""
        match self._scene.state:
            case State.OPENING:
                self._scene.broken(
                    "The camera or the microphone did not get ready in time.", "Please call the proctor."
                )
                self._trial.end()
            case State.MICROPHONE | State.PRACTICE:
                self._scene.broken("The rehearsal did not begin in time.", "Please call the proctor.")
                self._trial.end()
            case State.SPEAKING | State.PRACTICE_ANSWERING:
                self._said()
            case State.PRACTICE_ASKING:
                self._scene.wake_ns = self._asking.overdue(self._scene.question())
                if self._scene.wake_ns:
                    self._scene.show(captions_only=True)
                else:
                    self.spoken()
            case State.PLAYBACK | State.PRACTICE_PLAYBACK:
                self._scene.recorder.send(commands.Silence())
                self.replayed()
            case _:
                pass

    # ── its parts ───────────────────────────────────────────────────────────────────────────────────

    def _open(self) -> None:
        view = self._scene.view
        try:
            self._trial.open(trial_for(self._scene.settings, view.interview, view.practice))
            self._scene.tell_volume()
        except KioskError as error:
            self._scene.broken(error.what, error.remedy, error.code)

    def _sound(self) -> None:
        """The test of the loudspeaker: words when they are rendered, a tone when not."""
        known = self._sound_test
        self._scene.recorder.send(commands.Silence())
        self._scene.play(
            str(known.wav) if known is not None and known.wav is not None else self._scene.settings.tone_start
        )

    def _put(self) -> None:
        captions = self._scene.view.accommodations.captions_only
        self._scene.wake_ns = self._asking.put(self._scene.question(), spoken=not captions)
        self._scene.show(captions_only=self._asking.captions_only)

    def _captions(self, why: str) -> None:
        self._scene.wake_ns = self._asking.show(self._scene.question(), why)
        self._scene.show(captions_only=True)

    def _said(self) -> None:
        """The sentence, or the answer, is over: it is played back."""
        practised = self._scene.state is State.PRACTICE_ANSWERING
        self._scene.mark(events.MarkKind.ANSWER_ENDED, PRACTICE)
        self._scene.wake_in(REPLAY_LIMIT_NS)
        happening = Happening.ANSWERED if practised else Happening.SAID
        self._heard = True
        self._scene.move(happening, deadline_ns=0, verdict=None, verdict_words="")
        self._trial.replay()
