"""How the question in work is put: spoken when it can be, shown as a caption when not. It never stalls.

Part of the director and driven by its thread alone; knows no state of the interview but the question at hand.
"""

import logging
from typing import Final

from kiosk.domain import commands
from kiosk.domain.clock import NS, Clock
from kiosk.domain.events import MarkKind
from kiosk.domain.interview import Question
from kiosk.session.ports import Narrated, Recorder

log = logging.getLogger(__name__)

VOICE_MARGIN_NS: Final = 6 * NS
"""How much later than its length a question may end before the interview goes on without it."""
NARRATION_LIMIT_NS: Final = 12 * NS
"""How long a question that is not rendered yet is waited for before it is shown as a caption only."""
SHORTEST_READING_NS: Final = 4 * NS
READING_NS_A_WORD: Final = NS * 2 // 5


class Asking:
    """Methods that answer with an instant say when `overdue` must be called if nothing happened until then."""

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock
        self._narrated: dict[str, Narrated] = {}
        self.sounding = False
        """The question is being spoken."""
        self.captions_only = False
        """The question could not be heard: it stands on the screen long enough to be read."""

    def forget(self) -> None:
        """Another interview begins."""
        self._narrated.clear()
        self.sounding = self.captions_only = False

    def forget_rendered(self) -> None:
        """What is rendered is spoken at another pace now."""
        self._narrated.clear()

    def cut(self, *, sounding: bool = False) -> None:
        """The recorder is another one now, which plays nothing; or the director is, and the question sounds on."""
        self.sounding, self.captions_only = sounding, False

    def learn(self, narrated: Narrated) -> bool:
        """A text is rendered, or will not be. Whether a question may be waiting for one."""
        self._narrated[narrated.key] = narrated
        return not self.sounding and not self.captions_only

    def put(self, question: Question, *, spoken: bool = True) -> int:
        """Speaks the question if it is rendered, waits for it a while if not, shows it otherwise."""
        self.captions_only = False
        if not spoken:
            return self.show(question, "as agreed with the candidate")
        narrated = self._narrated.get(question.id)
        now = self._clock.now_ns()
        if narrated is None:
            return now + NARRATION_LIMIT_NS
        if narrated.wav is None:
            return self.show(question, narrated.what)
        self.sounding = True
        self._recorder.send(commands.Speak(question.id, str(narrated.wav)))
        return now + round(narrated.seconds * NS) + VOICE_MARGIN_NS

    def show(self, question: Question, why: str) -> int:
        """Lets the question be read instead."""
        log.warning("question %s is shown as a caption only: %s", question.id, why)
        self.sounding, self.captions_only = False, True
        self._recorder.send(commands.Mark(MarkKind.CAPTIONS_ONLY.value, question.id, why))
        reading_ns = max(SHORTEST_READING_NS, len(question.text.split()) * READING_NS_A_WORD)
        return self._clock.now_ns() + reading_ns

    def overdue(self, question: Question) -> int:
        """Nothing happened for too long: shows the question, or says with 0 that it was read long enough."""
        if self.captions_only:
            return 0
        self.hush()
        return self.show(question, "it was not heard in time")

    def hush(self) -> None:
        """Ends what is being spoken."""
        if self.sounding:
            self.sounding = False
            self._recorder.send(commands.Silence())
