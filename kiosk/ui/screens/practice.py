"""The rehearsal: a practice question is offered, asked (`question.py`), played back, and then all is ready."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from kiosk.domain.clock import Clock
from kiosk.domain.events import Verdict
from kiosk.domain.requests import Again, Next, Request, SkipPractice
from kiosk.domain.view import View
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import space
from kiosk.ui.preview import PreviewSource, SelfView
from kiosk.ui.screens.check import CheckScreen, picture_panel
from kiosk.ui.screens.screen import Screen, centred
from kiosk.ui.text import Paragraph

PICTURE: Final = 860


class OfferScreen(Screen):
    """An icon, a heading, sentences, and two ways on."""

    def __init__(self, post: Callable[[Request], None], clock: Clock, icon: str, token: str, other: Request) -> None:
        super().__init__(post, clock)
        self.heading = Paragraph("title", name="heading")
        self.words = Paragraph(name="words")
        column = QVBoxLayout()
        space(column, 24)
        column.addStretch(2)
        column.addWidget(Icon(icon, token, 96))
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addStretch(3)
        self.put_content(centred(column, 1040))
        self.other = Button("other")
        self.next = Button("next", primary=True)
        self.put_actions(self.other, self.next)
        self.other.clicked.connect(lambda: self.ask(other))
        self.next.clicked.connect(lambda: self.ask(Next()))


class PracticeScreen(OfferScreen):
    name = "practice"

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__(post, clock, "working", "accent", SkipPractice())
        self.heading.say(self.tr("Practise with one question"))
        self.words.say(
            self.tr(
                "It works as in the interview: you hear the question, you answer, you press \u201cI'm done\u201d. "
                "Then your answer is played back to you.\n\nNothing of it is kept, and nobody else sees it."
            )
        )
        self.other.say(self.tr("Skip the practice"))
        self.next.say(self.tr("Practise"))

    def show_view(self, view: View) -> None:
        del view


class PlaybackScreen(CheckScreen):
    """The candidate's own answer, as it would be recorded."""

    name = "playback"

    def __init__(self, post: Callable[[Request], None], clock: Clock, source: PreviewSource) -> None:
        super().__init__(post, clock, picture_panel(SelfView(source, PICTURE, played=True)))
        self.step.say(self.tr("Practice question. Nothing of it is kept."))
        self.heading.say(self.tr("This is your answer"))
        self.words.say(self.tr("This is how you look and sound in the recording. When it ends, it is gone."))
        self.next = Button("next", self.tr("Skip"), primary=True)
        self.put_actions(self.next)
        self.next.clicked.connect(lambda: self.ask(Next()))

    def show_view(self, view: View) -> None:
        del view


class ReadyScreen(OfferScreen):
    name = "ready"

    def __init__(self, post: Callable[[Request], None], clock: Clock) -> None:
        super().__init__(post, clock, "stored", "good", Again())
        self.other.say(self.tr("Practise once more"))

    def show_view(self, view: View) -> None:
        judged = ""
        if view.verdict is Verdict.WRONG:
            judged = self.tr("Sound or picture are not as they should be. Please tell the proctor before you begin.")
        elif view.verdict is Verdict.USABLE:
            judged = self.tr("You can be seen and understood.")
        elif view.verdict is Verdict.GOOD:
            judged = self.tr("You can be seen and heard well.")
        if view.interview is None:
            self.heading.say(self.tr("The rehearsal is over"))
            self.words.say("\n\n".join(text for text in (judged, view.verdict_words) if text))
            self.next.say(self.tr("Close"))
            return
        self.heading.say(self.tr("All is ready"))
        begin = self.tr(
            "The interview and its recording begin when you press the button. "
            "You can pause at any time: tell the proctor."
        )
        self.words.say("\n\n".join(text for text in (judged, begin) if text))
        self.next.say(self.tr("Begin the interview"))
