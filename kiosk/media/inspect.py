"""What a recording holds: lengths, streams, real frame times, gaps, loudness, chapters, and whether it is whole.

Reads every byte and decodes every packet; changes nothing. A torn tail is told, and what stands before it measured.
"""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from kiosk.contract import names
from kiosk.contract.manifest import Happening, Manifest, MissingTime, Segment, decode
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.domain.errors import BadRequest
from kiosk.media.boxes import Scan, fragments, scan
from kiosk.media.inspection import (
    AudioFacts,
    Chapter,
    Hole,
    Inspection,
    Integrity,
    Intervals,
    Quality,
    VideoFacts,
    describe,
)
from kiosk.media.loudness import LoudnessMeter
from kiosk.media.minutes import Lost, Minutes
from kiosk.media.prefix import Prefix
from kiosk.media.quality import PICTURE, SOUND, Known, Minute, assess, echo_of, minute_of, only_typed, sync_of
from kiosk.media.sync import SyncMeter

__all__ = ["describe", "inspect"]

LATE_MS: Final = 50.0
"""A picture that comes later than this after the one before is counted."""
PICTURE_GAP_S: Final = 0.5
SOUND_GAP_S: Final = 0.001
NEAR_S: Final = 1.0
"""A minute of the manifest is the file's when they begin so near to each other."""
NOTHING_LOST: Final = Lost(0, 0, None)
_RANGES: Final = {1: "limited", 2: "full"}
_MATRICES: Final = {1: "bt709", 5: "bt470bg", 6: "smpte170m"}
_PRIMARIES: Final = {1: "bt709", 5: "bt470bg", 6: "smpte170m"}
_CURVES: Final = {1: "bt709", 6: "smpte170m", 13: "srgb"}


def inspect(path: Path, manifest: Manifest | None = None) -> Inspection:
    """Inspects an MP4. Without `manifest`, the one beside the file is taken if it lists the file.

    Raises BadRequest when it is missing, a folder, empty, unreadable or not an MP4 with a picture or sound.
    """
    found = _scan(path)
    state, known = ("given", manifest) if manifest is not None else _manifest_beside(path)
    listed = next((each for each in known.segments if each.file == path.name), None) if known else None
    sha256 = _sha256(path)
    reading = _Reading()
    try:
        count = sum(1 for _ in fragments(path))
        with path.open("rb") as file:
            _read(Prefix(file, found.whole_to), reading)
    except (av.FFmpegError, BadRequest) as error:
        raise BadRequest(f"{path} is damaged and cannot be opened.") from error
    if not reading.packets:
        raise BadRequest(f"{path} holds no recording: there is neither picture nor sound in it.")
    if listed is not None:
        state = "matches" if listed.sha256 == sha256 else "differs"
    elif known is not None:
        state = "unlisted"
    torn = found.size - found.whole_to
    chapters: tuple[Chapter, ...] = ()
    if known is not None and listed is not None:
        chapters = tuple(
            Chapter(
                each.question,
                round(each.start_s - listed.start_s, 6),
                None if each.end_s is None else round(each.end_s - listed.start_s, 6),
            )
            for each in known.chapters
            if listed.start_s <= each.start_s < listed.start_s + listed.duration_s
        )
    video, audio = reading.video_facts(), reading.audio_facts()
    reading.minutes.end(NOTHING_LOST)
    return Inspection(
        file=str(path),
        bytes=found.size,
        duration_s=round(reading.end_s, 6),
        video=video,
        audio=audio,
        chapters=chapters,
        integrity=Integrity(
            whole=not torn and not reading.undecodable and state != "differs",
            closed=not count or found.boxes[-1].kind == "mfra",
            fragments=count,
            torn_bytes=torn,
            packets=reading.packets,
            undecodable=reading.undecodable,
            sha256=sha256,
            manifest=state,
        ),
        quality=_quality(reading, video, audio, known if listed is not None else None, listed),
    )


