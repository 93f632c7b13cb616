"""The check: camera, loudspeaker and microphone, one at a time, each tried by the person who will use it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.clock import Clock
from kiosk.domain.events import Verdict
from kiosk.domain.requests import Again, CallProctor, Next, NotHeard, Request, SetVolume
from kiosk.domain.view import SessionState, View
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import fix, sides, space
from kiosk.ui.level import LevelMeter
from kiosk.ui.preview import PreviewSource, SelfView
from kiosk.ui.screens.screen import Screen
from kiosk.ui.text import Paragraph
from kiosk.ui.words import number, tr

PICTURE: Final = 860
LOUDER: Final = 10


class CheckScreen(Screen):
    """Words on one side, what is tried on the other."""

    def __init__(self, post: Callable[[Request], None], clock: Clock, shown: QWidget) -> None:
        super().__init__(post, clock)
        self.step = Paragraph("small", name="number")
        self.heading = Paragraph("heading", name="heading")
        self.words = Paragraph(name="words")
        self.extra = Paragraph("strong", name="extra")
        column = QVBoxLayout()
        space(column, 18)
        for words in (self.step, self.heading, self.words, self.extra):
            column.addWidget(words)
        column.addStretch(1)
        row = sides(64)
        row.addLayout(column, 1)
        row.addWidget(shown)
        self.put_content(row)

    def enter(self, view: View) -> None:
        self.body.verticalScrollBar().setValue(0)
        super().enter(view)


class CameraScreen(CheckScreen):
    """Oneself with a guide: where the head belongs."""

    name = "camera"

    def __init__(self, post: Callable[[Request], None], clock: Clock, source: PreviewSource) -> None:
        super().__init__(post, clock, picture_panel(SelfView(source, PICTURE, guide=True)))
        self.step.say(self.tr("Check, step 1 of 3"))
        self.heading.say(self.tr("Can you see yourself?"))
        self.words.say(
            self.tr(
                "Sit so that your head is inside the dashed line, with light on your face. "
                "Nothing is recorded. Your picture is mirrored here only, not in the recording."
            )
        )
        self.help = Button("help", self.tr("Call the proctor"))
        self.next = Button("next", self.tr("I can see myself"), primary=True)
        self.put_actions(self.help, self.next)
        self.help.clicked.connect(lambda: self.ask(CallProctor()))
        self.next.clicked.connect(lambda: self.ask(Next()))

    def show_view(self, view: View) -> None:
        self.next.setEnabled(not view.held)


class LoudspeakerScreen(CheckScreen):
    """A sound is played: was it heard?"""

    name = "loudspeaker"

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        panel = QWidget()
        fix(panel, width=736)
        column = QVBoxLayout(panel)
        space(column, 20)
        self.volume = Paragraph("heading", name="volume")
        self.quieter = Button("check-quieter", self.tr("Quieter"))
        self.louder = Button("check-louder", self.tr("Louder"))
        column.addWidget(Icon("loudspeaker", "accent", 160), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.volume)
        column.addWidget(self.louder)
        column.addWidget(self.quieter)
        column.addStretch(1)
        super().__init__(post, clock, panel)
        self._percent = 100
        self.step.say(self.tr("Check, step 2 of 3"))
        self.heading.say(self.tr("Did you hear a sound?"))
        self.words.say(
            self.tr(
                "A sound was played just now. Make it louder or quieter until it is pleasant, and play it again as "
                "often as you like. If you hear nothing, that is all right: you can read every question."
            )
        )
        self.no = Button("not-heard", self.tr("No, I heard nothing"))
        self.again = Button("again", self.tr("Play it again"))
        self.next = Button("next", self.tr("Yes, I heard it"), primary=True)
        self.put_actions(self.no, self.again, self.next)
        self.no.clicked.connect(lambda: self.ask(NotHeard()))
        self.again.clicked.connect(lambda: self.ask(Again()))
        self.next.clicked.connect(lambda: self.ask(Next()))
        self.louder.clicked.connect(lambda: self._turn(LOUDER))
        self.quieter.clicked.connect(lambda: self._turn(-LOUDER))

    def show_view(self, view: View) -> None:
        self._percent = view.volume
        self.volume.say(self.tr("Volume {n} %").replace("{n}", number(view.volume)))
        self.louder.setEnabled(view.volume < 100)
        self.quieter.setEnabled(view.volume > LOUDER)

    def _turn(self, by: int) -> None:
        self.post(SetVolume(min(max(self._percent + by, LOUDER), 100)))


class VoiceScreen(CheckScreen):
    """A sentence is said, heard again, and judged: four states on one screen, so that nothing jumps."""

    name = "microphone"

    def __init__(self, post: Callable[[Request], None], clock: Clock, source: PreviewSource) -> None:
        panel = picture_panel(SelfView(source, PICTURE))
        self.level = LevelMeter()
        layout = panel.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.level)
        super().__init__(post, clock, panel)
        self.step.say(self.tr("Check, step 3 of 3"))
        self.no = Button("not-heard", self.tr("No, I heard nothing"))
        self.other = Button("again", self.tr("Once more"))
        self.next = Button("next", self.tr("Start"), primary=True)
        self.put_actions(self.no, self.other, self.next)
        self._other: Request = Again()
        self.no.clicked.connect(lambda: self.ask(NotHeard()))
        self.other.clicked.connect(lambda: self.ask(self._other))
        self.next.clicked.connect(lambda: self.ask(Next()))

    def show_view(self, view: View) -> None:
        state = view.state
        listening = state in {SessionState.MICROPHONE, SessionState.SPEAKING}
        self.level.show_progress(view.progress if listening else None, listening=listening)
        self.extra.say(
            self.tr("Please say: \u201cThe sun is shining, and I am ready to begin.\u201d") if listening else ""
        )
        heading, words, forward = {
            SessionState.SPEAKING: (
                self.tr("Please speak now"),
                self.tr("Say the sentence in your ordinary voice. Nothing of it is kept."),
                self.tr("I have said it"),
            ),
            SessionState.PLAYBACK: (
                self.tr("This is how you sound"),
                self.tr("You hear what you said just now."),
                self.tr("Skip"),
            ),
            SessionState.HEARD: (_judged(view.verdict), _remedy(view.verdict), self.tr("Yes, go on")),
        }.get(
            state,
            (
                self.tr("Say a sentence"),
                self.tr(
                    "When you speak, the bar under your picture moves. "
                    "Press Start, say the sentence below, and hear yourself afterwards."
                ),
                self.tr("Start"),
            ),
        )
        self.heading.say(heading)
        self.words.say(words)
        self.next.say(forward)
        self.next.setEnabled(not (view.held and state is SessionState.HEARD))
        self.no.setVisible(state is SessionState.HEARD)
        if state is SessionState.HEARD:
            self.other.say(self.tr("Once more"))
            self._other = Again()
        else:
            self.other.say(self.tr("Call the proctor"))
            self._other = CallProctor()


def _judged(verdict: Verdict | None) -> str:
    if verdict is Verdict.WRONG:
        return tr("We could not hear you well")
    return tr("Did you hear yourself?")


def _remedy(verdict: Verdict | None) -> str:
    if verdict is Verdict.WRONG:
        return tr(
            "Please check that nothing covers the microphone, sit a little nearer, and try once more. "
            "If it stays like this, the proctor will help you."
        )
    if verdict is Verdict.USABLE:
        return tr("It can be understood. If you like, sit a little nearer and try once more.")
    return tr("All is well. If you could not hear it, try once more or tell the proctor.")


def picture_panel(view: SelfView) -> QWidget:
    """A picture of oneself, with room below it."""
    panel = QWidget()
    column = QVBoxLayout(panel)
    space(column, 18)
    column.addWidget(view)
    column.addStretch(1)
    return panel
