"""The segments of one recording, one after the other on one media time. Driven by the line's thread.

A file that the disk refused is never written again: what is durable of it stays as it is, and the recording goes on
in the next segment. Decides nothing about devices, and holds no journal.
"""

import dataclasses
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.contract import names
from kiosk.domain import events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import Samples
from kiosk.domain.errors import KioskError, NoSpace, WorldFailed
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink
from kiosk.encode.overlay import Overlay
from kiosk.files.chunks import ChunkDurable
from kiosk.files.disk import Medium
from kiosk.files.segment import FragmentDurable, SealedSegment
from kiosk.mix.mixer import Mixer
from kiosk.recorder.take import Handover, Take, TakeListener

log = logging.getLogger(__name__)

MOST_FAILURES: Final = 3
WITHIN_NS: Final = 120 * NS
"""So many segments may fail in so long a time; then nothing can be stored here."""
NO_PICTURE_NS: Final = NS
"""A further segment does not wait longer than this for a picture: there is sound."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment goes: its folder, its number, and where it begins in the session.

    `cut_ns` is the session clock at which the segment before ended, `cause` why; 0 and empty for the first one.
    """

    folder: Path
    session: str
    number: int = 1
    start_ns: int = 0
    cut_ns: int = 0
    cause: str = ""


@dataclass(frozen=True, slots=True)
class SegmentLost:
    """A segment cannot be written any more, and another one begins. `sealed` tells what it holds, if it can be trusted;
    `set_aside` that it held nothing.
    """

    place: Place
    sealed: SealedSegment | None
    error: KioskError
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class SegmentEnded:
    """A segment is whole, and the next one goes on where it ends."""

    place: Place
    sealed: SealedSegment


@dataclass(frozen=True, slots=True)
class _Order:
    """A segment that begins at the next picture that is not older than `from_ns`."""

    place: Place
    from_ns: int


