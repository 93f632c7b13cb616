"""What the proctor can do, in the same order everywhere. What cannot be done now stays in its place, switched off.

What cannot be taken back is asked for twice: the second press within a few seconds does it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain import requests
from kiosk.domain.requests import Request
from kiosk.domain.view import CHECKING, SessionState, View
from kiosk.ui.buttons import Button
from kiosk.ui.proctor.columns import Columns
from kiosk.ui.proctor.judgement import ENDED, RECORDED, RUNNING, offered
from kiosk.ui.words import number

ASK_TWICE_MS: Final = 6000
GRANT_SECONDS: Final = 60
BEFORE: Final = (SessionState.CONFIRMING, SessionState.CONSENT, *CHECKING, SessionState.READY)
"""Somebody is here and nothing is recorded yet."""
IN_QUESTION: Final = (*RUNNING, SessionState.PAUSED)


@dataclass(slots=True)
class Action:
    """One button: its words, when it can be pressed, and what it does.

    `sure` is what it says before the second press, empty when one press is enough.
    """

    button: Button
    say: Callable[[View], str]
    possible: Callable[[View], bool]
    do: Callable[[View], None]
    sure: str = ""


class Actions(QWidget):
    """The grid of buttons. `page` names the form that a button leads to, `close` is emitted by the last one."""

    page = Signal(str)
    close_panel = Signal()

    def __init__(self, post: Callable[[Request], None]) -> None:
        super().__init__()
        self._post = post
        self._view = View()
        self._asked: Action | None = None
        self._actions: list[Action] = []
        self._make()
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(Columns(self.stops(), 8))
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(ASK_TWICE_MS)
        self._calm.timeout.connect(self.calm)

    def stops(self) -> list[QWidget]:
        """Where Tab leads, in order."""
        return [action.button for action in self._actions]

    def show_view(self, view: View) -> None:
        if (view.state, view.index) != (self._view.state, self._view.index):
            self._asked = None
        self._view = view
        for action in self._actions:
            action.button.say(action.sure if action is self._asked else action.say(view))
            action.button.setEnabled(action.possible(view))

    def calm(self) -> None:
        """Nobody has pressed a second time."""
        self._calm.stop()
        self._asked = None
        self.show_view(self._view)

    def _make(self) -> None:
        ask, page = self._asks, self._leads
        self._add("start", self.tr("Start"), _free, page("start"))
        self._add_pause()
        self._add(
            "time",
            self.tr("1 minute more"),
            lambda view: view.state in RUNNING and not view.accommodations.no_limits,
            ask(requests.GrantTime(GRANT_SECONDS)),
        )
        self._add_skip()
        self._add(
            "back",
            self.tr("Go back"),
            lambda view: view.state in IN_QUESTION and view.index > 0,
            ask(requests.GoBack()),
            self.tr("Again: go back"),
        )
        self._add("repeat", self.tr("Repeat"), lambda view: view.state in RUNNING, ask(requests.RepeatQuestion()))
        self._add("note", self.tr("Note"), lambda view: view.state in IN_QUESTION, page("note"))
        self._add_stop()
        self._add("abort", self.tr("Abort"), lambda view: view.state in RECORDED, page("abort"))
        self._add("devices", self.tr("Devices"), lambda view: view.state not in (*RECORDED, *_LAST), page("devices"))
        self._add("rehearse", self.tr("Rehearse"), _may_rehearse, ask(requests.Rehearse(), closes=True))
        self._add("needs", self.tr("Accommodations"), lambda view: view.state not in ENDED, page("needs"))
        self._add("leave", self.tr("Leave the kiosk"), _idle, ask(requests.LeaveKiosk()), self.tr("Again: leave"))
        self._add("off", self.tr("Shut down"), _idle, ask(requests.ShutDown()), self.tr("Again: shut down"))
        self._add("close", self.tr("Close"), lambda _: True, lambda _: self.close_panel.emit())

    def _add_pause(self) -> None:
        def say(view: View) -> str:
            left = offered(view)
            if left is not None:
                return self.tr("Go on at question {n}").replace("{n}", number(left.index + 1))
            return self.tr("Go on") if view.state is SessionState.PAUSED else self.tr("Pause")

        def do(view: View) -> None:
            if offered(view) is not None:
                self._post(requests.GoOn())
                self.close_panel.emit()
            else:
                paused = view.state is SessionState.PAUSED
                self._post(requests.ResumeSession() if paused else requests.PauseSession())

        self._add("pause", say, lambda view: view.state in IN_QUESTION or offered(view) is not None, do)

    def _add_skip(self) -> None:
        def say(view: View) -> str:
            return self.tr("Skip the check") if view.state in CHECKING else self.tr("Skip the question")

        def do(view: View) -> None:
            self._post(requests.SkipCheck() if view.state in CHECKING else requests.SkipQuestion())

        self._add("skip", say, lambda view: view.state in (*CHECKING, *IN_QUESTION), do, self.tr("Again: skip"))

    def _add_stop(self) -> None:
        def say(view: View) -> str:
            if view.state in ENDED:
                return self.tr("Back to welcome")
            if view.state in BEFORE:
                return self.tr("Back to welcome")
            return self.tr("Stop") if offered(view) is None else self.tr("End it here")

        def do(view: View) -> None:
            if view.state in ENDED:
                self._post(requests.Dismiss())
            elif offered(view) is not None:
                self._post(requests.EndHere())
            else:
                self._post(requests.StopSession("stopped"))

        def possible(view: View) -> bool:
            return view.state in (*BEFORE, *RECORDED, *ENDED) or offered(view) is not None

        self._add("stop", say, possible, do, self.tr("Again: stop"))

    def _add(
        self,
        name: str,
        say: str | Callable[[View], str],
        possible: Callable[[View], bool],
        do: Callable[[View], None],
        sure: str = "",
    ) -> None:
        button = Button(f"proctor-{name}", height=56, size=24, least=0)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words = say if callable(say) else lambda _: say
        action = Action(button, words, possible, do, sure)
        button.clicked.connect(lambda _=False: self._pressed(action))
        self._actions.append(action)

    def _asks(self, request: Request, *, closes: bool = False) -> Callable[[View], None]:
        def do(_: View) -> None:
            self._post(request)
            if closes:
                self.close_panel.emit()

        return do

    def _leads(self, name: str) -> Callable[[View], None]:
        return lambda _: self.page.emit(name)

    def _pressed(self, action: Action) -> None:
        if not action.possible(self._view):
            return
        once = not action.sure or self._view.state in ENDED
        if once or action is self._asked:
            self._asked = None
            self._calm.stop()
            action.do(self._view)
        else:
            self._asked = action
            self._calm.start()
        self.show_view(self._view)


_LAST: Final = (SessionState.FINISHING,)


def _free(view: View) -> bool:
    return view.state is SessionState.IDLE and bool(view.interviews)


def _idle(view: View) -> bool:
    """The program may end: nobody is in an interview."""
    return view.state in (SessionState.IDLE, *ENDED)


def _may_rehearse(view: View) -> bool:
    return view.state in {SessionState.IDLE, SessionState.READY}
