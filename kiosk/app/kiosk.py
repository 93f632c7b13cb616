"""The kiosk's own process without its screen: what is built, started in order and stopped in reverse.

    ledger · narration · recorder's client · director · inbox

The same for the screen, for `kiosk record` and for the demonstration; they differ in who looks at the views.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from kiosk.app.archive import OutputArchive
from kiosk.app.book import LedgerBook
from kiosk.app.narration import Narration, speech_of
from kiosk.app.start import prepare_output
from kiosk.app.surroundings import Hall, Offered, PinGuard, SideVoice
from kiosk.config import Config
from kiosk.contract import names
from kiosk.domain import commands, view
from kiosk.domain.clock import Clock
from kiosk.domain.errors import NoSpace
from kiosk.domain.interview import Interview
from kiosk.domain.view import SessionState as State
from kiosk.ledger.ledger import Ledger
from kiosk.outbox import self_tests
from kiosk.recorder.client import RecorderClient
from kiosk.recovery import recover_output
from kiosk.session.director import Director
from kiosk.session.inbox import Inbox
from kiosk.session.ports import LookBack, RecorderLost, World
from kiosk.session.preparing import Settings
from kiosk.system import places

log = logging.getLogger(__name__)

MS: Final = 1_000_000
"""Nanoseconds in a millisecond."""


class Kiosk:
    """One kiosk without its screen.

    Args:
        on_view: called with every new View from the director's thread.
        on_crash: called when the director stopped because of a bug.
        interviews: those that an interview which was cut off may be of.
        offered: which interviews can be held here, asked anew now and then; only where somebody sees the screens.
            There people are checked, rehearse and are looked after as well.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        on_view: Callable[[view.View], None],
        on_crash: Callable[[BaseException], None],
        interviews: Sequence[Interview] = (),
        offered: Offered | None = None,
    ) -> None:
        prepare_output(config.output)
        self._config = config
        self._clock = clock
        self._ledger = Ledger.open(config.output / names.LEDGER, clock)
        self.speech = speech_of(clock)
        self._inbox = Inbox(clock, self._crashed)
        self._on_crash = on_crash
        self._last_reason = "interrupted"
        self._narration = Narration(self.speech, config.words_per_minute, self._inbox.post)
        self.recorder = RecorderClient(
            config.output, clock, self._inbox.post, lambda what: self._inbox.post(RecorderLost(what))
        )
        archive = OutputArchive(config.output, self._ledger, self.recorder, interviews, clock)
        self._voice = SideVoice(config.speaker)
        world = World(
            narrator=self._narration,
            book=LedgerBook(self._ledger),
            archive=archive,
            hall=Hall(offered, interviews, self._inbox.post),
            guard=PinGuard(config.proctor_pin_hash, self._ledger.attempts, clock),
            voice=self._voice,
        )
        settings = settings_of(config, attended=offered is not None)
        self._director = Director(settings, self.recorder, world, clock, on_view)

    def start(self) -> None:
        self._narration.start()
        self._inbox.start(self._director)

    def look_back(self) -> None:
        """Rejoins an interview whose recorder runs on, or offers to go on with one that was cut off."""
        self._inbox.post(LookBack())

    def stop(self) -> None:
        """Lets go of everything. Nobody leads an interview from here on, so one that still runs is ended in order.

        Whoever wants to see the end asks for it before, with StopSession, and waits for the view that tells it.
        """
        self._inbox.stop()
        self._inbox.join(10)
        state = self._director.current.state
        self._voice.hush()
        if self._director.holds_recorder:
            log.warning("leaving while %s: the recorder is told to end in order", state)
            self.recorder.send(commands.Stop(self._last_reason))
        self.recorder.close()
        self._narration.stop()
        self._narration.join(10)
        self._ledger.close()
        if state is State.FAILED and self._director.current.failure != NoSpace.code:
            recover_output(self._config.output, self._clock)

    def post(self, request: view.Request) -> None:
        """Asks the director for something, from any thread."""
        self._inbox.post(request)

    def _crashed(self, error: BaseException) -> None:
        self._last_reason = "failed"
        self._on_crash(error)

    def simulate(self, device: str, action: str, value: str = "") -> None:
        """Does something to a simulated device."""
        self.recorder.send(commands.Simulate(device, action, value))


def settings_of(config: Config, *, attended: bool) -> Settings:
    """What the director needs of the configuration, and of the last self-test."""
    last = self_tests.last()
    return Settings(
        camera=config.camera,
        microphone=config.microphone,
        speaker=config.speaker,
        rec_mark=config.rec_mark,
        timestamp=config.timestamp,
        preset=config.preset,
        voice=config.voice,
        language=config.language,
        sound_offset_ns=config.sound_offset_ms * MS,
        gain_db=config.microphone_gain_db,
        tone_start=str(places.asset("sounds/answer-starts.wav")),
        tone_end=str(places.asset("sounds/answer-ends.wav")),
        check=attended and config.check,
        rehearsal=attended and config.rehearsal,
        self_check=attended and config.self_check,
        hears=last.hears if last is not None else (),
        attended=attended,
    )
