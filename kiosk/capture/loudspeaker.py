"""Keeps a loudspeaker playing: notices when it is gone, and brings the same one back.

Without one nothing waits and nothing fails: questions go on as captions, and whoever owns this is told. Like a
microphone, a dead loudspeaker rarely says so, so the age of its newest block is watched. One that ran dry is opened
again to hold more, but only while nothing sounds.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.capture.playout import Playout
from kiosk.capture.silence import LOOK_S
from kiosk.capture.watcher import RETRY_S, Watcher, end
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import DeviceIdentity, DeviceKind, Loudspeaker, Samples
from kiosk.domain.errors import DeviceFailed, KioskError

SILENT_NS: Final = NS
"""When it asks for nothing for so long, it is taken for lost."""
FIRST_NS: Final = 5 * NS
"""The first block may take longer: a sound server may need 3 s until it plays evenly."""
REST_NS: Final = NS // 2
"""Nothing has sounded for so long before it is opened again: the room's answer is over too."""
MISSING: Final = DeviceIdentity(DeviceKind.LOUDSPEAKER, "", "No loudspeaker", "")


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of the loudspeaker, and what is played through it."""

    identity: DeviceIdentity
    rate: int
    audible: bool
    playout: Playout


class LoudspeakerFeed(Watcher):
    """Owns the loudspeaker and a watcher's thread, from `open` to `stop`.

    Args:
        open_loudspeaker: opens it; called again after a loss. Another identity than the first is refused.
        retry_s, look_s, on_lost, on_back: as in `Watcher`; it is also lost when there is none at first.
        on_dry: called when it ran dry and is opened again to hold more.
    """

    def __init__(
        self,
        open_loudspeaker: Callable[[], Loudspeaker],
        clock: Clock,
        *,
        retry_s: float = RETRY_S,
        look_s: float = LOOK_S,
        on_lost: Callable[[KioskError], None],
        on_back: Callable[[DeviceIdentity], None],
        on_dry: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            DeviceKind.LOUDSPEAKER, clock, retry_s=retry_s, look_s=look_s, on_lost=on_lost, on_back=on_back
        )
        self._open = open_loudspeaker
        self._on_dry = on_dry
        self._loudspeaker: Loudspeaker | None = None
        self._first: DeviceIdentity | None = None
        self._opened: Opening | None = None
        self._volume = 1.0
        self._began_ns = 0
        self._newest_ns = 0
        """When the newest block was asked for; 0 before the first of an opening."""

    @property
    def opened(self) -> Opening | None:
        """What can be played through now; None while there is no loudspeaker."""
        return self._opened

    def open(self) -> DeviceIdentity:
        """Opens it, or says that there is none (`MISSING`) and goes on looking. Raises BadRequest for a wrong SPEC."""
        identity = MISSING
        try:
            identity = self._begin().identity
        except DeviceFailed as error:
            self._end(error)
        self._thread.start()
        return identity

    def play(self, clip: Samples, token: int) -> bool:
        """Queues a clip (48 kHz) behind those that wait; False when there is no loudspeaker. Do not change it then."""
        with self._lock:
            opened = self._opened
            if opened is not None:
                opened.playout.play(clip, token)
        return opened is not None

    def volume(self, share: float) -> None:
        """How loud it plays, now and after a reopening: 0 for silence, 1 for as the sound card is set."""
        with self._lock:
            self._volume = share
            opened = self._opened
        if opened is not None:
            opened.playout.volume(share)

    def _begin(self, again: Opening | None = None) -> Opening:
        """Opens and starts it, also `again`. Raises DeviceFailed, also when it is another one than the first."""
        loudspeaker = self._open()
        playout = again.playout if again is not None else Playout(loudspeaker.rate)
        with self._lock:
            playout.volume(self._volume)
            self._said, self._newest_ns = "", 0
            self._loudspeaker = loudspeaker

        def fill(out: Samples, first: int, t_ns: int) -> None:
            self._newest_ns = self._clock.now_ns()
            playout.fill(out, first, t_ns)

        def gone(why: str) -> None:
            if loudspeaker is self._loudspeaker:
                self._said = why
                self._changed.set()

        self._began_ns = self._clock.now_ns()
        loudspeaker.start(fill, gone)
        identity, first = loudspeaker.identity, self._first
        if first is not None and not identity.may_be(first):
            raise DeviceFailed(
                f"Another loudspeaker answers: {identity.name} instead of {first.name}.",
                "Plug the first one in again.",
            )
        if first is None or len(identity.id) > len(first.id):
            self._first = identity
        if again is not None and again.rate != loudspeaker.rate:
            raise DeviceFailed(f"The loudspeaker {identity.name} changed its rate.", "Plug it in again.")
        self._opened = again or Opening(identity, loudspeaker.rate, loudspeaker.audible, playout)
        return self._opened

    def _end(self, error: KioskError | None = None) -> None:
        """Nothing more can be played. `error` is told before what played is ended, so that its owner still knows it."""
        with self._lock:
            opened, self._opened = self._opened, None
            loudspeaker, self._loudspeaker = self._loudspeaker, None
        if error is not None:
            self._on_lost(error)
        if opened is not None:
            opened.playout.lost()
        if loudspeaker is not None:
            end(loudspeaker)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            if self._opened is None:
                if self._stopping.wait(self._retry_s):
                    break
                try:
                    back = self._begin().identity
                except KioskError:  # it was told already that there is none
                    self._end()
                    continue
                self._on_back(back)
            error = self._trouble(paused=self._pause()) or self._enlarge()
            if error is not None and not self._stopping.is_set():
                self._end(error)
        self._end()

    def _enlarge(self) -> KioskError | None:
        """Opens it again when it ran dry and nothing sounds; what is to be played meanwhile waits. Or why it failed."""
        with self._lock:
            opened, loudspeaker = self._opened, self._loudspeaker
            if opened is None or loudspeaker is None or not loudspeaker.ran_dry:
                return None
            playout = opened.playout
            if playout.busy or self._clock.now_ns() < playout.sounds_until_ns + REST_NS:
                return None
            again = self._opened = dataclasses.replace(opened, playout=Playout(opened.rate))
            self._loudspeaker = None
        self._on_dry()
        end(loudspeaker)  # before it is opened again: a sound card may be there for one stream only
        try:
            self._begin(again)
        except KioskError as error:
            return error
        return None

    def _trouble(self, *, paused: bool) -> DeviceFailed | None:
        """One look; `paused` as in `Silence`."""
        opened, newest_ns = self._opened, self._newest_ns
        if self._said:
            return DeviceFailed(self._said, "Check its cable.")
        heard_ns, limit_ns = (newest_ns, SILENT_NS) if newest_ns else (self._began_ns, FIRST_NS)
        silent = self._silence.too_long(self._clock.now_ns(), heard_ns, limit_ns, paused=paused)
        if opened is not None and silent:
            return DeviceFailed(f"The loudspeaker {opened.identity.name} plays no more.", "Check its cable.")
        return None
