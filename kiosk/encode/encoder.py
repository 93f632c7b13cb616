"""Pictures and samples → H.264 and AAC in an append-only fragmented MP4, handed to a sink as it comes.

Presentation times are the times that the caller gives, never counted frames. Never touches a file, never waits
for one, and never seeks: what was handed over is final.
"""

import contextlib
import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Protocol

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.frame import PictureType
from av.video.stream import VideoStream

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.encode import colour
from kiosk.system import host

TICKS: Final = 90_000
"""Presentation times of the picture, in units a second."""
_TICK: Final = Fraction(1, TICKS)
_SAMPLE: Final = Fraction(1, RATE)
BLOCK: Final = 1024
"""Samples of one AAC packet."""
SINK_BYTES: Final = 256 * 1024
"""A fragment of six pictures has some 60 KiB and so comes in one piece."""


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Chosen once for a session: another preset is another parameter set and needs a new segment."""

    width: int = 1280
    height: int = 720
    bit_rate: int = 2_500_000
    audio_bit_rate: int = 128_000
    preset: str = "superfast"
    keyframe_ns: int = 1_000_000_000
    """A keyframe at the first picture of every such span of media time: what a player must fetch and decode after a
    seek, at most."""
    fragment_us: int = 190_000
    """Of what is written at once, and so of what a power cut may cost: six pictures at 30 a second, also where one
    comes a little early."""
    threads: int = 1
    """Of x264. With more it cuts each picture into slices, for more CPU and less quality; one takes 720p easily."""
    avx512: bool = False
    """Whether x264 may use AVX-512, which makes the same bytes with 7 % more CPU: a processor that wakes for each
    picture never gets fast enough for it to pay."""


class Sink(Protocol):
    """Where the MP4's bytes go, in order. It has no seek on purpose."""

    def write(self, data: bytes) -> int:
        """Takes all of `data` and returns its length; raises a KioskError when it cannot."""
        ...


