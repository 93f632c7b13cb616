"""The values of an inspection, and their words for people. Knows no file and no codec."""

from dataclasses import dataclass
from typing import Any

from kiosk.domain.events import Verdict
from kiosk.domain.wire import plain
from kiosk.media.quality import Echo, Minute, Sync


@dataclass(frozen=True, slots=True)
class Hole:
    """Nothing is there from `at_s` on, for `lost_s`."""

    at_s: float
    lost_s: float


@dataclass(frozen=True, slots=True)
class Intervals:
    """Times between one picture and the next, milliseconds; `late` counts those over 50 ms."""

    minimum_ms: float
    median_ms: float
    p95_ms: float
    maximum_ms: float
    late: int


@dataclass(frozen=True, slots=True)
class VideoFacts:
    codec: str
    width: int
    height: int
    pixel_format: str
    range: str
    matrix: str
    primaries: str
    curve: str
    frames: int
    start_s: float
    average_fps: float
    """Of the real presentation times."""
    bit_rate: int
    keyframes: int
    intervals: Intervals | None
    gaps: tuple[Hole, ...]


@dataclass(frozen=True, slots=True)
class AudioFacts:
    codec: str
    rate: int
    channels: int
    start_s: float
    duration_s: float
    bit_rate: int
    integrated_lufs: float
    true_peak_dbtp: float
    gaps: tuple[Hole, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A question's part of this file, in seconds from its start."""

    question: str
    start_s: float
    end_s: float | None


@dataclass(frozen=True, slots=True)
class Integrity:
    """`whole` is the verdict: nothing torn, everything decodes, and the hash is the manifest's if that has one.

    `closed`: it was ended in order; a file that a power cut ended can be whole all the same.
    """

    whole: bool
    closed: bool
    fragments: int
    torn_bytes: int
    packets: int
    undecodable: int
    sha256: str
    manifest: str
    """`none`, `damaged`, `unlisted`, `matches` or `differs`."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How good it is: measured in the file, and of its manifest what a file does not tell (then not null)."""

    verdict: Verdict
    sentence: str
    findings: tuple[str, ...]
    minutes: tuple[Minute, ...]
    """Stills that stood in for the camera are pictures here."""
    sync: Sync | None
    """Where the picture flashed and the sound clicked."""
    echo: tuple[Echo, ...] = ()
    encoder: str = ""
    preset: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    file: str
    bytes: int
    duration_s: float
    video: VideoFacts | None
    audio: AudioFacts | None
    chapters: tuple[Chapter, ...]
    integrity: Integrity
    quality: Quality

    def to_json(self) -> dict[str, Any]:
        """JSON values, for machines."""
        found: dict[str, Any] = plain(self)
        return found


def describe(inspection: Inspection) -> str:
    """An inspection in lines, for people."""
    video, audio, integrity = inspection.video, inspection.audio, inspection.integrity
    lines = [f"{inspection.file}", f"  length     {_clock(inspection.duration_s)}, {inspection.bytes / 1e6:.1f} MB"]
    if video is None:
        lines.append("  picture    none")
    else:
        lines.append(
            f"  picture    {video.codec} {video.width}x{video.height}, {video.average_fps:.2f} frames/s, "
            f"{video.frames} frames, {video.bit_rate / 1e6:.2f} Mbit/s"
        )
        lines.append(f"  colours    {video.pixel_format}, {video.range} range, {video.matrix}")
        if video.intervals is not None:
            times = video.intervals
            lines.append(
                f"  intervals  {times.minimum_ms:.1f} / {times.median_ms:.1f} / {times.p95_ms:.1f} / "
                f"{times.maximum_ms:.1f} ms (least, median, 95 %, most), {times.late} over 50 ms"
            )
        lines += [f"  gap        no picture at {_clock(hole.at_s)} for {hole.lost_s:.2f} s" for hole in video.gaps]
    if audio is None:
        lines.append("  sound      none")
    else:
        lines.append(
            f"  sound      {audio.codec} {audio.rate} Hz, channels: {audio.channels}, {audio.bit_rate / 1e3:.0f} kbit/s"
        )
        lines.append(f"  loudness   {audio.integrated_lufs:.1f} LUFS, peak {audio.true_peak_dbtp:.1f} dBTP")
        lines += [f"  gap        no sound at {_clock(hole.at_s)} for {hole.lost_s:.3f} s" for hole in audio.gaps]
    for chapter in inspection.chapters:
        end = "its end" if chapter.end_s is None else _clock(chapter.end_s)
        lines.append(f"  chapter    {_clock(chapter.start_s)} to {end}  {chapter.question}")
    lines += _quality(inspection.quality)
    lines.append(f"  whole      {_verdict(integrity)}")
    return "\n".join(lines)


def _quality(quality: Quality) -> list[str]:
    encoder = " ".join(word for word in (quality.encoder, quality.preset) if word)
    lines = [f"  encoder    {encoder}"] if encoder else []
    if quality.sync is not None:
        sync = quality.sync
        lines.append(
            f"  sync       sound {sync.median_ms:+.1f} ms after the picture in the middle of {sync.markers} marks, "
            f"{sync.most_ms:+.1f} ms at most"
        )
    for echo in quality.echo:
        figures = [f"down {echo.echo_down_db:.0f} dB"] if echo.echo_down_db is not None else []
        figures += [f"second peak {echo.second_peak_db:.0f} dB"] if echo.second_peak_db is not None else []
        lines.append(f"  echo       {echo.question}: {', '.join([*figures, f'by {echo.method}'])}")
    if quality.minutes:
        lines.append("  minute     frames/s  longest ms  lost  level dBFS  peak dBFS    LUFS  drift ppm")
    for minute in quality.minutes:
        lost = "-" if minute.dropped is None else str(minute.dropped + (minute.damaged or 0))
        drift = "-" if minute.drift_ppm is None else f"{minute.drift_ppm:.0f}"
        lines.append(
            f"  {_clock(minute.start_s)[:-4]:<9}  {minute.fps:8.2f}  {minute.longest_ms:10.0f}  {lost:>4}  "
            f"{minute.level_dbfs:10.1f}  {minute.peak_dbfs:9.1f}  {minute.lufs:6.1f}  {drift:>9}"
        )
    return [*lines, f"  quality    {quality.sentence}"]


def _verdict(integrity: Integrity) -> str:
    faults = []
    if integrity.torn_bytes:
        faults.append(f"the last {integrity.torn_bytes} bytes are torn off a fragment")
    if integrity.undecodable:
        faults.append(f"{integrity.undecodable} of {integrity.packets} packets do not decode")
    if integrity.manifest == "differs":
        faults.append("the manifest has another SHA-256 for this file")
    if faults:
        return "no: " + ", ".join(faults)
    against = {
        "matches": "as the manifest says",
        "damaged": "its manifest is damaged",
        "unlisted": "its manifest does not list it",
    }.get(integrity.manifest, "no manifest beside it")
    ended = "" if integrity.closed else ", not ended in order"
    return f"yes: {integrity.fragments} fragments, all {integrity.packets} packets decode, {against}{ended}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0.0, seconds), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:06.3f}"