class Reel:
    """Args:
    post: takes events, SegmentLost and SegmentEnded, from any thread, without waiting.
    wake: called from the writer's thread when a segment has failed.
    on_sound: as in `TakeListener`.
    """

    def __init__(
        self,
        clock: Clock,
        post: Callable[[events.Event | SegmentLost | SegmentEnded], None],
        wake: Callable[[], None],
        open_medium: Callable[[Path], Medium],
        relief: Callable[[], bool],
        make_encoder: Callable[[Sink, EncoderSettings], Encoder],
        on_sound: Callable[[int, Samples], None],
    ) -> None:
        self._on_sound = on_sound
        self._clock = clock
        self._post = post
        self._wake = wake
        self._open_medium = open_medium
        self._relief = relief
        self._make_encoder = make_encoder
        self._order: _Order | None = None
        self._place: Place | None = None
        self._failures: deque[int] = deque(maxlen=MOST_FAILURES)
        self._frames_before = 0
        self._bytes_before = 0
        self.part_ns = 0
        """Session clock at which the segment in work ends and the next one goes on; 0 while that is not to be."""
        self.take: Take | None = None
        """The segment that is being written."""
        self.failed: KioskError | None = None
        """Why it cannot be written any more, as its writer's thread told."""
        self.durable_ns = 0
        """Session clock up to which the segment in work is durable; 0 before its first fragment."""
        self.durable_media_ns = 0
        self.size = 0
        """Bytes of the segment in work that are durable."""

    @property
    def frames(self) -> int:
        """Pictures of the camera in all segments."""
        return self._frames_before + (self.take.frames if self.take else 0)

    @property
    def bytes(self) -> int:
        """Durable in all segments."""
        return self._bytes_before + self.size

    @property
    def number(self) -> int:
        """Of the segment in work; 0 before the first."""
        return self._place.number if self._place else 0

    def media_ns(self, now_ns: int) -> int:
        """Media time of an instant; between two segments it stands still."""
        take, order = self.take, self._order
        if take is not None:
            return take.at_ns(now_ns)
        return order.place.start_ns if order is not None else 0

    def order(self, place: Place, from_ns: int) -> None:
        """Begins a segment with the next picture that came from then on."""
        self._order = _Order(place, from_ns)

    def due(self, frame_ns: int) -> bool:
        """Whether a segment begins with a picture of that instant."""
        return self._order is not None and frame_ns >= self._order.from_ns

    def overdue(self, now_ns: int) -> bool:
        """Whether a further segment has waited for a picture for too long."""
        order = self._order
        return order is not None and bool(order.place.cause) and now_ns - order.from_ns > NO_PICTURE_NS

    def begin(self, t0_ns: int, settings: EncoderSettings, overlay: Overlay, mixer: Mixer) -> Take:
        """Begins the ordered segment at `t0_ns`, with a new mix. Raises KioskError when its file cannot be made."""
        order, self._order = self._order, None
        assert order is not None
        self.durable_ns = 0
        return self._begin(order.place, t0_ns, settings, overlay, mixer)

    def _begin(
        self,
        place: Place,
        t0_ns: int,
        settings: EncoderSettings,
        overlay: Overlay,
        sound: Mixer | Handover,
    ) -> Take:
        wall = self._clock.wall() - timedelta(microseconds=(self._clock.now_ns() - t0_ns) // 1000)
        self._place = place
        self.failed, self.size, self.part_ns = None, 0, 0
        path = place.folder / names.segment_name(place.session, wall, place.number)
        listener = self._listener(place, path, t0_ns, wall)
        self.take = Take(
            path,
            t0_ns,
            place.start_ns,
            settings,
            overlay,
            listener,
            sound,
            make_encoder=self._make_encoder,
            open_medium=self._open_medium,
            relief=self._relief,
        )
        return self.take

    def part(self) -> None:
        """Ends the segment in work in a moment, at `part_ns`; then it is time for `go_on`."""
        if self.take is not None:
            self.part_ns = self.take.part(self._clock.now_ns())

    def stay(self) -> None:
        """Takes back `part`: the recording ends before."""
        self.part_ns = 0
        if self.take is not None:
            self.take.stay()

    def go_on(self, settings: EncoderSettings, overlay: Overlay) -> Take:
        """After `part`, when all sound and all pictures before `part_ns` are in: begins the next segment.

        Raises KioskError when one of the two files fails.
        """
        before, place, t0_ns = self.take, self._place, self.part_ns
        assert before is not None
        assert place is not None
        sealed = before.close()
        self._frames_before += before.frames
        self._bytes_before += self.size
        self._post(SegmentEnded(place, sealed))
        self.take = None
        following = Place(place.folder, place.session, place.number + 1, place.start_ns + sealed.duration_ns)
        return self._begin(following, t0_ns, settings, overlay, before.hand_over())

    def renew(self, error: KioskError) -> bool:
        """Gives up the segment in work and orders the next; False when that makes no sense (any more)."""
        place, take, now = self._place, self.take, self._clock.now_ns()
        self._failures.append(now)
        often = len(self._failures) == MOST_FAILURES and now - self._failures[0] < WITHIN_NS
        if place is None or isinstance(error, NoSpace) or often:
            return False
        log.error("segment %d is given up: %s", place.number, error)
        self.take = None
        sealed, reached_ns, set_aside = None, 0, False
        if take is not None:
            sealed = take.abandon()
            reached_ns = sealed.duration_ns if sealed is not None else take.reached_ns
            self._frames_before += take.frames
            set_aside = not reached_ns and _set_aside(take.path)
        self._bytes_before += self.size
        self.failed, self.durable_ns, self.size, self.part_ns = None, 0, 0, 0
        self._post(SegmentLost(place, sealed if reached_ns else None, error, set_aside))
        if take is None or not reached_ns:  # it holds nothing, so another one takes its place
            following = place
            if place.number > 1 and not place.cause:
                following = dataclasses.replace(place, cut_ns=now, cause="a file failed")
        else:
            cut_ns = take.t0_ns + reached_ns
            start_ns = place.start_ns + reached_ns
            following = Place(place.folder, place.session, place.number + 1, start_ns, cut_ns, "a file failed")
        self._order = _Order(following, 0 if len(self._failures) == 1 else now + (len(self._failures) - 1) * NS)
        return True

    def finish(self, end_ns: int) -> SegmentEnded | None:
        """Ends the recording at `end_ns`; None when no segment is in work. Raises what kept it from being whole."""
        if self._order is not None and self._order.place.cause:
            self._order = None
            return None
        if self.take is None or self._place is None:
            raise WorldFailed("The recording had not begun yet: there was no picture.")
        return SegmentEnded(self._place, self.take.finish(end_ns))

    def abandon(self) -> SegmentEnded | None:
        """Writes nothing more. The segment in work as far as it is durable; None when its file cannot be trusted."""
        sealed = self.take.abandon() if self.take is not None else None
        return SegmentEnded(self._place, sealed) if sealed is not None and self._place is not None else None

    @property
    def ordered(self) -> bool:
        """Whether a segment is to begin."""
        return self._order is not None

    def forget(self) -> None:
        """Nothing was recorded: the next order is for the first segment again. Only after `finish`."""
        self.take = self._place = self.failed = None
        self.durable_ns = self.durable_media_ns = self.size = 0
        self._frames_before = self._bytes_before = 0
        self._failures.clear()

    def _listener(self, place: Place, path: Path, t0_ns: int, wall: datetime) -> TakeListener:
        started_at = wall.isoformat(timespec="milliseconds")

        begun = threading.Event()

        def on_fragment(fragment: FragmentDurable) -> None:
            first = not begun.is_set()
            begun.set()
            self.durable_ns = t0_ns + fragment.end_ns
            self.durable_media_ns = place.start_ns + fragment.end_ns
            self.size = fragment.offset + fragment.size
            if first:
                self._post(events.Started(place.session, place.number, str(path), started_at, t0_ns, place.start_ns))
                if place.cause:
                    lost_ns = max(0, t0_ns - place.cut_ns)
                    self._post(events.Gap("recorder", place.start_ns, lost_ns, place.cause))

        def on_chunk(chunk: ChunkDurable) -> None:
            self._post(events.ChunkReady(place.number, chunk.number, chunk.offset, chunk.size, chunk.sha256))

        def on_failed(error: KioskError) -> None:
            self.failed = error
            self._wake()

        return TakeListener(on_fragment, on_chunk, on_failed, self._on_sound)


def _set_aside(path: Path) -> bool:
    """A file in which nothing is whole is no recording."""
    try:
        path.replace(path.with_name(path.name + ".empty"))
    except OSError:
        return False
    return True
