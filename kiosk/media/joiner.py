"""Copies the packets of a recording's segments into one file, each where media time puts it. Encodes nothing.

Where two segments meet, the second one's sound begins exactly in its place: its encoder's first, silent packet
replaces the last of the one before, and what is missing is filled with silent packets.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av

from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest
from kiosk.media.parameter_sets import parameter_sets
from kiosk.media.prefix import Prefix
from kiosk.media.steady import Steady

_BLOCK: Final = 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A segment as its fragments tell of it. `samples`: of each kind of track; `whole_to`: bytes of whole boxes, behind
    which lie `torn` more.
    """

    path: Path
    whole_to: int
    torn: int
    end_ns: int
    first_sound_ns: int | None
    samples: Mapping[str, int]


class Joiner:
    """The output file, and how far its sound has come."""

    video: Any
    audio: Any

    def __init__(
        self, container: Any, first: Any, sources: Sequence[Source], starts_ns: Sequence[int], steady_ns: int
    ) -> None:
        self._container = container
        self._sources = sources
        self._starts_ns = starts_ns
        self.video = container.add_stream_from_template(first.streams.video[0])
        self.audio = container.add_stream_from_template(first.streams.audio[0]) if first.streams.audio else None
        self._steady = Steady(_ticks(steady_ns, self.video.time_base))
        self._like = _settings(first)
        self._silence = b""
        self._sound_origin: int | None = None
        self._sound_count = 0
        self._sound_next = 0
        self.pictures = 0
        self.written = 0

    def add(self, number: int, source: Any, in_band: bytes) -> Iterator[int]:
        """Copies a segment; yields the place in its file now and then. Raises BadRequest when it is damaged."""
        if _settings(source) != self._like:
            raise BadRequest(f"{self._sources[number].path.name} was made with other settings than the first segment.")
        origin_ns = self._starts_ns[number]
        picture_shift = _ticks(origin_ns, self.video.time_base)
        sound_shift = _ticks(origin_ns, self.audio.time_base) if self.audio is not None else 0
        until = self._sound_packets_before(number + 1)
        counted = {"video": 0, "audio": 0}
        streams = [*source.streams.video[:1], *source.streams.audio[:1]]
        for packet in source.demux(streams):
            if packet.pts is None:
                continue
            kind = packet.stream.type
            counted[kind] += 1
            if packet.is_corrupt:
                raise BadRequest(f"{self._sources[number].path.name} is damaged.")
            if kind == "video":
                self._picture(packet, picture_shift, in_band)
            else:
                self._sound(packet, sound_shift, until)
            if packet.pos is not None and not (counted["video"] + counted["audio"]) % 256:
                yield packet.pos
        told = self._sources[number].samples
        if counted["video"] != told.get("vide", 0) or counted["audio"] != told.get("soun", 0):
            raise BadRequest(f"{self._sources[number].path.name} is damaged: not all of it can be read.")
        if until is not None:
            self._fill(until)

    @property
    def sound_packets(self) -> int:
        return self._sound_count

    def _picture(self, packet: Any, shift: int, in_band: bytes) -> None:
        if in_band and packet.is_keyframe:
            packet = _with_prefix(packet, in_band)
        packet.pts = packet.dts = self._steady.place(packet.pts + shift)  # a recording has no pictures out of order
        packet.stream = self.video
        self._container.mux_one(packet)
        self.pictures += 1

    def _sound(self, packet: Any, shift: int, until: int | None) -> None:
        if until is not None and self._sound_count >= until:
            return
        pts = packet.pts + shift
        if self._sound_origin is None:
            self._sound_origin = pts
        packet.pts = packet.dts = pts
        packet.stream = self.audio
        self._container.mux_one(packet)
        self._sound_count += 1
        self._sound_next = pts + _BLOCK

    def _fill(self, until: int) -> None:
        """Silent packets until the next segment's sound."""
        if self.audio is None or self._sound_count >= until:
            return
        if not self._silence:
            self._silence = _silent_packet(self.audio)
        while self._silence and self._sound_count < until:
            packet: Any = av.Packet(self._silence)
            packet.pts = packet.dts = self._sound_next
            packet.duration, packet.time_base, packet.is_keyframe = _BLOCK, self.audio.time_base, True
            packet.stream = self.audio
            self._container.mux_one(packet)
            self._sound_count += 1
            self._sound_next += _BLOCK

    def _sound_packets_before(self, number: int) -> int | None:
        """How many packets of sound come before a segment's own, for whoever counts samples from the first on."""
        if self.audio is None or number >= len(self._sources):
            return None
        first_ns = self._sources[number].first_sound_ns
        own_first_ns = self._sources[0].first_sound_ns
        if first_ns is None or own_first_ns is None:
            return None
        distance = self._starts_ns[number] + first_ns - self._starts_ns[0] - own_first_ns
        packets: int = round(Fraction(distance, NS) / self.audio.time_base / _BLOCK)
        return packets


@contextlib.contextmanager
def opened(source: Source) -> Iterator[Any]:
    """The segment as PyAV reads it, up to its last whole fragment. Raises BadRequest when it is damaged."""
    with source.path.open("rb") as file:
        # FFmpeg reads a file by itself in a third of the time.
        found = Prefix(file, source.whole_to) if source.torn else str(source.path)
        try:
            container = av.open(found, "r", format="mp4", buffer_size=1 << 18)
        except (av.FFmpegError, ValueError) as error:
            raise BadRequest(f"{source.path.name} is damaged and cannot be opened.") from error
        with container:
            if not container.streams.video:
                raise BadRequest(f"{source.path.name} holds no picture.")
            yield container


def parameters_of(source: Source) -> bytes:
    """H.264 parameter sets of a segment, as they stand in a stream."""
    with opened(source) as container:
        return parameter_sets(container.streams.video[0].codec_context.extradata or b"")


def _settings(container: Any) -> tuple[Any, ...]:
    """What must be the same in all segments of a file."""
    video: Any = container.streams.video[0]
    audio: Any = container.streams.audio[0] if container.streams.audio else None
    picture, sound = video.codec_context, audio.codec_context if audio is not None else None
    return (
        (picture.name, picture.width, picture.height, picture.pix_fmt, video.time_base),
        None if sound is None else (sound.name, sound.rate, sound.channels, sound.extradata, audio.time_base),
    )


def _ticks(at_ns: int, base: Fraction) -> int:
    return round(Fraction(at_ns, NS) / base)


def _with_prefix(packet: Any, prefix: bytes) -> Any:
    longer: Any = av.Packet(prefix + bytes(packet))
    longer.pts, longer.dts, longer.duration = packet.pts, packet.dts, packet.duration
    longer.time_base, longer.is_keyframe = packet.time_base, True
    return longer


def _silent_packet(stream: Any) -> bytes:
    """One packet of silence as this track has it; empty when none can be made."""
    sound = stream.codec_context
    codec: Any = av.CodecContext.create("aac", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = sound.rate, sound.layout.name, "fltp", 128_000
    codec.time_base = Fraction(1, sound.rate)
    packets: list[bytes] = []
    for number in range(4):
        frame = av.AudioFrame(format="fltp", layout=sound.layout.name, samples=_BLOCK)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, number * _BLOCK, Fraction(1, sound.rate)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets[-1] if packets and codec.extradata == sound.extradata else b""