def _quality(
    reading: "_Reading",
    video: VideoFacts | None,
    audio: AudioFacts | None,
    known: Manifest | None,
    listed: Segment | None,
) -> Quality:
    """Judged by the file, and by what its manifest tells of this segment."""
    sync = sync_of([mark.sound_later_s for mark in reading.marks.marks()])
    if known is None or listed is None:
        gaps = [MissingTime(hole.at_s, hole.lost_s, "", PICTURE) for hole in (video.gaps if video else ())]
        gaps += [MissingTime(hole.at_s, hole.lost_s, "", SOUND) for hole in (audio.gaps if audio else ())]
        told: dict[str, Any] = {}
        found = Known(reading.end_s, [_with_lost(minute, 0.0, None) for minute in reading.passed], gaps, sync=sync)
    else:
        from_s, to_s = listed.start_s, listed.start_s + listed.duration_s
        told = known.quality or {}
        minutes = [_with_lost(minute, from_s, told.get("minutes")) for minute in reading.passed]
        sounded = {span.question for span in known.voice if from_s <= span.start_s < to_s}
        echoes = [echo for value in _each(told.get("echo")) if (echo := echo_of(value)) and echo.question in sounded]
        happenings = [each for told_of in known.events if (each := _within(told_of, from_s, to_s)) is not None]
        gaps = [gap for gap in known.gaps if from_s <= gap.at_s < to_s]
        answers = [span for span in known.answers if from_s <= span.start_s < to_s]
        typed = only_typed(answers, known.code)
        found = Known(reading.end_s, minutes, gaps, happenings, echoes, sync, typed)
    assessment = assess(found)
    return Quality(
        verdict=assessment.verdict,
        sentence=assessment.sentence,
        findings=tuple(finding.what for finding in assessment.findings),
        minutes=tuple(found.minutes),
        sync=sync,
        echo=tuple(found.echoes),
        encoder=str(told.get("encoder", "")),
        preset=str(told.get("preset", "")),
    )


def _within(happening: Happening, from_s: float, to_s: float) -> Happening | None:
    """As of a segment's own time. What was told of a device before it may stand at its beginning."""
    at_s = happening.at_s or 0.0
    if at_s < from_s:
        stands = happening.what.endswith(("-problem", "-recovered"))
        return replace(happening, at_s=None) if stands else None
    if at_s > to_s:
        return None
    return replace(happening, at_s=None if happening.at_s is None else at_s - from_s)


def _with_lost(minute: Minute, from_s: float, told: Any) -> Minute:
    """With what only the recorder knows: lost pictures and the microphone's drift."""
    for value in _each(told):
        known = minute_of(value)
        if known is not None and abs(known.start_s - from_s - minute.start_s) < NEAR_S:
            return replace(minute, dropped=known.dropped, damaged=known.damaged, drift_ppm=known.drift_ppm)
    return replace(minute, dropped=None, damaged=None)


def _each(values: Any) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _scan(path: Path) -> Scan:
    if path.is_dir():
        raise BadRequest(f"{path} is a folder; name an MP4 file in it.")
    if path.exists() and not path.is_file():
        raise BadRequest(f"{path} is not a file.")  # a pipe would be waited for without end
    try:
        found = scan(path)
    except FileNotFoundError as error:
        raise BadRequest(f"There is no file {path}.") from error
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {error.strerror}.") from error
    except BadRequest as error:
        raise BadRequest(f"{path} is not an MP4 file.") from error
    if not found.size:
        raise BadRequest(f"{path} is empty.")
    kinds = {box.kind for box in found.boxes}
    if "ftyp" not in kinds:
        raise BadRequest(f"{path} is not an MP4 file.")
    if "moov" not in kinds:
        raise BadRequest(f"{path} holds no recording: it was cut off before its first fragment.")
    return found


def _manifest_beside(path: Path) -> tuple[str, Manifest | None]:
    try:
        return "none", decode((path.parent / names.MANIFEST).read_bytes())
    except OSError:
        return "none", None
    except BadRequest:
        return "damaged", None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(slots=True)
