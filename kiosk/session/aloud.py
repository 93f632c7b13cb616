"""Reads any screen aloud in the kiosk's own voice: piece by piece, and never while somebody asks or answers.

Through the recorder's loudspeaker when one runs, else through a voice of its own.
"""

import re
from typing import Final

from kiosk.domain import commands
from kiosk.domain.clock import NS
from kiosk.domain.view import SessionState as State
from kiosk.session.ports import Line, Narrated, Narrator, Voice
from kiosk.session.preparing import SLOWER
from kiosk.session.scene import Scene
from kiosk.session.states import TRIAL

KEY: Final = "_aloud:"
LONGEST: Final = 300
"""Characters of a piece: so much is rendered in a moment."""
MOST_PIECES: Final = 100
PAUSE_NS: Final = NS // 4
QUIET: Final = frozenset({
    State.OPENING,
    State.SPEAKING,
    State.PLAYBACK,
    State.PRACTICE_ASKING,
    State.PRACTICE_ANSWERING,
    State.PRACTICE_PLAYBACK,
    State.PREPARING,
    State.RESUMING,
    State.STARTING,
    State.ASKING,
    State.ANSWERING,
    State.FINISHING,
})  # fmt: skip
"""Nothing is read aloud here."""
_ENDS: Final = re.compile(r"(?<=[.!?:;。！？؟])\s+|\n+")  # noqa: RUF001  # ends of sentences in other scripts


class Aloud:
    """Called by the director's thread alone."""

    def __init__(self, scene: Scene, narrator: Narrator, voice: Voice) -> None:
        self._scene = scene
        self._narrator = narrator
        self._voice = voice
        self._run = 0
        self._pieces: list[str] = []
        self._rendered: dict[int, Narrated] = {}
        self._at = -1
        """The piece that sounds or is waited for."""
        self._ends_ns = 0
        """When the piece that sounds has ended; 0 while none does."""
        self._by_recorder = False

    def read(self, text: str) -> None:
        """In place of what is being read; an empty text ends that."""
        self.stop()
        pieces = pieces_of(text)
        if not pieces or self._scene.state in QUIET:
            return
        self._run += 1
        self._pieces, self._at = pieces, 0
        self._scene.show(reading=True)
        self._order(0)

    def stop(self) -> None:
        if not self._scene.view.reading and not self._pieces:
            return
        if self._ends_ns:
            self._hush()
        self._pieces, self._at, self._ends_ns = [], -1, 0
        self._rendered.clear()
        self._scene.show_if_new(reading=False)

    def look(self) -> None:
        """The state may have become one in which nothing is read."""
        if self._pieces and self._scene.state in QUIET:
            self.stop()

    def narration(self, narrated: Narrated) -> None:
        """A piece is rendered."""
        run, _, number = narrated.key.removeprefix(KEY).partition(":")
        if not self._pieces or int(run) != self._run:
            return
        self._rendered[int(number)] = narrated
        if int(number) == self._at and not self._ends_ns:
            self._sound()

    def tick(self) -> None:
        if not self._ends_ns or self._scene.now_ns() < self._ends_ns:
            return
        self._ends_ns = 0
        self._at += 1
        if self._at >= len(self._pieces):
            self.stop()
        elif self._at in self._rendered:
            self._sound()

    @property
    def wake_ns(self) -> int:
        return self._ends_ns

    def _sound(self) -> None:
        narrated = self._rendered.pop(self._at)
        if narrated.wav is None:
            self.stop()
            return
        self._by_recorder = _recorder_plays(self._scene)
        if self._by_recorder:
            self._scene.play(str(narrated.wav))
        else:
            self._voice.say(narrated.wav)
        self._ends_ns = self._scene.now_ns() + round(narrated.seconds * NS) + PAUSE_NS
        self._order(self._at + 1)

    def _order(self, number: int) -> None:
        if number >= len(self._pieces):
            return
        interview = self._scene.view.interview
        settings = self._scene.settings
        language = interview.language if interview else settings.language
        voice = (interview.voice if interview else "") or settings.voice
        pace = SLOWER if self._scene.view.accommodations.slower_voice else 1.0
        self._narrator.hurry(Line(f"{KEY}{self._run}:{number}", self._pieces[number], voice, language, pace))

    def _hush(self) -> None:
        if self._by_recorder:
            self._scene.recorder.send(commands.Silence())
        else:
            self._voice.hush()


def _recorder_plays(scene: Scene) -> bool:
    return scene.state in TRIAL or scene.state in {State.THINKING, State.PAUSED}


def pieces_of(text: str) -> list[str]:
    """The text in sentences, long ones cut between words."""
    pieces: list[str] = []
    for sentence in _ENDS.split(text):
        piece = ""
        for word in sentence.split():
            if piece and len(piece) + len(word) >= LONGEST:
                pieces.append(piece)
                piece = ""
            piece = f"{piece} {word[:LONGEST]}".strip()
        if any(letter.isalnum() for letter in piece):
            pieces.append(piece)
    return pieces[:MOST_PIECES]