class _Gate:
    """Stands between FFmpeg and the sink: keeps the sink's error, and lets nothing through after it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.error: KioskError | None = None
        self.shut = False

    def write(self, data: bytes) -> int:
        if not self.shut:
            try:
                self._sink.write(data)
            except KioskError as error:
                self.error, self.shut = error, True
        return len(data)


class Encoder:
    """One segment of a recording: one H.264 track, one AAC track.

    A fragment holds both tracks: a picture reaches the sink once the sound of its time is there, or 300 ms of
    picture later. One thread calls it. Raises WorldFailed when the codecs cannot be opened or fail, and
    whatever the sink raised; after an error only `abandon` makes sense.
    """

    def __init__(self, sink: Sink, settings: EncoderSettings) -> None:
        self._settings = settings
        self._gate = _Gate(sink)
        self._last_tick = -1
        self._next_keyframe_ns = 0
        self._next_sample = 0
        self._sent_sample = 0
        self._rest: list[Samples] = []
        self._rest_size = 0
        self._end_tick: int | None = None
        self._interval = TICKS // 30
        self._closed = False
        try:
            self._container = av.open(
                self._gate,
                "w",
                format="mp4",
                buffer_size=SINK_BYTES,
                container_options={
                    "movflags": "frag_keyframe+delay_moov+default_base_moof",
                    "frag_duration": str(settings.fragment_us),
                    "flush_packets": "1",
                    "max_interleave_delta": "300000",
                },
            )
            self._video = self._add_video()
            self._audio = self._add_audio()
            self._container.start_encoding()
        except (av.FFmpegError, ValueError) as error:
            raise WorldFailed(
                f"The video encoder cannot start: {_reason(error)}.", "Check the encoder's settings."
            ) from error

    def picture(self, frame: av.VideoFrame, at_ns: int, *, keyframe: bool = False) -> bool:
        """Encodes a picture of the recording's format and size, shown from `at_ns` on (since the segment's start).

        Returns False, and does nothing, when it is not at least 1/90000 s later than the one before.
        `keyframe` asks for a keyframe here; one comes by itself at every `keyframe_ns` of media time.
        """
        tick = at_ns * TICKS // NS
        if tick <= self._last_tick:
            return False
        if self._last_tick >= 0:
            self._interval = tick - self._last_tick
        self._last_tick = tick
        due = at_ns >= self._next_keyframe_ns
        if due:
            self._next_keyframe_ns = (at_ns // self._settings.keyframe_ns + 1) * self._settings.keyframe_ns
        frame.pts, frame.time_base = tick, _TICK
        frame.pict_type = PictureType.I if due or keyframe else PictureType.NONE
        self._send(self._video, colour.tag(frame))
        return True

    def sound(self, samples: Samples, first: int) -> None:
        """Encodes samples, mono at 48 kHz; `first` counts from the segment's start and must be the next one.

        Raises ValueError when it is not. Less than one AAC packet (21 ms) is kept until more comes.
        """
        if first != self._next_sample:
            raise ValueError(f"samples from {first} on do not follow {self._next_sample}")
        self._next_sample += len(samples)
        self._rest.append(samples)
        self._rest_size += len(samples)
        if self._rest_size < BLOCK:
            return
        joined = self._rest[0] if len(self._rest) == 1 else np.concatenate(self._rest)
        whole = len(joined) // BLOCK * BLOCK
        self._rest, self._rest_size = [joined[whole:]] if whole < len(joined) else [], len(joined) - whole
        self._send_samples(joined[:whole])

    def ends_at(self, at_ns: int | None) -> None:
        """No picture is shown beyond that (since the segment's start): another file goes on there. None: no such end.

        To be told before the last picture; without it the last one is taken to be shown for as long as usual.
        """
        self._end_tick = None if at_ns is None else at_ns * TICKS // NS

    def close(self) -> None:
        """Encodes what is left and ends the file."""
        if self._closed:
            return
        if self._rest_size:
            self._send_samples(np.concatenate(self._rest))
        self._send(self._video, None)
        self._send(self._audio, None)
        self._closed = True
        try:
            self._container.close()
        except av.FFmpegError as error:
            raise WorldFailed(f"The recording cannot be ended: {_reason(error)}.") from error
        if self._gate.error is not None:
            raise self._gate.error

    def abandon(self) -> None:
        """Lets go of everything without another byte to the sink. Safe after an error and after `close`."""
        self._gate.shut = True
        if not self._closed:
            self._closed = True
            with contextlib.suppress(av.FFmpegError):  # nobody reads what it would have written
                self._container.close()

    def _send_samples(self, samples: Samples) -> None:
        """Some packets' worth: PyAV cuts them."""
        mono = np.ascontiguousarray(samples, np.float32)[None]
        frame = av.AudioFrame.from_ndarray(mono, format="fltp", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = RATE, _SAMPLE, self._sent_sample
        self._sent_sample += len(samples)
        self._send(self._audio, frame)

    def _send(self, stream: Any, frame: Any) -> None:
        if self._gate.error is not None:
            raise self._gate.error
        try:
            packets = stream.encode(frame)
            if self._end_tick is not None and stream is self._video:
                for packet in packets:
                    packet.duration = max(1, min(self._interval, self._end_tick - packet.pts))
            self._container.mux(packets)
        except (av.FFmpegError, ValueError) as error:
            raise WorldFailed(f"The video encoder failed: {_reason(error)}.", "Start a new segment.") from error
        if self._gate.error is not None:
            raise self._gate.error

    def _add_video(self) -> VideoStream:
        settings = self._settings
        stream: VideoStream = self._container.add_stream("libx264", rate=30)
        codec = stream.codec_context
        codec.width, codec.height, codec.pix_fmt = settings.width, settings.height, colour.PIXEL_FORMAT
        codec.time_base, codec.framerate = _TICK, Fraction(30)
        codec.bit_rate = settings.bit_rate
        codec.color_range, codec.colorspace = colour.RANGE, colour.MATRIX
        codec.color_primaries, codec.color_trc = colour.PRIMARIES, colour.CURVE
        # Keyframes come by time and by request only: `g` is out of reach and a cut in the picture makes none.
        codec.gop_size = 100_000
        codec.thread_count = settings.threads
        codec.options = {
            "preset": settings.preset,
            "tune": "zerolatency",
            "forced-idr": "1",
            "sc_threshold": "0",
            "maxrate": str(settings.bit_rate * 2),
            "bufsize": str(settings.bit_rate * 2),
            **({} if settings.avx512 else _without_avx512()),
        }
        return stream

    def _add_audio(self) -> AudioStream:
        stream: AudioStream = self._container.add_stream("aac", rate=RATE, layout="mono")
        stream.codec_context.bit_rate = self._settings.audio_bit_rate
        stream.codec_context.time_base = _SAMPLE
        # FFmpeg's documentation: at such rates better than its default, and much faster.
        stream.codec_context.options = {"aac_coder": "fast"}
        return stream


@functools.cache
def _without_avx512() -> dict[str, str]:
    """x264's next best instructions. Named only where the processor surely has them: x264 believes what it is told."""
    return {"x264-params": "asm=AVX2,SSE2Fast"} if host.has_avx512() else {}


def _reason(error: Exception) -> str:
    return str(error).partition("] ")[2] or str(error) or type(error).__name__
