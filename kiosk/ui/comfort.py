"""The quiet bar at the bottom of every candidate screen: text size, colours, volume, "Read aloud", and the keys.

It says what was chosen and decides nothing: the stage applies it, and forgets it when the person leaves.
"""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.buttons import Button
from kiosk.ui.layouts import WrappingRow, space
from kiosk.ui.text import Paragraph
from kiosk.ui.theme import TEXT_PERCENTS, THEMES, Look
from kiosk.ui.words import number

VOLUME_STEP: Final = 10
LEAST_VOLUME: Final = 10
MOST_VOLUME: Final = 100
HEIGHT: Final = 44
SIZE: Final = 24


@dataclass(frozen=True, slots=True)
class Comfort:
    """What a person chose for themselves."""

    percent: int = 100
    """Text size, one of `TEXT_PERCENTS`."""
    theme: str = "light"
    volume: int = MOST_VOLUME
    """0 to 100."""

    def with_larger_text(self, step: int) -> "Comfort":
        """One step larger or, with -1, smaller; the same at the end of the scale."""
        at = min(range(len(TEXT_PERCENTS)), key=lambda n: abs(TEXT_PERCENTS[n] - self.percent))
        return replace(self, percent=TEXT_PERCENTS[min(max(at + step, 0), len(TEXT_PERCENTS) - 1)])

    def with_next_theme(self) -> "Comfort":
        names = list(THEMES)
        return replace(self, theme=names[(names.index(self.theme) + 1) % len(names)])

    def louder(self, step: int) -> "Comfort":
        return replace(self, volume=min(max(self.volume + step * VOLUME_STEP, LEAST_VOLUME), MOST_VOLUME))


class ComfortBar(QWidget):
    """Small buttons that are large enough for a finger, each group with its word and its value."""

    chosen = Signal(object)
    """The new Comfort."""
    read_aloud = Signal()
    """Somebody wants to hear what stands on the screen, or to hear no more of it."""
    keys = Signal()
    """Somebody wants to see which keys there are."""
    typing = Signal()
    """Somebody wants the keyboard on the screen."""

    def __init__(self, comfort: Comfort) -> None:
        super().__init__()
        self.setObjectName("comfort")
        self._comfort = comfort
        self._narrow = False
        self.smaller = _small("text-smaller", "A\N{MINUS SIGN}", self.tr("Smaller text (Ctrl+Minus)"))
        self.larger = _small("text-larger", "A+", self.tr("Larger text (Ctrl+Plus)"))
        self.contrast = _small("contrast", "", "")
        self.quieter = _small("quieter", "\N{MINUS SIGN}", self.tr("Quieter (Ctrl+Down)"))
        self.louder = _small("louder", "+", self.tr("Louder (Ctrl+Up)"))
        self.reader = _small("read-aloud", self.tr("Read aloud"), "")
        self.help = _small("keys", self.tr("Keys"), self.tr("Which keys there are (F1)"))
        self.keyboard = _small("keyboard-open", self.tr("Keyboard"), self.tr("Keyboard on the screen"))
        self._text_size = Paragraph("bar", name="text-percent")
        self._volume = Paragraph("bar", name="volume-percent")
        row = WrappingRow(towards_end=False)
        space(row, 12)
        for group in (
            (self._text_size, self.smaller, self.larger),
            (self.contrast,),
            (self._volume, self.quieter, self.louder),
            (self.reader,),
            (self.help,),
            (self.keyboard,),
        ):
            row.addWidget(_group(*group))
        around = QVBoxLayout(self)
        space(around, 0, left=96, right=96, bottom=10)
        around.addLayout(row)
        self.smaller.clicked.connect(lambda: self.chosen.emit(self._comfort.with_larger_text(-1)))
        self.larger.clicked.connect(lambda: self.chosen.emit(self._comfort.with_larger_text(1)))
        self.contrast.clicked.connect(lambda: self.chosen.emit(self._comfort.with_next_theme()))
        self.quieter.clicked.connect(lambda: self.chosen.emit(self._comfort.louder(-1)))
        self.louder.clicked.connect(lambda: self.chosen.emit(self._comfort.louder(1)))
        self.reader.clicked.connect(lambda _=False: self.read_aloud.emit())
        self.help.clicked.connect(lambda _=False: self.keys.emit())
        self.keyboard.clicked.connect(lambda _=False: self.typing.emit())
        self.show_comfort(comfort)

    def set_look(self, look: Look) -> None:
        """In a narrow window buttons say by themselves what stands before them otherwise. All of them stay."""
        for words in (self._text_size, self._volume):
            words.setVisible(not look.narrow)
        for button in (self.quieter, self.louder):
            button.draw("loudspeaker" if look.narrow else "")
        self.keyboard.say(self.tr("Type") if look.narrow else self.tr("Keyboard"))
        self._narrow = look.narrow
        self._name_colours()

    def show_comfort(self, comfort: Comfort) -> None:
        """Says what holds now."""
        self._comfort = comfort
        self._text_size.say(self.tr("Text {n} %").replace("{n}", number(comfort.percent)))
        self._volume.say(self.tr("Volume {n} %").replace("{n}", number(comfort.volume)))
        self._name_colours()
        for button, possible in (
            (self.smaller, comfort.percent > TEXT_PERCENTS[0]),
            (self.larger, comfort.percent < TEXT_PERCENTS[-1]),
            (self.quieter, comfort.volume > LEAST_VOLUME),
            (self.louder, comfort.volume < MOST_VOLUME),
        ):
            button.setEnabled(possible)

    def _name_colours(self) -> None:
        name = {
            "light": self.tr("Colours: light"),
            "dark": self.tr("Colours: dark"),
            "contrast": self.tr("Colours: high contrast"),
        }[self._comfort.theme]
        self.contrast.say(self.tr("Colours") if self._narrow else name)
        self.contrast.setAccessibleName(name)

    def show_typing(self, *, possible: bool) -> None:
        """Whether there is something to type into."""
        self.keyboard.setEnabled(possible)

    def show_reading(self, *, possible: bool, reading: bool) -> None:
        """Whether the voice may read now, and whether it does."""
        self.reader.say(self.tr("Stop reading") if reading else self.tr("Read aloud"))
        self.reader.setEnabled(possible or reading)


def _small(name: str, text: str, accessible: str) -> Button:
    button = Button(name, text, height=HEIGHT, size=SIZE, least=0)
    if accessible:
        button.setAccessibleName(accessible)
    return button


def _group(*widgets: QWidget) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    space(row, 4)
    for widget in widgets:
        if isinstance(widget, Paragraph):
            widget.setWordWrap(False)
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return group
