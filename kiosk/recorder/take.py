"""One segment being recorded: its clock, its mix, its encoder, its file. Driven by the line's thread alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import av

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import KioskError
from kiosk.encode.colour import duplicate
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.encode.overlay import Overlay
from kiosk.files.chunks import ChunkDurable
from kiosk.files.disk import Medium, PrivateFile
from kiosk.files.segment import FragmentDurable, SealedSegment, SegmentWriter
from kiosk.mix.mixer import MixedBlock, Mixer

CHUNK_NS: Final = 10 * NS
STILL_EVERY_NS: Final = NS // 10


@dataclass(frozen=True, slots=True)
class TakeListener:
    """Whom a take tells; the first three are called from the writer's thread."""

    on_fragment: Callable[[FragmentDurable], None]
    on_chunk: Callable[[ChunkDurable], None]
    on_failed: Callable[[KioskError], None]
    on_sound: Callable[[int, Samples], None]
    """Media time and samples of each piece of the mix, as it goes into the file."""


class Take:
    """From `t0_ns` on, everything that is handed in goes into the file.

    Args:
        path: of the segment, which must not exist yet.
        t0_ns: session clock of its first instant.
        start_ns: media time of it.
        audible: whether the loudspeaker can be heard by the microphone.
    """

    def __init__(
        self,
        path: Path,
        t0_ns: int,
        start_ns: int,
        settings: EncoderSettings,
        overlay: Overlay,
        listener: TakeListener,
        *,
        audible: bool,
        open_medium: Callable[[Path], Medium] = PrivateFile,
        relief: Callable[[], bool] = lambda: False,
    ) -> None:
        self.path = path
        self.t0_ns = t0_ns
        self.start_ns = start_ns
        self.mixer = Mixer(t0_ns, audible=audible)
        self.frames = 0
        self.last_picture_ns = t0_ns
        """Session clock of the newest picture in the file, stills included."""
        self._overlay = overlay
        self._on_sound = listener.on_sound
        self._next_chunk_ns = CHUNK_NS
        self._writer = SegmentWriter(
            path,
            on_fragment=listener.on_fragment,
            on_chunk=listener.on_chunk,
            on_failed=listener.on_failed,
            chunk_ns=CHUNK_NS,
            open_medium=open_medium,
            relief=relief,
        )
        self._writer.start()
        self._encoder = Encoder(self._writer, settings)

    def at_ns(self, t_ns: int) -> int:
        """Media time of an instant."""
        return self.start_ns + max(0, t_ns - self.t0_ns)

    def picture(self, frame: av.VideoFrame, t_ns: int, wall: datetime, *, live: bool) -> bool:
        """Takes a picture that arrived at `t_ns`; `live` is False for a still. False when it came out of order."""
        at_ns = t_ns - self.t0_ns
        if at_ns < 0:
            return False
        if not live:
            frame = duplicate(frame)  # it is shown many times and drawn on each time
        self._overlay.draw(frame, wall, live)
        keyframe = at_ns >= self._next_chunk_ns
        if not self._encoder.picture(frame, at_ns, keyframe=keyframe):
            return False
        if keyframe:
            self._next_chunk_ns = at_ns - at_ns % CHUNK_NS + CHUNK_NS
        self.last_picture_ns = t_ns
        self.frames += live
        return True

    def sound(self, now_ns: int) -> None:
        """Mixes and encodes what is ready by now."""
        self._encode(self.mixer.pull(now_ns))

    def instant(self, position: float) -> int:
        """Session clock of a sample of the mix."""
        return self.t0_ns + round(position * NS / RATE)

    def finish(self, end_ns: int) -> SealedSegment:
        """Ends the segment at `end_ns` and makes it whole and durable."""
        self._encode(self.mixer.finish(end_ns))
        self._encoder.close()
        return self._writer.close()

    def _encode(self, blocks: Sequence[MixedBlock]) -> None:
        for block in blocks:
            self._encoder.sound(block.samples, block.first)
            self._on_sound(self.start_ns + block.first * NS // RATE, block.samples)

    @property
    def reached_ns(self) -> int:
        """How long the file may be found to be when it was given up: since the segment's start."""
        return self._writer.reached_ns

    def abandon(self) -> SealedSegment | None:
        """Writes nothing more; what is durable already, if the file can be trusted."""
        self._encoder.abandon()
        return self._writer.abandon()
