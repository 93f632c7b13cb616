"""What is told of a recording while it is made: its minutes, markers, gaps and echoes. Driven by the line's thread.

Only tells: it keeps no journal, changes nothing, and decides nothing about the recording.
"""

from collections.abc import Callable

import av

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.events import Gap
from kiosk.media.live_sync import LiveSync
from kiosk.media.minutes import Lost, Minutes
from kiosk.media.quality import Echo, Minute
from kiosk.media.sync import SyncMark
from kiosk.recorder.take import Take
from kiosk.recorder.timekeeping import Stillness


class Chronicle:
    """Args:
    post: takes what is told, without waiting.
    question_of: which question a token of the mix was; empty for another sound.
    """

    def __init__(
        self, post: Callable[[Gap | Minute | Echo | SyncMark], None], question_of: Callable[[str], str]
    ) -> None:
        self._post = post
        self._question_of = question_of
        self._minutes = Minutes(post)
        self._marks = LiveSync(post)
        self._stillness = Stillness()

    def begin(self, lost: Lost) -> None:
        """A segment begins."""
        self._minutes.begin(lost)

    def picture(self, at_ns: int, picture: av.VideoFrame) -> None:
        """A picture of the camera is in the file."""
        self._minutes.picture(at_ns)
        self._marks.picture(at_ns, picture)

    def sound(self, at_ns: int, samples: Samples) -> None:
        """Sound is in the file."""
        self._minutes.sound(at_ns, samples)
        self._marks.sound(at_ns, samples)

    def mixed(self, take: Take) -> None:
        """Some sound was mixed: the microphone's gaps that ended in it, and what became of the questions' echoes."""
        for gap in take.mixer.take_gaps():
            at_ns, lost_ns = take.at_ns(take.instant(gap.first)), round(gap.length * NS / RATE)
            self._post(Gap("microphone", at_ns, lost_ns, gap.cause))
        for echo in take.mixer.take_echoes():
            question = self._question_of(echo.token)
            if question:
                self._post(Echo(question, echo.method.value, echo.echo_down_db, echo.second_peak_db))

    def stood_still(self, take: Take | None, now_ns: int) -> None:
        """To be called ten times a second: when it was not, the process or the machine stood still."""
        still_ns = self._stillness.look(now_ns)
        if take is not None and still_ns:
            self._post(Gap("machine", take.at_ns(now_ns - still_ns), still_ns, "the recorder stood still"))

    def passed(self, now_ns: int, lost: Lost, *, held: bool) -> None:
        """Tells the minutes that have passed by that media time. `held`: it is paused, and no picture is expected."""
        self._minutes.look(now_ns, lost, held=held)

    def end(self, lost: Lost) -> None:
        """The recording ends."""
        self._minutes.end(lost)

    def forget(self) -> None:
        """What was recorded is no more; another recording may begin."""
        self._minutes.forget()
        self._marks.forget()
