"""Whether an interview could begin here now: proven by a short run through the real devices, of which nothing is kept.

Runs while the kiosk is idle and makes way at once for anybody who wants to begin.
"""

import logging
from typing import Final

from kiosk.domain import events
from kiosk.domain.clock import NS
from kiosk.domain.errors import KioskError, NoSpace, VoiceFailed
from kiosk.domain.self_test import CAMERA, LOUDSPEAKER, MICROPHONE, OPENING
from kiosk.domain.view import Readiness, ReadyState
from kiosk.domain.view import SessionState as State
from kiosk.session.preparing import PREPARE_LIMIT_NS, trial_for
from kiosk.session.scene import Scene
from kiosk.session.tone import ToneWatch
from kiosk.session.trial import Trial

log = logging.getLogger(__name__)

RUN_NS: Final = 10 * NS
RETRY_NS: Final = 60 * NS
"""A kiosk that is not ready tries again, so that a cable that was plugged in is noticed."""
IDLE_NS: Final = 600 * NS
"""After an interview, when the kiosk has been idle for so long."""
MUTE_DBFS: Final = -100.0
"""No room is as silent as this; a switched-off microphone is."""
UNHEARD: Final = "The microphone does not hear the loudspeaker's tone."
UNHEARD_REMEDY: Final = "See that the loudspeaker is on and loud enough, and that the microphone is not covered."


class ReadinessRun:
    """Called by the director's thread alone."""

    def __init__(self, scene: Scene, trial: Trial) -> None:
        self._scene = scene
        self._trial = trial
        self.active = False
        self._before = Readiness()
        self._due_ns = 0
        """When the next run begins; 0 is never."""
        self._limit_ns = 0
        self._ends_ns = 0
        self._tone = ToneWatch(0)
        self._pair: tuple[str, ...] = ()
        """Names of the microphone and the loudspeaker in use."""
        self._known = scene.settings.hears
        """Those that were found to hear each other last."""
        self._troubles: dict[str, tuple[str, str]] = {}
        self._loudest = MUTE_DBFS - 1

    # ── when ────────────────────────────────────────────────────────────────────────────────────────

    def soon(self, wait_ns: int = 0) -> None:
        """A run is due after so long, if the kiosk is idle then."""
        if self._scene.settings.self_check:
            self._due_ns = self._scene.now_ns() + wait_ns

    def begin(self) -> None:
        """Now, if the kiosk is idle."""
        view = self._scene.view
        if self.active or view.state is not State.IDLE or view.unfinished is not None or self._trial.runs:
            return
        self._due_ns = 0
        self.active = True
        self._before = view.readiness
        self._troubles.clear()
        self._loudest = MUTE_DBFS - 1
        self._ends_ns = 0
        self._tone = ToneWatch(0)
        self._limit_ns = self._scene.now_ns() + PREPARE_LIMIT_NS
        self._scene.show(readiness=Readiness(ReadyState.CHECKING, tried_at=view.readiness.tried_at))
        try:
            self._trial.open(trial_for(self._scene.settings, None, None))
        except KioskError as error:
            self._done(error.what, error.remedy, _device_of(error.code))

    def give_way(self) -> None:
        """Somebody wants to begin."""
        self._due_ns = 0
        if self.active:
            self.active = False
            self._trial.end()
            self._scene.show(readiness=self._before)

    def tick(self) -> None:
        now = self._scene.now_ns()
        if not self.active:
            if self._due_ns and now >= self._due_ns:
                self.begin()
            return
        if self._tone.due(now):
            self._scene.play(self._scene.settings.tone_start)
        if self._ends_ns and now >= self._ends_ns:
            self._judge()
        elif now >= self._limit_ns:
            self._done("The camera or the microphone did not get ready in time.", "Check them, and start again.")

    # ── the recorder ────────────────────────────────────────────────────────────────────────────────

    def event(self, event: events.Event) -> None:
        """What the recorder of the run tells."""
        match event:
            case events.Prepared():
                self._pair = (event.microphone.name, event.loudspeaker.name)
                self._trial.start()
            case events.Started():
                now = self._scene.now_ns()
                self._tone, self._ends_ns = ToneWatch(now), now + RUN_NS
                self._limit_ns = self._ends_ns + RUN_NS
            case events.Progress() if self._ends_ns:
                self._loudest = max(self._loudest, event.peak_dbfs)
                self._tone.hear(self._scene.now_ns(), event.level_dbfs)
            case events.Problem():
                self._troubles.pop(event.device, None)
                if event.what:
                    self._troubles[event.device] = (event.what, event.remedy)
            case events.Failed():
                if event.fatal or event.command in {"Prepare", "Start", "Play"}:
                    self._done(event.what, event.remedy, _device_of(event.code))
            case _:
                pass

    def lost(self, what: str) -> None:
        self._done(what, "If it stays so, start the computer again.")

    def _judge(self) -> None:
        if self._troubles:
            device, (what, remedy) = next(iter(self._troubles.items()))
            self._done(what, remedy, device)
        elif self._loudest < MUTE_DBFS:
            self._done(
                "The microphone hears nothing at all.", "Check its switch, its cable and its level.", "microphone"
            )
        elif self._tone.judged and not self._tone.heard and self._known == self._pair:
            self._done(UNHEARD, UNHEARD_REMEDY, LOUDSPEAKER)
        else:
            self._done("", "")

    def _done(self, what: str, remedy: str, device: str = "") -> None:
        self.active = False
        self._trial.end()
        state = ReadyState.NOT_READY if what else ReadyState.READY
        log.log(logging.WARNING if what else logging.INFO, "readiness: %s %s", state, what)
        at = self._scene.clock.wall().isoformat(timespec="seconds")
        heard = self._tone.heard and not what
        tried = () if what else (OPENING, CAMERA, MICROPHONE, *((LOUDSPEAKER,) if heard else ()))
        hears = self._pair if heard else ()
        self._known = hears or self._known
        self._scene.show(readiness=Readiness(state, what, remedy, at, device, tried, hears))
        if what:
            self.soon(RETRY_NS)


def _device_of(code: str) -> str:
    """What an error of that code is about, as far as it tells."""
    return {NoSpace.code: "disk", VoiceFailed.code: "loudspeaker"}.get(code, "")
