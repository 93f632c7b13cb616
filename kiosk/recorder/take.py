"""One segment being recorded: its clock, its mix, its encoder, its file. Driven by the line's thread alone."""

import dataclasses
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
from kiosk.encode.encoder import BLOCK, Encoder, EncoderSettings, Sink
from kiosk.encode.overlay import Overlay
from kiosk.files.chunks import ChunkDurable
from kiosk.files.disk import Medium, PrivateFile
from kiosk.files.segment import FragmentDurable, SealedSegment, SegmentWriter
from kiosk.mix.mixer import NEVER, MixedBlock, Mixer

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


@dataclass(frozen=True, slots=True)
class Handover:
    """The mix of a segment with which the next one goes on."""

    mixer: Mixer
    origin_ns: int
    """Session clock of its position 0."""
    mixed: list[MixedBlock]
    """What was mixed already and belongs to the next segment."""


class Take:
    """From `t0_ns` on, everything that is handed in goes into the file.

    Args:
        path: of the segment, which must not exist yet.
        t0_ns: session clock of its first instant.
        start_ns: media time of it.
        sound: a new mix, or that of the segment before, with which this one goes on sample by sample.
    """

    def __init__(
        self,
        path: Path,
        t0_ns: int,
        start_ns: int,
        settings: EncoderSettings,
        overlay: Overlay,
        listener: TakeListener,
        sound: Mixer | Handover,
        *,
        make_encoder: Callable[[Sink, EncoderSettings], Encoder] = Encoder,
        open_medium: Callable[[Path], Medium] = PrivateFile,
        relief: Callable[[], bool] = lambda: False,
    ) -> None:
        self.path = path
        self.t0_ns = t0_ns
        self.start_ns = start_ns
        handed = sound if isinstance(sound, Handover) else Handover(sound, t0_ns, [])
        self.mixer = handed.mixer
        self._origin_ns = handed.origin_ns
        """Session clock of the mix's position 0."""
        self._first = self._position(t0_ns)
        """Position at which this segment's sound begins."""
        self._cut = NEVER
        """Position at which it ends, when another segment goes on with it."""
        self._beyond: list[MixedBlock] = []
        """What was mixed already and belongs to the next segment."""
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
        self._encoder = make_encoder(self._writer, settings)
        self._encode(handed.mixed)

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
        return self._origin_ns + round(position * NS / RATE)

    def part(self, not_before_ns: int) -> int:
        """Ends the sound of this segment soon after an instant, where the next one can go on: returns that instant.

        It lies on the border of two packets of sound, so that counting samples tells the same as presentation times.
        Sound that comes after it is kept for the next segment.
        """
        packets = -(-(max(self._position(not_before_ns), self.mixer.position) - self._first) // BLOCK)
        self._cut = self._first + packets * BLOCK
        end_ns = self.instant(self._cut)
        self._encoder.ends_at(end_ns - self.t0_ns)
        return end_ns

    def stay(self) -> None:
        """Takes back `part`."""
        self._cut = NEVER
        self._encoder.ends_at(None)

    @property
    def parted(self) -> bool:
        """Whether all of its sound is there."""
        return self.mixer.position >= self._cut

    def hand_over(self) -> Handover:
        """After `part`: what the next segment goes on with."""
        return Handover(self.mixer, self._origin_ns, self._beyond)

    def close(self) -> SealedSegment:
        """After `part`: makes the segment whole and durable, as long as its sound is."""
        self._encoder.close()
        return dataclasses.replace(self._writer.close(), duration_ns=self.instant(self._cut) - self.t0_ns)

    def _position(self, t_ns: int) -> int:
        return round((t_ns - self._origin_ns) * RATE / NS)

    def finish(self, end_ns: int) -> SealedSegment:
        """Ends the segment at `end_ns` and makes it whole and durable."""
        self._encode(self.mixer.finish(end_ns))
        self._encoder.close()
        return self._writer.close()

    def _encode(self, blocks: Sequence[MixedBlock]) -> None:
        for block in blocks:
            own = min(len(block.samples), max(0, self._cut - block.first))
            if own:
                at = block.first - self._first
                self._encoder.sound(block.samples[:own], at)
                self._on_sound(self.start_ns + at * NS // RATE, block.samples[:own])
            if own < len(block.samples):
                self._beyond.append(MixedBlock(block.first + own, block.samples[own:]))

    @property
    def reached_ns(self) -> int:
        """How long the file may be found to be when it was given up: since the segment's start."""
        return self._writer.reached_ns

    def abandon(self) -> SealedSegment | None:
        """Writes nothing more; what is durable already, if the file can be trusted."""
        self._encoder.abandon()
        return self._writer.abandon()
