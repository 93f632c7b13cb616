"""A recording's segments → one ordinary MP4 with its index in front, chapters and captions; by stream copy.

No picture and no sound is encoded anew, and no time is moved by a tick unless that is asked for: segment n begins where
n-1 ended, as the manifest says. Every sample that the fragments tell of must come out of the demuxer, else the file is
refused: never a rendition that silently holds less. Segments are never written to; `target` is whole and durable, or
not there.

Where two segments meet, the second one's sound begins exactly in its place: its encoder's first, silent packet
replaces the last of the one before, and what is missing (up to 0.3 s after a crash) is filled with silent packets, so
that players that count samples instead of reading times stay within 11 ms.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av

from kiosk.contract.manifest import Manifest
from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest, NoSpace, WorldFailed
from kiosk.domain.wire import build
from kiosk.media import timeline
from kiosk.media.boxes import fragments, scan
from kiosk.media.joiner import Joiner, Source, opened, parameters_of
from kiosk.media.timeline import webvtt
from kiosk.system import host

__all__ = ["RenditionFacts", "make_rendition", "poster", "webvtt"]

POSTER: Final = (1280, 720)
FARTHEST_S: Final = 10.0
"""A manifest that puts a segment this far from where the one before ended is of other files."""
_OPTIONS: Final = {
    "movflags": "faststart",
    "chunk_duration": "1000000",  # a second of one track, then of the other: the index halves, and seeking stays short
}
_TEXT_BASE: Final = Fraction(1, 1000)
_STYLE: Final = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""What FFmpeg's text encoder wants before it describes a text track."""


@dataclass(frozen=True, slots=True)
class RenditionFacts:
    """What was written. `starts_s`: media time of each segment's start. `torn_bytes`: what segments had beyond their
    last whole fragment, which is left out.
    """

    duration_s: float
    bytes: int
    starts_s: tuple[float, ...]
    pictures: int
    sound_packets: int
    chapters: int
    captions: int
    torn_bytes: int