class _Reading:
    """What was read so far; times in seconds."""

    video: Any = None
    audio: Any = None
    pictures: list[float] = field(default_factory=list)
    video_bytes: int = 0
    video_end: float = 0.0
    keyframes: int = 0
    sound_start: float = 0.0
    sound_end: float | None = None
    sound_bytes: int = 0
    sound_gaps: list[Hole] = field(default_factory=list)
    meter: LoudnessMeter | None = None
    packets: int = 0
    undecodable: int = 0
    passed: list[Minute] = field(default_factory=list)
    minutes: Minutes = field(init=False)
    marks: SyncMeter = field(default_factory=SyncMeter)

    def __post_init__(self) -> None:
        self.minutes = Minutes(self.passed.append)

    @property
    def end_s(self) -> float:
        return max(self.video_end, self.sound_end or 0.0)

    def see(self, frame: av.VideoFrame) -> None:
        """A decoded picture."""
        at_s = float(frame.time or 0)
        self.minutes.picture(round(at_s * NS))
        self.minutes.look(round(at_s * NS), NOTHING_LOST, held=False)
        if frame.format.is_planar:
            self.marks.picture(at_s, frame)

    def hear(self, frame: av.AudioFrame) -> None:
        """Decoded sound, one channel."""
        at_s, samples = max(0.0, float(frame.time or 0)), frame.to_ndarray()[0]
        if self.meter is not None:
            self.meter.add(samples)
        if frame.sample_rate == RATE:
            self.minutes.sound(round(at_s * NS), samples)
            self.marks.sound(at_s, samples)

    def video_facts(self) -> VideoFacts | None:
        codec = self.video
        if codec is None:
            return None
        times = sorted(self.pictures)
        steps = np.diff(times) * 1000 if len(times) > 1 else np.empty(0)
        span = times[-1] - times[0] if times else 0.0
        intervals = None
        if len(steps):
            least, median, p95, most = (round(float(value), 3) for value in np.percentile(steps, [0, 50, 95, 100]))
            intervals = Intervals(least, median, p95, most, int((steps > LATE_MS).sum()))
        return VideoFacts(
            codec=codec["name"],
            width=codec["width"],
            height=codec["height"],
            pixel_format=codec["pix_fmt"],
            range=_RANGES.get(codec["range"], "unspecified"),
            matrix=_MATRICES.get(codec["matrix"], "unspecified"),
            primaries=_PRIMARIES.get(codec["primaries"], "unspecified"),
            curve=_CURVES.get(codec["curve"], "unspecified"),
            frames=len(times),
            start_s=round(times[0], 6) if times else 0.0,
            average_fps=round((len(times) - 1) / span, 3) if span else 0.0,
            bit_rate=round(self.video_bytes * 8 / self.video_end) if self.video_end else 0,
            keyframes=self.keyframes,
            intervals=intervals,
            gaps=tuple(
                Hole(round(times[number], 6), round(float(step) / 1000, 6))
                for number, step in enumerate(steps)
                if step > PICTURE_GAP_S * 1000
            ),
        )

    def audio_facts(self) -> AudioFacts | None:
        codec, end = self.audio, self.sound_end or 0.0
        if codec is None:
            return None
        length = end - self.sound_start
        return AudioFacts(
            codec=codec["name"],
            rate=codec["rate"],
            channels=codec["channels"],
            start_s=round(self.sound_start, 6),
            duration_s=round(length, 6),
            bit_rate=round(self.sound_bytes * 8 / length) if length > 0 else 0,
            integrated_lufs=round(self.meter.integrated_lufs(), 2) if self.meter else 0.0,
            true_peak_dbtp=round(self.meter.true_peak_dbtp(), 2) if self.meter else 0.0,
            gaps=tuple(self.sound_gaps),
        )


def _read(file: Any, reading: _Reading) -> None:
    with av.open(file, format="mp4") as container:
        streams = [*container.streams.video[:1], *container.streams.audio[:1]]
        for stream in streams:
            stream.codec_context.options = {"err_detect": "explode"}  # else damage is painted over
        if container.streams.video:
            codec = container.streams.video[0].codec_context
            container.streams.video[0].thread_type = "AUTO"
            reading.video = {
                "name": codec.name,
                "width": codec.width,
                "height": codec.height,
                "pix_fmt": codec.pix_fmt or "",
                "range": int(codec.color_range),
                "matrix": int(codec.colorspace),
                "primaries": int(codec.color_primaries),
                "curve": int(codec.color_trc),
            }
        resampler = None
        if container.streams.audio:
            sound = container.streams.audio[0].codec_context
            reading.audio = {"name": sound.name, "rate": sound.rate, "channels": sound.channels}
            reading.meter = LoudnessMeter(sound.rate)
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=sound.rate)
        for packet in container.demux(streams):
            _note(packet, reading)
            try:
                frames = packet.decode()
            except av.FFmpegError:
                reading.undecodable += 1
                continue
            for frame in frames:
                reading.undecodable += frame.is_corrupt
                if isinstance(frame, av.VideoFrame):
                    reading.see(frame)
                elif isinstance(frame, av.AudioFrame) and resampler is not None:
                    for mono in resampler.resample(frame):
                        reading.hear(mono)


def _note(packet: Any, reading: _Reading) -> None:
    if packet.pts is None:  # the last, empty packet that flushes a decoder
        return
    reading.packets += 1
    base = float(packet.time_base)
    start, end = packet.pts * base, (packet.pts + (packet.duration or 0)) * base
    if packet.stream.type == "video":
        reading.pictures.append(start)
        reading.video_bytes += packet.size
        reading.keyframes += packet.is_keyframe
        reading.video_end = max(reading.video_end, end)
        return
    if reading.sound_end is None:
        reading.sound_start = max(0.0, start)
    elif start - reading.sound_end > SOUND_GAP_S:
        reading.sound_gaps.append(Hole(round(reading.sound_end, 6), round(start - reading.sound_end, 6)))
    reading.sound_end = end
    reading.sound_bytes += packet.size
