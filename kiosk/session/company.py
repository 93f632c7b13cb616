"""Looks after the person in front of the kiosk: notices when nobody is there any more, and calls the proctor.

Nothing that it does ends, shortens or judges an interview.
"""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.events import Progress
from kiosk.domain.view import Call
from kiosk.domain.view import SessionState as State
from kiosk.session.scene import Scene
from kiosk.session.states import TRIAL, recording
from kiosk.session.trouble import notice_of

log = logging.getLogger(__name__)

ASK_NS: Final = 120 * NS
CALL_NS: Final = 180 * NS
"""Of the same stillness: whoever was asked has a minute to answer."""
LEAVE_NS: Final = 300 * NS
"""Whoever only typed a number is gone by then."""
THANKED_NS: Final = 120 * NS
SPEECH_DBFS: Final = -45.0
WATCHED: Final = (State.CONFIRMING, State.CONSENT, *TRIAL, State.THINKING, State.ANSWERING)
"""States in which something is waited for that a person does."""
LISTENED: Final = (State.SPEAKING, State.PRACTICE_ANSWERING, State.THINKING, State.ANSWERING)


class Company:
    """Called by the director's thread alone.

    Args:
        go_home: takes the kiosk back to the welcome screen.
        attended: whether anybody sees the screens at all.
    """

    def __init__(self, scene: Scene, go_home: Callable[[], None], *, attended: bool) -> None:
        self._scene = scene
        self._go_home = go_home
        self._attended = attended
        self._active_ns = scene.now_ns()
        self._known: frozenset[str] = frozenset()
        """Devices whose trouble the proctor knows of."""

    def active(self) -> None:
        """Somebody did something."""
        self._active_ns = self._scene.now_ns()
        view = self._scene.view
        if view.still_there:
            self._scene.show(still_there=False)
        if view.called is Call.AWAY:
            self._scene.show(called=None)

    def heard(self, progress: Progress) -> None:
        """Somebody who speaks is there."""
        if progress.level_dbfs > SPEECH_DBFS and self._scene.state in LISTENED:
            self.active()

    def call(self, reason: Call) -> None:
        """Calls the proctor; one call at a time, and the candidate's own goes first."""
        before = self._scene.view.called
        if before is not None and (before is reason or reason is not Call.HELP):
            return
        log.warning("the proctor is called: %s", reason)
        self._scene.show(called=reason)
        if self._scene.view.session:
            self._scene.book.noted(self._scene.view.session, "proctor-called", reason.value)

    def attend(self) -> None:
        """The proctor is here."""
        self.active()
        self._known = frozenset(trouble.device for trouble in self._scene.view.troubles)
        if self._scene.view.called is not None:
            self._scene.show(called=None)

    def look(self) -> None:
        """Troubles came or went: the candidate is told, and the proctor called."""
        view = self._scene.view
        if not recording(view.state):
            return
        self._scene.show_if_new(notice=notice_of(view.troubles))
        devices = frozenset(trouble.device for trouble in view.troubles)
        self._known &= devices
        if view.called is Call.TROUBLE and not devices:
            self._scene.show(called=None)
        elif devices - self._known and self._attended:
            self.call(Call.TROUBLE)

    def tick(self) -> None:
        if not self._attended:
            return
        view = self._scene.view
        still_ns = self._scene.now_ns() - self._active_ns
        if view.state is State.FINISHED:
            if still_ns >= THANKED_NS:
                self._go_home()
            return
        if view.state not in WATCHED:
            self._active_ns = self._scene.now_ns()
            if view.still_there:
                self._scene.show(still_there=False)
            return
        if still_ns >= LEAVE_NS and view.state is State.CONFIRMING:
            self._go_home()
        elif still_ns >= CALL_NS and view.called is None and view.still_there:
            self.call(Call.AWAY)
        elif still_ns >= ASK_NS and not view.still_there:
            self._scene.show(still_there=True)