def make_rendition(
    segments: Sequence[Path],
    manifest: Manifest | dict[str, Any] | None,
    target: Path,
    *,
    progress: Callable[[float], None] | None = None,
    steady_ns: int = 0,
) -> RenditionFacts:
    """Joins `segments`, in order, into `target`; one that is there is replaced at once.

    Args:
        segments: the recording's files as the kiosk made them; whole ones, or cut after any byte.
        manifest: gives starts, chapters and captions; None or an empty one when there is none yet.
        target: the new file; its folder exists. Until it is whole it is called `TARGET.part`.
        steady_ns: pictures may be moved by so much, at most, so that the index is small (`steady`); 0: by nothing.
        progress: told the share that is done, 0 to 1, now and then.

    Raises BadRequest when a segment is missing, damaged, not of this program or made with other settings than the
    first; NoSpace and WorldFailed when the target cannot be written. Then there is neither target nor part of one.
    """
    known = _manifest(manifest)
    sources = [_survey(path) for path in segments]
    if not sources:
        raise BadRequest("There is no segment to make a file of.")
    starts_ns = _starts_ns(sources, known)
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        os.close(host.open_private(part, exclusive=True))
        facts = _write(sources, starts_ns, known, part, progress or (lambda _: None), steady_ns)
        fd = os.open(part, os.O_RDWR)
        try:
            host.sync_data(fd)
        finally:
            os.close(fd)
        part.replace(target)
        host.sync_folder(target.parent)
    except (OSError, av.FFmpegError) as error:
        raise _in_words(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return facts


def poster(path: Path, at_s: float) -> bytes:
    """The picture that is shown at `at_s`, as a JPEG of 1280x720. Raises BadRequest when there is none."""
    try:
        with av.open(str(path), "r", format="mp4") as container:
            stream: Any = container.streams.video[0]
            container.seek(max(0, round(at_s / stream.time_base)) if stream.time_base else 0, stream=stream)
            shown = None
            for frame in container.decode(stream):
                if shown is not None and frame.time is not None and frame.time > at_s:
                    break
                shown = frame
        if shown is None:
            raise BadRequest(f"{path.name} holds no picture.")
        width, height = POSTER
        codec = av.CodecContext.create("mjpeg", "w")
        assert isinstance(codec, av.VideoCodecContext)
        codec.width, codec.height, codec.pix_fmt, codec.time_base = width, height, "yuvj420p", Fraction(1, 25)
        codec.options = {"qmin": "3", "qmax": "3"}
        picture = shown.reformat(width, height, "yuvj420p")
        picture.pts, picture.time_base = 0, Fraction(1, 25)
        return b"".join(bytes(packet) for packet in [*codec.encode(picture), *codec.encode(None)])
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise BadRequest(f"{path.name} holds no picture that can be decoded.") from error


def _manifest(given: Manifest | dict[str, Any] | None) -> Manifest:
    if isinstance(given, Manifest):
        return given
    if not given:
        return Manifest("", {}, "", "", None, 0.0)
    manifest: Manifest = build(Manifest, given)
    return manifest


def _survey(path: Path) -> Source:
    try:
        found = scan(path)
        kinds = [box.kind for box in found.boxes]
        if "ftyp" not in kinds or "moov" not in kinds:
            raise BadRequest(f"{path.name} is not a recording: it has no head.")
        ends: list[int] = []
        samples: dict[str, int] = {}
        first_sound: int | None = None
        for _, fragment in fragments(path):
            for run in fragment.runs:
                samples[run.track.handler] = samples.get(run.track.handler, 0) + run.samples
                ends.append(run.end_ns)
                if run.track.handler == "soun" and first_sound is None:
                    first_sound = run.start_ns
    except FileNotFoundError as error:
        raise BadRequest(f"There is no file {path.name}.") from error
    except OSError as error:
        raise WorldFailed(f"{path.name} cannot be read: {error.strerror}.") from error
    if not samples.get("vide"):
        raise BadRequest(f"{path.name} holds no picture in fragments, as every recording of a kiosk does.")
    return Source(path, found.whole_to, found.size - found.whole_to, max(0, *ends), first_sound, samples)


def _starts_ns(sources: Sequence[Source], manifest: Manifest) -> list[int]:
    """Media time of each segment's start. Never before the end of the one before: nothing is cut off."""
    told = {segment.file: segment.start_s for segment in manifest.segments}
    starts: list[int] = []
    end_ns = 0
    for source in sources:
        said = told.get(source.path.name)
        start_ns = end_ns if said is None else round(said * NS)
        if abs(start_ns - end_ns) > FARTHEST_S * NS:
            raise BadRequest(f"The manifest does not fit: {source.path.name} does not begin where the one before ends.")
        # The manifest rounds to the microsecond.
        start_ns = start_ns if start_ns >= end_ns - 1000 else end_ns
        starts.append(max(0, start_ns))
        end_ns = starts[-1] + source.end_ns
    return starts


def _write(
    sources: Sequence[Source],
    starts_ns: Sequence[int],
    manifest: Manifest,
    part: Path,
    progress: Callable[[float], None],
    steady_ns: int,
) -> RenditionFacts:
    duration_s = (starts_ns[-1] + sources[-1].end_ns) / NS
    starts_s = tuple(start / NS for start in starts_ns)
    chapters = timeline.chapters(manifest, starts_s, duration_s)
    captions = timeline.captions(manifest, starts_s, duration_s)
    sets = [parameters_of(source) for source in sources] if len(sources) > 1 else [b""]
    # Another parameter set than the head's may stand in the stream itself, when the track says so ("avc3").
    in_band = any(each != sets[0] for each in sets)
    total = sum(source.whole_to for source in sources)
    with av.open(str(part), "w", format="mp4", container_options=_OPTIONS) as out:
        out.metadata.update(_metadata(manifest))
        out.set_chapters([_chapter(number, each) for number, each in enumerate(chapters)])
        with opened(sources[0]) as first:
            joiner = Joiner(out, first, sources, starts_ns, steady_ns)
        if in_band:
            joiner.video.codec_context.codec_tag = "avc3"
        text = _text_track(out) if captions else None
        out.start_encoding()
        if text is not None:
            for packet in _texts(captions, duration_s, text):
                out.mux_one(packet)
        done = 0
        for number, source in enumerate(sources):
            with opened(source) as container:
                try:
                    for place in joiner.add(number, container, sets[number] if in_band else b""):
                        progress(min(1.0, (done + place) / total))
                except av.InvalidDataError as error:
                    raise BadRequest(f"{source.path.name} is damaged: not all of it can be read.") from error
            done += source.whole_to
    progress(1.0)
    return RenditionFacts(
        duration_s=round(duration_s, 6),
        bytes=part.stat().st_size,
        starts_s=starts_s,
        pictures=joiner.pictures,
        sound_packets=joiner.sound_packets,
        chapters=len(chapters),
        captions=len(captions),
        torn_bytes=sum(source.torn for source in sources),
    )


def _text_track(out: Any) -> Any:
    text = out.add_stream("mov_text")
    text.codec_context.subtitle_header = _STYLE
    text.codec_context.time_base = _TEXT_BASE
    return text


def _texts(captions: Sequence[timeline.Stretch], duration_s: float, stream: Any) -> Iterator[Any]:
    """The samples of a text track: one after another without holes, empty ones in between (3GPP TS 26.245)."""
    at = 0
    for caption in [*captions, timeline.Stretch(duration_s, duration_s, "")]:
        start, end = max(at, round(caption.start_s * 1000)), round(caption.end_s * 1000)
        for begins, ends, words in ((at, start, ""), (start, end, caption.text)):
            if ends > begins:
                raw = words.encode()[:65_000]
                packet: Any = av.Packet(len(raw).to_bytes(2, "big") + raw)
                packet.pts = packet.dts = begins
                packet.duration, packet.time_base, packet.is_keyframe = ends - begins, _TEXT_BASE, True
                packet.stream = stream
                yield packet
                at = ends


def _chapter(number: int, chapter: timeline.Stretch) -> Any:
    return {
        "id": number + 1,
        "start": round(chapter.start_s * 1000),
        "end": round(chapter.end_s * 1000),
        "time_base": _TEXT_BASE,
        "metadata": {"title": chapter.text},
    }


def _metadata(manifest: Manifest) -> dict[str, str]:
    """Ids and times only: no name of a person."""
    found = {"title": str(manifest.interview.get("title") or ""), "comment": manifest.session}
    with contextlib.suppress(ValueError):
        started = datetime.fromisoformat(manifest.started_at)
        found["creation_time"] = f"{started.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return {key: value for key, value in found.items() if value}


def _in_words(error: Exception, target: Path) -> Exception:
    number = getattr(error, "errno", None)
    if number == 28:
        return NoSpace(f"The disk of {target.parent} is full.", "Make room and try again.")
    if isinstance(error, av.InvalidDataError):
        return BadRequest("The recording is damaged: it cannot be copied.")
    return WorldFailed(f"{target} cannot be written: {getattr(error, 'strerror', None) or error}.")
