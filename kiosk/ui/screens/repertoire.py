"""The candidate's screens by name, and which of them belongs to a View. Each is built when it is needed first.

To build all of them at once takes longer than the event loop may be kept waiting, and nobody sees more than one. It
holds nothing of a person and decides nothing.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QStackedWidget

from kiosk.domain.clock import Clock
from kiosk.domain.interview import QuestionKind
from kiosk.domain.requests import Request
from kiosk.domain.view import SessionState, View
from kiosk.ui.preview import PreviewSource
from kiosk.ui.screens.check import CameraScreen, LoudspeakerScreen, VoiceScreen
from kiosk.ui.screens.coding import CodingScreen
from kiosk.ui.screens.confirm import ConfirmScreen
from kiosk.ui.screens.consent import ConsentScreen
from kiosk.ui.screens.ending import FailedScreen, RefusedScreen, ThanksScreen
from kiosk.ui.screens.moment import FinishingScreen, OpeningScreen, PausedScreen, PreparingScreen, ResumingScreen
from kiosk.ui.screens.practice import PlaybackScreen, PracticeScreen, ReadyScreen
from kiosk.ui.screens.question import QuestionScreen
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.welcome import WelcomeScreen
from kiosk.ui.settings import UiSettings


class Repertoire(QStackedWidget):
    """Shows one screen; the others are there once they have been asked for."""

    def __init__(
        self, post: Callable[[Request], None], clock: Clock, settings: UiSettings, preview: PreviewSource
    ) -> None:
        super().__init__()
        self._built: dict[str, Screen] = {}
        self._makers: dict[str, Callable[[], Screen]] = {
            WelcomeScreen.name: lambda: WelcomeScreen(post, clock, settings),
            ConfirmScreen.name: lambda: ConfirmScreen(post, clock),
            ConsentScreen.name: lambda: ConsentScreen(post, clock, settings),
            OpeningScreen.name: lambda: OpeningScreen(post, clock, "working"),
            CameraScreen.name: lambda: CameraScreen(post, clock, preview),
            LoudspeakerScreen.name: lambda: LoudspeakerScreen(post, clock),
            VoiceScreen.name: lambda: VoiceScreen(post, clock, preview),
            PracticeScreen.name: lambda: PracticeScreen(post, clock),
            PlaybackScreen.name: lambda: PlaybackScreen(post, clock, preview),
            ReadyScreen.name: lambda: ReadyScreen(post, clock),
            PreparingScreen.name: lambda: PreparingScreen(post, clock, "working"),
            ResumingScreen.name: lambda: ResumingScreen(post, clock, "working"),
            QuestionScreen.name: lambda: QuestionScreen(post, clock, preview),
            CodingScreen.name: lambda: CodingScreen(post, clock, preview),
            PausedScreen.name: lambda: PausedScreen(post, clock, "paused"),
            FinishingScreen.name: lambda: FinishingScreen(post, clock, "working"),
            ThanksScreen.name: lambda: ThanksScreen(post, clock),
            RefusedScreen.name: lambda: RefusedScreen(post, clock),
            FailedScreen.name: lambda: FailedScreen(post, clock),
        }

    def named(self, name: str) -> Screen:
        """The screen of this name, which is built now if nobody has needed it yet. KeyError for a name of none."""
        if name not in self._built:
            self._built[name] = self._makers[name]()
            self.addWidget(self._built[name])
        return self._built[name]

    def current(self) -> Screen:
        """The one that is shown; welcome before any other was."""
        current = self.currentWidget()
        return current if isinstance(current, Screen) else self.named(WelcomeScreen.name)

    def welcome(self) -> WelcomeScreen:
        screen = self.named(WelcomeScreen.name)
        assert isinstance(screen, WelcomeScreen), "that is how it is made"
        return screen

    def coding(self) -> CodingScreen:
        screen = self.named(CodingScreen.name)
        assert isinstance(screen, CodingScreen), "that is how it is made"
        return screen

    def forget(self) -> None:
        """The person has left: nothing of them stays in any screen."""
        for screen in self._built.values():
            screen.forget()


_NAMES: Final = {
    SessionState.IDLE: "welcome",
    SessionState.CONFIRMING: "confirm",
    SessionState.CONSENT: "consent",
    SessionState.OPENING: "opening",
    SessionState.CAMERA: "camera",
    SessionState.LOUDSPEAKER: "loudspeaker",
    SessionState.MICROPHONE: "microphone",
    SessionState.SPEAKING: "microphone",
    SessionState.PLAYBACK: "microphone",
    SessionState.HEARD: "microphone",
    SessionState.PRACTICE: "practice",
    SessionState.PRACTICE_ASKING: "question",
    SessionState.PRACTICE_ANSWERING: "question",
    SessionState.PRACTICE_PLAYBACK: "playback",
    SessionState.READY: "ready",
    SessionState.PREPARING: "preparing",
    SessionState.RESUMING: "resuming",
    SessionState.STARTING: "preparing",
    SessionState.ASKING: "question",
    SessionState.THINKING: "question",
    SessionState.ANSWERING: "question",
    SessionState.PAUSED: "paused",
    SessionState.FINISHING: "finishing",
    SessionState.FINISHED: "thanks",
    SessionState.REFUSED: "refused",
    SessionState.FAILED: "failed",
}


def name_for(view: View) -> str:
    """The screen of a view. A question that is not known yet is still being prepared."""
    name = _NAMES[view.state]
    if name == "question":
        if view.question is None:
            return "preparing"
        return "coding" if view.question.kind is QuestionKind.CODING else "question"
    if view.state is SessionState.STARTING and view.question is not None:
        return "resuming"
    return name
