"""Screens of one sentence: getting ready, paused, finishing."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout

from kiosk.domain.clock import Clock
from kiosk.domain.requests import Request
from kiosk.domain.view import View
from kiosk.ui.icons import Icon
from kiosk.ui.layouts import space
from kiosk.ui.screens.screen import Screen, centred
from kiosk.ui.text import Paragraph


class MomentScreen(Screen):
    """An icon, a heading, a sentence or two. Nothing to press."""

    def __init__(self, post: Callable[[Request], None], clock: Clock, icon: str) -> None:
        super().__init__(post, clock)
        self.heading = Paragraph("title", name="heading")
        self.words = Paragraph("quiet", name="words")
        column = QVBoxLayout()
        space(column, 20)
        column.addStretch(2)
        column.addWidget(Icon(icon, "accent", 96))
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addStretch(3)
        self.put_content(centred(column, 980))
        self._say()
        self.setAccessibleName(self.heading.said())
        self.setAccessibleDescription(self.words.said())

    def show_view(self, view: View) -> None:
        del view

    def _say(self) -> None:
        raise NotImplementedError


class OpeningScreen(MomentScreen):
    name = "opening"

    def _say(self) -> None:
        self.heading.say(self.tr("Now a short check"))
        self.words.say(
            self.tr(
                "The camera and the microphone are being opened, so that you can try them. "
                "Nothing is recorded, and you have all the time you want."
            )
        )


class PreparingScreen(MomentScreen):
    name = "preparing"

    def _say(self) -> None:
        self.heading.say(self.tr("Getting ready"))
        self.words.say(
            self.tr("The camera and the microphone are being prepared. The first question comes in a few seconds.")
        )


class ResumingScreen(MomentScreen):
    name = "resuming"

    def _say(self) -> None:
        self.heading.say(self.tr("One moment, please"))
        self.words.say(
            self.tr(
                "The recording was interrupted and is being started again. "
                "What you said until then is stored. Your question will be asked again."
            )
        )


class PausedScreen(MomentScreen):
    name = "paused"

    def _say(self) -> None:
        self.heading.say(self.tr("Paused"))
        self.words.say(
            self.tr(
                "No picture and no sound of you are recorded now. "
                "The proctor will go on with you. The question will be asked again."
            )
        )


class FinishingScreen(MomentScreen):
    name = "finishing"

    def _say(self) -> None:
        self.heading.say(self.tr("Storing your interview"))
        self.words.say(self.tr("What you said is being stored. This takes a moment."))
