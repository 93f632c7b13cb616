"""The view, the only way to change it, and the recorder that is told what to do: what all parts of a director share.

Decides nothing. Everything here is called by the director's thread alone.
"""

import dataclasses
import logging
from collections.abc import Callable

from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.interview import Question
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.session import states
from kiosk.session.ports import Book, Recorder
from kiosk.session.preparing import Settings
from kiosk.session.states import Happening

FULL_VOLUME = 100

log = logging.getLogger(__name__)


class Scene:
    """One kiosk's view, and the moment at which the state in work has something to do by itself.

    Args:
        on_view: called with every new View.
    """

    def __init__(
        self, settings: Settings, recorder: Recorder, book: Book, clock: Clock, on_view: Callable[[View], None]
    ) -> None:
        self.settings = settings
        """In force; the devices among them can be chosen anew."""
        self.recorder = recorder
        self.book = book
        self.clock = clock
        self.view = View()
        self.wake_ns = 0
        """Session clock at which the state's time is over; 0 is never."""
        self._on_view = on_view

    @property
    def state(self) -> State:
        return self.view.state

    def now_ns(self) -> int:
        return self.clock.now_ns()

    def wake_in(self, limit_ns: int) -> None:
        self.wake_ns = self.clock.now_ns() + limit_ns

    def question(self) -> Question:
        """The one in work. Raises IllegalMoveError when there is none."""
        question = self.view.question
        if question is None:
            raise states.IllegalMoveError(self.view.state, Happening.SPOKEN)
        return question

    def may(self, happening: Happening) -> None:
        """Raises IllegalMoveError when it cannot happen now."""
        states.move(self.view.state, happening)

    def move(self, happening: Happening, **changes: object) -> None:
        """To the state that follows, on record before anybody sees it. Raises IllegalMoveError and changes nothing."""
        state = states.move(self.view.state, happening)
        if self.view.session and state is not State.IDLE and state not in states.TRIAL:
            self.book.moved(self.view.session, state, str(changes.get("message", "")))
        log.info("%s: %s → %s", happening, self.view.state, state)
        self.show(state=state, **changes)

    def show(self, **changes: object) -> None:
        self.view = dataclasses.replace(self.view, **changes)  # type: ignore[arg-type]  # checked by View itself
        self._on_view(self.view)

    def show_if_new(self, **changes: object) -> None:
        """The same, unless all this is shown already."""
        if any(getattr(self.view, name) != value for name, value in changes.items()):
            self.show(**changes)

    def empty(self, happening: Happening) -> None:
        """Back to idle by `happening`, with nothing of the person left. What belongs to the kiosk stays."""
        state = states.move(self.view.state, happening)
        log.info("%s: %s → %s", happening, self.view.state, state)
        self.wake_ns = 0
        kept = self.view
        self.view = View(
            state=state,
            interviews=kept.interviews,
            assigned=kept.assigned,
            readiness=kept.readiness,
            lock=kept.lock,
            devices=kept.devices,
            leaving=kept.leaving,
            tries_to_leave=kept.tries_to_leave,
        )
        self._on_view(self.view)

    def broken(self, what: str, remedy: str, code: str = "failed") -> None:
        """It cannot go on: ends the recorder and says why."""
        self.wake_ns = 0
        if self.view.state not in states.ENDED:
            self.move(Happening.BROKEN, message=f"{what} {remedy}".strip(), failure=code, deadline_ns=0)
            self.recorder.send(commands.Stop("failed"))

    def mark(self, what: events.MarkKind, question: str, text: str = "") -> None:
        self.recorder.send(commands.Mark(what.value, question, text))

    def play(self, wav: str) -> None:
        if wav:
            self.recorder.send(commands.Play(wav))

    def tell_volume(self) -> None:
        """To a recorder that is new, and as loud as the sound card is set to."""
        if self.view.volume < FULL_VOLUME:
            self.recorder.send(commands.Volume(self.view.volume))


def span(seconds: float, factor: float = 1.0) -> int:
    """Seconds as nanoseconds, so many times as long."""
    return round(seconds * factor * NS)
